//! `lychgate account set`: features and rules of an account.

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use super::output;
use super::place::StorePlace;
use crate::domain::AccountSettings;

/// Whether a feature is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Debug, Args)]
pub struct Set {
    /// Name or number of the account
    account: String,
    /// Whether answers of the Empower face show contacts' external ids
    #[arg(long, value_enum)]
    external_id: Option<Switch>,
    /// Soft bounces in a row that make an address permanently invalid; 0 never does
    #[arg(long, value_name = "N")]
    soft_bounces: Option<u8>,
    /// Days for which a soft bounce makes an address temporarily invalid
    #[arg(long, value_name = "DAYS")]
    invalid_days: Option<u16>,
    #[command(flatten)]
    place: StorePlace,
}

impl Set {
    /// Changes what is named, then shows all.
    pub async fn run(self) -> Result<()> {
        let context = self.place.open().await?;
        let accounts = context.accounts();
        let account = accounts
            .find(&self.account)
            .await
            .with_context(|| format!("there is no account {}", self.account))?;
        let before = accounts.settings(account.id).await.context("cannot read the settings")?;
        let settings = self.changed(before);
        if settings != before {
            let set = accounts.set_settings(account.id, settings).await;
            set.context("cannot change the settings")?;
        }
        context.store.close().await?;
        let external_id = if settings.external_id { "on" } else { "off" };
        output::line(format_args!("external id   {external_id}"))?;
        let rules = settings.bounce_rules;
        output::line(format_args!("soft bounces  {}", rules.soft_bounces_in_a_row))?;
        output::line(format_args!("invalid days  {}", rules.invalid_days))
    }

    fn changed(&self, mut settings: AccountSettings) -> AccountSettings {
        if let Some(switch) = self.external_id {
            settings.external_id = switch == Switch::On;
        }
        if let Some(soft_bounces) = self.soft_bounces {
            settings.bounce_rules.soft_bounces_in_a_row = soft_bounces;
        }
        if let Some(days) = self.invalid_days {
            settings.bounce_rules.invalid_days = days;
        }
        settings
    }
}
