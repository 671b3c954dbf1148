//! Taking a file in: checks that need no row, then file and job on disk, then the answer.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::batched::BatchOf;
use super::columns::Header;
use super::format::Format;
use super::intake::NewUpload;
use super::job::Job;
use super::{ImportState, Imports, MergeOption, Report, Status};
use crate::domain::edit::Edit;
use crate::domain::jobs::JobKey;
use crate::domain::jobs::active::{self, Active, Kept};
use crate::domain::{Error, ImportId, ListId, Refusal, Result, list};
use crate::store::Table;
use crate::store::record::Record as _;

/// A file to import, as a face received it.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// The list that the contacts join; `None` imports into the account alone.
    pub list: Option<ListId>,
    /// In its order, in chunks of any size.
    pub file: Vec<Bytes>,
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
        self.accept_worded(new, Wording::default()).await
    }

    /// As [`Imports::accept`], with what the face says of it.
    pub async fn accept_worded(&self, new: NewImport, wording: Wording) -> Result<ImportState> {
        let NewImport { list, file, format, merge, limit_bytes } = new;
        let file_bytes: usize = file.iter().map(Bytes::len).sum();
        if u64::try_from(file_bytes).unwrap_or(u64::MAX) > limit_bytes {
            return Err(Refusal::ImportFileTooLarge { limit_bytes }.into());
        }
        let mut intake = self.begin(NewUpload { list, merge, limit_bytes }, wording).await?;
        for chunk in file {
            intake.take(chunk).await?;
        }
        intake.finish(format).await
    }

    /// Makes a job known whose file is on disk; when this returns, so is the job.
    pub(super) async fn register(&self, new: &NewJob, wording: &Wording) -> Result<ImportState> {
        let (key, job) = (new.key, self.new_job(new, wording));
        let register = |edit| self.register_once(edit, key, job.clone(), wording.batch_of);
        let job = self.account.change("register an import", register).await?;
        self.account.context.job_activity.accepted(Kept::Import);
        Ok(job.state(ImportId(key.id)))
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
        let NewJob { key: _, list, merge, day, format, file_bytes } = *new;
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
            faults_pieces: 0,
            counters: Report::default(),
            description: wording.description.clone(),
            aliases: wording.aliases.clone(),
            unwatched: wording.batch_of.is_some(),
        }
    }
}
