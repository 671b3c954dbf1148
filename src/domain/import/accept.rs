//! Taking a file in: checks that need no row, then file and job on disk, then the answer.

use bytes::Bytes;

use super::format::{self, Format};
use super::job::{Job, JobKey};
use super::pieces::Pieces;
use super::{ImportState, Imports, MergeOption, Report, Status};
use crate::domain::{Error, ImportId, ListId, Refusal, Result, list};
use crate::store::record::Record as _;
use crate::store::tables::{self, BulkFile};
use crate::store::{KeyRange, Order, Space, StoreError, Table};

/// Attempts at registering a job before the store's conflicts are an error.
const MAX_ATTEMPTS: usize = 16;

/// A file to import, as a face received it.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// The list that the contacts join; `None` imports into the account alone.
    pub list: Option<ListId>,
    pub file: Bytes,
    pub format: DeclaredFormat,
    pub merge: MergeOption,
    /// The face's bound on `file`, in bytes.
    pub limit_bytes: u64,
}

/// The largest file a SOAP call may carry, in bytes: the vendor's 10 MB.
pub const SOAP_FILE_LIMIT_BYTES: u64 = 10 * 1024 * 1024;

/// The largest file of any other face, in bytes: the vendor's 50 MB.
pub const FILE_LIMIT_BYTES: u64 = 50 * 1024 * 1024;

/// The format that the caller named. Only a hint: the file's own first bytes decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclaredFormat {
    Csv,
    Excel,
    /// Neither of them; such an import is refused.
    Unsupported,
}

impl DeclaredFormat {
    /// Reads a free text such as `csv`, `CSV`, `text/csv`, `.xlsx` or `XLS`.
    ///
    /// Vendor samples send `csv`, the vendor's SDK `CSV`, one documentation sample `test/csv`; a
    /// missing or empty text leaves the choice to the file.
    pub fn from_text(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        let last = text.rsplit(['/', '.']).next().unwrap_or_default();
        match last {
            "" | "csv" | "tsv" | "txt" | "text" | "plain" | "comma-separated-values" => Self::Csv,
            "xls" | "xlsx" | "excel" | "ms-excel" | "vnd" | "sheet" => Self::Excel,
            _ if text.contains("ms-excel") || text.contains("spreadsheetml") => Self::Excel,
            _ => Self::Unsupported,
        }
    }
}

impl Imports<'_> {
    /// Takes a file for import; when this returns, file and job are on disk.
    ///
    /// Refuses a file over its limit, an unsupported format, a header without an e-mail column, a
    /// list that does not exist or cannot be written, and one import too many at once.
    pub async fn accept(&self, new: NewImport) -> Result<ImportState> {
        if u64::try_from(new.file.len()).unwrap_or(u64::MAX) > new.limit_bytes {
            return Err(Refusal::ImportFileTooLarge { limit_bytes: new.limit_bytes }.into());
        }
        self.ensure_writable(new.list).await?;
        self.ensure_room().await?;
        let format = inspect(new.file.clone(), new.format).await?;
        let context = self.account.context;
        let key = JobKey { account: self.account.id, id: ImportId(context.ids.uuid()) };
        // File and faults share a day, so that one folder goes when both may go.
        let pieces = Pieces { key, day: context.clock.today(), file: BulkFile::Upload };
        let end = pieces.write(context, 0, &new.file).await?;
        match self.register(key, pieces.day, format, &new).await {
            Ok(job) => {
                context.import_activity.accepted();
                Ok(job.state(key.id))
            }
            Err(error) => {
                if let Err(left) = pieces.delete(context, end).await {
                    tracing::warn!(import.id = %key.id, "a refused upload stays until its day is dropped: {left}");
                }
                Err(error)
            }
        }
    }

    async fn ensure_writable(&self, list: Option<ListId>) -> Result<()> {
        let Some(list) = list else { return Ok(()) };
        if list == list::ALL_CONTACTS || list == list::TEST {
            return Err(Refusal::ListNotWritable.into());
        }
        self.account.lists().get(list).await.map(drop)
    }

    /// Refuses when as many imports as the account may have are active.
    async fn ensure_room(&self) -> Result<()> {
        let context = self.account.context;
        let limit = context.limits.active_imports;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let active = context
            .store
            .scan(Space::Main, Table::ActiveImport, range, Order::Ascending, most)
            .await
            .map_err(|error| Error::store("count active imports", error))?;
        if active.len() < most {
            return Ok(());
        }
        Err(Refusal::ImportTooManyActive { limit }.into())
    }

    /// Makes the job known. The edit's condition on the account's counters keeps two calls that
    /// count at the same time, even in two processes, from both taking the last place.
    async fn register(
        &self,
        key: JobKey,
        day: i32,
        format: Option<Format>,
        new: &NewImport,
    ) -> Result<Job> {
        let broken = |error| Error::store("register an import", error);
        let store = self.account.contact_store();
        for _ in 0..MAX_ATTEMPTS {
            let gate = self.account.gate().await;
            let mut edit = store.edit().await?;
            self.ensure_room().await?;
            let job = self.new_job(edit.next_import_number(), day, format, new);
            let bytes = job.encode().map_err(broken)?;
            edit.batch.put_if_absent(Table::Import, key.bytes(), bytes);
            edit.batch.put(Table::ActiveImport, key.bytes(), super::active::value(job.number));
            match store.apply(edit).await {
                Ok(durable) => {
                    drop(gate);
                    durable.wait().await.map_err(broken)?;
                    return Ok(job);
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(broken(error)),
            }
        }
        Err(broken(StoreError::Conflict))
    }

    fn new_job(&self, number: u32, day: i32, format: Option<Format>, new: &NewImport) -> Job {
        Job {
            number,
            list: new.list,
            merge: new.merge,
            format,
            file_bytes: u64::try_from(new.file.len()).unwrap_or(u64::MAX),
            day,
            status: Status::NotFinished,
            accepted: self.account.context.clock.now(),
            started: None,
            ended: None,
            rows_done: 0,
            rows_total: None,
            faults_pieces: 0,
            counters: Report::default(),
        }
    }
}

/// Looks at the file off the async threads. A parser that panics over it has not found a format.
async fn inspect(file: Bytes, declared: DeclaredFormat) -> Result<Option<Format>, Refusal> {
    let inspection = tokio::task::spawn_blocking(move || format::inspect(&file, declared));
    inspection.await.unwrap_or(Ok(None))
}
