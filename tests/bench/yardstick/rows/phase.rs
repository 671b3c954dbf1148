//! One part of the measuring of imports, in a process of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use clap::ValueEnum;
use lychgate::domain::import::{
    DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport, Runner, Status,
};
use lychgate::domain::{AccountId, Clock, Context, Ids, Limits, NewAccount};
use lychgate::store::{SledOptions, SledStore, Store};
use serde::{Deserialize, Serialize};

use super::super::numbers::float;
use super::super::process;
use super::recorder::Recorder;
use super::{bare, make_csv};

/// What a process is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Phase {
    /// Import into an empty account.
    Import,
    /// The same file once more: every row updates a contact.
    Update,
    /// Import into an empty account of another store, and write down what is committed.
    Record,
    /// Write it with sled alone.
    Bare,
}

/// What it took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Took {
    pub seconds: f64,
    pub cpu_seconds: f64,
    pub peak_mebibytes: f64,
}

/// Does a phase over the stores in `folder`, and prints what it took as JSON.
pub fn run(phase: Phase, folder: &Path, rows: u32) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let log = folder.join("log");
    let before = cpu_seconds();
    let took = match phase {
        Phase::Import | Phase::Update => {
            let store = Arc::new(open(&folder.join("data"))?);
            runtime.block_on(import(store, rows))?
        }
        Phase::Record => {
            let store = Arc::new(Recorder::new(open(&folder.join("recorded"))?, &log)?);
            let took = runtime.block_on(import(Arc::<Recorder>::clone(&store), rows))?;
            store.flush()?;
            took
        }
        Phase::Bare => bare::replay(folder, &log)?,
    };
    let took = Took {
        seconds: took.as_secs_f64(),
        cpu_seconds: cpu_seconds() - before,
        peak_mebibytes: process::mebibytes(std::process::id(), "VmHWM")?,
    };
    println!("{}", serde_json::to_string(&took)?);
    Ok(())
}

fn open(folder: &Path) -> Result<SledStore> {
    Ok(SledStore::open(folder, SledOptions::default())?)
}

/// The time from the call that hands the file over to the last row on disk.
async fn import(store: Arc<dyn Store>, rows: u32) -> Result<Duration> {
    let limits = Limits::default();
    let context = Context::open(store, Clock::System, Ids::random(), limits).await?;
    let context = Arc::new(context);
    let account = account(&context).await?;
    let new = NewImport {
        list: None,
        file: vec![Bytes::from(make_csv(rows))],
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES.max(u64::from(rows) * 100),
    };
    let begin = Instant::now();
    let imports = context.account(account).imports();
    let accepted = imports.accept(new).await?;
    Arc::new(Runner::new(Arc::clone(&context))).drain().await;
    let took = begin.elapsed();
    let ended = imports.progress(accepted.id).await?;
    ensure!(ended.status == Status::Finished, "the import ended as {:?}", ended.status);
    let written = ended.counters.new_contacts + ended.counters.updated_contacts;
    ensure!(written == rows, "{written} rows were imported");
    context.store.close().await?;
    Ok(took)
}

async fn account(context: &Context) -> Result<AccountId> {
    if let Some(entry) = context.accounts().list().await?.first() {
        return Ok(entry.id);
    }
    let new = NewAccount { name: "bench".to_owned(), ..NewAccount::default() };
    Ok(context.accounts().add(new).await?.id)
}

/// What all threads of this process have computed so far, those that ended too.
fn cpu_seconds() -> f64 {
    let times = std::fs::read_to_string("/proc/self/stat").context("no statistics");
    let times = times.unwrap_or_default();
    let behind_name = times.rsplit(')').next().unwrap_or_default();
    let ticks = behind_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    float(ticks) / float(rustix::param::clock_ticks_per_second())
}
