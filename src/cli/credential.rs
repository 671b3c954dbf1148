//! `lychgate account credential`: logins and API users of an account.

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand, ValueEnum};

use super::output;
use super::place::StorePlace;
use super::runtime::block_on;
use crate::domain::{
    Access, AccountId, Accounts, AddressRange, CredentialEntry, CredentialKind, NewApiUser,
};
use crate::faces::empower::methods;

/// Adds, lists and revokes the credentials of an account.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a login name and a password, an API user's key and secret, or a token, shown once.
    #[command(after_help = "\
Examples:
  lychgate account credential add acme
  lychgate account credential add acme --face empower --allow 192.0.2.0/24
  lychgate account credential add acme --face selzy
  lychgate account credential add acme --face empower --method legacy.manage_subscriber")]
    Add(Add),
    /// Lists the credentials of an account.
    #[command(after_help = "Example:\n  lychgate account credential list acme")]
    List {
        /// Name or number of the account
        account: String,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Revokes a login name, an API key or a token; it is refused from the next call on.
    #[command(after_help = "Example:\n  lychgate account credential revoke \
                      apiuser-0123456789ab@apiconnector.com")]
    Revoke {
        /// The login name, the API key, or the token or its name in the list
        name: String,
        #[command(flatten)]
        place: StorePlace,
    },
}

/// A face with credentials of its own form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Face {
    /// A login name and a password, for SOAP, REST and Which50
    Dotdigital,
    /// An API user: a key and a shared secret
    Empower,
    /// A token: Selzy's `api_key`, or a bearer token of Which50
    Selzy,
    /// A login name and a password, as for Dotdigital
    Which50,
}

/// Access level of an API user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    /// Every method
    Full,
    /// The methods named with --method
    Custom,
    /// A program of a third party: every method
    Partner,
}

#[derive(Debug, Args)]
pub struct Add {
    /// Name or number of the account
    account: String,
    /// The face that the credential is for
    #[arg(long, value_enum, default_value_t = Face::Dotdigital)]
    face: Face,
    /// Take WS-Security digests for this login. They need the password itself, so it can be
    /// computed by whoever reads the store: leave it off unless a client needs it
    #[arg(long)]
    allow_digest: bool,
    /// What the API user may call [default: full, or custom with --method]
    #[arg(long, value_enum, value_name = "LEVEL")]
    access: Option<Level>,
    /// A method that a custom API user may call, in any case; may be given several times
    #[arg(long = "method", value_name = "NAME")]
    methods: Vec<String>,
    /// From where the API user may call: an address, a range a-b or a network (CIDR); may be given
    /// several times; from everywhere when left out
    #[arg(long = "allow", value_name = "ADDRESS")]
    whitelist: Vec<AddressRange>,
    #[command(flatten)]
    place: StorePlace,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Add(add) => block_on(add.run()),
            Self::List { account, place } => block_on(list(&account, &place)),
            Self::Revoke { name, place } => block_on(revoke(&name, &place)),
        }
    }
}

impl Add {
    async fn run(self) -> Result<()> {
        let access = self.access()?;
        let context = self.place.open().await?;
        let accounts = context.accounts();
        let account = accounts.find(&self.account).await.with_context(|| no_such(&self.account))?;
        let shown = match self.face {
            Face::Dotdigital | Face::Which50 => {
                login(accounts, account.id, self.allow_digest).await
            }
            Face::Empower => {
                let new = NewApiUser { access, whitelist: self.whitelist };
                api_user(accounts, account.id, new).await
            }
            Face::Selzy => token(accounts, account.id).await,
        };
        let shown = shown.context("cannot make the credential")?;
        context.store.close().await?;
        shown.iter().try_for_each(output::line)
    }

    /// The access that the flags ask for, if they agree with each other and with the face.
    fn access(&self) -> Result<Access> {
        let is_custom = self.access == Some(Level::Custom);
        let of_api_user =
            self.access.is_some() || !self.methods.is_empty() || !self.whitelist.is_empty();
        match self.face {
            Face::Dotdigital | Face::Selzy | Face::Which50 if of_api_user => {
                bail!("--access, --method and --allow are for --face empower")
            }
            Face::Empower | Face::Selzy | Face::Which50 if self.allow_digest => {
                bail!("--allow-digest is for --face dotdigital")
            }
            Face::Dotdigital | Face::Empower | Face::Selzy | Face::Which50 => {}
        }
        if is_custom && self.methods.is_empty() {
            bail!("--access custom needs at least one --method");
        }
        if self.methods.is_empty() {
            let is_partner = self.access == Some(Level::Partner);
            return Ok(if is_partner { Access::Partner } else { Access::Full });
        }
        if self.access.is_some() && !is_custom {
            bail!("--method is for --access custom");
        }
        if let Some(unknown) = self.methods.iter().find(|name| methods::find(name).is_none()) {
            bail!("there is no method {unknown}");
        }
        Ok(Access::custom(self.methods.iter().map(String::as_str)))
    }
}

async fn login(
    accounts: Accounts<'_>,
    account: AccountId,
    digest: bool,
) -> crate::domain::Result<Vec<String>> {
    let made = accounts.credential_add(account, digest).await?;
    Ok(vec![format!("user      {}", made.login), format!("password  {}", made.password)])
}

async fn api_user(
    accounts: Accounts<'_>,
    account: AccountId,
    new: NewApiUser,
) -> crate::domain::Result<Vec<String>> {
    let made = accounts.api_user_add(account, new).await?;
    Ok(vec![
        format!("api_key        {}", made.api_key),
        format!("shared_secret  {}", made.shared_secret),
    ])
}

async fn token(accounts: Accounts<'_>, account: AccountId) -> crate::domain::Result<Vec<String>> {
    let made = accounts.token_add(account).await?;
    Ok(vec![format!("api_key  {}", made.token), format!("name     {}", made.name)])
}

async fn list(account: &str, place: &StorePlace) -> Result<()> {
    let context = place.open().await?;
    let found = context.accounts().find(account).await.with_context(|| no_such(account))?;
    let credentials = context.accounts().credential_list(found.id).await;
    let credentials = credentials.context("cannot list the credentials")?;
    context.store.close().await?;
    let headings = ["NAME", "FACE", "CREATED", "DIGEST", "ACCESS", "ALLOWED FROM"];
    output::table(&headings, &credentials.iter().map(row).collect::<Vec<_>>())
}

fn row(credential: &CredentialEntry) -> Vec<String> {
    let digest = if credential.digest { "yes" } else { "no" };
    let (face, access, allowed) = match &credential.kind {
        CredentialKind::Login => ("dotdigital, which50", "full".to_owned(), String::new()),
        CredentialKind::Token => ("selzy, which50", "full".to_owned(), String::new()),
        CredentialKind::KeyPair { access, whitelist } => {
            let ranges: Vec<String> = whitelist.iter().map(ToString::to_string).collect();
            ("empower", access_text(access), ranges.join(", "))
        }
    };
    let allowed = if allowed.is_empty() { "everywhere".to_owned() } else { allowed };
    vec![
        credential.name.clone(),
        face.to_owned(),
        credential.created.to_string(),
        digest.to_owned(),
        access,
        allowed,
    ]
}

fn access_text(access: &Access) -> String {
    match access {
        Access::Full => "full".to_owned(),
        Access::Partner => "partner".to_owned(),
        Access::Custom(methods) => {
            methods.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
        }
    }
}

async fn revoke(name: &str, place: &StorePlace) -> Result<()> {
    let context = place.open().await?;
    context.accounts().credential_revoke(name).await.context("cannot revoke the credential")?;
    context.store.close().await?;
    output::line(format_args!("{name} is revoked"))
}

fn no_such(account: &str) -> String {
    format!("there is no account {account}")
}
