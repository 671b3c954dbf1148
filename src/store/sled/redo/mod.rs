//! The redo log: every commit since the engine's last checkpoint, in order.
//!
//! A commit is durable when its record is: one write and one sync for all that wait. The engine
//! gets it later, from memory, and what a cut takes away before that is taken from here again.
//!
//! The log is two files that take turns, `redo/0` and `redo/1`. A turn begins with each checkpoint:
//! new records go to the other file, and the first one rests until the engine has made its records
//! durable. So each is written over only when nothing in it is needed any more. All of a file is
//! synced before the next turn's first byte is written; damage in the one that is not read to its
//! end is a gap in the numbers, and refused.

mod file;
mod pace;
mod record;

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) use self::pace::Next;
pub(super) use self::record::{Body, Record};

use self::file::{Content, Head};
use self::pace::Pace;
use super::database::{MARK_FILE, io, open_mark, read_mark};
use super::new;
use super::sync::Target;
use crate::store::seam::StoreError;

const WRITING: &str = "write the log of the store";
const OPENING: &str = "open the log of the store";

/// Records up to this size are gathered and written together; larger ones are written as they are.
const GATHERED_BYTES: usize = 64 * 1024;

/// A file grows in steps of this many zeros, and keeps the first of them: a sync that makes a file
/// longer takes ten times as long as one that does not.
const GROWTH_BYTES: u64 = 1024 * 1024;

/// The log, open for commits.
#[derive(Debug)]
pub(super) struct Log {
    pending: Mutex<Pending>,
    disk: Mutex<Disk>,
    pace: Pace,
    /// Tells the records of this process from what one before has left behind the end.
    life: u32,
}

/// What no sync has taken yet, and where the next record goes.
#[derive(Debug)]
struct Pending {
    chunks: Vec<Chunk>,
    /// The number of the last record.
    last: u64,
    link: u32,
    turn: u64,
}

/// Bytes to write at once.
#[derive(Debug)]
struct Chunk {
    begins_turn: Option<u64>,
    bytes: Vec<u8>,
}

#[derive(Debug)]
struct Disk {
    files: [File; 2],
    /// Says how many commits were acknowledged: a log that ends early was cut off before that, or
    /// has lost what was promised.
    mark: File,
    /// The file of this turn is the one in use.
    turn: u64,
    /// Where the next chunk goes.
    end: u64,
}

/// A log with what it held beyond what the engine has.
#[derive(Debug)]
pub(super) struct Opened {
    pub log: Log,
    /// Of the turn before, whose checkpoint did not come to its end.
    pub older: Vec<Record>,
    /// Of the turn that goes on.
    pub newer: Vec<Record>,
}

impl Log {
    /// Opens the log in `folder`, or makes one, for an engine that has all commits up to `applied`.
    /// `marked` is the folder with the mark of what was acknowledged. Blocks.
    pub fn open(folder: &Path, marked: &Path, applied: u64) -> Result<Opened, StoreError> {
        if !folder.exists() {
            make(folder)?;
        }
        let files = [open_file(folder, 0)?, open_file(folder, 1)?];
        let mut turns = turns(&files)?;
        let newest = turns.pop();
        let before =
            turns.pop().filter(|_| newest.is_some_and(|(head, _)| head.first > applied + 1));
        let mut last = applied;
        let older = read_behind(&files, before, &mut last, folder)?;
        let newer = read_behind(&files, newest, &mut last, folder)?;
        let mark = open_mark(marked)?;
        ensure_reached(&mark, last, marked)?;
        let (turn, end) = (newest.map_or(0, |(head, _)| head.turn), newer.end);
        let gathered = if newer.records.is_empty() { 0 } else { end };
        let gathered = usize::try_from(gathered).unwrap_or(usize::MAX);
        let pace = Pace::new(gathered, !older.records.is_empty());
        let pending = Pending { chunks: Vec::new(), last, link: newer.link, turn };
        let disk = Disk { files, mark, turn, end };
        let life = u32::from_be_bytes(random()?);
        let log = Self { pending: Mutex::new(pending), disk: Mutex::new(disk), pace, life };
        if newer.last != Some(last) {
            log.begin_turn()?;
        }
        Ok(Opened { log, older: older.records, newer: newer.records })
    }

    /// Puts a commit behind all others. It is durable when a [`Target::sync`] that begins later has
    /// ended.
    pub fn append(&self, body: Body) {
        let mut pending = self.pending();
        let pending = &mut *pending;
        pending.last += 1;
        let record = body.sealed(pending.last, self.life, &mut pending.link);
        self.pace.appended(record.len());
        match pending.chunks.last_mut() {
            Some(chunk) if chunk.bytes.len() + record.len() <= GATHERED_BYTES => {
                chunk.bytes.extend_from_slice(&record);
            }
            _ => pending.chunks.push(Chunk { begins_turn: None, bytes: record }),
        }
    }

    /// Lets later records go to the other file, of which nothing may be needed any more. Returns
    /// the number of the last one before.
    pub fn begin_turn(&self) -> Result<u64, StoreError> {
        let salt = random()?;
        let mut pending = self.pending();
        let head = Head { turn: pending.turn + 1, first: pending.last + 1, salt };
        let (bytes, link) = head.encode();
        (pending.turn, pending.link) = (head.turn, link);
        pending.chunks.push(Chunk { begins_turn: Some(head.turn), bytes });
        Ok(pending.last)
    }

    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Gives back the room of files that have grown. Blocks.
    pub fn shrink(&self) -> Result<(), StoreError> {
        let disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        let least = disk.end.div_ceil(GROWTH_BYTES).max(1) * GROWTH_BYTES;
        for (file, least) in [
            (in_use(&disk.files, disk.turn), least),
            (in_use(&disk.files, disk.turn + 1), GROWTH_BYTES),
        ] {
            let length = file.metadata().map_err(|error| io(WRITING, error))?.len();
            if length > least {
                file.set_len(least).map_err(|error| io(WRITING, error))?;
            }
        }
        Ok(())
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Target for Log {
    fn sync(&self) -> Result<(), StoreError> {
        let mut disk = self.disk.lock().unwrap_or_else(PoisonError::into_inner);
        let (chunks, last) = {
            let mut pending = self.pending();
            self.pace.taken();
            (std::mem::take(&mut pending.chunks), pending.last)
        };
        if chunks.is_empty() {
            return Ok(());
        }
        let synced = chunks.iter().try_for_each(|chunk| disk.write(chunk));
        let synced = synced.and_then(|()| {
            disk.grow();
            disk.sync()?;
            // Not synced: after a power loss an older mark is as true, only less strict.
            let marked = disk.mark.write_all_at(&last.to_be_bytes(), 0);
            marked.map_err(|error| io("mark the store as synced", error))
        });
        synced.inspect_err(|_| self.pace.stop())
    }
}

impl Disk {
    fn write(&mut self, chunk: &Chunk) -> Result<(), StoreError> {
        if let Some(turn) = chunk.begins_turn {
            // What comes before is there when something of the new turn is.
            self.sync()?;
            (self.turn, self.end) = (turn, 0);
        }
        let file = in_use(&self.files, self.turn);
        file.write_all_at(&chunk.bytes, self.end).map_err(|error| io(WRITING, error))?;
        self.end += u64::try_from(chunk.bytes.len()).unwrap_or_default();
        Ok(())
    }

    /// Puts zeros behind a file's end when it was reached. Without them it is only slower.
    fn grow(&self) {
        let file = in_use(&self.files, self.turn);
        let Ok(length) = file.metadata().map(|known| known.len()) else { return };
        let missing = length.next_multiple_of(GROWTH_BYTES) - length;
        if length == self.end && missing > 0 {
            let zeros = vec![0; usize::try_from(missing).unwrap_or_default()];
            if let Err(error) = file.write_all_at(&zeros, length) {
                tracing::debug!(%error, "the log of the store could not grow ahead");
            }
        }
    }

    fn sync(&self) -> Result<(), StoreError> {
        let synced = in_use(&self.files, self.turn).sync_data();
        synced.map_err(|error| io("sync the log of the store", error))
    }
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], StoreError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| io("get random bytes", Error::other(error)))?;
    Ok(bytes)
}

fn in_use(files: &[File; 2], turn: u64) -> &File {
    let [even, odd] = files;
    if turn.is_multiple_of(2) { even } else { odd }
}

/// The turns that the files hold, in order, each with the link of its head.
fn turns(files: &[File; 2]) -> Result<Vec<(Head, u32)>, StoreError> {
    let mut turns = Vec::new();
    for file in files {
        let head = Head::read(file)?;
        turns.extend(head.filter(|(head, _)| std::ptr::eq(in_use(files, head.turn), file)));
    }
    turns.sort_by_key(|(head, _)| head.turn);
    Ok(turns)
}

/// What a file holds behind some commit.
#[derive(Debug, Default)]
struct Behind {
    records: Vec<Record>,
    /// The number of the file's last record, or of the one that comes before its first.
    last: Option<u64>,
    /// Where the next record goes, and the link before it.
    end: u64,
    link: u32,
}

/// Reads what a turn's file has behind commit `last`, which becomes that of its last record.
fn read_behind(
    files: &[File; 2],
    turn: Option<(Head, u32)>,
    last: &mut u64,
    folder: &Path,
) -> Result<Behind, StoreError> {
    let Some((head, link)) = turn else { return Ok(Behind::default()) };
    if head.first > *last + 1 {
        let missing = head.first - *last - 1;
        let what = format!(
            "{missing} writes are missing from {}, and later ones are there; restore a backup",
            folder.display()
        );
        return Err(StoreError::Damaged { what });
    }
    let Content { mut records, end, link } = file::read(in_use(files, head.turn), head, link)?;
    let of_file = records.last().map_or(head.first - 1, |record| record.number);
    records.retain(|record| record.number > *last);
    *last = of_file.max(*last);
    Ok(Behind { records, last: Some(of_file), end, link })
}

fn ensure_reached(mark: &File, last: u64, marked: &Path) -> Result<(), StoreError> {
    let Some(missing) = read_mark(mark)?.checked_sub(last).filter(|missing| *missing > 0) else {
        return Ok(());
    };
    let what = format!(
        "the last {missing} acknowledged writes are missing; restore a backup, or remove {} to go \
         on without them",
        marked.join(MARK_FILE).display()
    );
    Err(StoreError::Damaged { what })
}

/// Makes an empty log, which is not there before and is there whole.
fn make(folder: &Path) -> Result<(), StoreError> {
    new::whole(folder, |unfinished| {
        for number in 0..2 {
            let made = File::create_new(unfinished.join(number.to_string()));
            made.map_err(|error| io(OPENING, error))?;
        }
        Ok(())
    })
}

fn open_file(folder: &Path, number: u32) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    let opened = options.read(true).write(true).open(folder.join(number.to_string()));
    opened.map_err(|error| match error.kind() {
        ErrorKind::NotFound => StoreError::Damaged {
            what: format!("a file of the log is missing from {}", folder.display()),
        },
        _ => io(OPENING, error),
    })
}

#[cfg(test)]
mod tests;
