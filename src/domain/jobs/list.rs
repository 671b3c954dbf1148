//! What an account and the operator see of tasks.

use jiff::Timestamp;

use super::active::each;
use super::file::{is_over, name_of};
use super::task::Task;
use super::{TaskId, TaskStatus, TaskType, Tasks};
use crate::domain::import::{self, ImportState};
use crate::domain::{AccountId, Context, ImportId, Refusal, Result};
use crate::store::{KeyRange, Record as _, Table, tables};

/// A task as its account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskState {
    pub id: TaskId,
    pub task_type: TaskType,
    pub status: TaskStatus,
    pub description: String,
    pub accepted: Timestamp,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    /// Things done so far, in the unit of the kind.
    pub done: u64,
    pub total: Option<u64>,
    /// What is said of the end: counts, or why the task failed. Empty before.
    pub output: String,
    /// The name of the result file, while it can be fetched.
    pub file: Option<String>,
    /// The import that this is.
    pub import: Option<ImportId>,
}

/// Which tasks to list. What is not said lists all.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    pub ids: Vec<TaskId>,
    pub status: Option<TaskStatus>,
    /// Any of these; none lists all.
    pub types: Vec<TaskType>,
    /// Accepted at or after this.
    pub from: Option<Timestamp>,
    /// Accepted before this.
    pub before: Option<Timestamp>,
    /// At most so many, the newest.
    pub limit: usize,
}

impl TaskFilter {
    fn passes(&self, task: &TaskState) -> bool {
        (self.ids.is_empty() || self.ids.contains(&task.id))
            && self.status.is_none_or(|status| task.status == status)
            && (self.types.is_empty() || self.types.contains(&task.task_type))
            && self.from.is_none_or(|from| task.accepted >= from)
            && self.before.is_none_or(|before| task.accepted < before)
    }
}

impl Tasks<'_> {
    /// One task or import.
    pub async fn get(self, id: TaskId) -> Result<TaskState> {
        let filter = TaskFilter { ids: vec![id], limit: 1, ..TaskFilter::default() };
        self.list(&filter).await?.pop().ok_or_else(|| Refusal::TaskNotFound.into())
    }

    /// The tasks that pass `filter`, imports among them, in the order in which they were accepted.
    pub async fn list(self, filter: &TaskFilter) -> Result<Vec<TaskState>> {
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let mut newest = Newest::new(filter.limit);
        visit(self.account.context, range, |_, task| {
            if filter.passes(&task) {
                newest.push(task);
            }
        })
        .await?;
        Ok(newest.in_order())
    }
}

/// The tasks of all accounts, newest first, at most `limit`; for the operator only.
pub async fn list_everywhere(
    context: &Context,
    limit: usize,
) -> Result<Vec<(AccountId, TaskState)>> {
    let mut newest = Newest::new(limit);
    visit(context, KeyRange::all(), |account, task| newest.push((account, task))).await?;
    let mut tasks = newest.in_order();
    tasks.reverse();
    Ok(tasks)
}

/// One task of one account; for the operator only.
pub async fn find_everywhere(
    context: &Context,
    account: AccountId,
    id: TaskId,
) -> Result<TaskState> {
    context.account(account).tasks().get(id).await
}

/// Shows every task and import of a range of accounts, in no useful order.
async fn visit(
    context: &Context,
    range: KeyRange,
    mut show: impl FnMut(AccountId, TaskState),
) -> Result<()> {
    each(context, Table::Task, range.clone(), |(key, value)| {
        let number = tables::contact_of_entry(key).map(TaskId);
        let account = key.first_chunk().copied().map(u32::from_be_bytes).map(AccountId);
        if let (Some(number), Some(account)) = (number, account) {
            show(account, state(context, number, Task::decode(value)?));
        }
        Ok(())
    })
    .await?;
    import::each_state(context, range, |account, import| show(account, of_import(import))).await
}

pub(super) fn state(context: &Context, id: TaskId, task: Task) -> TaskState {
    let is_kept = task.ended.is_some_and(|ended| !is_over(context, ended));
    let is_there = is_kept && task.status == TaskStatus::Complete && task.work.has_file();
    TaskState {
        id,
        task_type: task.work.task_type(),
        status: task.status,
        file: is_there.then(|| name_of(id, &task)),
        description: task.description,
        accepted: task.accepted,
        started: task.started,
        ended: task.ended,
        done: task.done,
        total: task.total,
        output: task.output,
        import: None,
    }
}

fn of_import(import: ImportState) -> TaskState {
    let status = match (import.status, import.started) {
        (import::Status::Finished, _) => TaskStatus::Complete,
        (import::Status::NotFinished, None) => TaskStatus::Pending,
        (import::Status::NotFinished, Some(_)) => TaskStatus::Processing,
        _ => TaskStatus::Failed,
    };
    let counters = &import.counters;
    let output = match status {
        TaskStatus::Complete => format!(
            "{} contacts added, {} updated, {} rows refused.",
            counters.new_contacts,
            counters.updated_contacts,
            counters.refused(),
        ),
        TaskStatus::Failed => format!("The import ended as {}.", import.status.name()),
        TaskStatus::Pending | TaskStatus::Processing => String::new(),
    };
    TaskState {
        id: TaskId(import.number),
        task_type: TaskType::Import,
        status,
        description: import.description,
        accepted: import.accepted,
        started: import.started,
        ended: import.ended,
        done: import.rows_done,
        total: import.rows_total,
        output,
        file: None,
        import: Some(import.id),
    }
}

/// Keeps the newest of many, with a bounded number in memory.
struct Newest<T> {
    limit: usize,
    kept: Vec<T>,
}

/// What is ordered by the time it was accepted, then by number.
trait Dated {
    fn date(&self) -> (Timestamp, TaskId);
}

impl Dated for TaskState {
    fn date(&self) -> (Timestamp, TaskId) {
        (self.accepted, self.id)
    }
}

impl Dated for (AccountId, TaskState) {
    fn date(&self) -> (Timestamp, TaskId) {
        self.1.date()
    }
}

impl<T: Dated> Newest<T> {
    fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::new() }
    }

    fn push(&mut self, one: T) {
        self.kept.push(one);
        if self.kept.len() >= self.limit.saturating_mul(2).max(64) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.kept.sort_by_key(|one| std::cmp::Reverse(one.date()));
        self.kept.truncate(self.limit);
    }

    /// Oldest first.
    fn in_order(mut self) -> Vec<T> {
        self.cut();
        self.kept.reverse();
        self.kept
    }
}
