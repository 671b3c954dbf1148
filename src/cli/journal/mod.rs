//! `lychgate journal`: the calls that a server has answered, as its journal keeps them.

mod export;
mod show;
mod source;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::moment::moment;
use super::output;
use super::runtime::block_on;
use crate::contract::journal::{Ask, Entry, Filter, MOST_ENTRIES, Start, StatusFilter};
pub use source::{JournalPlace, Source};

/// Between two looks for new entries.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Shows and exports the calls that a journal keeps.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the newest calls, one a line.
    #[command(after_help = "\
Examples:
  lychgate journal tail
  lychgate journal tail -f --failed --server http://127.0.0.1:8080
  lychgate journal tail -n 100 --face dotdigital-soap --operation ListContacts --status 4xx")]
    Tail(Tail),
    /// Shows one call with both messages.
    #[command(after_help = "\
Example:
  lychgate journal show 5b1d0f6e0000002a

ID is the request id: it stands in the log, and in replies that say that something is broken.")]
    Show(Show),
    /// Writes calls out, as HTTP messages, as a HAR archive, or as JSON, one object a line.
    #[command(after_help = "\
Examples:
  lychgate journal export --since 2h > calls.ndjson
  lychgate journal export --har --failed > failed.har
  lychgate journal export --http calls --operation ListContacts

With --http each call becomes DIR/<face>/<operation>/<id>.http: the call and its reply, one behind
the other, as `lychgate doctor` reads them. Calls whose messages were not kept are left out there.")]
    Export(Export),
}

/// Which calls.
#[derive(Debug, Args)]
pub struct Which {
    /// Calls since this time (RFC 3339) or for so long: 90s, 10m, 2h, 7d
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Calls of this face, such as dotdigital-soap
    #[arg(long)]
    face: Option<String>,
    /// Calls of this operation, by its name on the wire
    #[arg(long)]
    operation: Option<String>,
    /// Calls that were answered with this status, such as 404, or 4xx
    #[arg(long, value_parser = |text: &str| text.parse::<StatusFilter>())]
    status: Option<StatusFilter>,
    /// Calls of this account, by its number
    #[arg(long)]
    account: Option<u32>,
    /// Calls that were answered with a status of 400 or above
    #[arg(long)]
    failed: bool,
}

#[derive(Debug, Args)]
pub struct Tail {
    /// Go on with the calls to come
    #[arg(short, long)]
    follow: bool,
    /// How many to begin with
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    lines: usize,
    /// Print JSON, one object a line, with both messages
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    place: JournalPlace,
}

#[derive(Debug, Args)]
pub struct Show {
    /// The request id
    id: String,
    /// Print the entry as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: JournalPlace,
}

#[derive(Debug, Args)]
pub struct Export {
    /// One HAR 1.2 archive, on standard output
    #[arg(long, conflicts_with = "http")]
    har: bool,
    /// Files with HTTP messages, in this folder
    #[arg(long, value_name = "DIR")]
    http: Option<PathBuf>,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    place: JournalPlace,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Tail(tail) => block_on(tail.run()),
            Self::Show(show) => block_on(show.run()),
            Self::Export(export) => block_on(export.run()),
        }
    }
}

impl Which {
    fn ask(self, start: Start, messages: bool) -> Ask {
        let Self { since, face, operation, status, account, failed } = self;
        let filter = Filter { since, face, operation, status, account, failed };
        Ask { start, filter, messages, limit: MOST_ENTRIES }
    }
}

impl Tail {
    async fn run(self) -> Result<()> {
        let source = self.place.open()?;
        let mut ask = self.which.ask(Start::Last(self.lines), self.json);
        loop {
            let page = source.page(&ask).await?;
            if self.json {
                output::bytes(&page.lines)?;
            } else {
                page.entries().try_for_each(|entry| output::line(summary(&entry)))?;
            }
            ask.start = Start::From(page.next);
            if !self.follow {
                return Ok(());
            }
            if page.at_end {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

impl Show {
    async fn run(self) -> Result<()> {
        let Some(entry) = self.place.open()?.find(&self.id).await? else {
            bail!("the journal has no call {}", self.id);
        };
        if self.json {
            return output::line(serde_json::to_string_pretty(&entry)?);
        }
        show::entry(&entry)
    }
}

impl Export {
    async fn run(self) -> Result<()> {
        let source = self.place.open()?;
        let ask = self.which.ask(Start::From(crate::contract::journal::Position::default()), true);
        match self.http {
            Some(folder) => export::http(&source, ask, &folder).await,
            None if self.har => export::har(&source, ask).await,
            None => export::lines(&source, ask).await,
        }
    }
}

/// One call on one line.
fn summary(entry: &Entry<'_>) -> String {
    let operation = if entry.operation.is_empty() { "-" } else { &entry.operation };
    let at = entry.at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
    let account = entry.account.map_or_else(|| "-".to_owned(), |account| account.to_string());
    let took = milliseconds(entry.took_us);
    let Entry { id, status, face, peer, .. } = entry;
    let line =
        format!("{at}  {id}  {status}  {face:<15}  {operation:<30}  {took:>10}  {peer}  {account}");
    show::printable(&line).into_owned()
}

/// Milliseconds, to three places.
fn milliseconds(micros: u64) -> String {
    format!("{}.{:03} ms", micros / 1_000, micros % 1_000)
}
