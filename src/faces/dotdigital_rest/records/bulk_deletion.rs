//! Taking many contacts off an address book.

use serde::Serialize;

use crate::domain::BulkRemoval;
use crate::domain::jobs::TaskStatus;

/// A removal of many contacts, by the GUID under which it is asked after.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiBulkContactDeletion {
    pub id: String,
    pub status: ApiBulkContactDeletionStatuses,
}

/// How far a removal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiBulkContactDeletionStatuses {
    Started,
    Completed,
    Failed,
}

impl ApiBulkContactDeletion {
    pub fn of(removal: BulkRemoval) -> Self {
        let status = match removal.status {
            TaskStatus::Pending | TaskStatus::Processing => ApiBulkContactDeletionStatuses::Started,
            TaskStatus::Complete => ApiBulkContactDeletionStatuses::Completed,
            TaskStatus::Failed => ApiBulkContactDeletionStatuses::Failed,
        };
        Self { id: removal.id.to_string(), status }
    }
}
