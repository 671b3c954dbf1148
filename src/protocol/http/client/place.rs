//! Who is called.

use http::uri::{Authority, Uri};
use http::{HeaderValue, uri::Scheme};

use super::BadPlace;

/// Scheme, host and port of a server, and the path prefix that its URL brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub secure: bool,
    /// Lower case, without the brackets of an IPv6 address.
    pub host: String,
    pub port: u16,
    /// Put before every path; without a `/` at its end, empty for most.
    pub prefix: String,
    /// As it goes into `Host`: without the port where it is the scheme's own.
    authority: String,
}

impl Place {
    pub fn of(url: &str) -> Result<Self, BadPlace> {
        let uri: Uri = url.trim().parse().map_err(|_| BadPlace::NoUrl)?;
        let authority = uri.authority().ok_or(BadPlace::NoUrl)?;
        let secure = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            _ => return Err(BadPlace::Scheme),
        };
        if authority.as_str().contains('@') || uri.query().is_some() || url.contains('#') {
            return Err(BadPlace::Extras);
        }
        let usual = if secure { 443 } else { 80 };
        let port = port_of(authority, usual).ok_or(BadPlace::NoUrl)?;
        let host = authority.host().to_ascii_lowercase();
        let authority = if port == usual { host.clone() } else { format!("{host}:{port}") };
        let host = host.trim_matches(['[', ']']).to_owned();
        let prefix = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { secure, host, port, prefix, authority })
    }

    /// Scheme and authority, such as `https://api.example.org`.
    pub fn origin(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }

    /// Whether an entry of a list of allowed hosts, `host` or `host:port`, is this place. Without
    /// a port the scheme's own is meant.
    pub fn is_named_by(&self, entry: &str) -> bool {
        let entry = entry.trim().to_ascii_lowercase();
        let usual = if self.secure { 443 } else { 80 };
        let bracketed = format!("[{}]", self.host);
        [&self.host, &bracketed].into_iter().any(|host| {
            entry == format!("{host}:{}", self.port) || (entry == *host && self.port == usual)
        })
    }

    pub(super) fn host_header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.authority).unwrap_or(HeaderValue::from_static(""))
    }
}

/// The port that is written, or the usual one; `None` where what is written is no port.
fn port_of(authority: &Authority, usual: u16) -> Option<u16> {
    let behind = authority.as_str().rsplit_once(']').map_or(authority.as_str(), |(_, rest)| rest);
    if behind.contains(':') { authority.port_u16() } else { Some(usual) }
}
