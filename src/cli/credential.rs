//! `lychgate account credential`: logins of an account.

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};

use super::output;
use super::place::StorePlace;
use super::runtime::block_on;
use crate::domain::CredentialEntry;

/// Adds, lists and revokes the credentials of an account.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a login name and a password, shown once.
    #[command(after_help = "Example:\n  lychgate account credential add acme")]
    Add(Add),
    /// Lists the login names of an account.
    #[command(after_help = "Example:\n  lychgate account credential list acme")]
    List {
        /// Name or number of the account
        account: String,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Revokes a login name; it is refused from the next call on.
    #[command(after_help = "Example:\n  lychgate account credential revoke \
                      apiuser-0123456789ab@apiconnector.com")]
    Revoke {
        /// The login name
        login: String,
        #[command(flatten)]
        place: StorePlace,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    /// Name or number of the account
    account: String,
    /// Take WS-Security digests for this login. They need the password itself, so it can be
    /// computed by whoever reads the store: leave it off unless a client needs it
    #[arg(long)]
    allow_digest: bool,
    #[command(flatten)]
    place: StorePlace,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Add(add) => block_on(add.run()),
            Self::List { account, place } => block_on(list(&account, &place)),
            Self::Revoke { login, place } => block_on(revoke(&login, &place)),
        }
    }
}

impl Add {
    async fn run(self) -> Result<()> {
        let context = self.place.open().await?;
        let accounts = context.accounts();
        let account = accounts.find(&self.account).await.with_context(|| no_such(&self.account))?;
        let made = accounts.credential_add(account.id, self.allow_digest).await;
        let made = made.context("cannot make the credential")?;
        context.store.close().await?;
        output::line(format_args!("user      {}", made.login))?;
        output::line(format_args!("password  {}", made.password))
    }
}

async fn list(account: &str, place: &StorePlace) -> Result<()> {
    let context = place.open().await?;
    let found = context.accounts().find(account).await.with_context(|| no_such(account))?;
    let credentials = context.accounts().credential_list(found.id).await;
    let credentials = credentials.context("cannot list the credentials")?;
    context.store.close().await?;
    let row = |credential: &CredentialEntry| {
        let digest = if credential.digest { "yes" } else { "no" };
        vec![credential.login.clone(), credential.created.to_string(), digest.to_owned()]
    };
    output::table(&["LOGIN", "CREATED", "DIGEST"], &credentials.iter().map(row).collect::<Vec<_>>())
}

async fn revoke(login: &str, place: &StorePlace) -> Result<()> {
    let context = place.open().await?;
    context.accounts().credential_revoke(login).await.context("cannot revoke the credential")?;
    context.store.close().await?;
    output::line(format_args!("{login} is revoked"))
}

fn no_such(account: &str) -> String {
    format!("there is no account {account}")
}
