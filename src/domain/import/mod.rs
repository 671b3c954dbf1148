//! Bulk imports of contacts: one pipeline for every face.
//!
//! [`Imports::accept`] checks a file's size, form and header, makes it durable and only then
//! answers. [`Runner`] reads it row by row, judges, merges and commits in batches whose cursor and
//! counters are part of the commit: killed at any moment, an import goes on where it was and every
//! row counts once. Refused rows become the faults file, kept for some days and then gone.

mod accept;
mod columns;
mod csv;
mod faults;
mod job;
mod judge;
mod rows;
mod run;
mod sheet;
mod text;

pub use accept::{DeclaredFormat, FILE_LIMIT_BYTES, NewImport, SOAP_FILE_LIMIT_BYTES};
pub use job::{ImportState, MergeOption, Report, Status};
pub use judge::Reason;
pub use run::{Activity, Metrics, Runner};

use bytes::Bytes;

use super::{Account, AccountId, Context, ImportId, Refusal, Result};

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
    /// Takes a file for import; when this returns, file and job are on disk.
    ///
    /// Refuses a file over its limit, an unsupported format, a header without an e-mail column, a
    /// list that does not exist or cannot be written, and one import too many at once.
    pub async fn accept(&self, new: NewImport) -> Result<ImportState> {
        let _ = (new, self.account);
        Err(Refusal::Unavailable.into())
    }

    /// How far an import is.
    pub async fn progress(&self, id: ImportId) -> Result<ImportState> {
        let _ = id;
        Err(Refusal::ImportNotFound.into())
    }

    /// The counters of a finished import; refuses with `ImportReportNotFound` for any other.
    pub async fn report(&self, id: ImportId) -> Result<Report> {
        let _ = id;
        Err(Refusal::ImportNotFound.into())
    }

    /// The faults file of a finished import: UTF-8 CSV with a byte order mark.
    ///
    /// Refuses with `ImportReportNotFound` before the import is finished or when it did not
    /// succeed, and with `ImportNotFound` once the days of keeping are over.
    pub async fn faults(&self, id: ImportId) -> Result<Bytes> {
        let _ = id;
        Err(Refusal::ImportNotFound.into())
    }

    /// The newest imports first, at most `limit`.
    pub async fn list(&self, limit: usize) -> Result<Vec<ImportState>> {
        let _ = limit;
        Ok(Vec::new())
    }
}

/// The imports of all accounts, newest first, at most `limit`; for the operator only.
pub async fn list_everywhere(
    context: &Context,
    limit: usize,
) -> Result<Vec<(AccountId, ImportState)>> {
    let _ = (context, limit);
    Ok(Vec::new())
}

/// One import, whichever account it belongs to; for the operator only.
pub async fn find_everywhere(context: &Context, id: ImportId) -> Result<(AccountId, ImportState)> {
    let _ = (context, id);
    Err(Refusal::ImportNotFound.into())
}
