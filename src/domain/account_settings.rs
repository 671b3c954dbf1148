//! What an account's owner can choose.

use serde::{Deserialize, Serialize};

use super::account::{AccountRecord, Accounts};
use super::context::Account;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::AccountId;
use crate::store::{Record as _, Space, Table, tables};

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
        let set = |edit| self.set_once(edit, id, settings);
        self.context.account(id).change("set an account's settings", set).await
    }

    async fn set_once(
        self,
        mut edit: Edit<'_>,
        id: AccountId,
        settings: AccountSettings,
    ) -> Result<(Edit<'_>, ())> {
        let broken = |error| Error::store("set an account's settings", error);
        let key = tables::account(id.0);
        let stored = self.context.store.get(Space::Main, Table::Account, &key).await;
        let stored = stored.map_err(broken)?.ok_or(Refusal::AccountNotFound)?;
        let mut record = AccountRecord::decode(&stored).map_err(broken)?;
        if record.leaving {
            return Err(Refusal::AccountNotFound.into());
        }
        record.settings = settings;
        let value = record.encode().map_err(broken)?;
        edit.batch.replace(Table::Account, key, Some(stored), value);
        Ok((edit, ()))
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
