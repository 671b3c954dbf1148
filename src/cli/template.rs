//! `lychgate template`: templates that programs know by their ids.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::Value;

use super::admin::Admin;
use super::output;
use super::place::{ServerPlace, StorePlace};
use super::runtime::block_on;
use crate::domain::template::{Edition, Purpose, Template};
use crate::domain::{Account, TemplateId};

/// Lines handed over together, unless they are long.
const LINES_AT_ONCE: usize = 1_000;

/// Bytes handed over together: with one more template within the server's bound on a body.
const BYTES_AT_ONCE: usize = 4 * 1024 * 1024;

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
    place: StorePlace,
    #[command(flatten)]
    server: ServerPlace,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Import(import) => block_on(import.run()),
            Self::List { account, place } => block_on(list(&account, &place)),
        }
    }
}

/// What became of some lines.
#[derive(Debug, Deserialize)]
struct Tally {
    recorded: u64,
    bad: u64,
    bad_lines: Vec<BadLine>,
}

#[derive(Debug, Deserialize)]
struct BadLine {
    /// Counts from 1 within the lines that were handed over together.
    line: u64,
    reason: String,
}

impl Import {
    /// Takes every good line; bad ones are named by number and make the command fail.
    async fn run(self) -> Result<()> {
        let admin = Admin::open(&self.place, &self.server).await?;
        let mut lines = open(&self.file)?.lines();
        let (mut before, mut recorded, mut bad) = (0, 0, 0);
        loop {
            let some = self.some_lines(&mut lines)?;
            if some.is_empty() {
                break;
            }
            let tally: Tally = admin.templates(some.join("\n")).await?;
            for BadLine { line, reason } in tally.bad_lines {
                output::error(&anyhow!("line {}: {reason}", before + line));
            }
            before += u64::try_from(some.len())?;
            recorded += tally.recorded;
            bad += tally.bad;
        }
        admin.close().await?;
        output::line(format_args!("{recorded} templates imported"))?;
        if bad > 0 {
            bail!("{bad} lines are not imported");
        }
        Ok(())
    }

    fn some_lines(
        &self,
        lines: &mut impl Iterator<Item = std::io::Result<String>>,
    ) -> Result<Vec<String>> {
        let (mut some, mut bytes) = (Vec::new(), 0);
        while some.len() < LINES_AT_ONCE && bytes < BYTES_AT_ONCE {
            let Some(line) = lines.next() else { break };
            let line = line.with_context(|| format!("cannot read {}", self.file.display()))?;
            let line = match &self.account {
                Some(account) => with_account(line, account),
                None => line,
            };
            bytes += line.len();
            some.push(line);
        }
        Ok(some)
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

fn open(file: &Path) -> Result<Box<dyn BufRead>> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    Ok(Box::new(BufReader::new(opened)))
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
