//! Exchanges from files: `.http` messages, HAR archives, and lines of the server's log.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;

use super::tls::Handshake;
use crate::contract::{BadExchange, Exchange, Request, Response};

/// What a file held.
#[derive(Debug)]
pub enum Input {
    /// Calls of one client in their order; at least one.
    Exchanges(Vec<Exchange>),
    /// Handshakes that failed; at least one.
    Handshakes(Vec<Handshake>),
}

/// Why a file cannot be diagnosed.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("the file is empty")]
    Empty,
    #[error("the message that begins at line {line} cannot be read: {source}")]
    Message { line: usize, source: BadExchange },
    #[error("the call at line {line} has no reply behind it; a reply is `HTTP/1.1 …`")]
    NoReply { line: usize },
    #[error("the HAR archive cannot be read: {0}")]
    Har(String),
    #[error(
        "the file begins neither with a request line, nor with `{{` of a HAR archive, and holds no line of a failed TLS handshake"
    )]
    Unknown,
}

/// Most calls that are read of one file.
const MOST_CALLS: usize = 10_000;

/// Reads a file of any of the kinds.
///
/// A `.http` file is one call and its reply, or several of one client one behind the other. Lines
/// that begin with `#####` may stand in front of a message. A body ends with its `Content-Length`,
/// or where there is none before the next line that begins a message.
pub fn read(text: &[u8]) -> Result<Input, Unreadable> {
    let trimmed = text.trim_ascii_start();
    if trimmed.is_empty() {
        return Err(Unreadable::Empty);
    }
    if trimmed.starts_with(b"{") {
        let handshakes = Handshake::all_in(&String::from_utf8_lossy(text));
        if !handshakes.is_empty() {
            return Ok(Input::Handshakes(handshakes));
        }
        return har(trimmed).map(Input::Exchanges);
    }
    if begins_message(trimmed) || trimmed.starts_with(MARK) {
        return messages(text).map(Input::Exchanges);
    }
    let handshakes = Handshake::all_in(&String::from_utf8_lossy(text));
    if handshakes.is_empty() { Err(Unreadable::Unknown) } else { Ok(Input::Handshakes(handshakes)) }
}

/// A line that separates messages.
const MARK: &[u8] = b"#####";

/// Whether the text begins with a request line or a status line.
fn begins_message(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let line = line.trim_end_matches('\r');
    if line.starts_with("HTTP/1.") {
        return true;
    }
    let mut words = line.split(' ');
    let method = words.next().unwrap_or_default();
    let is_method =
        (3..=7).contains(&method.len()) && method.bytes().all(|b| b.is_ascii_uppercase());
    is_method && (line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0"))
}

/// The messages of a `.http` file, paired.
fn messages(text: &[u8]) -> Result<Vec<Exchange>, Unreadable> {
    let mut exchanges = Vec::new();
    let mut at = 0;
    while let Some(start) = next_message(text, at) {
        let end = end_of_message(text, start);
        let request = slice(text, start, end);
        let line = line_of(text, start);
        let request =
            Request::read(request).map_err(|source| Unreadable::Message { line, source })?;
        let Some(start) = next_message(text, end) else { return Err(Unreadable::NoReply { line }) };
        if !slice(text, start, text.len()).starts_with(b"HTTP/1.") {
            return Err(Unreadable::NoReply { line });
        }
        let end = end_of_message(text, start);
        let line = line_of(text, start);
        let response = Response::read(slice(text, start, end))
            .map_err(|source| Unreadable::Message { line, source })?;
        exchanges.push(Exchange { request, response });
        at = end;
        if exchanges.len() >= MOST_CALLS {
            break;
        }
    }
    if exchanges.is_empty() { Err(Unreadable::Unknown) } else { Ok(exchanges) }
}

fn slice(text: &[u8], start: usize, end: usize) -> &[u8] {
    text.get(start..end).unwrap_or_default()
}

fn line_of(text: &[u8], at: usize) -> usize {
    slice(text, 0, at).split(|byte| *byte == b'\n').count()
}

/// Where the next message begins, at or behind `from`.
fn next_message(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        if begins_message(rest) {
            return Some(at);
        }
        at += rest.iter().position(|byte| *byte == b'\n')? + 1;
    }
}

/// Where the message that begins at `start` ends: by its length, else before the next one.
fn end_of_message(text: &[u8], start: usize) -> usize {
    let rest = slice(text, start, text.len());
    let Some(head) = head_len(rest) else { return text.len() };
    let body = start + head;
    let stated = stated_length(slice(text, start, body)).map(|length| body.saturating_add(length));
    // A capture that was edited by hand may state a length that is no longer so.
    if let Some(end) = stated.filter(|end| *end <= text.len()) {
        let behind = slice(text, end, text.len()).trim_ascii_start();
        if behind.is_empty() || behind.starts_with(MARK) || begins_message(behind) {
            return end;
        }
    }
    let next = next_message(text, body).unwrap_or(text.len());
    let mark = find_mark(text, body).unwrap_or(text.len());
    let end = next.min(mark);
    // The line break before the next message is the file's, not the body's.
    let body_text = slice(text, body, end);
    let body_text = if end < text.len() { body_text.trim_ascii_end() } else { body_text };
    let body_text = body_text.strip_suffix(b"\n").unwrap_or(body_text);
    body + body_text.strip_suffix(b"\r").unwrap_or(body_text).len()
}

fn find_mark(text: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    if rest.starts_with(MARK) {
        return Some(from);
    }
    let found = rest.windows(6).position(|at| at == b"\n#####")?;
    Some(from + found + 1)
}

/// Bytes of the head with its empty line.
fn head_len(message: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = message.get(at..)?;
        let end = rest.iter().position(|byte| *byte == b'\n')? + 1;
        at += end;
        if matches!(rest.get(..end), Some(b"\n" | b"\r\n")) {
            return Some(at);
        }
    }
}

fn stated_length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    let mut headers = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let (_, value) =
        headers.find(|(name, _)| name.trim().eq_ignore_ascii_case("content-length"))?;
    value.trim().parse().ok()
}

/// The parts of a HAR archive, or of one entry of it, that are needed.
#[derive(Deserialize)]
struct Har {
    log: Option<HarLog>,
    request: Option<HarRequest>,
    response: Option<HarResponse>,
}

#[derive(Deserialize)]
struct HarLog {
    entries: Vec<HarEntry>,
}

#[derive(Deserialize)]
struct HarEntry {
    request: HarRequest,
    response: HarResponse,
}

#[derive(Deserialize)]
struct HarHeader {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<HarHeader>,
    #[serde(rename = "postData")]
    post_data: Option<HarText>,
}

#[derive(Deserialize)]
struct HarResponse {
    status: u16,
    #[serde(default)]
    headers: Vec<HarHeader>,
    content: Option<HarText>,
}

#[derive(Deserialize)]
struct HarText {
    #[serde(default)]
    text: String,
    encoding: Option<String>,
}

fn har(text: &[u8]) -> Result<Vec<Exchange>, Unreadable> {
    let wrong = |error: serde_json::Error| {
        Unreadable::Har(format!("line {}, column {}", error.line(), error.column()))
    };
    let archive: Har = serde_json::from_slice(text).map_err(wrong)?;
    let entries = match archive {
        Har { log: Some(log), .. } => log.entries,
        Har { request: Some(request), response: Some(response), .. } => {
            vec![HarEntry { request, response }]
        }
        _ => return Err(Unreadable::Har("there is neither a log nor an entry in it".to_owned())),
    };
    if entries.is_empty() {
        return Err(Unreadable::Har("there is no entry in it".to_owned()));
    }
    entries.into_iter().take(MOST_CALLS).map(exchange).collect()
}

fn exchange(entry: HarEntry) -> Result<Exchange, Unreadable> {
    let wrong = |what: &str| Unreadable::Har(format!("an entry's {what} is not readable"));
    let HarEntry { request, response } = entry;
    let url: http::Uri = request.url.parse().map_err(|_| wrong("url"))?;
    let mut headers = headers(request.headers);
    if let (None, Some(authority)) = (headers.get("host"), url.authority()) {
        let host = HeaderValue::from_str(authority.as_str()).map_err(|_| wrong("url"))?;
        headers.insert("host", host);
    }
    let target = url.path_and_query().map_or("/", |both| both.as_str()).to_owned();
    let method: Method = request.method.parse().map_err(|_| wrong("method"))?;
    let status = StatusCode::from_u16(response.status).map_err(|_| wrong("status"))?;
    Ok(Exchange {
        request: Request { method, target, headers, body: body(request.post_data)? },
        response: Response {
            status,
            headers: self::headers(response.headers),
            body: body(response.content)?,
        },
    })
}

fn headers(given: Vec<HarHeader>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for HarHeader { name, value } in given {
        // HTTP/2's pseudo-headers are no headers of ours.
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
            headers.append(name, value);
        }
    }
    headers
}

fn body(text: Option<HarText>) -> Result<Bytes, Unreadable> {
    use base64::Engine as _;
    let Some(HarText { text, encoding }) = text else { return Ok(Bytes::new()) };
    if encoding.is_none_or(|encoding| encoding != "base64") {
        return Ok(Bytes::from(text));
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(text);
    decoded.map(Bytes::from).map_err(|_| Unreadable::Har("a body is no base64".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchanges(text: &str) -> Vec<Exchange> {
        match read(text.as_bytes()) {
            Ok(Input::Exchanges(exchanges)) => exchanges,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_call_and_its_reply_are_read_by_their_lengths() {
        let text = "POST /a HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n\r\nyes\n";
        let read = exchanges(text);
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].request.body, "abc");
        assert_eq!(read[0].response.body, "yes");
    }

    #[test]
    fn several_calls_are_told_apart_without_lengths_and_with_marks() {
        let text = "##### the first\nGET /a HTTP/1.1\n\n\nHTTP/1.1 401 Unauthorized\n\n\
                    ##### again\nPOST /a HTTP/1.1\nhost: x\n\n<a>\n</a>\n\nHTTP/1.1 200 OK\n\n<b/>\n";
        let read = exchanges(text);
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].response.status, 401);
        assert_eq!(read[1].request.body, "<a>\n</a>");
        assert_eq!(read[1].response.body, "<b/>");
    }

    #[test]
    fn a_mark_behind_an_empty_body_is_no_body() {
        let text = "##### one\nGET /a HTTP/1.1\nhost: x\n\n##### its reply\nHTTP/1.1 204 No Content\n\n\
                    ##### two\nGET /b HTTP/1.1\n\n##### its reply\nHTTP/1.1 200 OK\n\n##### no more\n";
        let read = exchanges(text);
        assert_eq!(read.len(), 2);
        for Exchange { request, response } in &read {
            assert!(request.body.is_empty() && response.body.is_empty());
        }
    }

    #[test]
    fn a_length_that_is_no_longer_true_does_not_count() {
        let text = "POST /a HTTP/1.1\ncontent-length: 2\n\n<aaaa/>\nHTTP/1.1 200 OK\n\n<b/>";
        assert_eq!(exchanges(text)[0].request.body, "<aaaa/>");
    }

    #[test]
    fn an_entry_of_a_har_archive_is_an_exchange() {
        let entry = r#"{"request":{"method":"POST","url":"https://x.example:8443/v2/a?b=1",
            "headers":[{"name":"Content-Type","value":"text/xml"}],"postData":{"text":"<a/>"}},
            "response":{"status":200,"headers":[],"content":{"text":"PGIvPg==","encoding":"base64"}}}"#;
        for text in [entry.to_owned(), format!("{{\"log\":{{\"entries\":[{entry}]}}}}")] {
            let read = exchanges(&text);
            assert_eq!(read[0].request.target, "/v2/a?b=1");
            assert_eq!(read[0].request.headers["host"], "x.example:8443");
            assert_eq!(read[0].response.body, "<b/>");
        }
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let said = |text: &str| read(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(said(" \n"), "the file is empty");
        assert!(said("GET /a HTTP/1.1\n\n").contains("line 1 has no reply"));
        assert!(said("{\"log\":{\"entries\":[]}}").contains("no entry"));
        assert!(said("hello").contains("neither"));
    }
}
