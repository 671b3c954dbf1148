//! How many calls an account makes in a minute, where its face sets a bound.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::context::Account;
use super::ids::AccountId;

/// How long a window lasts, from its first call on.
const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// Windows in memory; the one that ends first makes room.
const MOST_WINDOWS: usize = 10_000;

/// The open windows. In memory: a restart begins anew.
#[derive(Debug, Default)]
pub(super) struct CallRates {
    windows: Mutex<BTreeMap<AccountId, Window>>,
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
        let left = self.reset.duration_since(now).as_secs().saturating_add(1);
        Err(u32::try_from(left).unwrap_or(1))
    }
}

impl CallRates {
    fn count(&self, account: AccountId, limit: u32, now: Timestamp) -> CallRate {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if !windows.contains_key(&account) && windows.len() >= MOST_WINDOWS {
            make_room(&mut windows, now);
        }
        let fresh = Window { until: now.saturating_add(WINDOW).unwrap_or(now), calls: 0 };
        let window = windows.entry(account).or_insert(fresh);
        if window.until <= now {
            *window = fresh;
        }
        // Refused calls do not count: they cost next to nothing, and the window ends anyway.
        let exceeded = window.calls >= limit;
        window.calls += u32::from(!exceeded);
        window.rate(limit, exceeded)
    }

    fn look(&self, account: AccountId, limit: u32, now: Timestamp) -> CallRate {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let open = windows.get(&account).filter(|window| window.until > now);
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

fn make_room(windows: &mut BTreeMap<AccountId, Window>, now: Timestamp) {
    windows.retain(|_, window| window.until > now);
    if windows.len() >= MOST_WINDOWS {
        let first = windows.iter().min_by_key(|(_, window)| window.until).map(|(id, _)| *id);
        first.and_then(|id| windows.remove(&id));
    }
}

impl Account<'_> {
    /// Counts a call in the account's window of a minute. At most `limit` calls fit in it.
    pub fn count_call_within(self, limit: u32) -> CallRate {
        self.context.call_rates.count(self.id, limit, self.context.clock.now())
    }

    /// Where the account stands, without counting a call.
    pub fn call_rate(self, limit: u32) -> CallRate {
        self.context.call_rates.look(self.id, limit, self.context.clock.now())
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
        let (rates, one) = (CallRates::default(), AccountId(1));
        let first = rates.count(one, 2, at(100));
        let expected = CallRate { limit: 2, remaining: 1, reset: at(160), exceeded: false };
        assert_eq!(first, expected);
        assert!(!rates.count(one, 2, at(130)).exceeded);
        let third = rates.count(one, 2, at(150));
        assert_eq!(third.admit(at(150)), Err(11));
        assert_eq!(rates.look(one, 2, at(159)).remaining, 0);
        assert_eq!(rates.count(one, 2, at(160)).remaining, 1);
    }

    #[test]
    fn accounts_do_not_share_a_window() {
        let rates = CallRates::default();
        assert!(!rates.count(AccountId(1), 1, at(0)).exceeded);
        assert!(!rates.count(AccountId(2), 1, at(0)).exceeded);
        assert!(rates.count(AccountId(1), 1, at(0)).exceeded);
    }

    #[test]
    fn the_table_stays_bounded() {
        let rates = CallRates::default();
        for id in 0..20_000 {
            rates.count(AccountId(id), 1, at(i64::from(id) / 1_000));
        }
        assert!(rates.windows.lock().unwrap().len() <= MOST_WINDOWS);
    }
}
