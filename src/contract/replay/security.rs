//! The WS-Security header of a recorded message, made as new.
//!
//! Times that were recorded have expired, and a digest was taken out with its secret. Whoever sends
//! such a message again moves its times and makes the digest anew; everything else stays to the
//! byte.

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use sha1::{Digest as _, Sha1};

use crate::contract::Request;

/// What redaction puts in the place of a nonce, and of a digest.
const NONCE: &str = "{nonce}";
const DIGEST: &str = "{password_digest}";

/// What makes a message's security header new.
#[derive(Debug, Clone, Copy)]
pub struct Renewal<'r> {
    /// How much later the message is sent than it was recorded.
    pub by: SignedDuration,
    /// What digests are made of; without it they stay taken out.
    pub password: Option<&'r str>,
    /// Never the same twice: a server remembers those it has seen.
    pub nonce: [u8; 16],
}

impl Renewal<'_> {
    /// The request as it is sent now; `None` where it has no security header.
    pub fn request(&self, request: &Request) -> Option<Request> {
        let text = std::str::from_utf8(&request.body).ok()?;
        let header = element(text, "Security", 0)?.content;
        let (before, rest) = text.split_at_checked(header.start)?;
        let (header, behind) = rest.split_at_checked(header.len())?;
        let header = self.digested(&later(header, self.by));
        let body = [before, &header, behind].concat().into();
        Some(Request { body, ..request.clone() })
    }

    fn digested(&self, header: &str) -> String {
        let Some(password) = self.password.filter(|_| header.contains(DIGEST)) else {
            return header.replace(NONCE, &BASE64_STANDARD.encode(self.nonce));
        };
        let token = element(header, "UsernameToken", 0).map_or(0, |token| token.content.start);
        let created = element(header, "Created", token);
        let created = created.and_then(|created| header.get(created.content)).unwrap_or_default();
        let mut hash = Sha1::new();
        hash.update(self.nonce);
        hash.update(created.as_bytes());
        hash.update(password.as_bytes());
        let digest = BASE64_STANDARD.encode(hash.finalize());
        header.replace(NONCE, &BASE64_STANDARD.encode(self.nonce)).replace(DIGEST, &digest)
    }
}

/// A reply's body with the times of its security header as if it were made `now`; `None` where
/// there are none. WCF refuses a reply whose `Timestamp` is more than five minutes away.
pub fn renewed_reply(body: &[u8], now: Timestamp) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let header = element(text, "Security", 0)?.content;
    let (before, rest) = text.split_at_checked(header.start)?;
    let (header, behind) = rest.split_at_checked(header.len())?;
    let created = element(header, "Created", 0)?.content;
    let created: Timestamp = header.get(created)?.trim().parse().ok()?;
    Some([before, &later(header, now.duration_since(created)), behind].concat().into_bytes())
}

/// The header with every time in it so much later, as precise as it was.
fn later(header: &str, by: SignedDuration) -> String {
    let mut out = header.to_owned();
    for name in ["Created", "Expires"] {
        let mut from = 0;
        while let Some(Element { content }) = element(&out, name, from) {
            from = content.end;
            let Some(new) = out.get(content.clone()).and_then(|text| moved(text, by)) else {
                continue;
            };
            from = content.start + new.len();
            out.replace_range(content, &new);
        }
    }
    out
}

fn moved(text: &str, by: SignedDuration) -> Option<String> {
    let text = text.trim();
    let at = text.parse::<Timestamp>().ok()?.checked_add(by).ok()?;
    let digits = text
        .split_once('.')
        .map_or(0, |(_, behind)| behind.bytes().take_while(u8::is_ascii_digit).count());
    let precision = u8::try_from(digits).ok()?.min(9);
    Some(DateTimePrinter::new().precision(Some(precision)).timestamp_to_string(&at))
}

/// An element as it stands in a text.
struct Element {
    content: Range<usize>,
}

/// The first element of this local name behind `from` that has an end; it has none of its name
/// within.
fn element(text: &str, local: &str, from: usize) -> Option<Element> {
    let mut at = from;
    loop {
        let open = at + text.get(at..)?.find('<')? + 1;
        let inside = text.get(open..)?;
        let end = inside.find(['>', ' ', '\t', '\r', '\n', '/'])?;
        let name = inside.get(..end)?;
        at = open;
        if name.rsplit(':').next() != Some(local) {
            continue;
        }
        let tag_end = open + inside.find('>')?;
        if text.get(..tag_end)?.ends_with('/') {
            continue;
        }
        let start = tag_end + 1;
        let length = text.get(start..)?.find(&format!("</{name}"))?;
        return Some(Element { content: start..start + length });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: &str = "<s:Header><o:Security s:mustUnderstand=\"1\" xmlns:o=\"urn:o\">\
        <u:Timestamp u:Id=\"_0\"><u:Created>2026-04-01T12:00:00.000Z</u:Created>\
        <u:Expires>2026-04-01T12:05:00Z</u:Expires></u:Timestamp>\
        <o:UsernameToken><o:Username>ann</o:Username><o:Password>{password_digest}</o:Password>\
        <o:Nonce>{nonce}</o:Nonce><u:Created>2026-04-01T12:00:01Z</u:Created></o:UsernameToken>\
        </o:Security></s:Header><s:Body><Created>2026-04-01T12:00:00Z</Created></s:Body>";

    fn renewed(password: Option<&str>) -> String {
        let request = Request::read(format!("POST / HTTP/1.1\n\n{SIGNED}").as_bytes()).unwrap();
        let renewal = Renewal { by: SignedDuration::from_hours(24), password, nonce: [7; 16] };
        String::from_utf8(renewal.request(&request).unwrap().body.to_vec()).unwrap()
    }

    #[test]
    fn times_of_the_header_are_moved_and_a_digest_is_made_of_the_password() {
        let made = renewed(Some("secret"));
        assert!(made.contains("<u:Created>2026-04-02T12:00:00.000Z</u:Created>"), "{made}");
        assert!(made.contains("<u:Expires>2026-04-02T12:05:00Z</u:Expires>"), "{made}");
        assert!(made.contains("<s:Body><Created>2026-04-01T12:00:00Z</Created>"), "{made}");
        let mut hash = Sha1::new();
        hash.update([7; 16]);
        hash.update(b"2026-04-02T12:00:01Zsecret");
        let digest = BASE64_STANDARD.encode(hash.finalize());
        assert!(made.contains(&format!("<o:Password>{digest}<")), "{made}");
        assert!(made.contains(&format!("<o:Nonce>{}<", BASE64_STANDARD.encode([7; 16]))), "{made}");
    }

    #[test]
    fn without_the_password_a_digest_stays_taken_out() {
        let made = renewed(None);
        assert!(made.contains("<o:Password>{password_digest}<"), "{made}");
    }

    #[test]
    fn a_reply_is_as_if_it_were_made_now_and_lasts_as_long_as_it_did() {
        let now = "2027-01-01T00:00:00Z".parse().unwrap();
        let made = String::from_utf8(renewed_reply(SIGNED.as_bytes(), now).unwrap()).unwrap();
        assert!(made.contains("<u:Created>2027-01-01T00:00:00.000Z</u:Created>"), "{made}");
        assert!(made.contains("<u:Expires>2027-01-01T00:05:00Z</u:Expires>"), "{made}");
        for none in ["<a/>", "<o:Security/>", "<o:Security><u:Created>x</u:Created></o:Security>"] {
            assert!(renewed_reply(none.as_bytes(), now).is_none(), "{none}");
        }
    }
}
