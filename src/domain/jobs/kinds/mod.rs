//! The kinds of tasks: what each does in one step.
//!
//! A kind is a type with the order and its cursor, stored as one of [`Work`], and a function `step`
//! that decides its next part. Adding one: its file here, its lines in [`Work`].

mod clear_lists;
mod count_segments;
mod delete_contacts;
mod export_activity;
mod export_contacts;
mod export_people;
mod import_insights;
mod load_table;
mod remove_members;
mod send;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::clear_lists::ClearLists;
pub use self::count_segments::CountSegments;
pub use self::delete_contacts::DeleteContacts;
pub use self::export_activity::{Action, ExportActivity};
pub use self::export_contacts::ExportContacts;
pub use self::export_people::ExportPeople;
pub use self::import_insights::ImportInsights;
pub use self::load_table::LoadTable;
pub use self::remove_members::{RemoveMembers, file_of};
pub use self::send::SendCampaign;
use super::feed::Feed;
use super::task::StoredTask;
use super::{TaskStatus, TaskType};
use crate::domain::edit::Edit;
use crate::domain::{Account, Gate, Result};
use crate::store::{Batch, Durable, StoreError};

/// What a task is to do, and how far it is: the cursor is part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    ExportContacts(ExportContacts),
    ExportActivity(ExportActivity),
    DeleteContacts(DeleteContacts),
    ClearLists(ClearLists),
    CountSegments(CountSegments),
    LoadTable(LoadTable),
    Send(SendCampaign),
    RemoveMembers(RemoveMembers),
    ExportPeople(ExportPeople),
    ImportInsights(ImportInsights),
}

impl Work {
    pub fn task_type(&self) -> TaskType {
        match self {
            Self::ExportContacts(_) => TaskType::ExportContacts,
            Self::ExportActivity(_) => TaskType::ExportActivity,
            Self::DeleteContacts(_) => TaskType::DeleteContacts,
            Self::ClearLists(_) => TaskType::ClearLists,
            Self::CountSegments(_) => TaskType::CountSegments,
            Self::LoadTable(_) => TaskType::LoadTable,
            Self::Send(_) => TaskType::Send,
            Self::RemoveMembers(_) => TaskType::RemoveMembers,
            Self::ExportPeople(_) => TaskType::ExportPeople,
            Self::ImportInsights(_) => TaskType::ImportInsights,
        }
    }

    /// Whether the task leaves a file to be fetched.
    pub fn has_file(&self) -> bool {
        match self {
            Self::ExportContacts(_)
            | Self::ExportActivity(_)
            | Self::CountSegments(_)
            | Self::ExportPeople(_) => true,
            Self::ClearLists(_)
            | Self::DeleteContacts(_)
            | Self::ImportInsights(_)
            | Self::LoadTable(_)
            | Self::RemoveMembers(_)
            | Self::Send(_) => false,
        }
    }

    /// Decides the next part of the task as it stands in `stored`, whose work this is. Whatever the
    /// part changes is committed together with it; when that fails because somebody else was
    /// faster, the step is asked for again. A refusal ends the task.
    pub(super) async fn step<'a>(
        &self,
        account: Account<'a>,
        stored: &StoredTask,
        feed: &mut Feed,
    ) -> Result<Part<'a>> {
        match self {
            Self::ExportContacts(order) => export_contacts::step(account, stored, order).await,
            Self::ExportActivity(order) => export_activity::step(account, stored, order).await,
            Self::DeleteContacts(order) => {
                delete_contacts::step(account, stored, order, feed).await
            }
            Self::ClearLists(order) => clear_lists::step(account, stored, order).await,
            Self::CountSegments(order) => count_segments::step(account, stored, order).await,
            Self::LoadTable(order) => load_table::step(account, stored, order, feed).await,
            Self::Send(order) => send::step(account, stored, order).await,
            Self::RemoveMembers(order) => remove_members::step(account, stored, order).await,
            Self::ExportPeople(order) => export_people::step(account, stored, order).await,
            Self::ImportInsights(order) => {
                import_insights::step(account, stored, order, feed).await
            }
        }
    }
}

/// What a step comes to.
#[derive(Debug)]
pub struct Part<'a> {
    pub changes: Changes<'a>,
    /// The order with the cursor behind this part.
    pub work: Work,
    /// Things done in this part.
    pub done: u64,
    /// How many there are in all, when that is known.
    pub total: Option<u64>,
    /// What this part adds to the result file.
    pub file: Vec<u8>,
    /// The task has ended so, and this is said of it.
    pub end: Option<(TaskStatus, String)>,
}

impl<'a> Part<'a> {
    /// A part that changes nothing but the cursor.
    pub fn to(work: Work) -> Self {
        let changes = Changes::Batch(Batch::main());
        Self { changes, work, done: 0, total: None, file: Vec::new(), end: None }
    }

    /// Commits `edit` with the part. The gate is held until then.
    #[must_use]
    pub fn with_edit(self, gate: Gate, edit: Edit<'a>) -> Self {
        Self { changes: Changes::Edit(gate, Box::new(edit)), ..self }
    }

    #[must_use]
    pub fn counting(self, done: u64) -> Self {
        Self { done, ..self }
    }

    /// The last part; `output` says what was done.
    #[must_use]
    pub fn ending(self, output: impl Into<String>) -> Self {
        Self { end: Some((TaskStatus::Complete, output.into())), ..self }
    }

    /// The last part of a task that fails; `output` says why.
    #[must_use]
    pub fn failing(self, output: impl Into<String>) -> Self {
        Self { end: Some((TaskStatus::Failed, output.into())), ..self }
    }
}

/// The writes of a part.
#[derive(Debug)]
pub enum Changes<'a> {
    /// Writes that need no other condition than the task's cursor, and those that they name.
    Batch(Batch),
    /// Changes of contacts, decided under the account's gate.
    Edit(Gate, Box<Edit<'a>>),
}

impl Changes<'_> {
    pub(super) fn batch(&mut self) -> &mut Batch {
        match self {
            Self::Batch(batch) => batch,
            Self::Edit(_, edit) => &mut edit.batch,
        }
    }

    pub(super) async fn apply(self, account: Account<'_>) -> Result<Durable, StoreError> {
        match self {
            Self::Batch(batch) => account.context.store.commit(batch).await,
            Self::Edit(gate, edit) => {
                let durable = account.contact_store().apply(*edit).await;
                drop(gate);
                durable
            }
        }
    }
}
