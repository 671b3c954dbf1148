//! `lychgate events`: bounces, complaints and suppressions from outside.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};

use super::admin::AdminPlace;
use super::ndjson::hand_over;
use super::output;
use super::runtime::block_on;

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
    place: AdminPlace,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Import(import) => block_on(import.run()),
        }
    }
}

impl Import {
    /// Records every good line; bad ones are named by number and make the command fail.
    async fn run(self) -> Result<()> {
        let admin = self.place.open().await?;
        let totals =
            hand_over(&self.file, async |lines| admin.events(lines.join("\n")).await).await?;
        admin.close().await?;
        output::line(format_args!("{} events recorded", totals.recorded))?;
        if totals.known > 0 {
            output::line(format_args!("{} were recorded before", totals.known))?;
        }
        if totals.bad > 0 {
            bail!("{} lines are not recorded", totals.bad);
        }
        Ok(())
    }
}
