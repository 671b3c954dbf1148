//! Whole stores in one file: lines of JSON that end with their count and checksum.
//!
//! Works on bytes behind the seam, so it knows neither engines nor records. A store that a file is
//! read into must be empty: a mixture of two stores would be no store.

use std::io::{self, BufRead, Write as Out};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::copy::{self, CopyError};
use super::seam::{Batch, Entry, MAX_VALUE_BYTES, Space, Store, StoreError, Table, Write};
use super::sums::{Scan, places};
use super::unfinished;

/// Entries written at once: 6 MiB of the largest values.
const ENTRIES_AT_ONCE: usize = 128;

/// The export format that this program writes and reads.
pub(super) const EXPORT_FORMAT: u32 = 1;

/// Longest line of an export, in bytes: a value and a key in Base64, and the names around them.
const MAX_LINE_BYTES: usize = 2 * MAX_VALUE_BYTES;

/// Writes every entry of `from` as lines of JSON that end with their count and checksum.
pub async fn export(
    from: &dyn Store,
    out: &mut dyn Out,
    progress: &mut dyn FnMut(u64),
) -> Result<u64, CopyError> {
    let mut sink = Sink { out, sha256: Sha256::new() };
    sink.line(&Line::Begin { format: EXPORT_FORMAT })?;
    let mut exported = 0;
    for (space, table) in places(from).await.map_err(reading)? {
        let mut scan = Scan::new(space, table);
        while let Some(entries) = scan.next(from).await.map_err(reading)? {
            exported += count(&entries);
            entries.iter().try_for_each(|entry| sink.line(&Line::of(space, table, entry)))?;
            progress(exported);
        }
    }
    let sha256 = hex(&sink.sha256.clone().finalize());
    sink.line(&Line::End { entries: exported, sha256 })?;
    sink.out.flush().map_err(writing)?;
    Ok(exported)
}

fn reading(source: StoreError) -> CopyError {
    CopyError::Store { doing: "read the store", source }
}

/// Reads an export to its end without writing anything; returns how many entries it has.
pub fn verify(input: &mut dyn BufRead) -> Result<u64, CopyError> {
    let mut source = Source::begin(input)?;
    while source.entry()?.is_some() {}
    Ok(source.entries)
}

/// Writes an export into the empty store `to`. [`verify`] it first: a file that turns out to be
/// damaged leaves a part of a store behind, which nothing opens.
pub async fn import(
    input: &mut (dyn BufRead + Send),
    to: &dyn Store,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<u64, CopyError> {
    unfinished::begin(to, unfinished::OF_A_FILE).await?;
    let mut source = Source::begin(input)?;
    let mut waiting: Vec<Entry> = Vec::new();
    let mut place = (Space::Main, Table::Meta);
    while let Some((space, table, entry)) = source.entry()? {
        if place != (space, table) || waiting.len() == ENTRIES_AT_ONCE {
            write(to, place.0, place.1, std::mem::take(&mut waiting)).await?;
            progress(source.entries);
        }
        place = (space, table);
        waiting.push(entry);
    }
    write(to, place.0, place.1, waiting).await?;
    unfinished::end(to).await?;
    Ok(source.entries)
}

/// Puts entries of one table.
async fn write(
    to: &dyn Store,
    space: Space,
    table: Table,
    entries: Vec<Entry>,
) -> Result<(), CopyError> {
    let put = |(key, value)| Write::Put { table, key, value };
    let writes = entries.into_iter().map(put).collect();
    copy::write(to, Batch { space, conditions: Vec::new(), writes }).await
}

fn count(entries: &[Entry]) -> u64 {
    u64::try_from(entries.len()).unwrap_or(u64::MAX)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(digit).collect()
}

fn digit(value: u8) -> Option<char> {
    char::from_digit(u32::from(value), 16)
}

/// A line of an export.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Begin {
        format: u32,
    },
    Entry {
        /// Days since 1970-01-01 for bulk data.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day: Option<i32>,
        table: u8,
        key: String,
        value: String,
    },
    /// The checksum is that of all bytes before this line.
    End {
        entries: u64,
        sha256: String,
    },
}

impl Line {
    fn of(space: Space, table: Table, (key, value): &Entry) -> Self {
        let day = match space {
            Space::Main => None,
            Space::Day(day) => Some(day),
        };
        let (key, value) = (STANDARD.encode(key), STANDARD.encode(value));
        Self::Entry { day, table: table.byte(), key, value }
    }
}

struct Sink<'a> {
    out: &'a mut dyn Out,
    sha256: Sha256,
}

fn writing(source: io::Error) -> CopyError {
    CopyError::File { doing: "write the export", source }
}

impl Sink<'_> {
    fn line(&mut self, line: &Line) -> Result<(), CopyError> {
        let mut bytes = serde_json::to_vec(line).map_err(|error| writing(error.into()))?;
        bytes.push(b'\n');
        self.sha256.update(&bytes);
        self.out.write_all(&bytes).map_err(writing)
    }
}

struct Source<'a> {
    input: &'a mut dyn BufRead,
    sha256: Sha256,
    line: u64,
    entries: u64,
}

impl<'a> Source<'a> {
    fn begin(input: &'a mut dyn BufRead) -> Result<Self, CopyError> {
        let mut source = Self { input, sha256: Sha256::new(), line: 0, entries: 0 };
        match source.next()? {
            Some((Line::Begin { format: EXPORT_FORMAT }, _)) => Ok(source),
            Some((Line::Begin { format }, _)) => Err(CopyError::UnknownFormat { found: format }),
            _ => Err(source.damaged("it is no export")),
        }
    }

    fn damaged(&self, what: &'static str) -> CopyError {
        CopyError::Damaged { line: self.line, what }
    }

    /// The next line, and what is summed up of all before it.
    fn next(&mut self) -> Result<Option<(Line, Sha256)>, CopyError> {
        self.line += 1;
        let before = self.sha256.clone();
        let mut bytes = Vec::new();
        let most = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
        let read = io::Read::take(&mut *self.input, most).read_until(b'\n', &mut bytes);
        read.map_err(|source| CopyError::File { doing: "read the export", source })?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.sha256.update(&bytes);
        let line = serde_json::from_slice(&bytes).map_err(|_| self.damaged("it is no entry"))?;
        Ok(Some((line, before)))
    }

    fn entry(&mut self) -> Result<Option<(Space, Table, Entry)>, CopyError> {
        let Some((line, before)) = self.next()? else {
            return Err(self.damaged("it ends early"));
        };
        match line {
            Line::Entry { day, table, key, value } => {
                let table = Table::from_byte(table).ok_or_else(|| self.damaged("unknown table"))?;
                let decode = |text: String| STANDARD.decode(text).map(Bytes::from);
                let entry = decode(key).and_then(|key| Ok((key, decode(value)?)));
                let entry = entry.map_err(|_| self.damaged("its Base64 is wrong"))?;
                self.entries += 1;
                Ok(Some((day.map_or(Space::Main, Space::Day), table, entry)))
            }
            Line::End { entries, sha256 }
                if entries == self.entries && sha256 == hex(&before.finalize()) =>
            {
                Ok(None)
            }
            Line::End { .. } => Err(self.damaged("count or checksum do not fit")),
            Line::Begin { .. } => Err(self.damaged("a second beginning")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;
    use crate::store::sums::sums;

    /// Two tables in the main space and one in a day, more entries than one step takes.
    async fn filled() -> MemoryStore {
        let store = MemoryStore::new();
        let places = [
            (Space::Main, Table::Meta),
            (Space::Main, Table::Contact),
            (Space::Day(20_000), Table::Bulk),
        ];
        for (space, table) in places {
            let entries = (0..300_u32).map(|number| {
                (Bytes::copy_from_slice(&number.to_be_bytes()), Bytes::from(vec![7; 100]))
            });
            write(&store, space, table, entries.collect()).await.unwrap();
        }
        store
    }

    async fn exported(from: &dyn Store) -> Vec<u8> {
        let mut file = Vec::new();
        export(from, &mut file, &mut |_| {}).await.unwrap();
        file
    }

    #[tokio::test]
    async fn an_export_comes_back_as_it_was() {
        let (from, to) = (filled().await, MemoryStore::new());
        let file = exported(&from).await;
        assert_eq!(verify(&mut &*file).unwrap(), 900);
        assert_eq!(import(&mut &*file, &to, &mut |_| {}).await.unwrap(), 900);
        assert_eq!(sums(&from).await.unwrap(), sums(&to).await.unwrap());
    }

    #[tokio::test]
    async fn nothing_is_written_into_a_store_that_holds_something() {
        let (file, to) = (exported(&filled().await).await, filled().await);
        let refused = import(&mut &*file, &to, &mut |_| {}).await;
        assert!(matches!(refused, Err(CopyError::NotEmpty)));
    }

    #[tokio::test]
    async fn an_import_that_was_cut_off_leaves_what_nothing_opens() {
        let (file, to) = (exported(&filled().await).await, MemoryStore::new());
        import(&mut &file[..file.len() / 2], &to, &mut |_| {}).await.unwrap_err();
        assert!(matches!(unfinished::refuse(&to).await, Err(StoreError::Unfinished)));
        let again = import(&mut &*file, &to, &mut |_| {}).await;
        assert!(matches!(again, Err(CopyError::NotEmpty)));
    }

    #[tokio::test]
    async fn an_export_that_was_cut_short_or_changed_is_damaged() {
        let file = exported(&filled().await).await;
        let whole_lines =
            file.iter().take(file.len() / 2).rposition(|byte| *byte == b'\n').unwrap();
        let mut cut = &file[..=whole_lines];
        assert!(matches!(verify(&mut cut), Err(CopyError::Damaged { .. })));
        let text = String::from_utf8(file).unwrap().replacen("BwcH", "CAgI", 1);
        assert!(matches!(verify(&mut text.as_bytes()), Err(CopyError::Damaged { .. })));
    }
}
