//! `lychgate template`: templates that programs know by their ids.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use serde_json::Value;

use super::admin::AdminPlace;
use super::ndjson::hand_over;
use super::output;
use super::place::StorePlace;
use super::runtime::block_on;
use crate::domain::template::{Edition, Purpose, Template};
use crate::domain::{Account, TemplateId};

/// Templates listed at once.
const TEMPLATES_AT_ONCE: usize = 100;

/// Brings templates along and lists them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Creates or replaces the templates of a file, one JSON object a line.
    #[command(after_help = IMPORT_HELP)]
    Import(Import),
    /// Lists the templates of an account.
    #[command(after_help = "Example:\n  lychgate template list acme")]
    List {
        /// Name or number of the account
        account: String,
        #[command(flatten)]
        place: StorePlace,
    },
}

const IMPORT_HELP: &str = "\
Examples:
  lychgate template import templates.ndjson --account acme
  lychgate template import templates.ndjson --server http://127.0.0.1:8080

A line is a template; without an id it gets the next free one:
  {\"account\":\"acme\",\"id\":1055589,\"subject\":\"Your order\",\"from_description\":\"Acme\",
   \"from_email\":\"shop@acme.example\",\"reply_email\":\"help@acme.example\",
   \"html\":\"<p>Hi {$name}</p>\",\"plain\":\"Hi {$name}\"}   (on one line)
Further members: message_notes, bill_codes, track_links, track_roi, binding, active,
test (an object with a test version of its own), and for a welcome message
welcome: {\"trigger\":\"shop\",\"default\":true,\"delay_hours\":0}.";

#[derive(Debug, Args)]
pub struct Import {
    /// The file; `-` reads standard input
    file: PathBuf,
    /// Name or number of the account of lines that name none
    #[arg(long)]
    account: Option<String>,
    #[command(flatten)]
    place: AdminPlace,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Import(import) => block_on(import.run()),
            Self::List { account, place } => block_on(list(&account, &place)),
        }
    }
}

impl Import {
    /// Takes every good line; bad ones are named by number and make the command fail.
    async fn run(self) -> Result<()> {
        let admin = self.place.open().await?;
        let totals = hand_over(&self.file, async |lines| {
            let lines: Vec<String> = lines.into_iter().map(|line| self.completed(line)).collect();
            admin.templates(lines.join("\n")).await
        });
        let totals = totals.await?;
        admin.close().await?;
        output::line(format_args!("{} templates imported", totals.recorded))?;
        if totals.bad > 0 {
            bail!("{} lines are not imported", totals.bad);
        }
        Ok(())
    }

    fn completed(&self, line: String) -> String {
        match &self.account {
            Some(account) => with_account(line, account),
            None => line,
        }
    }
}

/// The line with `account` where it names none; a line that is no object stays as it is.
fn with_account(line: String, account: &str) -> String {
    match serde_json::from_str(&line) {
        Ok(Value::Object(mut members)) => {
            members.entry("account").or_insert_with(|| account.into());
            Value::Object(members).to_string()
        }
        _ => line,
    }
}

async fn list(account: &str, place: &StorePlace) -> Result<()> {
    let context = place.open().await?;
    let found = context.accounts().find(account).await;
    let found = found.with_context(|| format!("there is no account {account}"))?;
    let rows = rows(context.account(found.id)).await.context("cannot list the templates")?;
    context.store.close().await?;
    output::table(&["ID", "PURPOSE", "ACTIVE", "MODIFIED", "SUBJECT"], &rows)
}

async fn rows(account: Account<'_>) -> Result<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    let mut after = TemplateId(0);
    loop {
        let heads = account.templates().page(after, TEMPLATES_AT_ONCE).await?;
        let Some(last) = heads.last() else { return Ok(rows) };
        after = last.id;
        for head in heads {
            rows.push(row(&account.templates().get(head.id, Edition::Live).await?));
        }
    }
}

fn row(template: &Template) -> Vec<String> {
    let head = &template.head;
    let purpose = match &head.purpose {
        Purpose::Transactional => "transactional".to_owned(),
        Purpose::Welcome(welcome) if welcome.is_default => "welcome, default".to_owned(),
        Purpose::Welcome(welcome) => format!("welcome on {}", welcome.trigger),
    };
    let active = if head.active { "yes" } else { "no" };
    let modified = head.modified.strftime("%Y-%m-%d %H:%M").to_string();
    vec![
        head.id.to_string(),
        purpose,
        active.to_owned(),
        modified,
        template.version.subject.clone(),
    ]
}
