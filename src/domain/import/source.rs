//! The rows of a stored file, whatever its format, from any row on.

use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::columns::Header;
use super::csv::CsvRows;
use super::format::Format;
use super::job::Job;
use super::pieces::{PieceReader, Pieces};
use super::rows::Rows;
use super::sheet::{self, Give, Workbook};
use super::text::Utf8;
use crate::domain::Context;
use crate::domain::jobs::JobKey;
use crate::store::tables::BulkFile;

/// A stored file and how it is to be read. Its methods block.
#[derive(Debug, Clone)]
pub struct Source {
    pub context: Arc<Context>,
    pub runtime: Handle,
    pub key: JobKey,
    pub day: i32,
    pub file_bytes: u64,
    pub format: Format,
}

/// Why a file's rows cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("the file is neither CSV nor Excel")]
    Format,
    #[error("the file cannot be read from the store")]
    Stored(#[source] io::Error),
}

impl Source {
    /// `None` when the file has no format that can be read.
    pub fn new(context: Arc<Context>, runtime: Handle, key: JobKey, job: &Job) -> Option<Self> {
        let (day, file_bytes, format) = (job.day, job.file_bytes, job.format?);
        Some(Self { context, runtime, key, day, file_bytes, format })
    }

    fn reader(&self) -> PieceReader {
        let pieces = Pieces { key: self.key, day: self.day, file: BulkFile::Upload };
        let (context, runtime) = (Arc::clone(&self.context), self.runtime.clone());
        PieceReader::new(context, runtime, pieces, self.file_bytes)
    }

    pub fn header(&self) -> Result<Header, SourceError> {
        let rows = match self.format {
            Format::Csv { encoding, delimiter } => {
                let mut rows = Rows::default();
                let text = Utf8::new(self.reader(), encoding);
                let mut csv = CsvRows::new(text, delimiter);
                csv.fill_at_most(&mut rows, 1).map_err(SourceError::Stored)?;
                Some(rows)
            }
            Format::Workbook(workbook) => {
                sheet::header(&self.whole()?, workbook).map_err(|_| SourceError::Format)?
            }
        };
        rows.and_then(|rows| Header::of(rows.row(0)?)).ok_or(SourceError::Format)
    }

    /// Gives the rows behind the header and `skip` further ones, in batches.
    pub fn read(&self, skip: u64, give: &mut Give<'_>) -> Result<(), SourceError> {
        let skip = skip.saturating_add(1);
        match self.format {
            Format::Csv { encoding, delimiter } => {
                let text = Utf8::new(self.reader(), encoding);
                read_csv(CsvRows::new(text, delimiter), skip, give).map_err(SourceError::Stored)
            }
            Format::Workbook(workbook) => self.read_sheet(workbook, skip, give),
        }
    }

    fn read_sheet(
        &self,
        workbook: Workbook,
        skip: u64,
        give: &mut Give<'_>,
    ) -> Result<(), SourceError> {
        sheet::read(&self.whole()?, workbook, skip, give).map_err(|_| SourceError::Format)
    }

    /// The file in one piece: workbooks are not read from front to back.
    fn whole(&self) -> Result<Vec<u8>, SourceError> {
        let mut file = Vec::with_capacity(usize::try_from(self.file_bytes).unwrap_or_default());
        self.reader().read_to_end(&mut file).map_err(SourceError::Stored)?;
        Ok(file)
    }
}

/// Gives the rows behind the first `skip`, in batches.
pub fn read_csv(mut csv: CsvRows<impl io::Read>, skip: u64, give: &mut Give<'_>) -> io::Result<()> {
    if !csv.skip(skip)? {
        return Ok(());
    }
    loop {
        let mut rows = Rows::default();
        let more = csv.fill(&mut rows)?;
        if !rows.is_empty() && give(rows) == ControlFlow::Break(()) {
            return Ok(());
        }
        if !more {
            return Ok(());
        }
    }
}
