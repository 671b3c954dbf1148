//! `lychgate store`: checks, copies, exports and imports a store that no server has open.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use indicatif::ProgressBar;

use super::output;
use super::place::{StorePlace, open, open_existing};
use super::runtime::block_on;
use crate::config::{self, Engine};
use crate::domain::check::check;
use crate::store::copy;

/// Checks, copies, exports and imports a store that no server has open.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Holds what is stored against each other. Fails when something does not agree.
    #[command(after_help = "Example:\n  lychgate store check --data /var/lib/lychgate")]
    Check {
        #[command(flatten)]
        place: StorePlace,
    },
    /// Copies everything into a new store; also gives back the space of what was deleted.
    #[command(
        after_help = "Example:\n  lychgate store copy --data /var/lib/lychgate --to /srv/lychgate"
    )]
    Copy {
        /// Folder of the new store
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Writes everything into one file: lines of JSON with a checksum.
    #[command(after_help = "Example:\n  lychgate store export backup.ndjson")]
    Export {
        /// The file to write; it must not be there
        file: PathBuf,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Makes a new store from an exported file.
    #[command(after_help = "Example:\n  lychgate store import backup.ndjson --data /srv/lychgate")]
    Import {
        /// The exported file
        file: PathBuf,
        #[command(flatten)]
        place: StorePlace,
    },
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Check { place } => block_on(check_store(&place)),
            Self::Copy { to, place } => block_on(copy_store(&to, &place)),
            Self::Export { file, place } => block_on(export(&file, &place)),
            Self::Import { file, place } => block_on(import(&file, &place)),
        }
    }
}

async fn check_store(place: &StorePlace) -> Result<()> {
    let context = place.open().await?;
    let findings = check(&context).await.context("cannot check the store")?;
    context.store.close().await?;
    for finding in &findings {
        output::line(finding)?;
    }
    if !findings.is_empty() {
        bail!("the store does not agree with itself");
    }
    output::line("the store is sound")
}

async fn copy_store(to: &Path, place: &StorePlace) -> Result<()> {
    let from = open_existing(&place.settings()?.store).await?;
    let to_settings = config::Store { engine: Engine::Sled, data: to.to_owned() };
    let target = open(&to_settings).await?;
    let bar = counting("entries copied");
    let copied = copy::copy(&*from, &*target, &mut |done| bar.set_position(done)).await;
    bar.finish_and_clear();
    from.close().await?;
    target.close().await?;
    let copied = copied.with_context(|| format!("cannot copy into {}", to.display()))?;
    output::line(format_args!("{copied} entries copied"))
}

async fn export(file: &Path, place: &StorePlace) -> Result<()> {
    let store = open_existing(&place.settings()?.store).await?;
    let made = File::create_new(file).with_context(|| format!("cannot make {}", file.display()))?;
    let mut out = BufWriter::new(made);
    let bar = counting("entries exported");
    let exported = copy::export(&*store, &mut out, &mut |done| bar.set_position(done)).await;
    bar.finish_and_clear();
    store.close().await?;
    let exported = exported.with_context(|| format!("cannot export to {}", file.display()))?;
    out.get_ref().sync_all().with_context(|| format!("cannot write {}", file.display()))?;
    output::line(format_args!("{exported} entries exported"))
}

async fn import(file: &Path, place: &StorePlace) -> Result<()> {
    let read = || {
        let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
        anyhow::Ok(BufReader::new(opened))
    };
    let entries = copy::verify(&mut read()?)
        .with_context(|| format!("{} cannot be imported", file.display()))?;
    let store = open(&place.settings()?.store).await?;
    let bar = output::progress(entries, "entries imported");
    let imported = copy::import(&mut read()?, &*store, &mut |done| bar.set_position(done)).await;
    bar.finish_and_clear();
    store.close().await?;
    let imported = imported.with_context(|| format!("cannot import {}", file.display()))?;
    output::line(format_args!("{imported} entries imported"))
}

/// A count for work whose size is not known.
fn counting(what: &'static str) -> ProgressBar {
    let bar = output::progress(0, what);
    bar.unset_length();
    bar
}
