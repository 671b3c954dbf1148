//! Appends lines to the newest segment and drops the oldest ones, within bytes and age.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use tracing::{info, warn};

use super::segment::{self, LONGEST_LINE_BYTES, Lines, good_bytes, path_of};

/// A segment is at most this part of the bound, in bytes and in age: so much is dropped at once.
const SEGMENTS: u64 = 16;
/// Lines are handed to the system together, up to so many bytes.
const GATHERED_BYTES: usize = 256 * 1024;
/// Taken by the one process that writes into the folder.
const LOCK: &str = "lock";

/// Where the journal is, and how much of it there may be.
#[derive(Debug, Clone)]
pub struct Bounds {
    pub folder: PathBuf,
    /// Bytes of all segments; 64 KiB at least.
    pub most_bytes: u64,
    /// Age of the oldest entry.
    pub most_age: Duration,
}

/// Lines that could not be written.
#[derive(Debug)]
pub(super) struct Lost {
    pub entries: u64,
    pub error: io::Error,
}

/// The one writer of a folder.
#[derive(Debug)]
pub(super) struct Writer {
    bounds: Bounds,
    segments: VecDeque<Held>,
    next_number: u64,
    /// The newest segment, once something was written to it.
    file: Option<File>,
    gathered: Vec<u8>,
    gathered_entries: u64,
    unsynced: bool,
    _lock: File,
}

/// A segment as far as its writer needs to know it.
#[derive(Debug)]
struct Held {
    number: u64,
    /// Including lines that are gathered only.
    bytes: u64,
    first_at: Timestamp,
}

impl Writer {
    /// Makes the folder when it is not there, takes it for this process, and cuts off what a crash
    /// has left half-written.
    pub fn open(bounds: Bounds, now: Timestamp) -> io::Result<Self> {
        make_folder(&bounds.folder)?;
        let lock = private(OpenOptions::new().create(true).truncate(false))
            .open(bounds.folder.join(LOCK))?;
        lock.try_lock().map_err(|_| {
            io::Error::new(io::ErrorKind::ResourceBusy, "another server writes into it")
        })?;
        let (segments, next_number) = known(&bounds.folder)?;
        let mut writer = Self {
            bounds,
            segments,
            next_number,
            file: None,
            gathered: Vec::new(),
            gathered_entries: 0,
            unsynced: false,
            _lock: lock,
        };
        writer.expire(now)?;
        writer.make_room(0)?;
        Ok(writer)
    }

    /// Longest line that is taken.
    pub fn most_line_bytes(&self) -> usize {
        usize::try_from(self.segment_bytes()).unwrap_or(usize::MAX).min(LONGEST_LINE_BYTES)
    }

    fn segment_bytes(&self) -> u64 {
        self.bounds.most_bytes / SEGMENTS
    }

    /// Takes a line of at most [`Self::most_line_bytes`]; it is written with others.
    pub fn append(&mut self, line: &[u8], at: Timestamp) -> Result<(), Lost> {
        let bytes = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if self.segments.back().is_none_or(|newest| self.is_full(newest, bytes, at)) {
            self.begin(at)?;
        }
        let lost = |error| Lost { entries: 1, error };
        self.make_room(bytes).map_err(lost)?;
        self.gathered.extend_from_slice(line);
        self.gathered_entries += 1;
        if let Some(newest) = self.segments.back_mut() {
            newest.bytes += bytes;
        }
        if self.gathered.len() >= GATHERED_BYTES { self.flush() } else { Ok(()) }
    }

    fn is_full(&self, newest: &Held, more: u64, at: Timestamp) -> bool {
        let age = at.duration_since(newest.first_at).unsigned_abs();
        newest.bytes.saturating_add(more) > self.segment_bytes()
            || age.as_secs() >= (self.bounds.most_age.as_secs() / SEGMENTS).max(1)
    }

    /// A new segment whose first entry is of `at`.
    fn begin(&mut self, at: Timestamp) -> Result<(), Lost> {
        self.flush()?;
        self.sync().map_err(|error| Lost { entries: 0, error })?;
        self.file = None;
        let number = self.next_number;
        self.next_number += 1;
        self.segments.push_back(Held { number, bytes: 0, first_at: at });
        Ok(())
    }

    /// Drops the oldest segments until there is room for `bytes` more.
    fn make_room(&mut self, bytes: u64) -> io::Result<()> {
        while self.total().saturating_add(bytes) > self.bounds.most_bytes {
            if !self.drop_oldest()? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Drops what is older than it may be.
    pub fn expire(&mut self, now: Timestamp) -> io::Result<()> {
        let is_over = |oldest: &Held, most_age: Duration| {
            let age = now.duration_since(oldest.first_at);
            age.is_positive() && age.unsigned_abs() > most_age
        };
        while self.segments.front().is_some_and(|oldest| is_over(oldest, self.bounds.most_age)) {
            self.drop_oldest()?;
        }
        Ok(())
    }

    fn drop_oldest(&mut self) -> io::Result<bool> {
        let Some(oldest) = self.segments.front() else { return Ok(false) };
        let path = path_of(&self.bounds.folder, oldest.number);
        if self.segments.len() == 1 {
            // Lines that were gathered for it are as old as it is.
            self.file = None;
            self.gathered.clear();
            self.gathered_entries = 0;
        }
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        self.segments.pop_front();
        Ok(true)
    }

    fn total(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    /// Hands what was gathered to the system: from now on it outlives this process.
    pub fn flush(&mut self) -> Result<(), Lost> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let written = self.write_gathered();
        let entries = std::mem::take(&mut self.gathered_entries);
        let lost_bytes = u64::try_from(self.gathered.len()).unwrap_or(0);
        self.gathered.clear();
        let Err(error) = written else { return Ok(()) };
        self.take_back(lost_bytes);
        Err(Lost { entries, error })
    }

    fn write_gathered(&mut self) -> io::Result<()> {
        let Some(newest) = self.segments.back() else { return Ok(()) };
        if self.file.is_none() {
            let path = path_of(&self.bounds.folder, newest.number);
            self.file = Some(private(OpenOptions::new().create(true).append(true)).open(path)?);
        }
        if let Some(file) = &mut self.file {
            file.write_all(&self.gathered)?;
            self.unsynced = true;
        }
        Ok(())
    }

    /// After a failed write: half a line must not stand before good ones.
    fn take_back(&mut self, lost_bytes: u64) {
        let Some(newest) = self.segments.back_mut() else { return };
        newest.bytes = newest.bytes.saturating_sub(lost_bytes);
        let cut = self.file.as_ref().map_or(Ok(()), |file| file.set_len(newest.bytes));
        if cut.is_err() {
            // Counted as full, so that the next line begins a segment of its own.
            newest.bytes = newest.bytes.max(self.bounds.most_bytes / SEGMENTS);
        }
        self.file = None;
    }

    /// From now on what was written outlives the machine.
    pub fn sync(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.unsynced) {
            return Ok(());
        }
        self.file.as_ref().map_or(Ok(()), File::sync_data)
    }

    pub fn has_unsynced(&self) -> bool {
        self.unsynced
    }
}

/// The segments that are there, without a torn end and without empty ones, and the number of the
/// next one.
fn known(folder: &Path) -> io::Result<(VecDeque<Held>, u64)> {
    let mut segments = segment::all(folder)?;
    let next_number = segments.last().map_or(1, |newest| newest.number + 1);
    if let Some(newest) = segments.last_mut() {
        let good = good_bytes(&newest.path)?;
        if good < newest.bytes {
            let cut = newest.bytes - good;
            info!("the journal ended in a line that was not whole: {cut} bytes are cut off");
            OpenOptions::new().write(true).open(&newest.path)?.set_len(good)?;
            newest.bytes = good;
        }
    }
    let mut known = VecDeque::new();
    for segment in segments {
        let Some(first_at) = first_at(&segment.path)? else {
            if segment.bytes > 0 {
                warn!("segment {} of the journal cannot be read and is dropped", segment.number);
            }
            std::fs::remove_file(&segment.path)?;
            continue;
        };
        known.push_back(Held { number: segment.number, bytes: segment.bytes, first_at });
    }
    Ok((known, next_number))
}

/// What calls and gaps have in common.
#[derive(serde::Deserialize)]
struct At {
    at: Timestamp,
}

fn first_at(path: &Path) -> io::Result<Option<Timestamp>> {
    let mut lines = Lines::open(path, 0)?;
    Ok(lines.next()?.and_then(|json| serde_json::from_slice(json).ok()).map(|At { at }| at))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// For files that their owner alone reads.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.write(true)
}
