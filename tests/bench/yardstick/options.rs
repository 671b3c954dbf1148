//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};

use super::case::Case;
use super::peer::Peer;
use super::rows::Phase;

/// Measures the gateway beside the least that any HTTP server can cost.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(name = "lychgate-bench", args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  cargo bench --bench lychgate-bench
  cargo bench --bench lychgate-bench -- --quick --cases faults,small
  cargo bench --bench lychgate-bench -- --peer 'php=php -S 127.0.0.1:{port} answer.php' --json out.json")]
pub struct Options {
    /// Beginnings of the names of what to measure: faults-2k, faults-74k, faults-3700k, import-1k,
    /// import-1m, import-20m, bounces-50, xmlrpc-50, small-150, footprint, rows [default: all]
    #[arg(long, value_delimiter = ',')]
    pub cases: Vec<String>,
    /// Contacts in the store of the footprint
    #[arg(long, default_value_t = 100_000)]
    pub contacts: usize,
    /// Numbers of rows to import; ten million take some gigabytes of disk
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
    pub rows: Vec<u32>,
    /// Rounds of each case
    #[arg(long, default_value_t = 15)]
    pub rounds: usize,
    /// Seconds for which each server is measured in each round
    #[arg(long, default_value_t = 0.5)]
    pub seconds: f64,
    /// Three rounds of a fifth of a second: to see that it works
    #[arg(long)]
    pub quick: bool,
    /// A further server: its URL, or a command that starts it with `{port}` for its port. It gets
    /// each case's request as `POST /<case>`, or at the path of its URL
    #[arg(long = "peer", value_name = "NAME=URL|COMMAND")]
    pub peers: Vec<Peer>,
    /// Leave out the gateway with its journal on
    #[arg(long)]
    pub no_journal: bool,
    /// Folder for the stores, which should lie on a disk [default: the one for temporary files]
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Also write the result to this file, as JSON
    #[arg(long)]
    pub json: Option<PathBuf>,
    /// Also write the table to this file
    #[arg(long)]
    pub markdown: Option<PathBuf>,
    /// Fail when a target is missed
    #[arg(long)]
    pub assert: bool,
    /// What cargo adds by itself
    #[arg(long, hide = true)]
    pub bench: bool,
    #[command(subcommand)]
    pub own: Option<Own>,
}

/// What this program starts of itself.
#[derive(Debug, Subcommand)]
pub enum Own {
    /// The floor
    #[command(hide = true)]
    Floor {
        /// Folder of the replies
        replies: PathBuf,
    },
    /// A part of the measuring of imports
    #[command(hide = true)]
    Phase { phase: Phase, folder: PathBuf, rows: u32 },
}

impl Options {
    pub fn rounds(&self) -> usize {
        if self.quick { 3 } else { self.rounds.max(1) }
    }

    pub fn round_time(&self) -> Duration {
        Duration::from_secs_f64(if self.quick { 0.2 } else { self.seconds.clamp(0.01, 60.0) })
    }

    pub fn cases(&self) -> Vec<&'static Case> {
        Case::ALL.iter().filter(|case| self.wants(case.name)).collect()
    }

    /// Contacts for the footprint, when it is wanted.
    pub fn contacts(&self) -> Option<usize> {
        self.wants("footprint").then_some(self.contacts)
    }

    /// Rows of each import that is wanted.
    pub fn rows_of_imports(&self) -> Vec<u32> {
        if self.wants("rows") { self.rows.clone() } else { Vec::new() }
    }

    fn wants(&self, name: &str) -> bool {
        self.cases.is_empty() || self.cases.iter().any(|begin| name.starts_with(&**begin))
    }
}
