//! Compressed bodies, decoded in small pieces under an absolute bound and a ratio.

mod bounded;
mod inflate;
mod members;
#[cfg(test)]
mod tests;

use http::HeaderValue;
use http::header::GetAll;

pub use self::inflate::Inflater;
use super::http::BodyError;

/// How a body is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Identity,
    Gzip,
    /// RFC 9110 means zlib by this; old senders mean bare deflate. Both are read.
    Deflate,
    /// No registered coding; the Selzy API's documents name it.
    Bzip2,
}

impl Coding {
    /// Reads `Content-Encoding`. PHP sends `gzip` and `deflate`, old proxies `x-gzip`.
    pub fn of(values: GetAll<'_, HeaderValue>) -> Result<Self, BodyError> {
        let mut coding = Self::Identity;
        for value in values {
            let text = value.to_str().map_err(|_| BodyError::UnsupportedEncoding)?;
            for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                let next = Self::named(name).ok_or(BodyError::UnsupportedEncoding)?;
                if next != Self::Identity && coding != Self::Identity {
                    // Twice compressed is only ever sent to hurt.
                    return Err(BodyError::UnsupportedEncoding);
                }
                coding = if next == Self::Identity { coding } else { next };
            }
        }
        Ok(coding)
    }

    fn named(name: &str) -> Option<Self> {
        [
            ("identity", Self::Identity),
            ("gzip", Self::Gzip),
            ("x-gzip", Self::Gzip),
            ("deflate", Self::Deflate),
            ("bzip2", Self::Bzip2),
            ("x-bzip2", Self::Bzip2),
        ]
        .into_iter()
        .find_map(|(known, coding)| name.eq_ignore_ascii_case(known).then_some(coding))
    }
}
