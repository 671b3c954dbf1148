//! One call and its reply, and their form as text: an HTTP message as in RFC 9112.

use std::fmt::{Debug, Formatter};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

/// A call as the client made it, after chunks and compression were taken off.
///
/// `Debug` shows nothing that a person or a secret could be in.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// Path and query as sent.
    pub target: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What was answered, before compression.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A call and its reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    pub request: Request,
    pub response: Response,
}

/// Why a text is no HTTP message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadExchange {
    #[error("the first line is neither `METHOD target HTTP/1.1` nor `HTTP/1.1 status reason`")]
    FirstLine,
    #[error("line {line} is no header")]
    Header { line: usize },
}

/// A message's first line, its headers, and its body.
type Parts<'a> = (&'a str, HeaderMap, &'a [u8]);

impl Request {
    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query without its `?`; empty when there is none.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// Reads `METHOD target HTTP/1.1`, headers, an empty line, and the body as it stands. Lines may
    /// end in LF alone, as editors leave them.
    pub fn read(text: &[u8]) -> Result<Self, BadExchange> {
        let (first, headers, body) = parts(text)?;
        let mut words = first.split_ascii_whitespace();
        let (method, target) = (words.next(), words.next());
        let is_http = words.next().is_some_and(|version| version.starts_with("HTTP/1."));
        let (Some(method), Some(target), true) = (method, target, is_http) else {
            return Err(BadExchange::FirstLine);
        };
        let method = method.parse().map_err(|_| BadExchange::FirstLine)?;
        let body = Bytes::copy_from_slice(body);
        Ok(Self { method, target: target.to_owned(), headers, body })
    }

    /// The form that [`Request::read`] reads.
    pub fn write(&self) -> Bytes {
        let first = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        written(&first, &self.headers, &self.body)
    }
}

impl Response {
    /// Reads `HTTP/1.1 status reason`, headers, an empty line, and the body as it stands.
    pub fn read(text: &[u8]) -> Result<Self, BadExchange> {
        let (first, headers, body) = parts(text)?;
        let mut words = first.split_ascii_whitespace();
        let is_http = words.next().is_some_and(|version| version.starts_with("HTTP/1."));
        let status = words.next().filter(|_| is_http).and_then(|status| status.parse().ok());
        let status = status.ok_or(BadExchange::FirstLine)?;
        Ok(Self { status, headers, body: Bytes::copy_from_slice(body) })
    }

    /// The form that [`Response::read`] reads.
    pub fn write(&self) -> Bytes {
        let reason = self.status.canonical_reason().unwrap_or("-");
        let first = format!("HTTP/1.1 {} {reason}\r\n", self.status.as_u16());
        written(&first, &self.headers, &self.body)
    }
}

fn parts(text: &[u8]) -> Result<Parts<'_>, BadExchange> {
    let mut rest = text;
    let mut next_line = || {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, behind) = rest.split_at_checked(end)?;
        rest = behind.get(1..)?;
        std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)).ok()
    };
    let first = next_line().ok_or(BadExchange::FirstLine)?;
    let mut headers = HeaderMap::new();
    for number in 2.. {
        let bad = BadExchange::Header { line: number };
        let line = next_line().ok_or(bad)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or(bad)?;
        let name: HeaderName = name.trim().parse().map_err(|_| bad)?;
        headers.append(name, HeaderValue::from_str(value.trim()).map_err(|_| bad)?);
    }
    Ok((first, headers, rest))
}

fn written(first: &str, headers: &HeaderMap, body: &[u8]) -> Bytes {
    let mut out = BytesMut::from(first.as_bytes());
    for (name, value) in headers {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body);
    out.freeze()
}

impl Debug for Request {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let body_bytes = self.body.len();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("body_bytes", &body_bytes)
            .finish_non_exhaustive()
    }
}

impl Debug for Response {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let body_bytes = self.body.len();
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &body_bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_is_written() {
        let text = b"POST /v2/api.svc?x=1 HTTP/1.1\r\nhost: a\r\nx-twice: 1\r\nx-twice: 2\r\n\r\n<a>\n</a>";
        let request = Request::read(text).unwrap();
        assert_eq!((request.path(), request.query()), ("/v2/api.svc", "x=1"));
        assert_eq!(request.body, "<a>\n</a>");
        assert_eq!(request.headers.get_all("x-twice").iter().count(), 2);
        assert_eq!(Request::read(&request.write()), Ok(request));
    }

    #[test]
    fn a_response_is_read_as_it_is_written() {
        let text = b"HTTP/1.1 500 Internal Server Error\nContent-Type: text/xml\n\n<fault/>";
        let response = Response::read(text).unwrap();
        assert_eq!(response.status, 500);
        assert_eq!(response.body, "<fault/>");
        assert_eq!(Response::read(&response.write()), Ok(response));
    }

    #[test]
    fn what_is_no_message_is_refused_by_its_line() {
        assert_eq!(Request::read(b"").unwrap_err(), BadExchange::FirstLine);
        assert_eq!(Request::read(b"hello\n\n").unwrap_err(), BadExchange::FirstLine);
        assert_eq!(Response::read(b"HTTP/1.1 many\n\n").unwrap_err(), BadExchange::FirstLine);
        let bad = Request::read(b"GET / HTTP/1.1\nhost: a\nnothing\n\n");
        assert_eq!(bad.unwrap_err(), BadExchange::Header { line: 3 });
        let cut = Request::read(b"GET / HTTP/1.1\nhost: a\n");
        assert_eq!(cut.unwrap_err(), BadExchange::Header { line: 3 });
    }

    #[test]
    fn debug_shows_nobody() {
        let request = Request::read(b"GET /ann@b.example HTTP/1.1\n\nann@b.example").unwrap();
        assert!(!format!("{request:?}").contains("ann"));
    }
}
