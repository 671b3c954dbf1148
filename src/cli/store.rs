//! `lychgate store`: checks, copies, exports, imports and migrates a store.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use indicatif::ProgressBar;

use super::output;
use super::place::{StorePlace, lay_place, open, open_existing};
use super::postgres;
use super::runtime::block_on;
use crate::config::Engine;
use crate::domain::check::check;
use crate::store::copy::{self, Copied};
use crate::store::sums::{Sums, sums};
use crate::store::{Migrated, PostgresStore, Space, export};

/// Checks, copies, exports and imports a store that no server has open.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Holds what is stored against each other. Fails when something does not agree.
    #[command(after_help = "Example:\n  lychgate store check --data /var/lib/lychgate")]
    Check {
        #[command(flatten)]
        place: StorePlace,
    },
    /// Copies everything into a new store. Made again after it was cut off, it goes on; also gives
    /// back the space of what was deleted.
    #[command(
        after_help = "Examples:\n  lychgate store copy --data /var/lib/lychgate --to /srv/lychgate\n  \
                      lychgate store copy --data /var/lib/lychgate --to postgresql:///lychgate"
    )]
    Copy {
        /// Folder of the new store, or URL of its database
        #[arg(long, value_name = "DIR|URL")]
        to: PathBuf,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Makes the tables of a database, or brings them to this program's version.
    #[command(after_help = "Example:\n  lychgate store migrate --data postgresql:///lychgate")]
    Migrate {
        #[command(flatten)]
        place: StorePlace,
    },
    /// Prints count, size and checksum of every table.
    #[command(after_help = "Example:\n  lychgate store sums --data /var/lib/lychgate")]
    Sums {
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
            Self::Migrate { place } => block_on(migrate(&place)),
            Self::Sums { place } => block_on(print_sums(&place)),
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
    let mut settings = place.settings()?;
    let from = open_existing(&settings).await?;
    lay_place(&mut settings, to);
    let target = open(&settings).await?;
    let bar = counting("entries compared");
    let copied = copy::copy(&*from, &*target, &mut |done, _| bar.set_position(done)).await;
    bar.finish_and_clear();
    from.close().await?;
    target.close().await?;
    let Copied { written, sums } = copied.context("cannot copy")?;
    print(sums)?;
    output::line(format_args!("{written} entries copied; both stores are equal"))
}

async fn migrate(place: &StorePlace) -> Result<()> {
    let settings = place.settings()?;
    if settings.store.engine != Engine::Postgres {
        bail!("only a database is migrated: name one with --data, or set `engine` in [store]");
    }
    let migrated = PostgresStore::migrate(postgres::options(&settings.postgres)?).await;
    let Migrated { from, to } = migrated.context("cannot migrate the database")?;
    if from == to {
        return output::line(format_args!("the schema has version {to} already"));
    }
    output::line(format_args!("schema migrated from version {from} to {to}"))
}

async fn print_sums(place: &StorePlace) -> Result<()> {
    let store = open_existing(&place.settings()?).await?;
    let sums = sums(&*store).await.context("cannot read the store");
    store.close().await?;
    print(sums?)
}

fn print(sums: Sums) -> Result<()> {
    let rows = sums.into_iter().map(|((space, table), sum)| {
        let space = match space {
            Space::Main => String::new(),
            Space::Day(day) => format!("day {day}"),
        };
        let (count, bytes) = (sum.entries.to_string(), sum.bytes.to_string());
        vec![table.name().to_owned(), space, count, bytes, format!("{:016x}", sum.checksum)]
    });
    output::table(&["table", "space", "entries", "bytes", "checksum"], &rows.collect::<Vec<_>>())
}

async fn export(file: &Path, place: &StorePlace) -> Result<()> {
    let store = open_existing(&place.settings()?).await?;
    let made = File::create_new(file).with_context(|| format!("cannot make {}", file.display()))?;
    let mut out = BufWriter::new(made);
    let bar = counting("entries exported");
    let exported = export::export(&*store, &mut out, &mut |done| bar.set_position(done)).await;
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
    let entries = export::verify(&mut read()?)
        .with_context(|| format!("{} cannot be imported", file.display()))?;
    let store = open(&place.settings()?).await?;
    let bar = output::progress(entries, "entries imported");
    let imported = export::import(&mut read()?, &*store, &mut |done| bar.set_position(done)).await;
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
