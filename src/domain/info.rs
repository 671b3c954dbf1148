//! What an account may know of itself.

use std::sync::Arc;

use super::context::Account;
use super::counters::Counters;
use super::error::{Error, Refusal, Result};
use super::ids::AccountId;
use crate::store::{Record, Space, Table, tables};

/// Calls that an account is told it may make in 24 hours: the vendor's 2,000 an hour.
const CALLS_PER_24_HOURS: u32 = 48_000;

/// Calls that an account is told it may make in an hour, as the vendor's older scheme had it.
const CALLS_PER_HOUR: u32 = 2_000;

/// A summary of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountInfo {
    pub id: AccountId,
    pub name: String,
    pub main_email: Option<String>,
    pub main_mobile: Option<String>,
    /// Calls that were authenticated in the last 24 hours, since this process started at the
    /// earliest.
    pub calls_last_24_hours: u32,
    /// What is left of the account's allowance for 24 hours; for information, not enforced.
    pub calls_remaining: u32,
    /// Calls that were authenticated in the hour that runs, since this process started at the
    /// earliest.
    pub calls_this_hour: u32,
    /// What is left of the account's allowance for an hour; for information, not enforced.
    pub calls_remaining_this_hour: u32,
}

impl std::fmt::Debug for AccountInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountInfo").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Account<'_> {
    /// Counts one call towards [`AccountInfo::calls_last_24_hours`]. Faces say it once a call.
    pub fn count_call(&self) {
        self.context.calls.count(self.id, self.context.clock.now());
    }

    pub async fn info(&self) -> Result<AccountInfo> {
        let record = self.context.accounts().record(self.id).await?;
        let now = self.context.clock.now();
        let calls = self.context.calls.of_last_24_hours(self.id, now);
        let calls_this_hour = self.context.calls.of_this_hour(self.id, now);
        Ok(AccountInfo {
            id: self.id,
            name: record.name.clone(),
            main_email: record.main_email.clone(),
            main_mobile: record.main_mobile.clone(),
            calls_last_24_hours: calls,
            calls_remaining: CALLS_PER_24_HOURS.saturating_sub(calls),
            calls_this_hour,
            calls_remaining_this_hour: CALLS_PER_HOUR.saturating_sub(calls_this_hour),
        })
    }

    /// The account's counters. [`Refusal::AccountNotFound`] for an account that is gone.
    pub(super) async fn counters(&self) -> Result<Arc<Counters>> {
        let broken = |error| Error::store("read an account's counters", error);
        let key = tables::account(self.id.0);
        let read = async {
            let stored = self.context.store.get(Space::Main, Table::Counter, &key);
            let stored = stored.await.map_err(broken)?.ok_or(Refusal::AccountNotFound)?;
            Counters::decode(&stored).map_err(broken)
        };
        self.context.remembered(Table::Counter, &key, read).await
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::testing::{account, context};

    #[tokio::test]
    async fn calls_are_counted_for_the_account_that_made_them() {
        let context = context().await;
        let (one, other) = (account(&context, "one").await, account(&context, "other").await);
        for _ in 0..3 {
            one.count_call();
        }
        let info = one.info().await.unwrap();
        assert_eq!((info.name.as_str(), info.calls_last_24_hours), ("one", 3));
        assert_eq!(info.calls_remaining, 48_000 - 3);
        assert_eq!((info.calls_this_hour, info.calls_remaining_this_hour), (3, 2_000 - 3));
        assert_eq!(other.info().await.unwrap().calls_last_24_hours, 0);
    }
}
