//! `lychgate events`: bounces, complaints and suppressions from outside.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use serde::Deserialize;

use super::admin::Admin;
use super::output;
use super::place::{ServerPlace, StorePlace};
use super::runtime::block_on;

/// Lines handed over together: what the domain commits at once.
const LINES_AT_ONCE: u64 = 5_000;
/// Bytes of lines handed over together, far below the server's bound on a body of 16 MiB.
const BYTES_AT_ONCE: usize = 4 * 1024 * 1024;

/// Records bounces, complaints and suppressions.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Records the events of a file, one JSON object a line.
    #[command(after_help = IMPORT_HELP)]
    Import(Import),
}

const IMPORT_HELP: &str = "\
Examples:
  lychgate events import bounces.ndjson
  lychgate events import bounces.ndjson --server http://127.0.0.1:8080

A line names what happened, to whom and in which account:
  {\"account\":\"acme\",\"type\":\"bounced\",\"email\":\"a@b.example\",\"template_id\":7,
   \"reason\":\"550 5.1.1 user unknown\"}        (on one line)
  {\"account\":\"acme\",\"type\":\"suppress_domain\",\"domain\":\"b.example\"}
  {\"type\":\"suppress_global\",\"email\":\"a@b.example\"}
Types: delivered, bounced, complained, unsubscribed, opened, clicked; block, pending_optin,
complaint, suppress_domain, suppress_global. A bounce has `class` (hard, soft, block), `reason`, or
both; a click may have `url`. `template_id` or `campaign_id` says of which message, `time`
(RFC 3339) when. Two lines with the same `id` or, without one, of the same contents count once.";

#[derive(Debug, Args)]
pub struct Import {
    /// The file; `-` reads standard input
    file: PathBuf,
    #[command(flatten)]
    place: StorePlace,
    #[command(flatten)]
    server: ServerPlace,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Import(import) => block_on(import.run()),
        }
    }
}

/// What became of some lines.
#[derive(Debug, Deserialize)]
struct Tally {
    recorded: u64,
    known: u64,
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
    /// Records every good line; bad ones are named by number and make the command fail.
    async fn run(self) -> Result<()> {
        let admin = Admin::open(&self.place, &self.server).await?;
        let mut lines = open(&self.file)?.lines();
        let bar = bar_over(&self.file);
        let (mut before, mut recorded, mut known, mut bad) = (0, 0, 0, 0);
        loop {
            let (handed, count) = some_lines(&mut lines)
                .with_context(|| format!("cannot read {}", self.file.display()))?;
            if count == 0 {
                break;
            }
            let bytes = u64::try_from(handed.len())?;
            let tally: Tally = admin.events(handed).await?;
            bar.inc(bytes);
            for BadLine { line, reason } in tally.bad_lines {
                bar.suspend(|| output::error(&anyhow!("line {}: {reason}", before + line)));
            }
            before += count;
            recorded += tally.recorded;
            known += tally.known;
            bad += tally.bad;
        }
        bar.finish_and_clear();
        admin.close().await?;
        output::line(format_args!("{recorded} events recorded"))?;
        if known > 0 {
            output::line(format_args!("{known} were recorded before"))?;
        }
        if bad > 0 {
            bail!("{bad} lines are not recorded");
        }
        Ok(())
    }
}

/// The next lines that are handed over together, and how many they are.
fn some_lines(lines: &mut dyn Iterator<Item = std::io::Result<String>>) -> Result<(String, u64)> {
    let (mut some, mut count) = (String::new(), 0);
    while count < LINES_AT_ONCE && some.len() < BYTES_AT_ONCE {
        let Some(line) = lines.next().transpose()? else { break };
        some.push_str(&line);
        some.push('\n');
        count += 1;
    }
    Ok((some, count))
}

/// A bar over the file's bytes; over as many as come where nobody knows.
fn bar_over(file: &Path) -> ProgressBar {
    let length = std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file);
    let bar = output::progress(length.as_ref().map_or(0, std::fs::Metadata::len), "bytes read");
    if length.is_none() {
        bar.unset_length();
    }
    bar
}

fn open(file: &Path) -> Result<Box<dyn BufRead>> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    Ok(Box::new(BufReader::new(opened)))
}
