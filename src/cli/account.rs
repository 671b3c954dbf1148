//! `lychgate account`: adds, lists and removes accounts.

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};

use super::account_settings::Set;
use super::credential;
use super::from_address;
use super::output;
use super::place::StorePlace;
use super::runtime::block_on;
use crate::domain::NewAccount;

/// Adds, lists and removes accounts and their credentials.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Adds an account.
    #[command(after_help = "Example:\n  lychgate account add acme --email owner@acme.example")]
    Add(Add),
    /// Lists the accounts.
    #[command(after_help = "Example:\n  lychgate account list --data /var/lib/lychgate")]
    List {
        #[command(flatten)]
        place: StorePlace,
    },
    /// Changes and shows the features and rules of an account.
    #[command(after_help = "\
Examples:
  lychgate account set acme --external-id on --soft-bounces 3 --invalid-days 7
  lychgate account set acme")]
    Set(Set),
    /// Removes an account with all its data.
    #[command(after_help = "Example:\n  lychgate account remove acme --yes")]
    Remove(Remove),
    /// Adds, lists and revokes the credentials of an account.
    #[command(subcommand, after_help = "Example:\n  lychgate account credential add acme")]
    Credential(credential::Command),
    /// Adds and lists the addresses that campaigns may be sent from.
    #[command(
        subcommand,
        after_help = "Example:\n  lychgate account from-address add acme news@acme.example"
    )]
    FromAddress(from_address::Command),
}

#[derive(Debug, Args)]
pub struct Add {
    /// Name of the account, unique without regard to case
    name: String,
    /// E-mail address of the account's owner
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Phone number of the account's owner
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    #[command(flatten)]
    place: StorePlace,
}

#[derive(Debug, Args)]
pub struct Remove {
    /// Name or number of the account
    account: String,
    /// Do it: contacts, lists, imports and credentials of the account are gone for good
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: StorePlace,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Add(add) => block_on(add.run()),
            Self::List { place } => block_on(list(&place)),
            Self::Set(set) => block_on(set.run()),
            Self::Remove(remove) => block_on(remove.run()),
            Self::Credential(command) => command.run(),
            Self::FromAddress(command) => command.run(),
        }
    }
}

impl Add {
    async fn run(self) -> Result<()> {
        let context = self.place.open_or_make().await?;
        let new = NewAccount { name: self.name, main_email: self.email, main_mobile: self.phone };
        let added = context.accounts().add(new).await.context("cannot add the account")?;
        context.store.close().await?;
        output::line(format_args!("account {} has number {}", added.name, added.id))
    }
}

async fn list(place: &StorePlace) -> Result<()> {
    let context = place.open().await?;
    let accounts = context.accounts().list().await.context("cannot list the accounts")?;
    context.store.close().await?;
    let row = |account: &crate::domain::AccountEntry| {
        vec![account.id.to_string(), account.name.clone(), account.created.to_string()]
    };
    output::table(&["NUMBER", "NAME", "CREATED"], &accounts.iter().map(row).collect::<Vec<_>>())
}

impl Remove {
    async fn run(self) -> Result<()> {
        let context = self.place.open().await?;
        let account = context
            .accounts()
            .find(&self.account)
            .await
            .with_context(|| format!("there is no account {}", self.account))?;
        if !self.yes {
            bail!("this deletes all data of account {}; say --yes to do it", account.name);
        }
        context.accounts().remove(account.id).await.context("cannot remove the account")?;
        context.store.close().await?;
        output::line(format_args!("account {} is removed", account.name))
    }
}
