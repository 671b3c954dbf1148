//! Taking in a file that comes in pieces: written as it comes, judged in passing.
//!
//! An upload holds about two MiB of memory whatever the file's size, but for workbooks, which are
//! read whole at their end. One that is dropped before [`Intake::finish`] has taken it leaves no
//! pieces: the worker side deletes them, or at the latest their day goes.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::accept::{NewJob, Wording};
use super::first_look::{FirstLook, Found};
use super::format::{self, Format};
use super::pieces::{PIECE_BYTES, PIECES_AT_ONCE, Pieces};
use super::sheet::Workbook;
use super::{DeclaredFormat, ImportState, Imports, MergeOption};
use crate::domain::jobs::JobKey;
use crate::domain::{Context, Error, ListId, Refusal, Result};
use crate::store::Durable;
use crate::store::tables::BulkFile;

/// A file to import that is still to come.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// The list that the contacts join; `None` imports into the account alone.
    pub list: Option<ListId>,
    pub merge: MergeOption,
    /// The face's bound on the file, in bytes.
    pub limit_bytes: u64,
}

/// A file on its way in.
pub struct Intake<'a> {
    imports: Imports<'a>,
    new: NewUpload,
    wording: Wording,
    key: JobKey,
    pieces: Pieces,
    /// Pieces that are stored.
    stored: u32,
    file_bytes: u64,
    /// Whole pieces that are not stored yet.
    waiting: Vec<Bytes>,
    /// The piece that is being filled.
    piece: Vec<u8>,
    look: FirstLook,
    /// The last part's way to the disk.
    pending: Option<Durable>,
    /// A job names the pieces.
    is_kept: bool,
}

impl<'a> Imports<'a> {
    /// Begins to take in a file. Refuses, before anything of it is asked for, a list that does not
    /// exist or cannot be written, and one import too many at once.
    pub async fn begin(&self, new: NewUpload, wording: Wording) -> Result<Intake<'a>> {
        self.ensure_writable(new.list).await?;
        self.ensure_room().await?;
        let context = self.account.context;
        let key = JobKey { account: self.account.id, id: context.ids.uuid() };
        // File and faults share a day, so that one folder goes when both may go.
        let pieces = Pieces { key, day: context.clock.today(), file: BulkFile::Upload };
        Ok(Intake {
            imports: *self,
            new,
            wording,
            key,
            pieces,
            stored: 0,
            file_bytes: 0,
            waiting: Vec::new(),
            piece: Vec::new(),
            look: FirstLook::default(),
            pending: None,
            is_kept: false,
        })
    }
}

impl Intake<'_> {
    /// Takes the next bytes of the file. Refuses when it grows past its limit.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.count(bytes.len())?;
        let mut rest = bytes;
        while !rest.is_empty() {
            let missing = PIECE_BYTES.saturating_sub(self.piece.len());
            let (now, later) = rest.split_at_checked(missing).unwrap_or((rest, &[]));
            // A small file needs no more than it is long; a large one fills its pieces.
            let is_small = self.stored == 0 && self.waiting.is_empty() && self.piece.is_empty();
            self.piece.reserve_exact(if is_small { now.len() } else { missing });
            self.piece.extend_from_slice(now);
            rest = later;
            if self.piece.len() == PIECE_BYTES {
                self.end_piece(false).await?;
            }
        }
        Ok(())
    }

    /// As [`Self::write`]; a chunk that is a piece is not copied.
    pub async fn take(&mut self, chunk: Bytes) -> Result<()> {
        if !self.piece.is_empty() || chunk.len() != PIECE_BYTES {
            return self.write(&chunk).await;
        }
        self.count(chunk.len())?;
        self.add_piece(chunk, false).await
    }

    fn count(&mut self, bytes: usize) -> Result<()> {
        self.file_bytes += u64::try_from(bytes).unwrap_or(u64::MAX);
        let limit_bytes = self.new.limit_bytes;
        if self.file_bytes > limit_bytes {
            return Err(Refusal::ImportFileTooLarge { limit_bytes }.into());
        }
        Ok(())
    }

    /// Makes an import of the file that ends here; when this returns, file and job are on disk.
    ///
    /// Refuses an unsupported format, a header without an e-mail column, a list that is gone, and
    /// one import too many at once.
    pub async fn finish(mut self, declared: DeclaredFormat) -> Result<ImportState> {
        if declared == DeclaredFormat::Unsupported {
            return Err(Refusal::ImportFormatUnsupported.into());
        }
        self.end_piece(true).await?;
        let format = match std::mem::take(&mut self.look).finish(declared)? {
            Found::Workbook(workbook) => self.inspect(workbook).await?,
            Found::Text { format, header } => {
                self.imports.make_fields(&header, &self.wording).await?;
                Some(format)
            }
            Found::Neither => None,
        };
        self.imports.ensure_writable(self.new.list).await?;
        self.durable().await?;
        let NewUpload { list, merge, .. } = self.new;
        let (key, day, file_bytes) = (self.key, self.pieces.day, self.file_bytes);
        let new = NewJob { key, list, merge, day, format, file_bytes };
        let state = self.imports.register(&new, &self.wording).await?;
        self.is_kept = true;
        Ok(state)
    }

    async fn end_piece(&mut self, is_last: bool) -> Result<()> {
        let piece = std::mem::take(&mut self.piece);
        self.add_piece(piece.into(), is_last).await
    }

    /// Looks at a piece and stores it with those that wait, once they are enough.
    async fn add_piece(&mut self, piece: Bytes, is_last: bool) -> Result<()> {
        self.look.push(&piece, is_last);
        if self.look.is_hopeless() {
            self.waiting.clear();
        } else if !piece.is_empty() {
            self.waiting.push(piece);
        }
        if is_last || self.waiting.len() >= PIECES_AT_ONCE {
            self.store_waiting().await
        } else {
            Ok(())
        }
    }

    async fn store_waiting(&mut self) -> Result<()> {
        self.durable().await?;
        // Known before it is written, so that nothing is left when this is given up half-way.
        let (first, pieces) = (self.stored, std::mem::take(&mut self.waiting));
        self.stored = first.saturating_add(u32::try_from(pieces.len()).unwrap_or(u32::MAX));
        let context = self.imports.account.context;
        self.pending = self.pieces.put_pieces(context, first, pieces).await?;
        Ok(())
    }

    async fn durable(&mut self) -> Result<()> {
        let Some(pending) = self.pending.take() else { return Ok(()) };
        pending.wait().await.map_err(|error| Error::store("store an upload", error))
    }

    /// Judges a workbook, for which all of it is needed at once.
    async fn inspect(&mut self, workbook: Workbook) -> Result<Option<Format>> {
        let context = self.imports.account.context;
        let file = self.pieces.file(context, self.stored).whole().await?;
        let header = tokio::task::spawn_blocking(move || {
            let format = format::inspect_workbook(&file, workbook)?;
            Ok((format, format.and_then(|format| format::header(&file, format))))
        });
        // A parser that panics over it has not found a format.
        let (format, header) = header.await.unwrap_or(Ok::<_, Refusal>((None, None)))?;
        if let Some(header) = header {
            self.imports.make_fields(&header, &self.wording).await?;
        }
        Ok(format)
    }
}

impl Drop for Intake<'_> {
    fn drop(&mut self) {
        if self.is_kept || self.stored == 0 {
            return;
        }
        let context = self.imports.account.context;
        context.left_uploads.lock().push((self.pieces, self.stored));
        context.job_activity.nudge();
    }
}

impl std::fmt::Debug for Intake<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key, file_bytes, .. } = self;
        f.debug_struct("Intake")
            .field("key", key)
            .field("file_bytes", file_bytes)
            .finish_non_exhaustive()
    }
}

/// Pieces of uploads that were given up, each with the number behind the last one.
#[derive(Debug, Default)]
pub struct LeftUploads(Mutex<Vec<(Pieces, u32)>>);

impl LeftUploads {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Pieces, u32)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Context {
    /// Deletes the pieces of uploads that were given up.
    pub(in crate::domain) async fn delete_left_uploads(&self) {
        let left = std::mem::take(&mut *self.left_uploads.lock());
        for (pieces, end) in left {
            if let Err(error) = pieces.delete(self, end).await {
                tracing::warn!("a given up upload stays until its day is dropped: {error}");
            }
        }
    }
}
