//! Taking a task in: its file and its record are on disk before the answer.

use bytes::Bytes;

use super::active::{self, Active, Kept};
use super::pieces::Pieces;
use super::task::Task;
use super::{JobKey, TaskId, TaskStatus, Tasks, Work};
use crate::domain::edit::Edit;
use crate::domain::{Error, Refusal, Result};
use crate::store::tables::{self, BulkFile};
use crate::store::{Record as _, Table};

/// Longest description that is kept, in characters; what is behind is cut off.
const MAX_DESCRIPTION_CHARS: usize = 1_000;

/// Work to be done as a task.
#[derive(Debug, Clone)]
pub struct NewTask {
    pub work: Work,
    /// What the task is for, in words of the face that asks; listed with the task.
    pub description: String,
    /// Words of the face that asks; it gets them back with the result file.
    pub layout: String,
    /// The file that the work reads.
    pub upload: Option<NewUpload>,
}

impl NewTask {
    pub fn new(work: Work, description: impl Into<String>) -> Self {
        let (description, layout) = (description.into(), String::new());
        Self { work, description, layout, upload: None }
    }
}

/// A file for a task.
#[derive(Clone)]
pub struct NewUpload {
    pub file: Bytes,
}

impl std::fmt::Debug for NewUpload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUpload").field("bytes", &self.file.len()).finish()
    }
}

impl<'a> Tasks<'a> {
    /// Starts a task: when this returns, it is on disk and a worker will take it.
    ///
    /// [`Refusal::TaskTooManyActive`] when the account has as many active tasks as it may.
    pub async fn start(self, new: NewTask) -> Result<TaskId> {
        self.ensure_room().await?;
        let context = self.account.context;
        let key = JobKey { account: self.account.id, id: context.ids.uuid() };
        // Upload and result share a day, so that one folder goes when both may go.
        let pieces = Pieces { key, day: context.clock.today(), file: BulkFile::Upload };
        let end = match &new.upload {
            Some(upload) => pieces.write(context, upload.file.clone()).await?,
            None => 0,
        };
        let task = self.new_task(key, pieces.day, new);
        let started =
            self.account.change("start a task", |edit| self.register_once(edit, key, &task)).await;
        match started {
            Ok(number) => {
                context.job_activity.accepted(Kept::Task);
                Ok(number)
            }
            Err(error) => {
                if let Err(left) = pieces.delete(context, end).await {
                    tracing::warn!("a refused upload stays until its day is dropped: {left}");
                }
                Err(error)
            }
        }
    }

    /// Adds a task without a file to an edit, so that it starts if and only if the edit is
    /// committed. Call [`Tasks::wake`] once it is.
    pub async fn start_with(self, edit: &mut Edit<'a>, new: NewTask) -> Result<TaskId> {
        self.ensure_room().await?;
        let context = self.account.context;
        let key = JobKey { account: self.account.id, id: context.ids.uuid() };
        let task = self.new_task(key, context.clock.today(), NewTask { upload: None, ..new });
        self.register(edit, key, &task)
    }

    /// Tells the workers that a task of [`Tasks::start_with`] is on disk.
    pub fn wake(self) {
        self.account.context.job_activity.accepted(Kept::Task);
    }

    async fn ensure_room(self) -> Result<()> {
        let context = self.account.context;
        let limit = context.limits.active_tasks;
        let active = active::count(context, self.account.id, Kept::Task).await?;
        if u32::try_from(active).unwrap_or(u32::MAX) < limit {
            return Ok(());
        }
        Err(Refusal::TaskTooManyActive { limit }.into())
    }

    async fn register_once(
        self,
        mut edit: Edit<'a>,
        key: JobKey,
        task: &Task,
    ) -> Result<(Edit<'a>, TaskId)> {
        // Counted under the gate: two calls do not both take the last place.
        self.ensure_room().await?;
        let number = self.register(&mut edit, key, task)?;
        Ok((edit, number))
    }

    fn register(self, edit: &mut Edit<'a>, key: JobKey, task: &Task) -> Result<TaskId> {
        let number = edit.next_import_number();
        let bytes = task.encode().map_err(|error| Error::store("start a task", error))?;
        let record = tables::numbered(self.account.id.0, number);
        edit.batch.put_if_absent(Table::Task, record, bytes);
        Active { key, number, kept: Kept::Task }.put(&mut edit.batch);
        Ok(TaskId(number))
    }

    fn new_task(self, key: JobKey, day: i32, new: NewTask) -> Task {
        let upload = new.upload.map(|upload| upload.file.len()).unwrap_or_default();
        Task {
            id: key.id,
            work: new.work,
            description: new.description.chars().take(MAX_DESCRIPTION_CHARS).collect(),
            layout: new.layout,
            day,
            upload_bytes: u64::try_from(upload).unwrap_or(u64::MAX),
            status: TaskStatus::Pending,
            accepted: self.account.context.clock.now(),
            started: None,
            ended: None,
            done: 0,
            total: None,
            result_pieces: 0,
            output: String::new(),
        }
    }
}
