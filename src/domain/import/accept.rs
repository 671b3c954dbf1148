//! Taking a file in: checks that need no row, then file and job on disk, then the answer.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::batched::BatchOf;
use super::columns::Header;
use super::format::{self, Format};
use super::job::Job;
use super::pieces::Pieces;
use super::survey::Survey;
use super::{ImportState, Imports, MergeOption, Report, Status};
use crate::domain::edit::Edit;
use crate::domain::jobs::JobKey;
use crate::domain::jobs::active::{self, Active, Kept};
use crate::domain::{Error, ImportId, ListId, Refusal, Result, list};
use crate::store::Table;
use crate::store::record::Record as _;
use crate::store::tables::BulkFile;

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

/// What a face adds to an import in words of its own.
#[derive(Debug, Clone, Default)]
pub struct Wording {
    /// What the import is for; listed with the account's tasks.
    pub description: String,
    /// Names in the header, in lower case, that stand for data fields of other names, for
    /// `EmailType`, for [`EXTERNAL_ID`](super::EXTERNAL_ID) or [`PHONE`](super::PHONE).
    pub aliases: BTreeMap<String, String>,
    /// Data fields that are made, as texts, when the header names them and the account has none.
    pub made: Vec<&'static str>,
    /// Lists that the contacts join besides the one of the import; one that is gone is passed over.
    pub further_lists: Vec<ListId>,
    /// The batched import that this one is a part of. Such a part has no watchdog.
    pub batch_of: Option<BatchOf>,
}

/// A job whose file is on disk.
#[derive(Debug)]
pub(super) struct NewJob {
    pub key: JobKey,
    pub list: Option<ListId>,
    pub merge: MergeOption,
    pub day: i32,
    pub format: Option<Format>,
    pub file_bytes: u64,
    pub survey: Option<Survey>,
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

impl<'a> Imports<'a> {
    /// Takes a file for import; when this returns, file and job are on disk.
    ///
    /// Refuses a file over its limit, an unsupported format, a header without an e-mail column, a
    /// list that does not exist or cannot be written, and one import too many at once.
    pub async fn accept(&self, new: NewImport) -> Result<ImportState> {
        self.accept_worded(new, &Wording::default()).await
    }

    /// As [`Imports::accept`], with what the face says of it.
    pub async fn accept_worded(&self, new: NewImport, wording: &Wording) -> Result<ImportState> {
        if u64::try_from(new.file.len()).unwrap_or(u64::MAX) > new.limit_bytes {
            return Err(Refusal::ImportFileTooLarge { limit_bytes: new.limit_bytes }.into());
        }
        self.ensure_writable(new.list).await?;
        self.ensure_room().await?;
        let format = inspect(new.file.clone(), new.format).await?;
        self.make_fields_of(&new.file, format, wording).await?;
        let context = self.account.context;
        let key = JobKey { account: self.account.id, id: context.ids.uuid() };
        // File and faults share a day, so that one folder goes when both may go.
        let pieces = Pieces { key, day: context.clock.today(), file: BulkFile::Upload };
        let (written, survey) = tokio::join!(
            pieces.write(context, 0, new.file.clone()),
            survey(new.file.clone(), format)
        );
        let end = written?;
        let NewImport { list, merge, file, .. } = new;
        let file_bytes = u64::try_from(file.len()).unwrap_or(u64::MAX);
        let new = NewJob { key, list, merge, day: pieces.day, format, file_bytes, survey };
        match self.register(&new, wording).await {
            Ok(state) => Ok(state),
            Err(error) => {
                if let Err(left) = pieces.delete(context, end).await {
                    tracing::warn!(import.id = %ImportId(key.id), "a refused upload stays until its day is dropped: {left}");
                }
                Err(error)
            }
        }
    }

    /// Makes a job known whose file is on disk; when this returns, so is the job.
    pub(super) async fn register(&self, new: &NewJob, wording: &Wording) -> Result<ImportState> {
        let (key, job) = (new.key, self.new_job(new, wording));
        let register = |edit| self.register_once(edit, key, job.clone(), wording.batch_of);
        let job = self.account.change("register an import", register).await?;
        self.account.context.job_activity.accepted(Kept::Import);
        Ok(job.state(ImportId(key.id)))
    }

    /// Makes the fields of [`Wording::made`] that the file's header names.
    async fn make_fields_of(
        &self,
        file: &Bytes,
        format: Option<Format>,
        wording: &Wording,
    ) -> Result<()> {
        let Some(format) = format.filter(|_| !wording.made.is_empty()) else { return Ok(()) };
        let file = file.clone();
        let header = tokio::task::spawn_blocking(move || format::header(&file, format)).await;
        let Ok(Some(header)) = header else { return Ok(()) };
        self.make_fields(&header, wording).await
    }

    /// Makes the fields of [`Wording::made`] that the header names.
    pub(super) async fn make_fields(&self, header: &Header, wording: &Wording) -> Result<()> {
        let headings: Vec<String> = header.others().map(|(_, cell)| cell.to_lowercase()).collect();
        let is_named = |field: &str| {
            headings.iter().any(|heading| {
                let alias = wording.aliases.get(heading).map_or(heading.as_str(), String::as_str);
                alias.eq_ignore_ascii_case(field)
            })
        };
        let fields = self.account.fields();
        let schema = fields.schema().await?;
        let wanted = wording.made.iter().copied();
        let wanted: Vec<&str> =
            wanted.filter(|field| schema.named(field).is_none() && is_named(field)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let make = async |mut edit: Edit<'a>| {
            fields.with_texts(&mut edit, wanted.iter().copied()).await?;
            Ok((edit, ()))
        };
        self.account.change("make fields for an import", make).await
    }

    pub(super) async fn ensure_writable(&self, list: Option<ListId>) -> Result<()> {
        let Some(list) = list else { return Ok(()) };
        if list == list::ALL_CONTACTS || list == list::TEST {
            return Err(Refusal::ListNotWritable.into());
        }
        self.account.lists().get(list).await.map(drop)
    }

    /// Refuses when as many imports as the account may have are active.
    pub(super) async fn ensure_room(&self) -> Result<()> {
        let context = self.account.context;
        let limit = context.limits.active_imports;
        let active = active::count(context, self.account.id, Kept::Import).await?;
        if u32::try_from(active).unwrap_or(u32::MAX) < limit {
            return Ok(());
        }
        Err(Refusal::ImportTooManyActive { limit }.into())
    }

    /// Makes the job known. The edit's condition on the account's counters keeps two calls that
    /// count at the same time, even in two processes, from both taking the last place.
    async fn register_once(
        &self,
        mut edit: Edit<'a>,
        key: JobKey,
        job: Job,
        batch_of: Option<BatchOf>,
    ) -> Result<(Edit<'a>, Job)> {
        self.ensure_room().await?;
        let number = edit.next_import_number();
        let job = Job { number, ..job };
        let bytes = job.encode().map_err(|error| Error::store("register an import", error))?;
        edit.batch.put_if_absent(Table::Import, key.bytes(), bytes);
        Active { key, number, kept: Kept::Import }.put(&mut edit.batch);
        if let Some(batch_of) = batch_of {
            edit = self.join_batched(edit, batch_of, ImportId(key.id)).await?;
        }
        Ok((edit, job))
    }

    /// The job as it is registered, but for its number.
    fn new_job(&self, new: &NewJob, wording: &Wording) -> Job {
        let NewJob { key: _, list, merge, day, format, file_bytes, survey } = *new;
        Job {
            number: 0,
            list,
            further_lists: wording.further_lists.clone(),
            merge,
            format,
            file_bytes,
            day,
            status: Status::NotFinished,
            accepted: self.account.context.clock.now(),
            started: None,
            ended: None,
            rows_done: 0,
            rows_total: None,
            survey,
            faults_pieces: 0,
            counters: Report::default(),
            description: wording.description.clone(),
            aliases: wording.aliases.clone(),
            unwatched: wording.batch_of.is_some(),
        }
    }
}

/// Looks at the file off the async threads. A parser that panics over it has not found a format.
async fn inspect(file: Bytes, declared: DeclaredFormat) -> Result<Option<Format>, Refusal> {
    let inspection = tokio::task::spawn_blocking(move || format::inspect(&file, declared));
    inspection.await.unwrap_or(Ok(None))
}

/// Makes the first pass while the file is in memory. What it does not understand, and what makes a
/// parser panic, is left to the worker, who makes the pass again and ends the import by it.
async fn survey(file: Bytes, format: Option<Format>) -> Option<Survey> {
    let format = format?;
    let survey = tokio::task::spawn_blocking(move || {
        let header = format::header(&file, format)?;
        Survey::of_text(&file, format, header.email)
    });
    survey.await.ok()?
}
