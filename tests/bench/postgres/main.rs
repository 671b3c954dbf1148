//! How fast Lychgate is over PostgreSQL, beside sled and beside a plain client of the same server.
//!
//!     cargo bench --bench postgres [-- --parts imports --rows 1000000]
//!
//! The sides take turns in each round, so that a ratio compares neighbors in time. All share the
//! machine: the server, the gateways and who calls them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark: it prints, and stops where something is wrong"
)]

mod calls;
mod commits;
mod imports;
#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "../yardstick/numbers.rs"]
mod numbers;
mod plain;
#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "../../support/postgres.rs"]
mod postgres;
mod several;
#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "../../support/mod.rs"]
mod support;
mod table;

use std::time::Duration;

use clap::{Parser, ValueEnum};
use postgres::Postgres;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Commits of the store, beside statements by hand
    Commits,
    /// An import through the pipeline, beside a client that only puts the rows in
    Imports,
    /// Calls of one account over SOAP, beside a client that does a like transaction
    Calls,
    /// Two gateways beside one
    Gateways,
}

#[derive(Debug, Parser)]
#[command(name = "postgres")]
struct Options {
    /// What to measure [default: all]
    #[arg(long, value_delimiter = ',')]
    parts: Vec<Part>,
    /// Rows of an import
    #[arg(long, default_value_t = 200_000)]
    rows: u32,
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Seconds for which each side is measured in each round
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// What cargo adds by itself
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let options = Options::parse();
    let Some(server) = Postgres::start_new() else { return };
    let turn = Duration::from_secs_f64(options.seconds);
    let wants = |part| options.parts.is_empty() || options.parts.contains(&part);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    println!("in one second: the middle of {} rounds (least to most)", options.rounds);
    if wants(Part::Commits) {
        runtime.block_on(commits::measure(&server, options.rounds, turn));
    }
    if wants(Part::Imports) {
        runtime.block_on(imports::measure(&server, options.rounds, options.rows));
    }
    if wants(Part::Calls) {
        calls::measure(&server, options.rounds, turn);
    }
    if wants(Part::Gateways) {
        several::measure(&server, options.rounds, turn, options.rows);
    }
}
