//! Tickets: GUIDs under which callers know tasks who cannot say a number.
//!
//! A ticket is the task's number and most of its random id, so it leads to the record without an
//! index, and who has one cannot guess another.

use bytes::Bytes;
use uuid::Uuid;

use super::file::is_over;
use super::kinds::Work;
use super::list::state;
use super::task::StoredTask;
use super::{TaskId, TaskState, Tasks};
use crate::domain::{Refusal, Result};
use crate::store::tables::BulkFile;

impl Tasks<'_> {
    /// The GUID under which a caller may know this task.
    pub async fn ticket(self, id: TaskId) -> Result<Uuid> {
        Ok(ticket(id, self.stored(id).await?.task.id))
    }

    /// The task that has this ticket; imports have none. [`Refusal::TaskNotFound`].
    pub async fn by_ticket(self, id: Uuid) -> Result<TaskState> {
        let number = id.as_bytes().first_chunk().copied().map(u32::from_be_bytes);
        let number = TaskId(number.unwrap_or_default());
        let stored = self.stored(number).await?;
        if ticket(number, stored.task.id) != id {
            return Err(Refusal::TaskNotFound.into());
        }
        Ok(state(self.account.context, number, stored.task))
    }

    /// What was done for a complete task, and all of its result file, which only our own words
    /// bound: for kinds whose file is short. [`Refusal::TaskFileNotFound`] once files are gone.
    pub(in crate::domain) async fn result_of_ticket(self, id: Uuid) -> Result<(Work, Bytes)> {
        let number = id.as_bytes().first_chunk().copied().map(u32::from_be_bytes);
        let stored = self.stored(TaskId(number.unwrap_or_default())).await?;
        let (context, task) = (self.account.context, stored.task);
        if task.ended.is_none_or(|ended| is_over(context, ended)) {
            return Err(Refusal::TaskFileNotFound.into());
        }
        let pieces = task.pieces(self.account.id, BulkFile::Result);
        let file = pieces.file(context, task.result_pieces).whole().await?;
        Ok((task.work, file))
    }

    async fn stored(self, id: TaskId) -> Result<StoredTask> {
        let stored = StoredTask::load(self.account.context, self.account.id, id).await?;
        stored.ok_or_else(|| Refusal::TaskNotFound.into())
    }
}

fn ticket(number: TaskId, random: Uuid) -> Uuid {
    let mut bytes = random.into_bytes();
    bytes.iter_mut().zip(number.0.to_be_bytes()).for_each(|(to, from)| *to = from);
    Uuid::from_bytes(bytes)
}
