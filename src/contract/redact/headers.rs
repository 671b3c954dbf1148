//! Which headers are kept, and what of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE,
    TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use md5::{Digest as _, Md5};

use super::edit::{applied, settled};
use super::names::Meaning;
use super::pass::Pass;
use super::token::{self, LOGIN, PASSWORD};
use super::{Obstacle, Unredactable};
use crate::protocol::form::text;

const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

/// The headers that say something about a call or its reply. All others are dropped: nobody knows
/// what a proxy put into them. In the order of the alphabet.
pub const KEPT_HEADERS: [&str; 44] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "allow",
    "authorization",
    "cache-control",
    "connection",
    "content-disposition",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "cookie",
    "date",
    "etag",
    "expect",
    "expires",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "last-modified",
    "location",
    "mime-version",
    "pragma",
    "proxy-authorization",
    "retry-after",
    "server",
    "set-cookie",
    "soapaction",
    "te",
    "user-agent",
    "vary",
    "via",
    "www-authenticate",
    "x-aspnet-version",
    "x-http-method-override",
    "x-powered-by",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-scope",
];

/// The headers that are kept, in their order. Bodies come without chunks and compression, so the
/// headers that announce these go.
pub(super) fn redacted(
    pass: &mut Pass<'_>,
    headers: &HeaderMap,
) -> Result<HeaderMap, Unredactable> {
    let mut kept = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        if KEPT_HEADERS.binary_search(&name.as_str()).is_err() {
            continue;
        }
        let place = pass.place();
        let redacted = redacted_value(pass, name, value.as_bytes());
        let value = match redacted {
            Some(value) => HeaderValue::from_bytes(&value)
                .map_err(|_| Unredactable { place, obstacle: Obstacle::SecretLeft })?,
            None => value.clone(),
        };
        kept.append(name.clone(), value);
    }
    Ok(kept)
}

/// `None` for a value that stays.
fn redacted_value(pass: &mut Pass<'_>, name: &HeaderName, value: &[u8]) -> Option<Vec<u8>> {
    if *name == AUTHORIZATION || *name == PROXY_AUTHORIZATION {
        return Some(authorization(pass, value, *name == AUTHORIZATION));
    }
    if *name == COOKIE || *name == SET_COOKIE {
        return Some(cookies(pass, value, *name == SET_COOKIE));
    }
    let edits = settled(pass.scanned(value));
    (!edits.is_empty()).then(|| applied(value, &edits))
}

/// `Basic {login}:{password}`, `Bearer {api_key}`, or the scheme with a token.
fn authorization(pass: &mut Pass<'_>, value: &[u8], is_ours: bool) -> Vec<u8> {
    let value = text::read(value).into_owned();
    let (scheme, rest) = value.trim().split_once([' ', '\t']).unwrap_or(("", value.trim()));
    let rest = rest.trim();
    if rest.is_empty() || token::is_ours(rest) || rest == basic_stand_in() {
        return value.into_bytes();
    }
    let with = match scheme.to_ascii_lowercase().as_str() {
        "basic" => return basic(pass, scheme, rest, is_ours).into_bytes(),
        "bearer" if is_ours => pass.took(rest, token::API_KEY),
        _ => pass.took_as_token(rest),
    };
    format!("{scheme} {with}").trim_start().to_owned().into_bytes()
}

fn basic_stand_in() -> String {
    format!("{LOGIN}:{PASSWORD}")
}

/// What the header holds is in clear afterwards: a replay puts its own login in and encodes it.
fn basic(pass: &mut Pass<'_>, scheme: &str, encoded: &str, is_ours: bool) -> String {
    let decoded = super::base64::leniently(encoded.as_bytes());
    let Some(login) = decoded else { return format!("{scheme} {}", pass.took_as_token(encoded)) };
    let login = text::read(&login).into_owned();
    let (user, password) = login.split_once(':').unwrap_or((&login, ""));
    pass.took_as_token(encoded);
    if is_ours {
        pass.took(password, PASSWORD);
        pass.took(user, LOGIN);
        return format!("{scheme} {}", basic_stand_in());
    }
    pass.took_as_token(password);
    pass.took_as_token(user);
    format!("{scheme} {}", pass.took_as_token(encoded))
}

/// Names stay, values become tokens; so do the attributes of what is set.
fn cookies(pass: &mut Pass<'_>, value: &[u8], is_set: bool) -> Vec<u8> {
    let value = text::read(value).into_owned();
    let mut out = Vec::new();
    for (at, part) in value.split(';').enumerate() {
        if at > 0 {
            out.push(b';');
        }
        match part.split_once('=') {
            Some((name, text)) if !is_set || at == 0 => {
                let bare = text.trim().trim_matches('"');
                let with = if token::is_ours(bare) || bare.is_empty() {
                    text.to_owned()
                } else {
                    pass.took_as_token(bare)
                };
                out.extend_from_slice(format!("{name}={with}").as_bytes());
            }
            _ => out.extend_from_slice(part.as_bytes()),
        }
    }
    out
}

/// Puts the lengths right after the body was redacted.
pub(super) fn corrected(headers: &mut HeaderMap, before: &HeaderMap, was: &[u8], body: &[u8]) {
    let was_coded = before.contains_key(CONTENT_ENCODING) || before.contains_key(TRANSFER_ENCODING);
    if was == body && !was_coded {
        return;
    }
    if headers.contains_key(CONTENT_LENGTH) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    if headers.contains_key(CONTENT_MD5) {
        let digest = STANDARD.encode(Md5::digest(body));
        if let Ok(digest) = HeaderValue::from_str(&digest) {
            headers.insert(CONTENT_MD5, digest);
        }
    }
}

impl Pass<'_> {
    /// Remembers a credential and says what takes its place.
    pub(super) fn took(&mut self, text: &str, with: &str) -> String {
        if !token::is_ours(text) {
            self.remember(text, with);
        }
        with.to_owned()
    }

    /// As [`took`](Self::took), with a token of its own.
    pub(super) fn took_as_token(&mut self, text: &str) -> String {
        if text.is_empty() || token::is_ours(text) {
            return text.to_owned();
        }
        let with = self.token(Meaning::Secret, text);
        self.remember(text, &with);
        with
    }
}
