//! How many calls an account, or one of its keys, makes in a minute, where its face sets a bound.

use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use siphasher::sip::SipHasher13;

use super::context::Account;
use super::ids::AccountId;

/// How long a window lasts, from its first call on.
const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// Windows in memory; the one that ends first makes room.
const MOST_WINDOWS: usize = 10_000;

/// The open windows. In memory: a restart begins anew.
#[derive(Debug, Default)]
pub(super) struct CallRates {
    windows: Mutex<BTreeMap<Whose, Window>>,
}

/// Whose calls a window counts: an account's, or those of the key with this keyed hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Account(AccountId),
    Key(u64),
}

#[derive(Debug, Clone, Copy)]
struct Window {
    until: Timestamp,
    calls: u32,
}

/// Where an account stands in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallRate {
    /// Calls that fit in a window.
    pub limit: u32,
    /// Calls that are left in it.
    pub remaining: u32,
    /// When the window ends and all calls are there again.
    pub reset: Timestamp,
    /// Whether the call that was counted last was one too many.
    pub exceeded: bool,
}

impl CallRate {
    /// Refuses the call that was one too many, with the seconds after which to try again: what
    /// [`Refusal::TooManyCalls`](super::Refusal::TooManyCalls) says.
    pub fn admit(self, now: Timestamp) -> Result<(), u32> {
        if !self.exceeded {
            return Ok(());
        }
        // Rounded up: not a moment too early.
        let left = self.reset.duration_since(now).as_millis().saturating_add(999) / 1_000;
        Err(u32::try_from(left).unwrap_or(1))
    }
}

impl CallRates {
    fn count(&self, whose: Whose, limit: u32, now: Timestamp) -> CallRate {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if !windows.contains_key(&whose) && windows.len() >= MOST_WINDOWS {
            make_room(&mut windows, now);
        }
        let fresh = Window { until: now.saturating_add(WINDOW).unwrap_or(now), calls: 0 };
        let window = windows.entry(whose).or_insert(fresh);
        if window.until <= now {
            *window = fresh;
        }
        // Refused calls do not count: they cost next to nothing, and the window ends anyway.
        let exceeded = window.calls >= limit;
        window.calls += u32::from(!exceeded);
        window.rate(limit, exceeded)
    }

    fn look(&self, whose: Whose, limit: u32, now: Timestamp) -> CallRate {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let open = windows.get(&whose).filter(|window| window.until > now);
        let fresh = Window { until: now.saturating_add(WINDOW).unwrap_or(now), calls: 0 };
        open.copied().unwrap_or(fresh).rate(limit, false)
    }
}

impl Window {
    fn rate(self, limit: u32, exceeded: bool) -> CallRate {
        let remaining = limit.saturating_sub(self.calls);
        CallRate { limit, remaining, reset: self.until, exceeded }
    }
}

fn make_room(windows: &mut BTreeMap<Whose, Window>, now: Timestamp) {
    windows.retain(|_, window| window.until > now);
    if windows.len() >= MOST_WINDOWS {
        let first = windows.iter().min_by_key(|(_, window)| window.until).map(|(id, _)| *id);
        first.and_then(|id| windows.remove(&id));
    }
}

impl Account<'_> {
    /// Counts a call in the account's window of a minute. At most `limit` calls fit in it.
    pub fn count_call_within(self, limit: u32) -> CallRate {
        self.context.call_rates.count(Whose::Account(self.id), limit, self.context.clock.now())
    }

    /// Counts a call in the window of the key that it came with. At most `limit` calls fit in it.
    pub fn count_call_of_key(self, key: &str, limit: u32) -> CallRate {
        let mut hasher = SipHasher13::new_with_key(&self.context.hash_key);
        hasher.write_u32(self.id.0);
        hasher.write(key.trim().to_ascii_lowercase().as_bytes());
        let whose = Whose::Key(hasher.finish());
        self.context.call_rates.count(whose, limit, self.context.clock.now())
    }

    /// Where the account stands, without counting a call.
    pub fn call_rate(self, limit: u32) -> CallRate {
        self.context.call_rates.look(Whose::Account(self.id), limit, self.context.clock.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_window_holds_its_limit_and_ends_a_minute_after_its_first_call() {
        let (rates, one) = (CallRates::default(), Whose::Account(AccountId(1)));
        let first = rates.count(one, 2, at(100));
        let expected = CallRate { limit: 2, remaining: 1, reset: at(160), exceeded: false };
        assert_eq!(first, expected);
        assert!(!rates.count(one, 2, at(130)).exceeded);
        let third = rates.count(one, 2, at(150));
        assert_eq!(third.admit(at(150)), Err(10));
        assert_eq!(rates.look(one, 2, at(159)).remaining, 0);
        assert_eq!(rates.count(one, 2, at(160)).remaining, 1);
    }

    #[test]
    fn accounts_do_not_share_a_window() {
        let rates = CallRates::default();
        assert!(!rates.count(Whose::Account(AccountId(1)), 1, at(0)).exceeded);
        assert!(!rates.count(Whose::Account(AccountId(2)), 1, at(0)).exceeded);
        assert!(rates.count(Whose::Account(AccountId(1)), 1, at(0)).exceeded);
    }

    #[test]
    fn the_table_stays_bounded() {
        let rates = CallRates::default();
        for id in 0..20_000 {
            rates.count(Whose::Account(AccountId(id)), 1, at(i64::from(id) / 1_000));
        }
        assert!(rates.windows.lock().unwrap().len() <= MOST_WINDOWS);
    }

    #[tokio::test]
    async fn keys_of_one_account_do_not_share_a_window() {
        let context = crate::domain::testing::context().await;
        let one = context.account(AccountId(1));
        assert!(!one.count_call_of_key("ab", 1).exceeded);
        assert!(!one.count_call_of_key("cd", 1).exceeded);
        assert!(!one.count_call_within(1).exceeded);
        assert!(one.count_call_of_key("AB ", 1).exceeded, "the same key in another spelling");
    }
}
