//! How the cost of an import grows with its rows, next to sled alone writing what it wrote.
//!
//! For each number of rows a CSV is imported into a fresh store, imported again as updates, and what
//! the first import committed is written by bare sled: the file's pieces, the rows, the address
//! index with its merges, the cursor, the faults. Each of these runs in a process of its own, which
//! is this program once more, so that each has a peak of memory of its own.

mod bare;
mod phase;
mod recorder;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

pub use phase::{Phase, Took, run};

/// What came of so many rows.
#[derive(Debug)]
pub struct Rows {
    pub count: u32,
    pub import: Took,
    pub update: Took,
    pub bare: Took,
    /// Of the store after import and update, with the file and its faults.
    pub disk_bytes: u64,
}

/// Rows a second that a million rows must reach: imported, and updating.
const TARGETS: [f64; 2] = [500_000.0, 250_000.0];
/// The number of rows that the targets are about.
const TARGET_ROWS: u32 = 1_000_000;

impl Rows {
    pub fn measure(rows: u32, folder: &Path) -> Result<Self> {
        eprintln!("import of {rows} rows");
        let folder = tempfile::tempdir_in(folder)?;
        let phase = |phase| in_process(phase, folder.path(), rows);
        let (import, update) = (phase(Phase::Import)?, phase(Phase::Update)?);
        let disk_bytes = bytes_in(&folder.path().join("data"))?;
        phase(Phase::Record)?;
        Ok(Self { count: rows, import, update, bare: phase(Phase::Bare)?, disk_bytes })
    }

    fn per_second(&self, took: Took) -> f64 {
        f64::from(self.count) / took.seconds
    }

    fn rates(&self) -> [f64; 2] {
        [self.per_second(self.import), self.per_second(self.update)]
    }

    /// Targets that are missed; there are some for a million rows only.
    pub fn missed(&self) -> usize {
        let short = self.rates().into_iter().zip(TARGETS).filter(|(rate, least)| rate < least);
        if self.count == TARGET_ROWS { short.count() } else { 0 }
    }

    /// The cells of a line of the table.
    pub fn cells(&self) -> [String; 9] {
        let micros = |took: Took| format!("{:.2}", took.cpu_seconds * 1e6 / f64::from(self.count));
        let rate = |took: Took| format!("{:.0}", self.per_second(took));
        let share = self.bare.seconds / self.import.seconds * 100.0;
        let target = match (self.count == TARGET_ROWS, self.missed()) {
            (false, _) => String::new(),
            (true, 0) => "500,000 and 250,000: met".to_owned(),
            (true, _) => "500,000 and 250,000: MISSED".to_owned(),
        };
        [
            self.count.to_string(),
            rate(self.import),
            micros(self.import),
            rate(self.update),
            micros(self.update),
            rate(self.bare),
            format!("{share:.0} %"),
            format!("{:.0}", self.import.peak_mebibytes.max(self.update.peak_mebibytes)),
            format!("{} ({target})", self.disk_bytes / 1_000_000).replace(" ()", ""),
        ]
    }

    pub fn json(&self) -> Value {
        json!({
            "rows": self.count,
            "import": self.import,
            "update": self.update,
            "bare_sled": self.bare,
            "disk_bytes": self.disk_bytes,
        })
    }
}

/// Runs a phase in a child.
fn in_process(phase: Phase, folder: &Path, rows: u32) -> Result<Took> {
    let name = format!("{phase:?}").to_lowercase();
    let output = Command::new(std::env::current_exe()?)
        .args(["phase", &name])
        .arg(folder)
        .arg(rows.to_string())
        .output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} of {rows} rows: {error}");
    serde_json::from_slice(&output.stdout).context("a phase tells what it took")
}

fn make_csv(rows: u32) -> String {
    let mut csv = "Email,FIRSTNAME,LASTNAME\n".to_owned();
    for row in 0..rows {
        // Neighbors in the file are no neighbors in the index: as in a real file.
        let n = row.wrapping_mul(2_654_435_761);
        let mail = n % 97;
        // Writing to a text cannot fail.
        let _written = writeln!(csv, "contact.{n:010}@mail-{mail}.example.com,Name{row},Last{n:x}");
    }
    csv
}

/// What the files below `folder` take on disk.
fn bytes_in(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() {
            bytes_in(&entry.path())?
        } else {
            std::os::unix::fs::MetadataExt::blocks(&metadata) * 512
        };
    }
    Ok(bytes)
}

/// Above the cells.
pub const HEADINGS: [&str; 9] = [
    "rows",
    "import rows/s",
    "CPU µs a row",
    "update rows/s",
    "CPU µs a row",
    "bare sled rows/s",
    "share of it",
    "peak MiB",
    "disk MB (target)",
];
