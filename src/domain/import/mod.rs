//! Bulk imports of contacts: one pipeline for every face.
//!
//! [`Imports::accept`] checks a file's size, form and header, makes it durable and only then
//! answers. [`Runner`] reads it row by row, judges, merges and commits in batches whose cursor and
//! counters are part of the commit: killed at any moment, an import goes on where it was and every
//! row counts once. Refused rows become the faults file, kept for some days and then gone.
//!
//! A row is judged in this order, and the first reason that holds is its only one: Invalid Email,
//! Globally Suppressed, Suppressed by Domain, Blocker, Complained to ISP, Hard bounced, Mail
//! blocked, Soft bounced, Unsubscribed (from the account or from the list that is imported into),
//! Pending optin, Duplicate (an earlier row of the file was imported under this address), Failures
//! (a value does not fit its field, the row is wider than the header or too long).
//!
//! The watchdog judges the whole file before the first write: a rejected import leaves nothing. An
//! import that ends for want of room, for a deleted list or for a damaged file keeps the batches
//! committed before, and has no report.

mod accept;
mod active;
mod batch;
mod columns;
mod csv;
mod faults;
mod format;
mod job;
mod judge;
mod merge;
mod pieces;
mod prepare;
mod retention;
mod rows;
mod run;
mod sheet;
mod source;
mod text;
mod work;

pub use accept::{DeclaredFormat, FILE_LIMIT_BYTES, NewImport, SOAP_FILE_LIMIT_BYTES};
pub use job::{ImportState, MergeOption, Report, Status};
pub use judge::Reason;
pub use retention::sweep;
pub use run::{Activity, Metrics, Runner};

use bytes::Bytes;

use self::job::{Job, JobKey};
use self::pieces::Pieces;
use super::{Account, AccountId, Context, Error, ImportId, Refusal, Result};
use crate::store::KeyRange;
use crate::store::tables::{self, BulkFile};

/// The imports of one account.
#[derive(Debug, Clone, Copy)]
pub struct Imports<'a> {
    account: Account<'a>,
}

impl<'a> Account<'a> {
    /// This account's imports.
    pub fn imports(self) -> Imports<'a> {
        Imports { account: self }
    }
}

impl Imports<'_> {
    /// How far an import is.
    pub async fn progress(&self, id: ImportId) -> Result<ImportState> {
        Ok(self.job(id).await?.state(id))
    }

    /// The counters of a finished import; refuses with `ImportReportNotFound` for any other.
    pub async fn report(&self, id: ImportId) -> Result<Report> {
        let job = self.job(id).await?;
        match job.status {
            Status::Finished => Ok(job.counters),
            _ => Err(Refusal::ImportReportNotFound.into()),
        }
    }

    /// The faults file of a finished import: UTF-8 CSV with a byte order mark.
    ///
    /// Refuses with `ImportReportNotFound` before the import is finished or when it did not
    /// succeed, and with `ImportNotFound` once the days of keeping are over.
    pub async fn faults(&self, id: ImportId) -> Result<Bytes> {
        let job = self.job(id).await?;
        let (Status::Finished, Some(ended)) = (job.status, job.ended) else {
            return Err(Refusal::ImportReportNotFound.into());
        };
        let context = self.account.context;
        if retention::is_over(context, ended) {
            return Err(Refusal::ImportNotFound.into());
        }
        let key = JobKey { account: self.account.id, id };
        let pieces = Pieces { key, day: job.day, file: BulkFile::Faults };
        let faults = pieces.read_all(context, job.faults_pieces).await;
        faults.map_err(|error| Error::store("read a faults file", error))
    }

    /// The newest imports first, at most `limit`.
    pub async fn list(&self, limit: usize) -> Result<Vec<ImportState>> {
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let mut jobs = active::jobs(self.account.context, range).await?;
        jobs.sort_unstable_by_key(|(_, job)| std::cmp::Reverse(job.number));
        Ok(jobs.into_iter().take(limit).map(|(key, job)| job.state(key.id)).collect())
    }

    async fn job(&self, id: ImportId) -> Result<Job> {
        let key = JobKey { account: self.account.id, id };
        let stored = key.load(self.account.context).await?;
        stored.map(|stored| stored.job).ok_or_else(|| Refusal::ImportNotFound.into())
    }
}

/// The imports of all accounts, newest first, at most `limit`; for the operator only.
pub async fn list_everywhere(
    context: &Context,
    limit: usize,
) -> Result<Vec<(AccountId, ImportState)>> {
    let mut jobs = active::jobs(context, KeyRange::all()).await?;
    jobs.sort_unstable_by_key(|(key, job)| std::cmp::Reverse((job.accepted, job.number, *key)));
    let newest = jobs.into_iter().take(limit);
    Ok(newest.map(|(key, job)| (key.account, job.state(key.id))).collect())
}

/// One import, whichever account it belongs to; for the operator only.
pub async fn find_everywhere(context: &Context, id: ImportId) -> Result<(AccountId, ImportState)> {
    for account in context.accounts().list().await? {
        let key = JobKey { account: account.id, id };
        if let Some(stored) = key.load(context).await? {
            return Ok((account.id, stored.job.state(id)));
        }
    }
    Err(Refusal::ImportNotFound.into())
}
