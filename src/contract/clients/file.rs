//! The table of clients on disk: one JSON object a line, written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Row, Table};

/// The file's name, beside the store.
pub const FILE: &str = "clients.ndjson";
/// What is read of it: some hundred thousand rows.
const MOST_BYTES: u64 = 128 * 1024 * 1024;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct First {
    dropped: u64,
}

/// The table in `folder`, empty when there is none. Lines that cannot be read are left out.
pub fn read(folder: &Path) -> io::Result<Table> {
    let file = match File::open(folder.join(FILE)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Table::default()),
        Err(error) => return Err(error),
    };
    let mut table = Table::default();
    for line in BufReader::new(file.take(MOST_BYTES)).split(b'\n') {
        let line = line?;
        if let Ok(row) = serde_json::from_slice::<Row>(&line) {
            table.clients.push(row);
        } else if let Ok(First { dropped }) = serde_json::from_slice(&line) {
            table.dropped = dropped;
        }
    }
    Ok(table)
}

/// Replaces the file at `path`, which its owner alone can read.
pub(super) fn write(path: &Path, table: &Table) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = BufWriter::new(options.open(&unfinished)?);
    line(&mut file, &First { dropped: table.dropped })?;
    for row in &table.clients {
        line(&mut file, row)?;
    }
    file.into_inner()?.sync_all()?;
    std::fs::rename(&unfinished, path)
}

fn line(file: &mut impl io::Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *file, value)?;
    file.write_all(b"\n")
}
