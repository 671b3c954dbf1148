//! Remembers nonces for as long as their `Created` would be believed, so that none is used twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

/// Most nonces remembered at once over all users. WCF's cache holds 900,000 by default; at about
/// 100 bytes each, this many stay below 20 MiB.
const MAX_REMEMBERED: usize = 200_000;

/// Whether a nonce may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Not seen within the window, and remembered from now on.
    Fresh,
    /// Seen before with this user.
    Replayed,
    /// There is no room to remember it, so it cannot be believed.
    Full,
}

/// A bounded, time-boxed memory of (user, nonce). Use a nonce up only after its freshness and its
/// password were checked: a stale one needs no memory, since its time refuses it, and strangers
/// must not be able to fill the memory.
#[derive(Debug, Default)]
pub struct NonceCache {
    seen: Mutex<Seen>,
}

/// Half of a SHA-256 over user and nonce, so that an entry has one small size.
pub(super) type Key = [u8; 16];

#[derive(Default)]
struct Seen {
    until: BTreeMap<Key, Timestamp>,
    by_end: BTreeSet<(Timestamp, Key)>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seen").field("nonces", &self.until.len()).finish_non_exhaustive()
    }
}

impl NonceCache {
    /// Whether this user has used the nonce before and the memory of it still matters.
    pub fn has_seen(&self, user: &str, nonce: &[u8]) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.until.contains_key(&key(user, nonce))
    }

    /// Uses a nonce up until its own time refuses it, or says that it was used before.
    pub fn use_once(&self, user: &str, nonce: &[u8], until: Timestamp, now: Timestamp) -> Use {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.forget_before(now);
        let key = key(user, nonce);
        if seen.until.contains_key(&key) {
            return Use::Replayed;
        }
        if seen.until.len() >= MAX_REMEMBERED {
            return Use::Full;
        }
        seen.by_end.insert((until, key));
        seen.until.insert(key, until);
        Use::Fresh
    }

    /// How many nonces are remembered.
    pub fn len(&self) -> usize {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).until.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Seen {
    fn forget_before(&mut self, now: Timestamp) {
        while let Some((end, _)) = self.by_end.first() {
            if *end >= now {
                return;
            }
            if let Some((_, key)) = self.by_end.pop_first() {
                self.until.remove(&key);
            }
        }
    }
}

/// What stands for user and nonce wherever they are remembered. User names are compared without
/// regard to case, so that one spelled otherwise is no other user.
pub(super) fn key(user: &str, nonce: &[u8]) -> Key {
    let mut hash = Sha256::new();
    hash.update(user.to_lowercase().as_bytes());
    hash.update([0]);
    hash.update(nonce);
    let mut key = Key::default();
    for (to, from) in key.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    key
}

/// The end of the time in which a token created then is believed.
pub(super) fn believed_until(created: Timestamp, window: SignedDuration) -> Timestamp {
    created.checked_add(window).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_nonce_is_used_once_by_a_user_and_once_by_another() {
        let cache = NonceCache::default();
        assert_eq!(cache.use_once("u", b"n", at(300), at(0)), Use::Fresh);
        assert_eq!(cache.use_once("u", b"n", at(300), at(1)), Use::Replayed);
        assert_eq!(cache.use_once("U", b"n", at(300), at(1)), Use::Replayed);
        assert!(cache.has_seen("u", b"n"));
        assert!(!cache.has_seen("v", b"n"));
        assert_eq!(cache.use_once("v", b"n", at(300), at(1)), Use::Fresh);
        assert_eq!(cache.use_once("u", b"m", at(300), at(1)), Use::Fresh);
    }

    #[test]
    fn a_nonce_is_forgotten_when_its_time_refuses_it_anyway() {
        let cache = NonceCache::default();
        cache.use_once("u", b"n", at(300), at(0));
        assert_eq!(cache.use_once("u", b"n", at(300), at(300)), Use::Replayed);
        assert_eq!(cache.use_once("u", b"o", at(700), at(301)), Use::Fresh);
        assert_eq!(cache.len(), 1);
    }

    #[test]
    fn a_full_memory_believes_nothing_new_until_something_is_forgotten() {
        let cache = NonceCache::default();
        for n in 0..u32::try_from(MAX_REMEMBERED).unwrap() {
            cache.use_once("u", &n.to_be_bytes(), at(300), at(0));
        }
        assert_eq!(cache.use_once("u", b"one more", at(300), at(0)), Use::Full);
        assert_eq!(cache.use_once("u", b"one more", at(700), at(301)), Use::Fresh);
    }
}
