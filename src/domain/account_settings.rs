//! What an account's owner can choose.

use serde::{Deserialize, Serialize};

use super::account::{AccountRecord, Accounts};
use super::context::{ATTEMPTS, Account};
use super::error::{Error, Refusal, Result};
use super::ids::AccountId;
use crate::store::{Batch, Record as _, Space, StoreError, Table, commit_durably, tables};

/// Features and rules of one account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountSettings {
    /// Answers show contacts' external ids. An optional feature of Empower accounts.
    pub external_id: bool,
    pub bounce_rules: BounceRules,
}

/// When bounces make an address invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BounceRules {
    /// So many soft bounces without a delivery in between make an address permanently invalid;
    /// 0 never does.
    pub soft_bounces_in_a_row: u8,
    /// Days for which one soft bounce makes an address temporarily invalid.
    pub invalid_days: u16,
}

impl Default for BounceRules {
    /// Three in a row, as Empower documents it. Its days are each client's own; a week is ours.
    fn default() -> Self {
        Self { soft_bounces_in_a_row: 3, invalid_days: 7 }
    }
}

impl Accounts<'_> {
    /// The settings of an account.
    pub async fn settings(self, id: AccountId) -> Result<AccountSettings> {
        Ok(self.record(id).await?.settings)
    }

    /// Changes the settings of an account. What bounced before keeps what it became.
    pub async fn set_settings(self, id: AccountId, settings: AccountSettings) -> Result<()> {
        let broken = |error| Error::store("set an account's settings", error);
        let account = self.context.account(id);
        let _gate = account.gate().await;
        for _ in 0..ATTEMPTS {
            let key = tables::account(id.0);
            let stored = self.context.store.get(Space::Main, Table::Account, &key).await;
            let stored = stored.map_err(broken)?.ok_or(Refusal::AccountNotFound)?;
            let mut record = AccountRecord::decode(&stored).map_err(broken)?;
            if record.leaving {
                return Err(Refusal::AccountNotFound.into());
            }
            record.settings = settings;
            let mut batch = Batch::main();
            let value = record.encode().map_err(broken)?;
            batch.replace(Table::Account, key, Some(stored), value);
            match commit_durably(&*self.context.store, batch).await {
                // Another gateway has changed the account.
                Err(StoreError::Conflict) => {}
                set => return set.map_err(broken),
            }
        }
        Err(broken(StoreError::Conflict))
    }
}

impl Account<'_> {
    /// The account's features and rules.
    pub async fn settings(self) -> Result<AccountSettings> {
        self.context.accounts().settings(self.id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Refusal;
    use crate::domain::testing::{account, context, refusal};

    #[tokio::test]
    async fn settings_are_the_defaults_until_they_are_set() {
        let context = context().await;
        let one = account(&context, "one").await;
        let before = one.settings().await.unwrap();
        assert!(!before.external_id);
        let rules = before.bounce_rules;
        assert_eq!((rules.soft_bounces_in_a_row, rules.invalid_days), (3, 7));
        let rules = BounceRules { soft_bounces_in_a_row: 5, invalid_days: 2 };
        let settings = AccountSettings { external_id: true, bounce_rules: rules };
        context.accounts().set_settings(one.id, settings).await.unwrap();
        assert_eq!(one.settings().await.unwrap(), settings);
        let nobody = context.accounts().set_settings(AccountId(9), settings).await;
        assert_eq!(refusal(nobody), Refusal::AccountNotFound);
    }
}
