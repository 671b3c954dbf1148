//! How many calls an account made lately.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::ids::AccountId;

/// Calls by account and hour, of the last 24 hours. In memory: a restart begins anew.
#[derive(Debug, Default)]
pub(super) struct Calls {
    by_hour: Mutex<BTreeMap<(AccountId, i64), u32>>,
}

/// Hours that are counted: the one that runs and the 23 before it.
const HOURS: i64 = 24;

impl Calls {
    pub fn count(&self, account: AccountId, now: Timestamp) {
        let hour = hour(now);
        let mut by_hour = self.by_hour.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = by_hour.entry((account, hour)).or_insert(0);
        *calls = calls.saturating_add(1);
        if *calls == 1 {
            by_hour.retain(|(_, counted), _| *counted > hour - HOURS);
        }
    }

    pub fn of_last_24_hours(&self, account: AccountId, now: Timestamp) -> u32 {
        self.of_hours(account, now, HOURS)
    }

    /// In the hour that runs.
    pub fn of_this_hour(&self, account: AccountId, now: Timestamp) -> u32 {
        self.of_hours(account, now, 1)
    }

    fn of_hours(&self, account: AccountId, now: Timestamp, hours: i64) -> u32 {
        let hour = hour(now);
        let by_hour = self.by_hour.lock().unwrap_or_else(PoisonError::into_inner);
        let hours = by_hour.range((account, hour - hours + 1)..=(account, hour));
        hours.map(|(_, calls)| *calls).fold(0, u32::saturating_add)
    }
}

fn hour(now: Timestamp) -> i64 {
    now.as_second().div_euclid(3_600)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn calls_count_for_their_account_and_for_24_hours() {
        let calls = Calls::default();
        let (one, other) = (AccountId(1), AccountId(2));
        calls.count(one, at("2026-01-01T10:59:00Z"));
        calls.count(one, at("2026-01-01T11:00:00Z"));
        calls.count(other, at("2026-01-01T11:00:00Z"));
        assert_eq!(calls.of_last_24_hours(one, at("2026-01-02T09:59:00Z")), 2);
        assert_eq!(calls.of_last_24_hours(one, at("2026-01-02T10:00:00Z")), 1);
        assert_eq!(calls.of_this_hour(one, at("2026-01-01T11:59:00Z")), 1);
        assert_eq!(calls.of_this_hour(one, at("2026-01-01T12:00:00Z")), 0);
        assert_eq!(calls.of_last_24_hours(other, at("2026-01-02T12:00:00Z")), 0);
    }
}
