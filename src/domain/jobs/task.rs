//! The durable record of a task, and how its steps are committed.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::active::{self, Active};
use super::feed::Feed;
use super::kinds::{Changes, Part, Work};
use super::pieces::Pieces;
use super::{JobKey, JobKind, Opened, Outcome, Step};
use crate::domain::lease::Claim;
use crate::domain::turn::ASK_FROM;
use crate::domain::{AccountId, Context, Error, Refusal, Result};
use crate::store::tables::{self, BulkFile};
use crate::store::{Batch, Durable, Record, Space, StoreError, Table};

/// Attempts at a step before the store's conflicts are an error. Within a process the account's
/// gate leaves few.
const MAX_ATTEMPTS: usize = 16;

/// A task within its account, imports among them; small enough for a wire's integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TaskId(pub u32);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TaskStatus {
    /// On disk, and no worker has begun.
    Pending,
    Processing,
    Complete,
    /// Ended before its time; what was done stays done.
    Failed,
}

impl TaskStatus {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Processing, Self::Complete, Self::Failed];

    /// The name, for logs and the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Processing => "Processing",
            Self::Complete => "Complete",
            Self::Failed => "Failed",
        }
    }

    pub fn is_active(self) -> bool {
        matches!(self, Self::Pending | Self::Processing)
    }
}

/// What a task is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskType {
    Import,
    ExportContacts,
    ExportActivity,
    DeleteContacts,
    ClearLists,
    CountSegments,
    LoadTable,
    Send,
    RemoveMembers,
    ImportInsights,
    ExportPeople,
}

impl TaskType {
    /// Whether the task writes a file of contacts or of what happened to a message.
    pub fn is_export(self) -> bool {
        matches!(self, Self::ExportPeople | Self::ExportActivity)
    }

    /// The name, for logs and the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Import => "Import",
            Self::ExportContacts => "ExportContacts",
            Self::ExportActivity => "ExportActivity",
            Self::DeleteContacts => "DeleteContacts",
            Self::ClearLists => "ClearLists",
            Self::CountSegments => "CountSegments",
            Self::LoadTable => "LoadTable",
            Self::Send => "Send",
            Self::RemoveMembers => "RemoveMembers",
            Self::ImportInsights => "ImportInsights",
            Self::ExportPeople => "ExportPeople",
        }
    }
}

/// What is stored of a task. Its key is the account and the task's number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    /// Random; names the task's files and is part of their public names.
    pub id: Uuid,
    /// What is to be done, with the cursor.
    pub work: Work,
    /// What the task is for, in the words of the face that asked.
    pub description: String,
    /// How the result file is to be laid out, in words of the face that asked.
    pub layout: String,
    /// The day whose space holds the task's files.
    pub day: i32,
    /// Bytes of the file that came with the task.
    pub upload_bytes: u64,
    pub status: TaskStatus,
    pub accepted: Timestamp,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    /// Things done so far, in the unit of the kind.
    pub done: u64,
    pub total: Option<u64>,
    /// Pieces of the result file that belong to what is before the cursor.
    pub result_pieces: u32,
    /// What is said of the end: counts, or why the task failed.
    pub output: String,
}

impl Record for Task {
    const TABLE: Table = Table::Task;
    const VERSION: u8 = 1;
}

impl Task {
    pub fn key(&self, account: AccountId) -> JobKey {
        JobKey { account, id: self.id }
    }

    pub fn pieces(&self, account: AccountId, file: BulkFile) -> Pieces {
        Pieces { key: self.key(account), day: self.day, file }
    }

    fn outcome(&self) -> Outcome {
        Outcome { succeeded: self.status == TaskStatus::Complete, name: self.status.name() }
    }
}

/// A task as it was read, so that a change of it can say what it replaces.
#[derive(Debug, Clone)]
pub struct StoredTask {
    pub account: AccountId,
    pub number: TaskId,
    pub stored: Bytes,
    pub task: Task,
}

impl StoredTask {
    pub async fn load(
        context: &Context,
        account: AccountId,
        number: TaskId,
    ) -> Result<Option<Self>> {
        let broken = |error| Error::store("load a task", error);
        let key = tables::numbered(account.0, number.0);
        let stored = context.store.get(Space::Main, Table::Task, &key).await.map_err(broken)?;
        let Some(stored) = stored else { return Ok(None) };
        let task = Task::decode(&stored).map_err(broken)?;
        Ok(Some(Self { account, number, stored, task }))
    }

    /// Adds the change to `batch`: nothing of it is written when somebody else changed the task.
    /// A task that has ended leaves the active ones.
    fn replace(&self, batch: &mut Batch, task: Task) -> Result<Self, StoreError> {
        let bytes = task.encode()?;
        let key = tables::numbered(self.account.0, self.number.0);
        batch.replace(Table::Task, key, Some(self.stored.clone()), bytes.clone());
        if !task.status.is_active() {
            active::delete(self.task.key(self.account), batch);
        }
        Ok(Self { stored: bytes, task, ..*self })
    }
}

/// A task in the hands of a worker.
struct Running {
    context: Arc<Context>,
    claim: Claim,
    stored: StoredTask,
    /// The rows of the task's file, for kinds that read one.
    feed: Feed,
    /// The last step's way to the disk; the next one is prepared meanwhile.
    pending: Option<Durable>,
    /// Whether the last step changed contacts.
    has_edits: bool,
}

/// The task that `job` names.
pub async fn open(context: &Arc<Context>, job: Active, claim: &Claim) -> Result<Opened> {
    let stored = StoredTask::load(context, job.key.account, TaskId(job.number)).await?;
    let Some(stored) = stored else { return Ok(Opened::Over(None)) };
    if stored.task.id != job.key.id || !stored.task.status.is_active() {
        return Ok(Opened::Over(Some(stored.stored)));
    }
    let (context, feed) = (Arc::clone(context), Feed::new(context));
    let claim = claim.clone();
    let running = Running { context, claim, stored, feed, pending: None, has_edits: false };
    Ok(Opened::Active(Box::new(running)))
}

impl JobKind for Running {
    fn step(&mut self) -> BoxFuture<'_, Result<Step>> {
        Box::pin(async move {
            for number in 0..MAX_ATTEMPTS {
                if number >= ASK_FROM && self.has_edits {
                    let account = self.context.account(self.stored.account);
                    let _gate = account.gate().await;
                    account.ask_for_turn().await?;
                }
                match self.attempt().await {
                    Ok(Some(step)) => return Ok(step),
                    Ok(None) => {}
                    // The same store tomorrow may take it, and an account that goes takes its
                    // tasks along. All other refusals are the task's end.
                    Err(
                        error @ Error::Refused(Refusal::Unavailable | Refusal::AccountNotFound),
                    ) => {
                        return Err(error);
                    }
                    Err(Error::Refused(refusal)) => return self.fail(&refusal).await,
                    Err(broken) => return Err(broken),
                }
            }
            Err(Error::store("go on with a task", StoreError::Conflict))
        })
    }

    fn settle(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.durable())
    }

    fn give_up(&mut self) -> BoxFuture<'_, Result<Outcome>> {
        Box::pin(async move {
            self.end(TaskStatus::Failed, "The task could not go on.".to_owned()).await?;
            Ok(self.stored.task.outcome())
        })
    }
}

impl Running {
    /// One step; `None` when somebody else changed what it was decided on.
    async fn attempt(&mut self) -> Result<Option<Step>> {
        let Self { context, claim, stored, feed, has_edits, .. } = self;
        let account = context.account(stored.account);
        let part = Box::pin(stored.task.work.step(account, stored, feed)).await?;
        let mut task = stored.task.clone();
        if task.started.is_none() {
            task.started = Some(context.clock.now());
        }
        task.status = TaskStatus::Processing;
        let Part { changes, work, done, total, file, end } = part;
        task.work = work;
        task.done = task.done.saturating_add(done);
        task.total = total.or(task.total);
        if !file.is_empty() {
            let pieces = task.pieces(stored.account, BulkFile::Result);
            // On disk before the cursor that counts them.
            let pieces = pieces.extend(context, claim, task.result_pieces, file.into());
            task.result_pieces = pieces.await?;
        }
        if let Some(end) = end {
            (task.status, task.output) = end;
            task.ended = Some(context.clock.now());
        }
        let broken = |error| Error::store("go on with a task", error);
        let mut changes = changes;
        *has_edits = matches!(changes, Changes::Edit(..));
        claim.guard(changes.batch());
        let replaced = stored.replace(changes.batch(), task).map_err(broken)?;
        let durable = match changes.apply(account).await {
            Err(StoreError::Conflict) => {
                if self.claim.is_lost(&self.context).await? {
                    return Err(broken(StoreError::Conflict));
                }
                self.reread().await?;
                return Ok(None);
            }
            applied => applied.map_err(broken)?,
        };
        self.durable().await?;
        (self.pending, self.stored) = (Some(durable), replaced);
        if self.stored.task.status.is_active() {
            return Ok(Some(Step::More));
        }
        self.durable().await?;
        Ok(Some(Step::Ended(self.stored.task.outcome())))
    }

    /// Reads the task again after a conflict. One that is gone was removed with its account.
    async fn reread(&mut self) -> Result<()> {
        let StoredTask { account, number, .. } = self.stored;
        let stored = StoredTask::load(&self.context, account, number).await?;
        self.stored = stored.ok_or(Refusal::AccountNotFound)?;
        Ok(())
    }

    async fn durable(&mut self) -> Result<()> {
        let Some(pending) = self.pending.take() else { return Ok(()) };
        pending.wait().await.map_err(|error| Error::store("go on with a task", error))
    }

    async fn fail(&mut self, refusal: &Refusal) -> Result<Step> {
        let mut output = refusal.to_string();
        output.push('.');
        self.end(TaskStatus::Failed, output).await?;
        Ok(Step::Ended(self.stored.task.outcome()))
    }

    async fn end(&mut self, status: TaskStatus, output: String) -> Result<()> {
        let broken = |error| Error::store("end a task", error);
        let ended = Some(self.context.clock.now());
        let task = Task { status, ended, output, ..self.stored.task.clone() };
        let mut batch = Batch::main();
        self.claim.guard(&mut batch);
        let replaced = self.stored.replace(&mut batch, task).map_err(broken)?;
        let durable = self.context.store.commit(batch).await.map_err(broken)?;
        self.durable().await?;
        self.stored = replaced;
        durable.wait().await.map_err(broken)
    }
}
