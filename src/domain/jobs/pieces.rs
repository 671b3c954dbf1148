//! Files of jobs (uploads, faults, results) as they are stored: in pieces, in the space of a day.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::runtime::Handle;

use super::JobKey;
use crate::domain::lease::Claim;
use crate::domain::{Context, Error, Result};
use crate::store::tables::{BulkFile, bulk_piece};
use crate::store::{
    Batch, Durable, KeyRange, MAX_VALUE_BYTES, Order, Space, Store, StoreError, Table,
};

/// Bytes of a piece, but for the last of a file or of a part of one: what 64 KiB of base64 stand
/// for, so that a file that was decoded in such chunks is stored without being copied.
pub const PIECE_BYTES: usize = 48 * 1024;

const _: () = assert!(PIECE_BYTES <= MAX_VALUE_BYTES);

/// Pieces written or read together: 768 KiB.
pub const PIECES_AT_ONCE: usize = 16;

/// Pieces of a file that is sent on as it is read: few enough that each step stays in the
/// processor's cache.
const PIECES_IN_PASSING: usize = 4;

/// Where a file's pieces lie.
#[derive(Debug, Clone, Copy)]
pub struct Pieces {
    pub key: JobKey,
    pub day: i32,
    pub file: BulkFile,
}

/// How many pieces a file of `bytes` has.
pub fn count(bytes: u64) -> u32 {
    let piece = u64::try_from(PIECE_BYTES).unwrap_or(u64::MAX);
    u32::try_from(bytes.div_ceil(piece)).unwrap_or(u32::MAX)
}

impl Pieces {
    fn piece_key(self, number: u32) -> Bytes {
        bulk_piece(self.key.account.0, self.key.id.into_bytes(), self.file, number)
    }

    /// Writes a new file in pieces and waits until they are on disk; returns their number.
    pub async fn write(self, context: &Context, file: Bytes) -> Result<u32> {
        self.extend(context, &Claim::alone(), 0, file).await
    }

    /// Writes `more` of the file of a job in the hands of `claim`, from piece number `first` on, and
    /// waits until it is on disk; returns the number behind the last piece. What was there under
    /// these numbers is replaced.
    pub async fn extend(
        self,
        context: &Context,
        claim: &Claim,
        first: u32,
        more: Bytes,
    ) -> Result<u32> {
        let broken = |error| Error::store("store a file in pieces", error);
        let (number, last) = self.put(context, claim, first, more).await.map_err(broken)?;
        if let Some(last) = last {
            last.wait().await.map_err(broken)?;
        }
        Ok(number)
    }

    /// As [`Pieces::extend`], without waiting for the disk: whoever waits for what is returned
    /// waits for all of it.
    async fn put(
        self,
        context: &Context,
        claim: &Claim,
        first: u32,
        mut file: Bytes,
    ) -> Result<(u32, Option<Durable>), StoreError> {
        let mut number = first;
        let mut last = None;
        while !file.is_empty() {
            let mut pieces = Vec::with_capacity(PIECES_AT_ONCE);
            while !file.is_empty() && pieces.len() < PIECES_AT_ONCE {
                pieces.push(file.split_to(PIECE_BYTES.min(file.len())));
            }
            let first = number;
            number = number.saturating_add(u32::try_from(pieces.len()).unwrap_or(u32::MAX));
            let mut batch = Batch::new(Space::Day(self.day));
            claim.guard_files(context, self.key, self.day, &mut batch).await?;
            last = Some(self.commit(context, batch, first, pieces).await?);
        }
        // The commits are in order: once the last one is on disk, all are.
        Ok((number, last))
    }

    /// Writes `pieces` from number `first` on in one commit, without waiting for the disk.
    pub async fn put_pieces(
        self,
        context: &Context,
        first: u32,
        pieces: Vec<Bytes>,
    ) -> Result<Option<Durable>> {
        if pieces.is_empty() {
            return Ok(None);
        }
        let batch = Batch::new(Space::Day(self.day));
        let committed = self.commit(context, batch, first, pieces).await;
        committed.map(Some).map_err(|error| Error::store("store a file in pieces", error))
    }

    async fn commit(
        self,
        context: &Context,
        mut batch: Batch,
        first: u32,
        pieces: Vec<Bytes>,
    ) -> Result<Durable, StoreError> {
        for (number, piece) in (first..).zip(pieces) {
            batch.put(Table::Bulk, self.piece_key(number), piece);
        }
        context.store.commit(batch).await
    }

    /// The pieces from `first` to before `end`, at most `at_once`.
    pub async fn read(
        self,
        context: &Context,
        first: u32,
        end: u32,
        at_once: usize,
    ) -> Result<Vec<Bytes>, StoreError> {
        self.read_from(&*context.store, first, end, at_once).await
    }

    async fn read_from(
        self,
        store: &dyn Store,
        first: u32,
        end: u32,
        at_once: usize,
    ) -> Result<Vec<Bytes>, StoreError> {
        let range = KeyRange { start: self.piece_key(first), end: Some(self.piece_key(end)) };
        let space = Space::Day(self.day);
        let scan = store.scan(space, Table::Bulk, range, Order::Ascending, at_once);
        let entries = scan.await?;
        let mut pieces = Vec::with_capacity(entries.len());
        for (number, (key, piece)) in (first..).zip(entries) {
            if key != self.piece_key(number) {
                return Err(missing(number));
            }
            pieces.push(piece);
        }
        if pieces.is_empty() && first < end {
            return Err(missing(first));
        }
        Ok(pieces)
    }

    /// The file of the pieces before number `end`.
    pub fn file(self, context: &Context, end: u32) -> StoredFile {
        StoredFile { store: Arc::clone(&context.store), pieces: self, next: 0, end }
    }

    /// Forgets the pieces before number `end`; for a file whose job was refused after all.
    pub async fn delete(self, context: &Context, end: u32) -> Result<(), StoreError> {
        let mut batch = Batch::new(Space::Day(self.day));
        for number in 0..end {
            batch.delete(Table::Bulk, self.piece_key(number));
        }
        context.store.commit(batch).await?.wait().await
    }
}

/// A file that is read from its beginning to its end, some pieces at a time.
#[derive(Debug)]
pub struct StoredFile {
    store: Arc<dyn Store>,
    pieces: Pieces,
    next: u32,
    end: u32,
}

impl StoredFile {
    /// The next pieces, 192 KiB of them at most; none behind the last.
    pub async fn next(&mut self) -> Result<Vec<Bytes>> {
        self.next_few(PIECES_IN_PASSING).await
    }

    /// Whether nothing comes any more.
    pub fn is_at_end(&self) -> bool {
        self.next >= self.end
    }

    /// All that is left, in one piece.
    pub async fn whole(mut self) -> Result<Bytes> {
        let mut joined = BytesMut::new();
        while !self.is_at_end() {
            let pieces = self.next_few(PIECES_AT_ONCE).await?;
            let bytes: usize = pieces.iter().map(Bytes::len).sum();
            if joined.is_empty() {
                // As if those that follow were like the first ones.
                let left = usize::try_from(self.end.saturating_sub(self.next)).unwrap_or_default();
                joined.reserve(bytes.saturating_add(bytes / pieces.len().max(1) * left));
            }
            for piece in &pieces {
                joined.extend_from_slice(piece);
            }
        }
        Ok(joined.freeze())
    }

    async fn next_few(&mut self, at_once: usize) -> Result<Vec<Bytes>> {
        if self.is_at_end() {
            return Ok(Vec::new());
        }
        let read = self.pieces.read_from(&*self.store, self.next, self.end, at_once).await;
        let read = read.map_err(|error| Error::store("read a stored file", error))?;
        let many = u32::try_from(read.len()).unwrap_or(u32::MAX);
        self.next = self.next.saturating_add(many);
        Ok(read)
    }
}

fn missing(number: u32) -> StoreError {
    StoreError::Damaged { what: format!("piece {number} of a file") }
}

/// Reads an uploaded file piece by piece, from a thread that may block.
#[derive(Debug)]
pub struct PieceReader {
    context: Arc<Context>,
    runtime: Handle,
    pieces: Pieces,
    next: u32,
    end: u32,
    /// What is read ahead, the next piece last.
    ahead: Vec<Bytes>,
    current: Bytes,
}

impl PieceReader {
    pub fn new(context: Arc<Context>, runtime: Handle, pieces: Pieces, file_bytes: u64) -> Self {
        Self {
            context,
            runtime,
            pieces,
            next: 0,
            end: count(file_bytes),
            ahead: Vec::new(),
            current: Bytes::new(),
        }
    }

    fn next_piece(&mut self) -> io::Result<()> {
        if self.ahead.is_empty() && self.next < self.end {
            let reading = self.pieces.read(&self.context, self.next, self.end, PIECES_AT_ONCE);
            self.ahead = self.runtime.block_on(reading).map_err(io::Error::other)?;
            self.ahead.reverse();
        }
        if let Some(piece) = self.ahead.pop() {
            self.current = piece;
            self.next += 1;
        }
        Ok(())
    }
}

impl Read for PieceReader {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.current.is_empty() {
            self.next_piece()?;
        }
        let mut from: &[u8] = &self.current;
        let size = from.read(to)?;
        self.current = self.current.slice(size..);
        Ok(size)
    }
}
