//! Who calls: HTTP Basic, or a WS-Security `UsernameToken` with its `Timestamp`.
//!
//! This module reads and judges what can be judged without accounts: forms, times, replays and
//! digests. Whether a user has a password is asked of the face. Nothing here prints a secret.

pub mod nonce;
pub mod username_token;

use jiff::{SignedDuration, Timestamp, civil};

use crate::protocol::basic::Login;

pub use nonce::NonceCache;
pub use username_token::{Digest, UsernameToken};

/// Namespace of `Security`, `UsernameToken` and the security faults.
pub const WSSE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";

/// Namespace of `Timestamp`, `Created` and `Expires`.
pub const WSU: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/// How far a caller's clock may be from ours, and how long a time without an end is believed.
/// WCF, WSE 2 and WSS4J all default to five minutes.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// What a call offers as proof of who calls. The face judges it against its accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// HTTP Basic: the readings that the bytes allow (UTF-8, ISO-8859-1); any one may match.
    Basic(Vec<Login>),
    /// A `UsernameToken` with the password as text.
    Text(Login),
    /// A `UsernameToken` with a digest of the password; needs the password itself to verify.
    Digest(Digest),
}

/// The `Security` header of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Security {
    pub timestamp: Option<Lifetime>,
    pub token: Option<UsernameToken>,
    /// A part is there twice, and so is perhaps the header itself. WS-Security forbids the second
    /// header, and of two parts one reader judges the first and another the last.
    pub doubled: bool,
}

/// `Timestamp`: the time in which a message may be believed, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lifetime {
    pub created: Option<String>,
    pub expires: Option<String>,
}

/// The security header cannot be believed: a time is missing, malformed or out of the window, a
/// nonce was used before, or a part is absent. Callers are never told which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    #[error("a time in the security header is malformed")]
    MalformedTime,
    #[error("the security header is too old")]
    TooOld,
    #[error("the security header is from the future")]
    TooEarly,
    #[error("the security header's nonce was used before")]
    Replayed,
    #[error("no more nonces can be remembered")]
    MemoryFull,
    #[error("a part of the security header is there twice")]
    Doubled,
    #[error("the user name token is incomplete")]
    Incomplete,
    #[error("the nonce or the digest is not base64")]
    MalformedBase64,
    #[error("the password type is unknown")]
    UnknownPasswordType,
}

impl Lifetime {
    /// Whether `now` is between created and expired, give or take [`WINDOW`].
    pub fn check(&self, now: Timestamp) -> Result<(), Distrust> {
        let created = self.created.as_deref().map(moment).transpose()?;
        let expires = self.expires.as_deref().map(moment).transpose()?;
        if created.is_some_and(|created| saturating_add(now, WINDOW) < created) {
            return Err(Distrust::TooEarly);
        }
        let end = expires.or_else(|| created.map(|created| saturating_add(created, WINDOW)));
        if end.is_some_and(|end| saturating_add(end, WINDOW) < now) {
            return Err(Distrust::TooOld);
        }
        Ok(())
    }
}

/// Reads an `xs:dateTime`; one without a zone is UTC, as the specification says.
pub(super) fn moment(text: &str) -> Result<Timestamp, Distrust> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let local: civil::DateTime = text.parse().map_err(|_| Distrust::MalformedTime)?;
    let zoned = local.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| Distrust::MalformedTime)?;
    Ok(zoned.timestamp())
}

pub(super) fn saturating_add(moment: Timestamp, duration: SignedDuration) -> Timestamp {
    moment.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn lifetime(created: Option<&str>, expires: Option<&str>) -> Lifetime {
        Lifetime { created: created.map(str::to_owned), expires: expires.map(str::to_owned) }
    }

    #[test]
    fn a_message_is_believed_within_its_lifetime_and_five_minutes_around_it() {
        let lifetime = lifetime(Some("2026-11-21T20:00:00Z"), Some("2026-11-21T20:10:00Z"));
        assert_eq!(lifetime.check(at("2026-11-21T20:05:00Z")), Ok(()));
        assert_eq!(lifetime.check(at("2026-11-21T19:55:00Z")), Ok(()));
        assert_eq!(lifetime.check(at("2026-11-21T20:15:00Z")), Ok(()));
        assert_eq!(lifetime.check(at("2026-11-21T19:54:59Z")), Err(Distrust::TooEarly));
        assert_eq!(lifetime.check(at("2026-11-21T20:15:01Z")), Err(Distrust::TooOld));
    }

    #[test]
    fn a_lifetime_without_an_end_lasts_five_minutes() {
        let lifetime = lifetime(Some("2026-11-21T20:00:00Z"), None);
        assert_eq!(lifetime.check(at("2026-11-21T20:10:00Z")), Ok(()));
        assert_eq!(lifetime.check(at("2026-11-21T20:10:01Z")), Err(Distrust::TooOld));
    }

    #[test]
    fn times_are_read_with_zone_fraction_or_neither() {
        let expected = Ok(at("2026-11-21T20:02:23Z"));
        for text in [
            "2026-11-21T20:02:23Z",
            "2026-11-21T21:02:23+01:00",
            " 2026-11-21T20:02:23 ",
            "2026-11-21T20:02:23.000Z",
        ] {
            assert_eq!(moment(text), expected, "{text}");
        }
        assert_eq!(moment("yesterday"), Err(Distrust::MalformedTime));
        assert_eq!(moment(""), Err(Distrust::MalformedTime));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let login =
            Login { user: "u".to_owned(), password: zeroize::Zeroizing::new("hush".to_owned()) };
        let shown = format!("{:?} {:?}", login, Credentials::Basic(vec![login.clone()]));
        assert!(!shown.contains("hush"));
    }
}
