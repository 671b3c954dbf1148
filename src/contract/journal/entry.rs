//! One call in the journal, and its form as a line: a checksum, a space, and JSON.

use std::borrow::Cow;
use std::fmt::{Debug, Formatter};
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::contract::{Ended, Exchange, Facts, Request, Response};

/// Hexadecimal digits of a line's checksum.
const CHECKSUM_DIGITS: usize = 8;

/// One call that is over. `Debug` shows its id alone.
///
/// Nothing of it names a person or opens anything: the exchange is redacted, and the API user, whose
/// name is half a login, is left to `lychgate clients`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry<'a> {
    /// The request id: in the log, and in replies that say that something is broken.
    pub id: Cow<'a, str>,
    pub at: Timestamp,
    pub took_us: u64,
    pub peer: IpAddr,
    pub base_url: Cow<'a, str>,
    pub face: Cow<'a, str>,
    /// Empty when the call named none of ours.
    pub operation: Cow<'a, str>,
    /// Of the reply; of a call whose connection was cut on purpose, that of the reply it did not get.
    pub status: u16,
    #[serde(default, skip_serializing_if = "Ended::is_whole")]
    pub ended: Ended,
    /// What the doctor found wrong with it, the worst first; empty also where it did not look.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doctor: Vec<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<u32>,
    pub received_bytes: u64,
    pub sent_bytes: u64,
    pub method: Cow<'a, str>,
    /// Both messages; absent when nothing of them could be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept<'a>>,
    /// Why a body or all of the messages is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<Cow<'a, str>>,
}

/// What is kept of a call's messages. `Debug` shows nothing of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept<'a> {
    /// Path and query.
    pub target: Cow<'a, str>,
    pub request: Message<'a>,
    pub response: Message<'a>,
}

/// Headers and body of one side.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message<'a> {
    pub headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub body: Cow<'a, str>,
    /// In place of `body` where it is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<Cow<'a, str>>,
}

impl Debug for Entry<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Debug for Kept<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept(..)")
    }
}

impl Debug for Message<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Message(..)")
    }
}

impl<'a> Entry<'a> {
    /// The facts and, where it may be kept, the redacted exchange.
    pub fn of(
        facts: &'a Facts,
        method: &'a str,
        status: u16,
        redacted: Option<&'a Exchange>,
        left_out: Option<&'a str>,
    ) -> Self {
        Self {
            id: facts.request_id.as_str().into(),
            at: facts.at,
            took_us: u64::try_from(facts.took.as_micros()).unwrap_or(u64::MAX),
            peer: facts.peer,
            base_url: facts.base_url.as_str().into(),
            face: facts.face.into(),
            operation: facts.operation.into(),
            status,
            ended: facts.ended,
            doctor: Vec::new(),
            account: facts.caller.as_ref().map(|(account, _)| *account),
            received_bytes: facts.received_bytes,
            sent_bytes: facts.sent_bytes,
            method: method.into(),
            kept: redacted.map(Kept::of),
            left_out: left_out.map(Cow::Borrowed),
        }
    }

    /// Whether the call was not answered well, as far as its status and its end say.
    pub fn failed(&self) -> bool {
        has_failed(self.status, self.ended)
    }

    /// The exchange, where it was kept and there was a reply. Parts that an editor has broken are left out.
    pub fn exchange(&self) -> Option<Exchange> {
        let kept = self.kept.as_ref().filter(|_| !self.ended.is_cut())?;
        Some(Exchange {
            request: Request {
                method: self.method.parse().ok()?,
                target: kept.target.clone().into_owned(),
                headers: kept.request.header_map(),
                body: kept.request.bytes(),
            },
            response: Response {
                status: self.status.try_into().ok()?,
                headers: kept.response.header_map(),
                body: kept.response.bytes(),
            },
        })
    }

    /// The line for the file, its end included; `None` when it is longer than `most_bytes`.
    pub(super) fn to_line(&self, most_bytes: usize) -> Option<Vec<u8>> {
        line_of(self).filter(|line| line.len() <= most_bytes)
    }
}

/// What a call with this status and end counts as.
pub(super) fn has_failed(status: u16, ended: Ended) -> bool {
    status >= 400 || !ended.is_whole()
}

/// Calls that came faster than they could be kept. It stands where they would stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// How many.
    pub missing: u64,
    /// When calls were kept again.
    pub at: Timestamp,
}

impl Gap {
    pub(super) fn to_line(self) -> Option<Vec<u8>> {
        line_of(&self)
    }
}

/// What a line of the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Call(Box<Entry<'static>>),
    Gap(Gap),
}

impl Line {
    /// Reads the JSON of a line; `None` for one of another version.
    pub fn of_json(json: &[u8]) -> Option<Self> {
        let call = serde_json::from_slice(json).map(|entry| Self::Call(Box::new(entry)));
        call.or_else(|_| serde_json::from_slice(json).map(Self::Gap)).ok()
    }
}

/// Bytes that most lines fit into.
const LINE_BYTES: usize = 4 * 1024;

fn line_of(said: &impl Serialize) -> Option<Vec<u8>> {
    let mut line = Vec::with_capacity(LINE_BYTES);
    line.resize(CHECKSUM_DIGITS + 1, b' ');
    // Writing JSON into memory fails for none of these types.
    serde_json::to_writer(&mut line, said).ok()?;
    let (head, json) = line.split_at_mut_checked(CHECKSUM_DIGITS + 1)?;
    let digits = format!("{:08x} ", crc32fast::hash(json));
    head.copy_from_slice(digits.as_bytes());
    line.push(b'\n');
    Some(line)
}

impl Entry<'static> {
    /// Reads a line without its end; `None` when its checksum or its form is wrong.
    pub fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(checked(line)?).ok()
    }
}

/// The JSON of a line whose checksum is right.
pub(super) fn checked(line: &[u8]) -> Option<&[u8]> {
    let (digits, rest) = line.split_at_checked(CHECKSUM_DIGITS)?;
    let json = rest.strip_prefix(b" ")?;
    let sum = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (crc32fast::hash(json) == sum).then_some(json)
}

impl<'a> Kept<'a> {
    fn of(exchange: &'a Exchange) -> Self {
        let Exchange { request, response } = exchange;
        Self {
            target: request.target.as_str().into(),
            request: Message::of(&request.headers, &request.body),
            response: Message::of(&response.headers, &response.body),
        }
    }
}

impl<'a> Message<'a> {
    fn of(headers: &'a HeaderMap, body: &'a Bytes) -> Self {
        let headers = headers.iter();
        let headers = headers
            .map(|(name, value)| (name.as_str().into(), String::from_utf8_lossy(value.as_bytes())));
        let text = std::str::from_utf8(body).ok();
        Self {
            headers: headers.collect(),
            body: text.unwrap_or_default().into(),
            body_base64: text.is_none().then(|| STANDARD.encode(body).into()),
        }
    }

    fn header_map(&self) -> HeaderMap {
        let headers = self.headers.iter().filter_map(|(name, value)| {
            let name: HeaderName = name.parse().ok()?;
            Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
        });
        headers.fold(HeaderMap::new(), |mut map, (name, value)| {
            map.append(name, value);
            map
        })
    }

    /// The body's bytes.
    pub fn bytes(&self) -> Bytes {
        match &self.body_base64 {
            Some(encoded) => STANDARD.decode(encoded.as_bytes()).unwrap_or_default().into(),
            None => Bytes::copy_from_slice(self.body.as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{exchange, facts};
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        let (facts, mut exchange) = (facts(7), exchange("<a>\n\u{e9}</a>", "fine"));
        exchange.response.body = Bytes::from_static(b"\xff\x00");
        exchange.request.headers.append("x-twice", "1".parse().unwrap());
        exchange.request.headers.append("x-twice", "2".parse().unwrap());
        let written = Entry::of(&facts, "POST", 200, Some(&exchange), None);
        let line = written.to_line(usize::MAX).unwrap();
        let (end, line) = line.split_last().unwrap();
        assert_eq!(*end, b'\n');
        assert!(!line.contains(&b'\n'));
        let read = Entry::read(line).unwrap();
        assert_eq!(read, written);
        assert_eq!(read.exchange().unwrap(), exchange);
    }

    #[test]
    fn a_gap_and_a_call_are_told_apart() {
        let gap = Gap { missing: 7, at: Timestamp::UNIX_EPOCH };
        let line = gap.to_line().unwrap();
        let json = checked(line.strip_suffix(b"\n").unwrap()).unwrap();
        assert_eq!(Line::of_json(json), Some(Line::Gap(gap)));
        let facts = facts(7);
        let entry = Entry::of(&facts, "GET", 404, None, None);
        let line = entry.to_line(usize::MAX).unwrap();
        let json = checked(line.strip_suffix(b"\n").unwrap()).unwrap();
        assert!(matches!(Line::of_json(json), Some(Line::Call(_))));
        assert_eq!(Line::of_json(b"{\"later\":1}"), None);
    }

    #[test]
    fn a_call_that_was_cut_has_failed_and_has_no_exchange() {
        let mut facts = facts(7);
        facts.ended = Ended::CutAfter;
        let exchange = exchange("<a/>", "");
        let line = Entry::of(&facts, "POST", 200, Some(&exchange), None).to_line(usize::MAX);
        let read = Entry::read(line.unwrap().strip_suffix(b"\n").unwrap()).unwrap();
        assert_eq!(read.ended, Ended::CutAfter);
        assert!(read.failed() && read.exchange().is_none() && read.kept.is_some());
    }

    #[test]
    fn facts_alone_are_an_entry() {
        let facts = facts(7);
        let written = Entry::of(&facts, "GET", 404, None, Some("too long"));
        let line = written.to_line(usize::MAX).unwrap();
        let read = Entry::read(line.strip_suffix(b"\n").unwrap()).unwrap();
        assert_eq!(read.left_out.as_deref(), Some("too long"));
        assert!(read.failed() && read.exchange().is_none());
        assert!(!format!("{read:?}").contains("192.0.2"));
        assert!(written.to_line(line.len() - 1).is_none());
    }

    proptest! {
        #[test]
        fn a_line_that_was_changed_anywhere_is_no_line(at in any::<prop::sample::Index>(), to in any::<u8>()) {
            let (facts, exchange) = (facts(7), exchange("<a/>", "fine"));
            let line = Entry::of(&facts, "POST", 200, Some(&exchange), None).to_line(usize::MAX);
            let mut line = line.unwrap();
            line.pop();
            let at = at.index(line.len());
            prop_assume!(!line[at].eq_ignore_ascii_case(&to));
            line[at] = to;
            prop_assert!(Entry::read(&line).is_none());
        }
    }
}
