//! The demo: an account with something in it, and a real import through the server's own SOAP
//! socket, as a program of 2014 would do it.

mod file;
mod messages;
mod soap;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use soap::SoapCaller;

use super::output::Voice;
use crate::domain::{
    Access, Account, AccountEntry, Context, Error, FieldKind, KeyPair, NewAccount, NewApiUser,
    NewCredential, NewDataField, NewToken, Refusal, Visibility, demo,
};

/// Name of the demo's account.
const ACCOUNT: &str = "demo";

/// The numeric data field of the demo's file.
const NUMERIC_FIELD: &str = "AGE";

/// How long the import of a handful of rows may take before the demo gives up on it.
const IMPORT_PATIENCE: Duration = Duration::from_secs(60);
const POLL_EVERY: Duration = Duration::from_millis(20);

/// The report's counters in the order of the wire.
const COUNTERS: [&str; 14] = [
    "NewContacts",
    "UpdatedContacts",
    "GloballySuppressed",
    "InvalidEntries",
    "DuplicateEmails",
    "Blocked",
    "Unsubscribed",
    "HardBounced",
    "SoftBounced",
    "IspComplaints",
    "MailBlocked",
    "DomainSuppressed",
    "PendingDoubleOptin",
    "Failures",
];

/// The demo's account, and a credential of each kind for it.
#[derive(Debug)]
pub struct Demo {
    pub account: AccountEntry,
    pub credential: NewCredential,
    pub api_user: KeyPair,
    pub token: NewToken,
}

/// Makes the demo's account with its data, or takes the one that is there; always new credentials.
pub async fn prepare(context: &Context) -> Result<Demo> {
    let accounts = context.accounts();
    let account = match accounts.find(ACCOUNT).await {
        Ok(found) => found,
        Err(_) => make_account(context).await.context("cannot make the demo's account")?,
    };
    // With digest: the demo is for trying every client, and its data is made up.
    let credential = accounts.credential_add(account.id, true).await;
    let credential = credential.context("cannot make the demo's credential")?;
    let everything = NewApiUser { access: Access::Full, whitelist: Vec::new() };
    let api_user = accounts.api_user_add(account.id, everything).await;
    let api_user = api_user.context("cannot make the demo's API user")?;
    let token = accounts.token_add(account.id).await.context("cannot make the demo's token")?;
    Ok(Demo { account, credential, api_user, token })
}

async fn make_account(context: &Context) -> Result<AccountEntry> {
    let new = NewAccount {
        name: ACCOUNT.to_owned(),
        main_email: Some("owner@demo.example".to_owned()),
        main_mobile: None,
    };
    let account = context.accounts().add(new).await?;
    let demo = context.account(account.id);
    demo::fill(demo).await?;
    ensure_numeric_field(demo).await?;
    context.events().record_many(&file::events(&account.name)?).await?;
    messages::fill(context, demo, &account.name).await?;
    Ok(account)
}

async fn ensure_numeric_field(account: Account<'_>) -> Result<()> {
    let field = NewDataField {
        name: NUMERIC_FIELD.to_owned(),
        kind: FieldKind::Number,
        visibility: Visibility::Private,
        default: None,
    };
    match account.fields().create(field).await {
        Ok(_) | Err(Error::Refused(Refusal::DataFieldInUse)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Imports a file over the SOAP face, polls, fetches report and faults file, and shows them.
pub async fn import(caller: &SoapCaller, voice: Voice) -> Result<()> {
    let file = file::csv();
    voice.line(format_args!("\nImportContacts, a CSV file of {} bytes", file.len()))?;
    let began = Instant::now();
    let data = STANDARD.encode(&file);
    let members = format!("<data>{data}</data><dataType>csv</dataType>");
    let accepted = caller.call("ImportContacts", &members).await?;
    let id = format!("<importId>{}</importId>", accepted.need("Id")?);
    let status = poll(caller, &id).await?;
    let took_ms = began.elapsed().as_millis();
    voice.line(format_args!("GetContactImportProgress: {status} after {took_ms} ms"))?;
    if status != "Finished" {
        bail!("the demo's import ended as {status}");
    }
    let report = caller.call("GetContactImportReport", &id).await?;
    voice.line("\nGetContactImportReport")?;
    for counter in COUNTERS {
        voice.line(format_args!("  {counter:<20} {:>3}", report.need(counter)?))?;
    }
    let faults = caller.call("GetContactImportReportFaults", &id).await?;
    let faults = faults.bytes("GetContactImportReportFaultsResult")?;
    voice.line("\nGetContactImportReportFaults")?;
    for row in String::from_utf8(faults)?.trim_start_matches('\u{feff}').lines() {
        voice.line(format_args!("  {row}"))?;
    }
    Ok(())
}

/// Waits for the import's end and returns the status that it ended with.
async fn poll(caller: &SoapCaller, id: &str) -> Result<String> {
    let began = Instant::now();
    loop {
        let progress = caller.call("GetContactImportProgress", id).await?;
        let status = progress.need("Status")?;
        if status != "NotFinished" {
            return Ok(status.to_owned());
        }
        if began.elapsed() > IMPORT_PATIENCE {
            bail!("the demo's import is not finished after {IMPORT_PATIENCE:?}");
        }
        tokio::time::sleep(POLL_EVERY).await;
    }
}
