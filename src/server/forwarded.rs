//! Who called, and by what address: `Host`, the request line, and what trusted proxies say.

use std::net::IpAddr;
use std::str::FromStr;

use http::header::{FORWARDED, HOST};
use http::{HeaderMap, HeaderName, Uri};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const X_FORWARDED_PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Longest authority that is believed. A DNS name has at most 253 characters.
const MAX_AUTHORITY_BYTES: usize = 270;

/// An address range such as `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    prefix_bits: u8,
}

/// Why a text is not a [`Network`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is neither an address nor a network such as 10.0.0.0/8")]
pub struct NetworkError {
    text: String,
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let wrong = || NetworkError { text: text.to_owned() };
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.trim(), None),
        };
        let base = IpAddr::from_str(address).map_err(|_| wrong())?.to_canonical();
        let most: u8 = if base.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match bits {
            Some(bits) => bits.parse().map_err(|_| wrong())?,
            None => most,
        };
        if prefix_bits > most { Err(wrong()) } else { Ok(Self { base, prefix_bits }) }
    }
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix_bits)).unwrap_or(0);
                base.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix_bits)).unwrap_or(0);
                base.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// Why the request's address cannot be used. Answered with 400 in plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    #[error("the request has no Host header")]
    Missing,
    #[error("the request has more than one Host header")]
    Repeated,
    #[error("the request's Host header is not a host name with an optional port")]
    Invalid,
}

/// Where the caller stands and what it called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub base_url: String,
    pub host: String,
    pub peer: IpAddr,
}

/// What a connection knows before any request.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    pub peer: IpAddr,
    pub secure: bool,
    /// `address:port` that the connection came to, for callers that name no host (HTTP/1.0).
    pub local: &'a str,
    pub trusted: &'a [Network],
    pub public_url: Option<&'a str>,
}

impl Origin<'_> {
    /// Puts together what the request line, `Host` and trusted proxies say.
    pub fn target(
        &self,
        uri: &Uri,
        headers: &HeaderMap,
        host_required: bool,
    ) -> Result<Target, HostError> {
        let own = self.own_authority(uri, headers, host_required)?;
        let told =
            if self.is_trusted(self.peer) { self.told_by_proxy(headers) } else { Told::default() };
        let authority = told.authority.as_deref().unwrap_or(own);
        let base_url = match self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => base_url(told.secure.unwrap_or(self.secure), authority, told.prefix),
        };
        let host = without_port(authority).to_ascii_lowercase();
        Ok(Target { base_url, host, peer: told.peer.unwrap_or(self.peer).to_canonical() })
    }

    /// RFC 9112, 3.2.2: an authority in the request line goes before `Host`.
    fn own_authority<'h>(
        &'h self,
        uri: &'h Uri,
        headers: &'h HeaderMap,
        host_required: bool,
    ) -> Result<&'h str, HostError> {
        let mut hosts = headers.get_all(HOST).iter();
        let first = hosts.next();
        if hosts.next().is_some() {
            return Err(HostError::Repeated);
        }
        let named = match (uri.host(), first) {
            (Some(_), _) => {
                uri.authority().map_or("", |authority| without_user(authority.as_str()))
            }
            (None, Some(value)) => value.to_str().map_err(|_| HostError::Invalid)?.trim(),
            (None, None) if host_required => return Err(HostError::Missing),
            (None, None) => self.local,
        };
        match named {
            // RFC 9112 allows an empty Host where the target has no authority.
            "" => Ok(self.local),
            named if is_authority(named) => Ok(named),
            _ => Err(HostError::Invalid),
        }
    }

    fn is_trusted(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }

    fn told_by_proxy<'h>(&self, headers: &'h HeaderMap) -> Told<'h> {
        if headers.contains_key(FORWARDED) { self.forwarded(headers) } else { self.legacy(headers) }
    }

    /// RFC 7239. The first element is the one nearest to the caller.
    fn forwarded<'h>(&self, headers: &'h HeaderMap) -> Told<'h> {
        let texts = headers.get_all(FORWARDED).iter().filter_map(|value| value.to_str().ok());
        let elements: Vec<&str> = texts.flat_map(|text| text.split(',')).collect();
        let peers: Vec<IpAddr> = elements
            .iter()
            .filter_map(|element| node_address(parameter(element, "for")?))
            .collect();
        let first = elements.first().copied().unwrap_or("");
        Told {
            peer: self.nearest_untrusted(&peers),
            secure: parameter(first, "proto").and_then(is_https),
            authority: parameter(first, "host")
                .filter(|host| is_authority(host))
                .map(str::to_owned),
            prefix: prefix(headers),
        }
    }

    fn legacy<'h>(&self, headers: &'h HeaderMap) -> Told<'h> {
        let texts = headers.get_all(X_FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let peers: Vec<IpAddr> =
            texts.flat_map(|text| text.split(',')).filter_map(node_address).collect();
        let secure = first(headers, &X_FORWARDED_PROTO).and_then(is_https);
        Told {
            peer: self.nearest_untrusted(&peers),
            secure,
            authority: self.legacy_authority(headers, secure.unwrap_or(self.secure)),
            prefix: prefix(headers),
        }
    }

    /// `X-Forwarded-Host` may carry a port itself; then `X-Forwarded-Port` says nothing new.
    fn legacy_authority(&self, headers: &HeaderMap, secure: bool) -> Option<String> {
        let host = first(headers, &X_FORWARDED_HOST).filter(|host| is_authority(host));
        let port = first(headers, &X_FORWARDED_PORT).and_then(|port| port.parse::<u16>().ok());
        let default_port = if secure { 443 } else { 80 };
        match (host, port) {
            (Some(host), Some(port)) if without_port(host) == host && port != default_port => {
                Some(format!("{host}:{port}"))
            }
            (Some(host), _) => Some(host.to_owned()),
            (None, Some(port)) => self.own_with_port(headers, port, default_port),
            (None, None) => None,
        }
    }

    fn own_with_port(&self, headers: &HeaderMap, port: u16, default_port: u16) -> Option<String> {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or(self.local);
        let host = without_port(host.trim());
        let authority =
            if port == default_port { host.to_owned() } else { format!("{host}:{port}") };
        is_authority(&authority).then_some(authority)
    }

    /// From our side outwards, the first address that is none of our proxies.
    fn nearest_untrusted(&self, peers: &[IpAddr]) -> Option<IpAddr> {
        let outermost = peers.first().copied();
        peers.iter().rev().copied().find(|peer| !self.is_trusted(*peer)).or(outermost)
    }
}

/// What a trusted proxy says.
#[derive(Debug, Default)]
struct Told<'h> {
    peer: Option<IpAddr>,
    secure: Option<bool>,
    authority: Option<String>,
    prefix: &'h str,
}

fn base_url(secure: bool, authority: &str, prefix: &str) -> String {
    let scheme = if secure { "https://" } else { "http://" };
    let mut url = String::with_capacity(scheme.len() + authority.len() + prefix.len());
    url.push_str(scheme);
    url.push_str(authority);
    url.push_str(prefix);
    url
}

fn first<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()?.split(',').next().map(str::trim)
}

/// A path prefix that a proxy took away. It ends up in XML and URLs: plain path characters only.
fn prefix(headers: &HeaderMap) -> &str {
    let text = first(headers, &X_FORWARDED_PREFIX).unwrap_or("").trim_end_matches('/');
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~');
    let usable = text.starts_with('/') && !text.starts_with("//") && text.bytes().all(plain);
    if usable { text } else { "" }
}

fn is_https(proto: &str) -> Option<bool> {
    if proto.eq_ignore_ascii_case("https") {
        return Some(true);
    }
    proto.eq_ignore_ascii_case("http").then_some(false)
}

/// One `name=value` of a `Forwarded` element, without quotes.
fn parameter<'e>(element: &'e str, name: &str) -> Option<&'e str> {
    element.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn node_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| Some(rest.split_once(']')?.0));
    let candidate = bare.unwrap_or(text);
    IpAddr::from_str(candidate).ok().or_else(|| IpAddr::from_str(candidate.split_once(':')?.0).ok())
}

fn without_user(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            // `::1` without brackets is an address, not a host with a port.
            if host.contains(':') && !host.ends_with(']') { authority } else { host }
        }
        _ => authority,
    }
}

/// A host name or address with an optional port, and nothing that XML or a URL could choke on.
fn is_authority(text: &str) -> bool {
    let host = without_port(text);
    let port = text.get(host.len()..).unwrap_or("");
    let port_fits = port.strip_prefix(':').is_none_or(|port| port.parse::<u16>().is_ok());
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let host_fits = match address {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(plain),
    };
    text.len() <= MAX_AUTHORITY_BYTES && port_fits && host_fits
}
