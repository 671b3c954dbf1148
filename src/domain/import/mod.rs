//! Bulk imports of contacts: one pipeline for every face, one kind of [job](super::jobs).
//!
//! [`Imports::accept`] checks a file's size, form and header, makes it durable and only then
//! answers; [`Imports::begin`] takes a file that comes in pieces. A worker of the [`Runner`] reads it row by row, judges, merges and commits in batches whose cursor and
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
//! committed before, and has no report. A [batched](Imports::begin_batched) import has no watchdog.

mod accept;
mod batch;
mod batched;
pub(super) mod columns;
pub mod csv;
mod extras;
mod faults;
mod first_look;
mod format;
mod intake;
mod job;
mod judge;
mod listed;
mod merge;
mod parser;
mod prepare;
pub mod rows;
mod rows_written;
pub mod sheet;
mod source;
mod survey;
pub mod text;
mod work;

pub use accept::{DeclaredFormat, FILE_LIMIT_BYTES, NewImport, SOAP_FILE_LIMIT_BYTES, Wording};
pub use batched::{BatchColumn, BatchOf, BatchedState, BatchedStatus, NewColumn};
pub use columns::{EXTERNAL_ID, PHONE};
pub(super) use intake::LeftUploads;
pub use intake::{Intake, NewUpload};
pub use job::{ImportState, MergeOption, Report, Status};
pub use judge::Reason;
pub use listed::NewRows;
pub use rows_written::RowsWritten;
pub(super) use work::open;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use self::job::{Job, load};
pub use self::pieces::PIECE_BYTES;
use self::pieces::{Pieces, StoredFile};
pub use super::jobs::Runner;
use super::jobs::{JobKey, active, pieces};
use super::{Account, AccountId, Context, ImportId, Refusal, Result};
use crate::store::record::Record as _;
use crate::store::tables::{self, BulkFile};
use crate::store::{KeyRange, Table};

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
    pub async fn faults(&self, id: ImportId) -> Result<StoredFile> {
        let job = self.job(id).await?;
        let (Status::Finished, Some(ended)) = (job.status, job.ended) else {
            return Err(Refusal::ImportReportNotFound.into());
        };
        let context = self.account.context;
        if is_over(context, ended) {
            return Err(Refusal::ImportNotFound.into());
        }
        let key = JobKey { account: self.account.id, id: id.0 };
        let pieces = Pieces { key, day: job.day, file: BulkFile::Faults };
        Ok(pieces.file(context, job.faults_pieces))
    }

    /// The newest imports first, at most `limit`.
    pub async fn list(&self, limit: usize) -> Result<Vec<ImportState>> {
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let mut imports = Vec::new();
        each_state(self.account.context, range, |_, import| imports.push(import)).await?;
        imports.sort_unstable_by_key(|import| std::cmp::Reverse(import.number));
        imports.truncate(limit);
        Ok(imports)
    }

    async fn job(&self, id: ImportId) -> Result<Arc<Job>> {
        let key = JobKey { account: self.account.id, id: id.0 };
        let context = self.account.context;
        let read = async {
            let stored = load(context, key).await?;
            stored.map(|stored| stored.job).ok_or_else(|| Refusal::ImportNotFound.into())
        };
        context.remembered(Table::Import, &key.bytes(), read).await
    }
}

/// The imports of all accounts, newest first, at most `limit`; for the operator only.
pub async fn list_everywhere(
    context: &Context,
    limit: usize,
) -> Result<Vec<(AccountId, ImportState)>> {
    let mut imports = Vec::new();
    each_state(context, KeyRange::all(), |account, import| imports.push((account, import))).await?;
    imports.sort_unstable_by_key(|(account, import)| {
        std::cmp::Reverse((import.accepted, import.number, *account, import.id))
    });
    imports.truncate(limit);
    Ok(imports)
}

/// Shows every import of a range of accounts, in no useful order.
pub(super) async fn each_state(
    context: &Context,
    range: KeyRange,
    mut show: impl FnMut(AccountId, ImportState),
) -> Result<()> {
    each_job(context, range, |key, job| show(key.account, job.state(ImportId(key.id)))).await
}

async fn each_job(
    context: &Context,
    range: KeyRange,
    mut show: impl FnMut(JobKey, Job),
) -> Result<()> {
    active::each(context, Table::Import, range, |(key, value)| {
        if let Some(key) = JobKey::parse(key) {
            show(key, Job::decode(value)?);
        }
        Ok(())
    })
    .await
}

/// Whether the faults of an import that ended at `ended` may not be fetched any more.
fn is_over(context: &Context, ended: Timestamp) -> bool {
    let kept = SignedDuration::from_hours(24 * i64::from(context.limits.faults_kept_days));
    context.clock.now().duration_since(ended) >= kept
}

/// The days whose files an import still needs.
pub(super) async fn days_in_use(context: &Context) -> Result<BTreeSet<i32>> {
    let mut days = BTreeSet::new();
    each_job(context, KeyRange::all(), |_, job| {
        if job.is_active() || job.ended.is_some_and(|ended| !is_over(context, ended)) {
            days.insert(job.day);
        }
    })
    .await?;
    Ok(days)
}

/// One import, whichever account it belongs to; for the operator only.
pub async fn find_everywhere(context: &Context, id: ImportId) -> Result<(AccountId, ImportState)> {
    for account in context.accounts().list().await? {
        let key = JobKey { account: account.id, id: id.0 };
        if let Some(stored) = load(context, key).await? {
            return Ok((account.id, stored.job.state(id)));
        }
    }
    Err(Refusal::ImportNotFound.into())
}
