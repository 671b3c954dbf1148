//! `lychgate account from-address`: addresses that an account's campaigns may be sent from.

use anyhow::{Context as _, Result};
use clap::Subcommand;

use super::output;
use super::place::StorePlace;
use super::runtime::block_on;
use crate::domain::{EmailAddress, FromAddress, Page};

/// Adds and lists the addresses that an account's campaigns may be sent from.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Adds an address; one that is there already stays as it is.
    #[command(after_help = "Example:\n  lychgate account from-address add acme news@acme.example")]
    Add {
        /// Name or number of the account
        account: String,
        /// The e-mail address
        address: String,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Lists the addresses of an account.
    #[command(after_help = "Example:\n  lychgate account from-address list acme")]
    List {
        /// Name or number of the account
        account: String,
        #[command(flatten)]
        place: StorePlace,
    },
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Add { account, address, place } => block_on(add(&account, &address, &place)),
            Self::List { account, place } => block_on(list(&account, &place)),
        }
    }
}

async fn add(account: &str, address: &str, place: &StorePlace) -> Result<()> {
    let context = place.open().await?;
    let found = context.accounts().find(account).await.with_context(|| no_such(account))?;
    let address = EmailAddress::parse(address)?;
    let added = context.account(found.id).from_addresses().add(address).await;
    let added = added.context("cannot add the address")?;
    context.store.close().await?;
    output::line(format_args!("from-address {} of account {}", added.id, found.name))
}

async fn list(account: &str, place: &StorePlace) -> Result<()> {
    let context = place.open().await?;
    let found = context.accounts().find(account).await.with_context(|| no_such(account))?;
    let addresses = context.account(found.id).from_addresses().page(Page::first()).await;
    let addresses = addresses.context("cannot list the addresses")?;
    context.store.close().await?;
    let row = |one: &FromAddress| vec![one.id.to_string(), one.address.as_given().to_owned()];
    output::table(&["ID", "ADDRESS"], &addresses.iter().map(row).collect::<Vec<_>>())
}

fn no_such(account: &str) -> String {
    format!("there is no account {account}")
}
