//! `lychgate import`: what became of the files that were handed in.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use serde::Deserialize;
use uuid::Uuid;

use super::admin::{Admin, AdminPage, AdminPlace};
use super::output;
use super::runtime::block_on;
use crate::domain::import::Status;

/// Between two looks at an import that is watched.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Lists, shows and watches imports.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the newest imports of all accounts.
    #[command(after_help = "Example:\n  lychgate import list --server http://127.0.0.1:8080")]
    List {
        /// How many to list, 1000 at most
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: u32,
        #[command(flatten)]
        place: AdminPlace,
    },
    /// Shows one import with its counters.
    #[command(after_help = "Example:\n  lychgate import show 3f0c0f6e-6f0d-4a53-8b0a-2f6d3c1f9e11")]
    Show(One),
    /// Follows one import to its end, with a progress bar on a terminal. Fails when the import
    /// does not end as Finished.
    #[command(
        after_help = "Example:\n  lychgate import watch 3f0c0f6e-6f0d-4a53-8b0a-2f6d3c1f9e11 \
                      --server http://127.0.0.1:8080"
    )]
    Watch(One),
}

#[derive(Debug, Args)]
pub struct One {
    /// The import's id
    id: Uuid,
    #[command(flatten)]
    place: AdminPlace,
}

/// An import as the admin API describes it: nothing personal in it.
#[derive(Debug, Deserialize)]
struct ImportLine {
    id: Uuid,
    account: u32,
    status: String,
    percent: u8,
    accepted: String,
    ended: Option<String>,
    file_bytes: u64,
    rows_done: u64,
    rows_total: Option<u64>,
    counters: BTreeMap<String, u64>,
}

#[derive(Debug, Deserialize)]
struct ImportLines {
    imports: Vec<ImportLine>,
}

impl ImportLine {
    fn is_under_way(&self) -> bool {
        self.status == Status::NotFinished.name()
    }
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::List { limit, place } => block_on(list(limit, &place)),
            Self::Show(one) => block_on(show(&one)),
            Self::Watch(one) => block_on(watch(&one)),
        }
    }
}

async fn one(admin: &Admin, id: Uuid) -> Result<ImportLine> {
    admin.get(AdminPage::Import(id)).await
}

async fn list(limit: u32, place: &AdminPlace) -> Result<()> {
    let admin = place.open().await?;
    let found = admin.get(AdminPage::Imports { limit }).await;
    let ImportLines { imports } = found.context("cannot list the imports")?;
    admin.close().await?;
    let row = |line: &ImportLine| {
        vec![
            line.id.to_string(),
            line.account.to_string(),
            line.status.clone(),
            format!("{} %", line.percent),
            line.rows_done.to_string(),
            line.accepted.clone(),
        ]
    };
    let headings = ["IMPORT", "ACCOUNT", "STATUS", "DONE", "ROWS", "ACCEPTED"];
    output::table(&headings, &imports.iter().map(row).collect::<Vec<_>>())
}

async fn show(asked: &One) -> Result<()> {
    let admin = asked.place.open().await?;
    let line = one(&admin, asked.id).await.context("cannot show the import")?;
    admin.close().await?;
    print(&line)
}

fn print(line: &ImportLine) -> Result<()> {
    output::line(format_args!("import    {}", line.id))?;
    output::line(format_args!("account   {}", line.account))?;
    output::line(format_args!("status    {} ({} %)", line.status, line.percent))?;
    output::line(format_args!("accepted  {}", line.accepted))?;
    if let Some(ended) = &line.ended {
        output::line(format_args!("ended     {ended}"))?;
    }
    output::line(format_args!("file      {} bytes", line.file_bytes))?;
    output::line(format_args!("rows      {}", line.rows_done))?;
    for (name, count) in &line.counters {
        output::line(format_args!("  {name:<22} {count}"))?;
    }
    Ok(())
}

async fn watch(asked: &One) -> Result<()> {
    let admin = asked.place.open().await?;
    let mut line = one(&admin, asked.id).await.context("cannot watch the import")?;
    if line.is_under_way() && matches!(admin, Admin::Store(_)) {
        admin.close().await?;
        bail!("the import waits for a server: nothing works on it while no server runs");
    }
    let bar = output::progress(100, "import");
    while line.is_under_way() {
        if let Some(total) = line.rows_total {
            bar.set_length(total);
            bar.set_position(line.rows_done);
        }
        tokio::time::sleep(LOOK_EVERY).await;
        line = one(&admin, asked.id).await.context("cannot watch the import")?;
    }
    bar.finish_and_clear();
    admin.close().await?;
    print(&line)?;
    if line.status != "Finished" {
        bail!("the import ended as {}", line.status);
    }
    Ok(())
}
