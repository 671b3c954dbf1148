//! One request, as bytes for whoever is to be sent it.

use bytes::Bytes;

/// A call of a case.
#[derive(Debug, Clone)]
pub struct Call {
    /// Where the gateway takes it.
    pub path: &'static str,
    /// Header lines without `Host` and `Content-Length`, each with its line end.
    pub headers: String,
    pub body: Bytes,
    /// What the gateway's reply must contain.
    pub expected: &'static str,
}

impl Call {
    /// The whole request at `path` of the server `authority`.
    pub fn wire(&self, authority: &str, path: &str) -> Bytes {
        let Self { headers, body, .. } = self;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\n{headers}Content-Length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat().into()
    }
}
