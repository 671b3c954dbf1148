//! `UsernameToken`: the password as text or as a digest, with nonce and time.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::nonce::{Key, NonceCache, Use, believed_until, key};
use super::{Credentials, Distrust, Lifetime, Login, WINDOW, moment};

const PROFILE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#";

/// Longest decoded nonce, in bytes. WCF and WSS4J send 16.
const MAX_NONCE_BYTES: usize = 128;

/// A `UsernameToken` as it stands in the header, unjudged.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UsernameToken {
    pub user: String,
    pub password: Zeroizing<String>,
    /// The `Type` attribute of `Password`; absent means text.
    pub password_type: Option<String>,
    /// Base64.
    pub nonce: Option<String>,
    /// As sent: the digest is over these very characters.
    pub created: Option<String>,
}

impl fmt::Debug for UsernameToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UsernameToken(…)")
    }
}

/// A digest of a password: Base64(SHA-1(nonce + created + password)), with the nonce decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Digest {
    pub user: String,
    nonce: Vec<u8>,
    created: String,
    sha1: Vec<u8>,
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

/// A nonce that is used up once its token turned out to be genuine.
#[derive(Clone, PartialEq, Eq)]
pub struct Nonce {
    user: String,
    value: Vec<u8>,
    until: Timestamp,
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(…)")
    }
}

impl UsernameToken {
    /// Checks form, time and replay, in this order, and yields what is left to verify.
    pub fn judge(
        self,
        now: Timestamp,
        seen: &NonceCache,
    ) -> Result<(Credentials, Option<Nonce>), Distrust> {
        let lifetime = Lifetime { created: self.created.clone(), expires: None };
        lifetime.check(now)?;
        let nonce = self.used_nonce(now)?;
        if nonce.as_ref().is_some_and(|nonce| seen.has_seen(&nonce.user, &nonce.value)) {
            return Err(Distrust::Replayed);
        }
        let kind = self.password_type.as_deref().unwrap_or_default().trim();
        match kind.strip_prefix(PROFILE).unwrap_or(kind) {
            "" | "PasswordText" => {
                Ok((Credentials::Text(Login { user: self.user, password: self.password }), nonce))
            }
            "PasswordDigest" => {
                let digest = self.digest(nonce.as_ref())?;
                Ok((Credentials::Digest(digest), nonce))
            }
            _ => Err(Distrust::UnknownPasswordType),
        }
    }

    /// A nonce without a time is legal with a text password; it counts from now.
    fn used_nonce(&self, now: Timestamp) -> Result<Option<Nonce>, Distrust> {
        let Some(text) = &self.nonce else { return Ok(None) };
        let value = decode(text)?;
        if value.is_empty() || value.len() > MAX_NONCE_BYTES {
            return Err(Distrust::Incomplete);
        }
        let created = self.created.as_deref().map(moment).transpose()?.unwrap_or(now);
        // Believed until created + lifetime + skew; see `Lifetime::check`.
        let until = believed_until(created, WINDOW + WINDOW);
        Ok(Some(Nonce { user: self.user.clone(), value, until }))
    }

    /// Without nonce and time a digest could be replayed for ever, so both must be there.
    fn digest(self, nonce: Option<&Nonce>) -> Result<Digest, Distrust> {
        let (Some(nonce), Some(created)) = (nonce, self.created) else {
            return Err(Distrust::Incomplete);
        };
        let sha1 = decode(&self.password)?;
        Ok(Digest { user: self.user, nonce: nonce.value.clone(), created, sha1 })
    }
}

impl Digest {
    /// Whether the digest is of this password. Takes the same time for every wrong one.
    pub fn is_of(&self, password: &str) -> bool {
        let mut hash = Sha1::new();
        hash.update(&self.nonce);
        hash.update(self.created.as_bytes());
        hash.update(password.as_bytes());
        let expected = hash.finalize();
        bool::from(expected.as_slice().ct_eq(&self.sha1))
    }
}

impl Nonce {
    /// Stands for user and nonce where other processes are told of them.
    pub fn key(&self) -> Key {
        key(&self.user, &self.value)
    }

    /// From then on its own time refuses it.
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// Uses the nonce up, after the token was verified.
    pub fn use_up(&self, seen: &NonceCache, now: Timestamp) -> Result<(), Distrust> {
        match seen.use_once(&self.user, &self.value, self.until, now) {
            Use::Fresh => Ok(()),
            Use::Replayed => Err(Distrust::Replayed),
            Use::Full => Err(Distrust::MemoryFull),
        }
    }
}

fn decode(text: &str) -> Result<Vec<u8>, Distrust> {
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(compact).map_err(|_| Distrust::MalformedBase64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn token(
        kind: Option<&str>,
        password: &str,
        nonce: Option<&str>,
        created: Option<&str>,
    ) -> UsernameToken {
        UsernameToken {
            user: "someone".to_owned(),
            password: Zeroizing::new(password.to_owned()),
            password_type: kind.map(str::to_owned),
            nonce: nonce.map(str::to_owned),
            created: created.map(str::to_owned),
        }
    }

    #[test]
    fn a_digest_is_over_the_decoded_nonce_the_time_as_written_and_the_password() {
        // Computed outside of this program, with Python's hashlib and base64.
        let token = token(
            Some(DIGEST),
            "CFp95l1EYHnG1msIkhOmM4dvb8k=",
            Some("MDEyMzQ1Njc4OWFiY2RlZg=="),
            Some("2026-11-21T20:02:23+00:00"),
        );
        let seen = NonceCache::default();
        let (credentials, _) = token.judge(at("2026-11-21T20:02:30Z"), &seen).unwrap();
        let Credentials::Digest(digest) = credentials else { panic!("a digest") };
        assert!(digest.is_of("pässword"));
        assert!(!digest.is_of("password"));
        assert!(!digest.is_of(""));
    }

    #[test]
    fn a_nonce_is_used_up_only_once_its_token_was_verified() {
        let seen = NonceCache::default();
        let now = at("2026-11-21T20:02:30Z");
        let send = || token(None, "pw", Some("bm9uY2U="), Some("2026-11-21T20:02:23Z"));
        let (_, nonce) = send().judge(now, &seen).unwrap();
        assert!(send().judge(now, &seen).is_ok());
        assert_eq!(nonce.as_ref().unwrap().use_up(&seen, now), Ok(()));
        assert_eq!(send().judge(now, &seen).unwrap_err(), Distrust::Replayed);
        assert_eq!(nonce.unwrap().use_up(&seen, now), Err(Distrust::Replayed));
    }

    #[test]
    fn text_is_taken_without_type_with_a_nonce_alone_and_with_a_time_alone() {
        let seen = NonceCache::default();
        let now = at("2026-11-21T20:02:30Z");
        let text = format!("{PROFILE}PasswordText");
        for token in [
            token(None, "pw", None, None),
            token(Some(&text), "pw", Some("bm9uY2U="), None),
            token(Some("PasswordText"), "pw", None, Some("2026-11-21T20:02:26Z")),
        ] {
            let (credentials, _) = token.judge(now, &seen).unwrap();
            let Credentials::Text(login) = credentials else { panic!("a text") };
            assert_eq!((login.user.as_str(), login.password.as_str()), ("someone", "pw"));
        }
    }

    #[test]
    fn a_token_out_of_its_time_or_incomplete_is_not_believed() {
        let seen = NonceCache::default();
        let now = at("2026-11-21T20:00:00Z");
        let judge = |token: UsernameToken| token.judge(now, &seen).map(|_| ()).unwrap_err();
        let nonce = Some("bm9uY2U=");
        assert_eq!(judge(token(None, "pw", None, Some("2026-11-21T19:49:59Z"))), Distrust::TooOld);
        assert_eq!(
            judge(token(None, "pw", None, Some("2026-11-21T20:05:01Z"))),
            Distrust::TooEarly
        );
        assert_eq!(judge(token(None, "pw", None, Some("soon"))), Distrust::MalformedTime);
        assert_eq!(judge(token(None, "pw", Some("!"), None)), Distrust::MalformedBase64);
        assert_eq!(judge(token(None, "pw", Some(""), None)), Distrust::Incomplete);
        assert_eq!(judge(token(Some(DIGEST), "AAAA", nonce, None)), Distrust::Incomplete);
        assert_eq!(
            judge(token(Some(DIGEST), "AAAA", None, Some("2026-11-21T20:00:00Z"))),
            Distrust::Incomplete
        );
        assert_eq!(
            judge(token(Some("urn:other"), "pw", None, None)),
            Distrust::UnknownPasswordType
        );
    }

    #[test]
    fn a_token_shows_nothing_of_itself() {
        let shown = format!("{:?}", token(None, "hush", Some("bm9uY2U="), None));
        assert!(!shown.contains("hush") && !shown.contains("bm9uY2U"));
    }
}
