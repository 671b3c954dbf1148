//! A whole store in one file: sections of entries, and a checksum at the end.
//!
//! After the line `lychgate store export, format 1` come frames, each begun by a byte: `S` begins
//! a section (space: 0 for main, or 1 and the day; the table's byte; its name), `E` is an entry
//! (key, value) of the section, `Z` ends the file (count of entries, SHA-256 of all that is before
//! the sum). Numbers are big-endian; names, keys and values have their length, 4 bytes, before
//! them.

use std::io::{Read, Write};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{CopyError, OnProgress, Progress, Scan, Summary, Sums, Writer, length, places};
use super::{ensure_empty, ensure_same};
use crate::store::seam::{Entry, MAX_VALUE_BYTES, Space, Store, Table};

const TITLE: &str = "lychgate store export, format ";
const FORMAT: u32 = 1;
/// Longest title line, longest name or key.
const MAX_SHORT_BYTES: usize = 4096;

/// Writes everything of `store` to `file`. Writes to the file block.
pub async fn export(
    store: &dyn Store,
    file: &mut (dyn Write + Send),
    on_progress: OnProgress<'_>,
) -> Result<Summary, CopyError> {
    let mut out = Out { file, sum: Sha256::new() };
    let (mut sums, mut progress) = (Sums::default(), Progress::default());
    out.write(format!("{TITLE}{FORMAT}\n").as_bytes())?;
    for (space, table) in places(store).await? {
        let mut scan = Scan::new(space, table);
        let mut begun = false;
        while let Some(entries) = scan.next(store).await? {
            if !std::mem::replace(&mut begun, true) {
                out.section(space, table)?;
            }
            for (key, value) in &entries {
                out.write(b"E")?;
                out.sized(key)?;
                out.sized(value)?;
                progress.entries += 1;
                progress.bytes += length(key) + length(value);
            }
            entries.iter().for_each(|entry| sums.add(space, table, entry));
            on_progress(progress);
        }
    }
    out.write(b"Z")?;
    out.write(&progress.entries.to_be_bytes())?;
    let sum = out.sum.finalize();
    out.file.write_all(&sum).and_then(|()| out.file.flush()).map_err(not_written)?;
    Ok(sums.finish())
}

/// Writes everything in `file` to `store`, which is empty, and reads it back. Reads of the file
/// block. When the file turns out to be damaged, what was written so far stays in the store.
pub async fn import(
    store: &dyn Store,
    file: &mut (dyn Read + Send),
    on_progress: OnProgress<'_>,
) -> Result<Summary, CopyError> {
    ensure_empty(store).await?;
    let mut read = In { file, sum: Sha256::new() };
    read.title()?;
    let mut writer = Writer::new(store, on_progress);
    let (mut section, mut entries) = (None, 0_u64);
    loop {
        match (read.array::<1>()?, section) {
            ([b'S'], _) => section = Some(read.section()?),
            ([b'E'], Some((space, table))) => {
                writer.write(space, table, read.entry()?).await?;
                entries += 1;
            }
            ([b'Z'], _) => break,
            _ => return Err(damaged("it has a frame of an unknown kind")),
        }
    }
    if u64::from_be_bytes(read.array()?) != entries {
        return Err(damaged("entries are missing"));
    }
    let computed = read.sum.clone().finalize();
    if read.array::<32>()? != <[u8; 32]>::from(computed) {
        return Err(damaged("its checksum is wrong"));
    }
    let summary = writer.finish().await?;
    ensure_same(store, &summary).await?;
    Ok(summary)
}

struct Out<'a> {
    file: &'a mut (dyn Write + Send),
    sum: Sha256,
}

impl Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), CopyError> {
        self.sum.update(bytes);
        self.file.write_all(bytes).map_err(not_written)
    }

    fn sized(&mut self, bytes: &[u8]) -> Result<(), CopyError> {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.write(&length.to_be_bytes())?;
        self.write(bytes)
    }

    fn section(&mut self, space: Space, table: Table) -> Result<(), CopyError> {
        self.write(b"S")?;
        match space {
            Space::Main => self.write(&[0])?,
            Space::Day(day) => {
                self.write(&[1])?;
                self.write(&day.to_be_bytes())?;
            }
        }
        self.write(&[table.byte()])?;
        self.sized(table.name().as_bytes())
    }
}

struct In<'a> {
    file: &'a mut (dyn Read + Send),
    sum: Sha256,
}

impl In<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> Result<(), CopyError> {
        match self.file.read_exact(bytes) {
            Ok(()) => {
                self.sum.update(&*bytes);
                Ok(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(damaged("it is cut short"))
            }
            Err(source) => Err(CopyError::File { doing: "read the export", source }),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CopyError> {
        let mut bytes = [0; N];
        self.read(&mut bytes)?;
        Ok(bytes)
    }

    fn sized(&mut self, limit: usize) -> Result<Bytes, CopyError> {
        let length = usize::try_from(u32::from_be_bytes(self.array()?)).unwrap_or(usize::MAX);
        if length > limit {
            return Err(damaged("a length is not possible"));
        }
        let mut bytes = vec![0; length];
        self.read(&mut bytes)?;
        Ok(bytes.into())
    }

    fn title(&mut self) -> Result<(), CopyError> {
        let mut title = vec![0; TITLE.len()];
        self.read(&mut title).map_err(|_| CopyError::NotAnExport)?;
        if title != TITLE.as_bytes() {
            return Err(CopyError::NotAnExport);
        }
        let mut format = String::new();
        loop {
            match self.array::<1>()? {
                [b'\n'] => break,
                [digit] if digit.is_ascii_digit() && format.len() < 9 => {
                    format.push(char::from(digit));
                }
                _ => return Err(CopyError::NotAnExport),
            }
        }
        match format.parse() {
            Ok(FORMAT) => Ok(()),
            Ok(found) if found > FORMAT => Err(CopyError::NewerExport { found, known: FORMAT }),
            _ => Err(CopyError::NotAnExport),
        }
    }

    fn section(&mut self) -> Result<(Space, Table), CopyError> {
        let space = match self.array::<1>()? {
            [0] => Space::Main,
            [1] => Space::Day(i32::from_be_bytes(self.array()?)),
            _ => return Err(damaged("it has a space of an unknown kind")),
        };
        let [byte] = self.array::<1>()?;
        let name = self.sized(MAX_SHORT_BYTES)?;
        let table = Table::from_byte(byte).filter(|table| table.name().as_bytes() == name);
        Ok((space, table.ok_or_else(|| damaged("it has an unknown table"))?))
    }

    fn entry(&mut self) -> Result<Entry, CopyError> {
        Ok((self.sized(MAX_VALUE_BYTES)?, self.sized(MAX_VALUE_BYTES)?))
    }
}

fn damaged(what: &'static str) -> CopyError {
    CopyError::DamagedExport { what }
}

fn not_written(source: std::io::Error) -> CopyError {
    CopyError::File { doing: "write the export", source }
}
