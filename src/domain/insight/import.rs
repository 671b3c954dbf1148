//! Many records as one task, and what became of each.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rules::Fault;
use super::{Insights, NewInsight};
use crate::domain::import::RowsWritten;
use crate::domain::jobs::{ImportInsights, NewTask, NewUpload, TaskStatus, TaskType, Work};
use crate::domain::{Broken, Error, Refusal, Result};

/// An import that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsightImport {
    pub id: Uuid,
    pub status: TaskStatus,
}

/// What became of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsightReport {
    pub imported: u64,
    pub rejected: u64,
    /// In the order of the records.
    pub faults: Vec<InsightFault>,
}

/// A record that was not taken. `Debug` shows its reason only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InsightFault {
    pub key: String,
    pub fault: Fault,
}

impl std::fmt::Debug for InsightFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InsightFault").field("fault", &self.fault).finish_non_exhaustive()
    }
}

/// Columns of the file that an import's worker reads.
pub(in crate::domain) mod columns {
    pub const KEY: usize = 0;
    pub const IDENTIFIER: usize = 1;
    pub const JSON: usize = 2;
    /// Filled for a record that was found wanting when it came.
    pub const FAULT: usize = 3;
    pub const HEADINGS: [&str; 4] = ["key", "identifier", "json", "fault"];
}

impl Insights<'_> {
    /// Takes many records in, to be put by a worker; when this returns, they are on disk.
    ///
    /// What a record itself says against it is judged now and told in the report. Refuses a name
    /// that no collection can have, and one task too many at once.
    pub async fn start_import(
        self,
        collection: &str,
        records: Vec<NewInsight>,
    ) -> Result<InsightImport> {
        self.make_collection(collection).await?;
        let total = u64::try_from(records.len()).unwrap_or(u64::MAX);
        let work = Work::ImportInsights(ImportInsights::new(collection, total));
        let file = file_of(&records)?;
        drop(records);
        let description = format!("Import insight data into {collection}.");
        let new = NewTask { upload: Some(NewUpload { file }), ..NewTask::new(work, description) };
        let tasks = self.account.tasks();
        let id = tasks.ticket(tasks.start(new).await?).await?;
        Ok(InsightImport { id, status: TaskStatus::Pending })
    }

    /// How far an import is; [`Refusal::ImportNotFound`].
    pub async fn import(self, id: Uuid) -> Result<InsightImport> {
        match self.account.tasks().by_ticket(id).await {
            Ok(task) if task.task_type == TaskType::ImportInsights => {
                Ok(InsightImport { id, status: task.status })
            }
            Ok(_) | Err(Error::Refused(Refusal::TaskNotFound)) => {
                Err(Refusal::ImportNotFound.into())
            }
            Err(error) => Err(error),
        }
    }

    /// The report of a finished import; [`Refusal::ImportReportNotFound`] before that, and once
    /// the days are over for which files of tasks are kept.
    pub async fn import_report(self, id: Uuid) -> Result<InsightReport> {
        if self.import(id).await?.status != TaskStatus::Complete {
            return Err(Refusal::ImportReportNotFound.into());
        }
        let (work, lines) = match self.account.tasks().result_of_ticket(id).await {
            Err(Error::Refused(Refusal::TaskFileNotFound)) => {
                return Err(Refusal::ImportReportNotFound.into());
            }
            result => result?,
        };
        let Work::ImportInsights(done) = work else {
            return Err(Refusal::ImportNotFound.into());
        };
        let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let faults = lines.filter_map(|line| serde_json::from_slice(line).ok()).collect();
        Ok(InsightReport { imported: done.imported(), rejected: done.rejected(), faults })
    }
}

/// A fault as a line of the result file.
pub(in crate::domain) fn fault_line(key: &str, fault: Fault) -> Vec<u8> {
    let line = InsightFault { key: key.to_owned(), fault };
    let mut line = serde_json::to_vec(&line).unwrap_or_default();
    line.push(b'\n');
    line
}

/// The records as the worker reads them.
fn file_of(records: &[NewInsight]) -> Result<Bytes> {
    let mut rows = RowsWritten::unnumbered(columns::HEADINGS.into_iter());
    let mut known = BTreeSet::new();
    for record in records {
        let fault = match record.judge() {
            Ok(_) if !known.insert(record.key.as_str()) => Some(Fault::KeyRepeated),
            judged => judged.err(),
        };
        match fault {
            None => rows.push([&*record.key, &*record.identifier, &*record.json, ""].into_iter()),
            Some(fault) => {
                let broken = |error| Broken::new("write insight data", error);
                let fault = serde_json::to_string(&fault).map_err(broken)?;
                // What was wrong with the rest of it does not matter any more.
                let key: String = record.key.chars().take(super::MAX_KEY_BYTES).collect();
                rows.push([&*key, "", "", &*fault].into_iter());
            }
        }
    }
    Ok(rows.into_csv())
}
