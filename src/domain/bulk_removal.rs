//! Taking many contacts off a list as a task, which its caller asks after by a GUID.

use bytes::Bytes;
use uuid::Uuid;

use super::error::{Refusal, Result};
use super::ids::{ContactId, ListId};
use super::jobs::{
    ClearLists, NewTask, NewUpload, RemoveMembers, TaskStatus, TaskType, Work, file_of,
};
use super::list::Lists;

/// A removal that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkRemoval {
    pub id: Uuid,
    pub status: TaskStatus,
}

impl Lists<'_> {
    /// Starts to take contacts off a list; who is not on it is passed over, and who unsubscribed
    /// from it stays unsubscribed. [`Refusal::ContactsNotGiven`] without any.
    pub async fn start_removal(self, list: ListId, contacts: &[ContactId]) -> Result<BulkRemoval> {
        self.ensure_writable(list).await?;
        if contacts.is_empty() {
            return Err(Refusal::ContactsNotGiven.into());
        }
        let upload = Some(NewUpload { file: Bytes::from(file_of(contacts)) });
        let work = Work::RemoveMembers(RemoveMembers::new(list));
        let description = "Take contacts off a list.";
        self.started(NewTask { upload, ..NewTask::new(work, description) }).await
    }

    /// Starts to take everybody off a list; who unsubscribed from it stays unsubscribed.
    pub async fn start_clearing(self, list: ListId) -> Result<BulkRemoval> {
        self.ensure_writable(list).await?;
        let work = Work::ClearLists(ClearLists::new(vec![list], false));
        self.started(NewTask::new(work, "Take everybody off a list.")).await
    }

    async fn started(self, new: NewTask) -> Result<BulkRemoval> {
        let tasks = self.account.tasks();
        let id = tasks.ticket(tasks.start(new).await?).await?;
        Ok(BulkRemoval { id, status: TaskStatus::Pending })
    }

    /// How far a removal is. [`Refusal::TaskNotFound`] for what is none.
    pub async fn removal(self, id: Uuid) -> Result<BulkRemoval> {
        let task = self.account.tasks().by_ticket(id).await?;
        match task.task_type {
            TaskType::ClearLists | TaskType::RemoveMembers => {
                Ok(BulkRemoval { id, status: task.status })
            }
            _ => Err(Refusal::TaskNotFound.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::testing::{account, contact, context, list, refusal};
    use crate::domain::{Account, Context, check, jobs::Runner};

    async fn fill(account: Account<'_>, list: ListId, count: usize) -> Vec<ContactId> {
        let mut ids = Vec::new();
        for number in 0..count {
            let new = contact(&format!("c{number}@b.example"));
            ids.push(account.contacts().add_to_list(list, new).await.unwrap().id);
        }
        ids
    }

    async fn drain(context: &Arc<Context>) {
        Arc::new(Runner::new(Arc::clone(context))).drain().await;
    }

    #[tokio::test]
    async fn those_who_are_named_are_taken_off_and_strangers_are_passed_over() {
        let context = Arc::new(context().await);
        let account = account(&context, "one").await;
        let lists = account.lists();
        let news = list(account, "News").await;
        let mut ids = fill(account, news, 1_200).await;
        account.contacts().unsubscribe_from_list(news, contact("c5@b.example")).await.unwrap();
        let kept = ids.pop().unwrap();
        ids.extend([ContactId(99_999), ContactId(0), kept]);
        ids.pop();
        let asked = lists.start_removal(news, &ids).await.unwrap();
        assert_eq!(asked.status, TaskStatus::Pending);
        assert_eq!(lists.removal(asked.id).await.unwrap(), asked);
        drain(&context).await;
        let status = lists.removal(asked.id).await.unwrap().status;
        assert_eq!(status, TaskStatus::Complete);
        assert_eq!(lists.contact_count(news).await.unwrap(), 1);
        let again = account.contacts().add_to_list(news, contact("c5@b.example")).await;
        assert_eq!(refusal(again), Refusal::ContactSuppressedForList);
        assert_eq!(check::check(&context).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_list_is_cleared_by_a_task_that_only_its_account_can_ask_after() {
        let context = Arc::new(context().await);
        let (one, other) = (account(&context, "one").await, account(&context, "other").await);
        let news = list(one, "News").await;
        fill(one, news, 3).await;
        let asked = one.lists().start_clearing(news).await.unwrap();
        assert_eq!(refusal(other.lists().removal(asked.id).await), Refusal::TaskNotFound);
        drain(&context).await;
        assert_eq!(one.lists().removal(asked.id).await.unwrap().status, TaskStatus::Complete);
        assert_eq!(one.lists().contact_count(news).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_removal_of_nobody_or_from_no_list_is_refused() {
        let context = context().await;
        let account = account(&context, "one").await;
        let lists = account.lists();
        let news = list(account, "News").await;
        let nobody = lists.start_removal(news, &[]).await;
        assert_eq!(refusal(nobody), Refusal::ContactsNotGiven);
        let nowhere = lists.start_clearing(ListId(99)).await;
        assert_eq!(refusal(nowhere), Refusal::ListNotFound);
        let reserved = lists.start_clearing(crate::domain::list::ALL_CONTACTS).await;
        assert_eq!(refusal(reserved), Refusal::ListNotWritable);
        assert_eq!(refusal(lists.removal(Uuid::nil()).await), Refusal::TaskNotFound);
    }
}
