//! E-mail addresses: what is accepted, and when two are the same.

use std::fmt;

use super::error::Refusal;

/// Longest address, in bytes: the 256 of RFC 5321's path less its two angle brackets.
pub const MAX_ADDRESS_BYTES: usize = 254;
/// Longest part before the `@`, in bytes (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;
/// Longest domain, in bytes: 255 in wire form are 253 in text.
const MAX_DOMAIN_BYTES: usize = 253;
/// Longest label of a domain, in bytes (RFC 1035, 2.3.4).
const MAX_LABEL_BYTES: usize = 63;

/// An e-mail address: as it was given, and as it is compared.
///
/// ```text
/// address = local "@" domain                 ; at most 254 bytes, after trimming
/// local   = atom *("." atom)                 ; at most 64 bytes
/// atom    = 1*( letter / digit / one of ! # $ % & ' * + - / = ? ^ _ ` { | } ~ / non-ASCII )
/// domain  = label 1*("." label)              ; at most 253 bytes
/// label   = 1*63( letter / digit / "-" / non-ASCII ), with no "-" at its ends
/// ```
///
/// The last label is not all digits, so an IPv4 address is no domain. Non-ASCII letters are taken
/// in both halves (RFC 6531); control characters and white space beyond ASCII are not. Quoted local
/// parts, comments, address literals and single-label domains are refused: no mailing vendor sends
/// to them. White space, NBSP and a byte order mark around the address are trimmed.
///
/// Two addresses are the same when they are equal after lower-casing both halves.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EmailAddress {
    compared: String,
    given: Option<String>,
}

impl EmailAddress {
    /// Judges and keeps `text`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let given = Self::judge(text).ok_or(Refusal::AddressInvalid)?;
        let compared = compared(given);
        let given = (compared != given).then(|| given.to_owned());
        Ok(Self { compared, given })
    }

    /// The trimmed address if `text` is one. Allocates nothing.
    pub fn judge(text: &str) -> Option<&str> {
        let text = text.trim_matches(is_padding);
        if text.len() > MAX_ADDRESS_BYTES {
            return None;
        }
        let at = text.bytes().position(|byte| byte == b'@')?;
        let (local, domain) = text.as_bytes().split_at_checked(at)?;
        let domain = domain.get(1..)?;
        (is_local(local) && is_domain(domain) && is_visible(text)).then_some(text)
    }

    /// An address that was judged when it was stored.
    pub(super) fn stored(given: String) -> Self {
        if is_compared(&given) {
            return Self { compared: given, given: None };
        }
        let compared = compared(&given);
        let given = (compared != given).then_some(given);
        Self { compared, given }
    }

    /// As it was given, less white space around it.
    pub fn as_given(&self) -> &str {
        self.given.as_deref().unwrap_or(&self.compared)
    }

    /// As [`as_given`](Self::as_given), without a copy.
    pub fn into_given(self) -> String {
        self.given.unwrap_or(self.compared)
    }

    /// As it is compared: lower case.
    pub fn as_compared(&self) -> &str {
        &self.compared
    }

    /// The part behind the `@`, lower case.
    pub fn domain(&self) -> &str {
        self.compared.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(redacted)")
    }
}

/// Whether nothing of an address changes when it is compared, as with most.
fn is_compared(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
}

/// A judged address as it is compared.
pub(super) fn compared(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}

fn is_padding(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}' || c == '\u{200B}'
}

/// What may stand in an atom (1), in a label (2), in both (3) or nowhere (0), by ASCII byte.
const ALLOWED: [u8; 128] = allowed();
const IN_ATOM: u8 = 1;
const IN_LABEL: u8 = 2;

const fn allowed() -> [u8; 128] {
    let mut table = [0; 128];
    let atoms = b"!#$%&'*+-/=?^_`{|}~";
    let mut at = 0;
    while at < atoms.len() {
        #[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "evaluated by rustc")]
        {
            table[atoms[at] as usize] |= IN_ATOM;
        }
        at += 1;
    }
    let mut byte = 0;
    while byte < 128_u8 {
        let everywhere = byte.is_ascii_alphanumeric();
        #[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "evaluated by rustc")]
        {
            table[byte as usize] |= if everywhere { IN_ATOM | IN_LABEL } else { 0 };
            table[byte as usize] |= if byte == b'-' { IN_LABEL } else { 0 };
        }
        byte += 1;
    }
    table
}

/// Whether all of `part` may stand in an atom or a label, as far as single bytes tell.
fn is_of(part: &[u8], class: u8) -> bool {
    let allowed = |byte: &u8| ALLOWED.get(usize::from(*byte)).is_none_or(|of| of & class != 0);
    !part.is_empty() && part.iter().all(allowed)
}

/// Whether what is not ASCII is neither a control character nor white space.
fn is_visible(text: &str) -> bool {
    let visible = |c: char| c.is_ascii() || !(c.is_control() || c.is_whitespace());
    text.is_ascii() || text.chars().all(visible)
}

fn parts(text: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    text.split(|byte| *byte == b'.')
}

fn is_local(local: &[u8]) -> bool {
    local.len() <= MAX_LOCAL_BYTES && parts(local).all(|atom| is_of(atom, IN_ATOM))
}

fn is_domain(domain: &[u8]) -> bool {
    let mut labels = parts(domain);
    let last = labels.next_back().unwrap_or_default();
    domain.len() <= MAX_DOMAIN_BYTES
        && last.len() < domain.len()
        && !last.iter().all(u8::is_ascii_digit)
        && is_label(last)
        && labels.all(is_label)
}

fn is_label(label: &[u8]) -> bool {
    label.len() <= MAX_LABEL_BYTES
        && is_of(label, IN_LABEL)
        && !label.starts_with(b"-")
        && !label.ends_with(b"-")
}

/// Whether `text`, lower case, can stand behind an `@`. For domain suppressions.
pub fn is_domain_name(text: &str) -> bool {
    is_domain(text.as_bytes()) && is_visible(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_are_taken() {
        for text in [
            "a@b.example",
            "Ann.Bell+news@mail.Example.org",
            "o'neill@b-c.example",
            "!#$%&'*+-/=?^_`{|}~@x.example",
            "1@1.x1",
            "  padded@b.example\r\n",
            "\u{feff}bom@b.example",
            "\u{a0}nbsp@b.example\u{a0}",
            "jürgen@müller.example",
        ] {
            assert!(EmailAddress::judge(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long_local = format!("{}@b.example", "a".repeat(65));
        let long_label = format!("a@{}.example", "b".repeat(64));
        let long = format!("a@{}example", "bcdefghij.".repeat(25));
        for text in [
            "",
            "@",
            "a",
            "a@",
            "@b.example",
            "a@b",
            "a@b..example",
            "a@.example",
            "a@b.example.",
            "a..b@c.example",
            ".a@b.example",
            "a.@b.example",
            "a@b@c.example",
            "a b@c.example",
            "a@-b.example",
            "a@b-.example",
            "a@10.0.0.1",
            "a@b_c.example",
            "a,b@c.example",
            "\"a\"@b.example",
            "a@[10.0.0.1]",
            "Ann <a@b.example>",
            "a\u{a0}b@c.example",
            "a\u{85}@c.example",
            &long_local,
            &long_label,
            &long,
        ] {
            assert!(EmailAddress::judge(text).is_none(), "{text}");
        }
    }

    #[test]
    fn addresses_are_compared_in_lower_case_and_kept_as_given() {
        let address = EmailAddress::parse(" Ann@EXAMPLE.org ").unwrap();
        assert_eq!(address.as_given(), "Ann@EXAMPLE.org");
        assert_eq!(address.as_compared(), "ann@example.org");
        assert_eq!(address.domain(), "example.org");
        assert_eq!(EmailAddress::stored("Ann@EXAMPLE.org".to_owned()), address);
    }

    #[test]
    fn an_address_does_not_show_in_debug_output() {
        let address = EmailAddress::parse("ann@example.org").unwrap();
        assert!(!format!("{address:?}").contains("ann"));
    }
}
