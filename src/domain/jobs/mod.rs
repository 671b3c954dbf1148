//! Work that outlives its call: imports, exports, bulk deletes, clearings, loads, sends.
//!
//! A job is a durable record with a cursor. [`Runner`] takes the active ones, a bounded number at
//! once and fair between accounts, and lets each go [`JobKind::step`] by step; what a step changes
//! and the cursor behind it are one commit. Killed at any moment, a job goes on where it was, and
//! everything counts once. Files of jobs lie in the space of a day, in pieces, and go after some
//! days with the day.
//!
//! Imports are one kind, with records and rules of their own ([`super::import`]); all others are
//! [`Task`]s, whose [`Work`] says what is to be done and how far it is. Both are numbered together
//! within their account, and [`Tasks::list`] shows both.

pub(super) mod active;
mod activity;
mod feed;
mod file;
mod key;
mod kinds;
mod list;
pub(super) mod pieces;
mod retention;
mod run;
mod start;
mod task;
#[cfg(test)]
mod tests;
mod ticket;
mod work;

pub use activity::{Activity, Metrics, TaskMetrics};
pub use file::{Exported, Recipient, ResultFile};
pub(super) use key::JobKey;
pub use kinds::{
    Action, ClearLists, CountSegments, DeleteContacts, ExportActivity, ExportContacts,
    ExportPeople, ImportInsights, LoadTable, RemoveMembers, SendCampaign, Work, file_of,
};
pub use list::{TaskFilter, TaskState, find_everywhere, list_everywhere};
pub use pieces::StoredFile;
pub use retention::sweep;
pub use run::Runner;
pub use start::{NewTask, NewUpload};
pub use task::{TaskId, TaskStatus, TaskType};
pub(super) use work::{JobKind, Opened, Outcome, Step};

use super::Account;

/// The tasks of one account, its imports among them.
#[derive(Debug, Clone, Copy)]
pub struct Tasks<'a> {
    account: Account<'a>,
}

impl<'a> Account<'a> {
    /// This account's tasks.
    pub fn tasks(self) -> Tasks<'a> {
        Tasks { account: self }
    }
}
