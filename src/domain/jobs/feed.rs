//! Rows of the text file that came with a task, read ahead on a thread of their own.

use std::io::{self, Read as _};
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::pieces::PieceReader;
use super::task::StoredTask;
use crate::domain::import::csv::CsvRows;
use crate::domain::import::rows::{MAX_ROW_BYTES, Rows};
use crate::domain::import::text::{Encoding, Utf8};
use crate::domain::{Context, Error, Refusal, Result};
use crate::store::StoreError;
use crate::store::tables::BulkFile;

/// Bytes of a file that are looked at for its first row.
const FIRST_ROW_BYTES: usize = 2 * MAX_ROW_BYTES;

/// How a text file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextForm {
    encoding: Encoding,
    delimiter: u8,
}

impl TextForm {
    /// The form of `file` when it is text with this delimiter. [`Refusal::ImportFormatUnsupported`]
    /// for what is no text.
    pub fn of(file: &[u8], delimiter: u8) -> Result<Self, Refusal> {
        let encoding = Encoding::of(file).ok_or(Refusal::ImportFormatUnsupported)?;
        Ok(Self { encoding, delimiter })
    }

    /// The same with another delimiter.
    #[must_use]
    pub fn with(self, delimiter: u8) -> Self {
        Self { delimiter, ..self }
    }

    /// The beginning of `file` as UTF-8.
    pub fn beginning(self, file: &[u8]) -> Vec<u8> {
        let start = file.get(..FIRST_ROW_BYTES).unwrap_or(file);
        let mut text = Vec::new();
        // Reading from memory cannot fail.
        let _size = Utf8::new(start, self.encoding).read_to_end(&mut text).unwrap_or_default();
        text
    }

    /// The cells of the first row.
    pub fn first_row(self, file: &Bytes) -> Vec<String> {
        let mut rows = Rows::default();
        let text = self.beginning(file);
        // Reading from memory cannot fail.
        drop(CsvRows::new(&*text, self.delimiter).fill_at_most(&mut rows, 1));
        let cells = rows.row(0).map(|row| row.fields().map(cell).collect());
        cells.unwrap_or_default()
    }
}

/// A cell without the blanks and marks that spreadsheets leave around a heading.
pub fn cell(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(field);
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').to_owned()
}

/// The rows, batch by batch. Whoever asks for the same place again gets the same rows.
#[derive(Debug)]
pub struct Feed {
    context: Arc<Context>,
    batches: Option<mpsc::Receiver<io::Result<Rows>>>,
    /// The last batch, and how many rows stand before it.
    current: Option<(u64, Rows)>,
}

impl Feed {
    pub fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context), batches: None, current: None }
    }

    /// The rows behind the first `skip` ones; `None` at the end.
    pub async fn at(
        &mut self,
        stored: &StoredTask,
        form: TextForm,
        skip: u64,
    ) -> Result<Option<&Rows>> {
        let is_current = self.current.as_ref().is_some_and(|(before, _)| *before == skip);
        if !is_current {
            let follows = self.current.as_ref().is_some_and(|(before, rows)| {
                before.saturating_add(u64::try_from(rows.len()).unwrap_or_default()) == skip
            });
            if !follows {
                self.batches = None;
            }
            let context = &self.context;
            let batches =
                self.batches.get_or_insert_with(|| read(Arc::clone(context), stored, form, skip));
            self.current = match batches.recv().await {
                Some(Ok(rows)) => Some((skip, rows)),
                Some(Err(error)) => return Err(unreadable(error)),
                None => None,
            };
        }
        Ok(self.current.as_ref().map(|(_, rows)| rows))
    }
}

/// A file that the store cannot give; reading it may work later, unless it is damaged.
fn unreadable(error: io::Error) -> Error {
    let doing = "read a task's file";
    match error.downcast::<StoreError>() {
        Ok(StoreError::Damaged { .. }) => {
            Refusal::File(crate::domain::files::FileError::Damaged).into()
        }
        Ok(error) => Error::store(doing, error),
        Err(source) => Error::store(doing, StoreError::Io { doing, source }),
    }
}

fn read(
    context: Arc<Context>,
    stored: &StoredTask,
    form: TextForm,
    skip: u64,
) -> mpsc::Receiver<io::Result<Rows>> {
    let pieces = stored.task.pieces(stored.account, BulkFile::Upload);
    let (bytes, runtime) = (stored.task.upload_bytes, Handle::current());
    let (give, batches) = mpsc::channel(1);
    drop(spawn_blocking(move || {
        let file = PieceReader::new(context, runtime, pieces, bytes);
        let mut csv = CsvRows::new(Utf8::new(file, form.encoding), form.delimiter);
        match csv.skip(skip) {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return drop(give.blocking_send(Err(error))),
        }
        let mut more = true;
        while more {
            let mut rows = Rows::default();
            match csv.fill(&mut rows) {
                Ok(is_more) => more = is_more,
                Err(error) => return drop(give.blocking_send(Err(error))),
            }
            // Who does not want more rows has gone.
            if !rows.is_empty() && give.blocking_send(Ok(rows)).is_err() {
                return;
            }
        }
    }));
    batches
}
