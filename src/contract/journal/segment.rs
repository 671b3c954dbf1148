//! The journal's files: a folder of numbered segments, each a run of lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::entry::checked;

const PREFIX: &str = "calls-";
const SUFFIX: &str = ".journal";

/// Longest line that is read, in bytes. The writer keeps far below; a longer one is no line of ours.
pub(super) const LONGEST_LINE_BYTES: usize = 64 * 1024 * 1024;

/// One file of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// Counts from 1; never used again.
    pub number: u64,
    pub path: PathBuf,
    pub bytes: u64,
}

/// The path of segment `number`.
pub(super) fn path_of(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{PREFIX}{number:012}{SUFFIX}"))
}

/// All segments, the oldest first. A folder that is not there has none.
pub(super) fn all(folder: &Path) -> io::Result<Vec<Segment>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let Some(number) = name.to_str().and_then(number_of) else { continue };
        // A segment may be dropped while we look.
        let Ok(metadata) = entry.metadata() else { continue };
        found.push(Segment { number, path: entry.path(), bytes: metadata.len() });
    }
    found.sort_by_key(|segment| segment.number);
    Ok(found)
}

fn number_of(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok()
}

/// Reads a segment line by line.
#[derive(Debug)]
pub(super) struct Lines {
    file: BufReader<File>,
    /// Where the next line begins.
    pub offset: u64,
    line: Vec<u8>,
}

impl Lines {
    /// From `offset` on, which is a line's beginning.
    pub fn open(path: &Path, offset: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Self { file: BufReader::with_capacity(64 * 1024, file), offset, line: Vec::new() })
    }

    /// The next line's JSON. `None` at the end, and at a line that is not whole yet or damaged:
    /// what is behind it cannot be told from rubbish.
    pub fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let most = u64::try_from(LONGEST_LINE_BYTES).unwrap_or(u64::MAX);
        let read = io::Read::take(&mut self.file, most).read_until(b'\n', &mut self.line)?;
        let Some(line) = self.line.strip_suffix(b"\n") else { return Ok(None) };
        let Some(json) = checked(line) else { return Ok(None) };
        self.offset += u64::try_from(read).unwrap_or(0);
        Ok(Some(json))
    }
}

/// Length of the good lines at the beginning of a segment.
pub(super) fn good_bytes(path: &Path) -> io::Result<u64> {
    let mut lines = Lines::open(path, 0)?;
    while lines.next()?.is_some() {}
    Ok(lines.offset)
}
