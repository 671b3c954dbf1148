//! How fast the gateway is, next to the least that any HTTP server can cost.
//!
//!     cargo bench --bench lychgate-bench [-- OPTIONS]
//!
//! Starts the release binary with real logins over a store on disk, once with its journal and once
//! without; beside it a [`floor`], which is bare hyper that reads the same requests and answers the
//! same bytes, and whatever else `--peer` names. Servers run on one core, the driver on another.
//! Each round measures all of them in turn, so that a ratio compares neighbors in time.
//!
//! `--help` tells the options, `BENCHMARKS.md` how to read the numbers.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its numbers")]

#[path = "../../support/mod.rs"]
#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "it is for tests, and every user of it needs another part"
)]
mod support;

mod affinity;
mod call;
mod case;
mod connection;
mod driver;
mod floor;
mod footprint;
mod gateway;
mod numbers;
mod options;
mod peer;
mod process;
mod report;
mod rounds;
mod rows;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser as _;

use options::{Options, Own};
use report::Report;
use rows::Rows;

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    match &options.own {
        Some(Own::Floor { replies }) => floor::serve(replies)?,
        Some(Own::Phase { phase, folder, rows }) => rows::run(*phase, folder, *rows)?,
        None => return measure(&options),
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(options: &Options) -> Result<ExitCode> {
    let folder = match &options.data {
        Some(data) => tempfile::tempdir_in(data),
        None => tempfile::tempdir(),
    };
    let folder = folder.context("cannot make a folder for the stores")?;
    // Rows are measured on all cores: an import uses two.
    let rows = options.rows_of_imports().into_iter();
    let rows = rows.map(|rows| Rows::measure(rows, folder.path())).collect::<Result<_>>()?;
    affinity::drive()?;
    let footprint = match options.contacts() {
        Some(contacts) => footprint::measure(contacts, folder.path())?,
        None => Vec::new(),
    };
    let calls = rounds::measure(options, folder.path())?;
    let report = Report { calls, footprint, rows };
    println!("{}", report.tables());
    if let Some(path) = &options.markdown {
        std::fs::write(path, report.tables()).context("cannot write the tables")?;
    }
    if let Some(path) = &options.json {
        let json = serde_json::to_string_pretty(&report.json())?;
        std::fs::write(path, json).context("cannot write the JSON")?;
    }
    let missed = report.missed();
    if missed > 0 {
        println!("{missed} targets were missed");
    }
    Ok(if options.assert && missed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
