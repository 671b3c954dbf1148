//! Finds addresses, known credentials and logins in URLs in a text, wherever they stand in it.

use std::ops::Range;

use zeroize::Zeroizing;

use super::edit::Edit;
use super::finder::{Finder, Needle};
use super::layer::{Layer, Spelling};
use super::secrets::Secrets;
use super::token::{self, Tokens};
use crate::domain::EmailAddress;
use crate::protocol::form::text;

/// Escapes inside escapes that are undone, as in `%2526`.
const MOST_ESCAPES: usize = 3;
/// How far around an `@` an address reaches, in bytes: 64 and 253, and what trims away.
const MOST_LOCAL_BYTES: usize = 80;
const MOST_DOMAIN_BYTES: usize = 260;
/// A text that may be an address as a whole, in bytes, with white space around it.
const MOST_VALUE_BYTES: usize = 400;
/// How far a login may reach in a URL, in bytes.
const MOST_LOGIN_BYTES: usize = 512;

/// The credentials that are known, ready to be found.
pub(super) struct Known {
    /// Each with what takes its place.
    finder: Finder<String>,
}

impl Known {
    /// Found in any case of their letters, in UTF-8 and in Latin-1.
    pub fn new(secrets: &Secrets) -> Self {
        let mut needles = Vec::new();
        for (text, with) in secrets.credentials() {
            for spelling in [Some(text.as_bytes().to_vec()), latin1(text)].into_iter().flatten() {
                let text = Zeroizing::new(spelling);
                needles.push(Needle { text, is_exact: false, of: with.to_owned() });
            }
        }
        Self { finder: Finder::new(needles) }
    }

    /// Credentials are looked for in every view: an escape in one may be of it.
    fn scan(&self, text: &[u8], depth: usize, edits: &mut Vec<Edit>) {
        self.edits(text, edits);
        for layer in decoded(text).filter(|_| depth < MOST_ESCAPES) {
            let mut inner = Vec::new();
            self.scan(layer.plain(), depth + 1, &mut inner);
            edits.extend(layer.lift(inner, 0));
        }
    }

    fn edits(&self, text: &[u8], edits: &mut Vec<Edit>) {
        let found = self.finder.all_in(text);
        edits.extend(found.map(|(at, needle)| Edit::new(at, needle.of.as_bytes())));
    }
}

/// What the text is with the escapes of each kind undone, where there are any.
fn decoded(text: &[u8]) -> impl Iterator<Item = Layer<'_>> {
    let spellings = [Spelling::Percent, Spelling::Xml, Spelling::Json];
    let layers = spellings.into_iter().map(|spelling| Layer::of(spelling, text));
    layers.filter(move |layer| !layer.is_same() && layer.plain() != text)
}

/// The text in Latin-1, where it can be written so and differs.
pub(super) fn latin1(text: &str) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return None;
    }
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

/// Scans texts. What it finds of people and logins is remembered in `secrets`.
pub(super) struct Scanner<'a> {
    pub emails: bool,
    pub tokens: &'a Tokens,
    pub secrets: &'a mut Secrets,
    /// None while credentials are collected.
    pub known: Option<&'a Known>,
}

impl Scanner<'_> {
    /// Everything that is found in the text, also where it is escaped in it.
    pub fn edits(&mut self, text: &[u8]) -> Vec<Edit> {
        let mut edits = Vec::new();
        if let Some(known) = self.known.filter(|known| !known.finder.is_empty()) {
            known.scan(text, 0, &mut edits);
        }
        if b"@%&\\".iter().any(|sign| text.contains(sign)) {
            self.scan(text, 0, &mut edits);
        }
        edits
    }

    /// People are looked for where nothing more is escaped.
    fn scan(&mut self, text: &[u8], depth: usize, edits: &mut Vec<Edit>) {
        let mut layers = decoded(text);
        let Some(layer) = layers.next().filter(|_| depth < MOST_ESCAPES) else {
            return self.people(text, edits);
        };
        let mut inner = Vec::new();
        self.scan(layer.plain(), depth + 1, &mut inner);
        edits.extend(layer.lift(inner, 0));
    }

    fn people(&mut self, source: &[u8], edits: &mut Vec<Edit>) {
        // What is in a path or a query is not one address with what stands before it.
        let is_running = source.iter().any(|byte| b"/=?&|{}".contains(byte));
        if self.emails && source.len() <= MOST_VALUE_BYTES && !is_running {
            let whole = text::read(source);
            if let Some(address) = EmailAddress::judge(&whole) {
                // The padding around an address is of one encoding, so lengths tell where it is.
                let start = whole.find(address).unwrap_or(0);
                if whole.len() == source.len() {
                    edits.extend(self.address(source, start..start + address.len()));
                    return;
                }
            }
        }
        for (at, _) in source.iter().enumerate().filter(|(_, byte)| **byte == b'@') {
            match login_in_url(source, at) {
                Some(login) => edits.extend(self.url_login(source, login)),
                None if self.emails => {
                    let range = address_around(source, at);
                    edits.extend(range.and_then(|range| self.address(source, range)));
                }
                None => {}
            }
        }
    }

    fn url_login(&mut self, source: &[u8], at: Range<usize>) -> Option<Edit> {
        let login = text::read(source.get(at.clone())?).into_owned();
        if token::is_ours(&login) {
            return None;
        }
        let with = self.tokens.secret(&login);
        let (user, password) = login.split_once(':').unwrap_or((&login, ""));
        self.secrets.add(password, &self.tokens.secret(password));
        self.secrets.add(user, &self.tokens.secret(user));
        Some(Edit::new(at, with))
    }

    fn address(&mut self, source: &[u8], range: Range<usize>) -> Option<Edit> {
        let address = text::read(source.get(range.clone())?).into_owned();
        if token::is_address(&address) {
            return None;
        }
        self.secrets.add_person(&address);
        Some(Edit::new(range, self.tokens.address(&address)))
    }
}

/// `user:password` in `scheme://user:password@host`, when this `@` is the one in front of the host.
fn login_in_url(text: &[u8], at: usize) -> Option<Range<usize>> {
    let from = at.saturating_sub(MOST_LOGIN_BYTES);
    let before = text.get(from..at)?;
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"/?#\"'<>".contains(byte);
    let start = before.iter().rposition(is_end)? + 1;
    let is_url = before.get(..start)?.ends_with(b"://");
    (is_url && start < before.len()).then_some(from + start..at)
}

/// The address around an `@`: no more than what is surely of it in a running text.
fn address_around(text: &[u8], at: usize) -> Option<Range<usize>> {
    let from = at.saturating_sub(MOST_LOCAL_BYTES);
    let before = text.get(from..at)?;
    let local = before.iter().rev().take_while(|byte| is_local(**byte)).count();
    let mut start = at - local;
    let after = text.get(at + 1..(at + 1 + MOST_DOMAIN_BYTES).min(text.len()))?;
    let domain = after.iter().take_while(|byte| is_domain(**byte)).count();
    let mut end = at + 1 + domain;
    // What is white space in Unicode and quotes around the address are not of it.
    while let Some(padding) = padding(text.get(start..at)?, true) {
        start += padding;
    }
    while let Some(padding) = padding(text.get(at + 1..end)?, false) {
        end -= padding;
    }
    (start < at && end > at + 1).then_some(start..end)
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b"!#$%'*+-.^_`~".contains(&byte)
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || byte == b'-' || byte == b'.'
}

/// Bytes at the beginning or the end of half an address that are none of it.
fn padding(half: &[u8], is_start: bool) -> Option<usize> {
    const WIDE: [&[u8]; 3] = ["\u{a0}".as_bytes(), "\u{feff}".as_bytes(), "\u{200b}".as_bytes()];
    let wide = WIDE
        .iter()
        .find(|wide| if is_start { half.starts_with(wide) } else { half.ends_with(wide) });
    let narrow = if is_start { half.first() } else { half.last() };
    let is_narrow = narrow.is_some_and(|byte| byte.is_ascii_punctuation() && *byte != b'_');
    wide.map(|wide| wide.len()).or(is_narrow.then_some(1))
}
