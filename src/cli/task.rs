//! `lychgate task`: exports, bulk deletes and other long work, and what became of it.

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use serde::Deserialize;

use super::admin::{AdminPage, AdminPlace};
use super::output;
use super::runtime::block_on;

/// Lists and shows tasks; imports are among them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the newest tasks of all accounts.
    #[command(after_help = "Example:\n  lychgate task list --server http://127.0.0.1:8080")]
    List {
        /// How many to list, 1000 at most
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: u32,
        #[command(flatten)]
        place: AdminPlace,
    },
    /// Shows one task.
    #[command(after_help = "Example:\n  lychgate task show 1 862254")]
    Show(One),
}

#[derive(Debug, Args)]
pub struct One {
    /// The account's number
    account: u32,
    /// The task's number within its account
    task: u32,
    #[command(flatten)]
    place: AdminPlace,
}

/// A task as the admin API describes it.
#[derive(Debug, Deserialize)]
struct TaskLine {
    account: u32,
    id: u32,
    #[serde(rename = "type")]
    task_type: String,
    status: String,
    accepted: String,
    ended: Option<String>,
    done: u64,
    total: Option<u64>,
    output: String,
    has_file: bool,
}

#[derive(Debug, Deserialize)]
struct TaskLines {
    tasks: Vec<TaskLine>,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::List { limit, place } => block_on(list(limit, &place)),
            Self::Show(one) => block_on(show(&one)),
        }
    }
}

async fn list(limit: u32, place: &AdminPlace) -> Result<()> {
    let admin = place.open().await?;
    let found = admin.get(AdminPage::Tasks { limit }).await;
    let TaskLines { tasks } = found.context("cannot list the tasks")?;
    admin.close().await?;
    let row = |line: &TaskLine| {
        vec![
            line.account.to_string(),
            line.id.to_string(),
            line.task_type.clone(),
            line.status.clone(),
            line.done.to_string(),
            line.accepted.clone(),
        ]
    };
    let headings = ["ACCOUNT", "TASK", "TYPE", "STATUS", "DONE", "ACCEPTED"];
    output::table(&headings, &tasks.iter().map(row).collect::<Vec<_>>())
}

async fn show(asked: &One) -> Result<()> {
    let admin = asked.place.open().await?;
    let page = AdminPage::Task { account: asked.account, task: asked.task };
    let found = admin.get(page).await;
    let line: TaskLine = found.context("cannot show the task")?;
    admin.close().await?;
    output::line(format_args!("task      {} of account {}", line.id, line.account))?;
    output::line(format_args!("type      {}", line.task_type))?;
    output::line(format_args!("status    {}", line.status))?;
    output::line(format_args!("accepted  {}", line.accepted))?;
    if let Some(ended) = &line.ended {
        output::line(format_args!("ended     {ended}"))?;
    }
    let total = line.total.map(|total| format!(" of {total}")).unwrap_or_default();
    output::line(format_args!("done      {}{total}", line.done))?;
    output::line(format_args!(
        "file      {}",
        if line.has_file { "to be fetched" } else { "none" }
    ))?;
    output::line(format_args!("output    {}", line.output))
}
