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
use crate::contract::Ended;
use crate::contract::journal::{Ask, Entry, Filter, Gap, Line, MOST_ENTRIES, Start, StatusFilter};
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
  lychgate journal tail -n 100 --face dotdigital-soap --operation ListContacts --status 4xx

Each line says when the call came, its id, the status of the reply, face, operation, how long it
took, the caller's address and account, and at the end what was wrong: codes of the doctor, or how
the reply ended. A line that begins with `--` stands where calls are missing.")]
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
    /// Calls that were answered with a status of 400 or above, or not wholly
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
                page.told().try_for_each(|line| output::line(of_line(&line)))?;
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

fn of_line(line: &Line) -> String {
    match line {
        Line::Call(entry) => summary(entry),
        Line::Gap(Gap { missing, at }) => format!(
            "-- {missing} calls are missing here: until {} they came faster than they could be kept",
            at.strftime(TIME)
        ),
    }
}

const TIME: &str = "%Y-%m-%dT%H:%M:%S%.3fZ";

/// One call on one line.
fn summary(entry: &Entry<'_>) -> String {
    let operation = if entry.operation.is_empty() { "-" } else { &entry.operation };
    let at = entry.at.strftime(TIME);
    let account =
        entry.account.map_or_else(|| "-".to_owned(), |number| format!("account {number}"));
    let took = milliseconds(entry.took_us);
    let Entry { id, face, peer, .. } = entry;
    let status = if entry.ended.is_cut() { "cut".to_owned() } else { entry.status.to_string() };
    let mut line =
        format!("{at}  {id}  {status}  {face:<15}  {operation:<30}  {took:>10}  {peer}  {account}");
    let ended = Some(ended(entry.ended)).filter(|words| !words.is_empty());
    for remark in ended.into_iter().chain(entry.doctor.iter().map(AsRef::as_ref)) {
        line.push_str("  ");
        line.push_str(remark);
    }
    show::printable(&line).into_owned()
}

/// How a reply ended, where there is something to say.
fn ended(ended: Ended) -> &'static str {
    match ended {
        Ended::Whole => "",
        Ended::CutBefore => "cut on purpose before anything was done",
        Ended::CutAfter => "cut on purpose after it was carried out",
        Ended::BrokenOff => "broke off",
    }
}

/// Milliseconds, to three places.
fn milliseconds(micros: u64) -> String {
    format!("{}.{:03} ms", micros / 1_000, micros % 1_000)
}
