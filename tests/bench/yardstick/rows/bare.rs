//! What an import committed, written once more by sled alone with the same promise.
//!
//! One database for each space with the engine's segment size, the same batches in the same order,
//! synced where the import waited for its disk. It reads nothing, looks nothing up, and keeps what
//! it likes in memory.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::recorder::{self, Recorded};

/// The engine's: see `store::sled`.
const MAIN_SEGMENT_BYTES: usize = 2 * 1024 * 1024;
const DAY_SEGMENT_BYTES: usize = 512 * 1024;

/// A database of bare sled, and what writing to it took.
struct Bare {
    db: sled::Db,
    data: File,
    is_synced: bool,
    took: Duration,
}

impl Bare {
    fn open(folder: &Path, segment_bytes: usize) -> Result<Self> {
        let config = sled::Config::new().path(folder).segment_size(segment_bytes);
        let db = config.flush_every_ms(None).open()?;
        // sled's flush leaves the data with the system; see `Database::sync`.
        let data = File::open(folder.join("db"))?;
        Ok(Self { db, data, is_synced: true, took: Duration::ZERO })
    }

    fn apply(&mut self, writes: Vec<(Vec<u8>, Option<Vec<u8>>)>) -> Result<()> {
        let mut batch = sled::Batch::default();
        for (key, value) in writes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        let begin = Instant::now();
        self.db.apply_batch(batch)?;
        self.took += begin.elapsed();
        self.is_synced = false;
        Ok(())
    }

    fn sync(&mut self) -> Result<()> {
        if !std::mem::replace(&mut self.is_synced, true) {
            let begin = Instant::now();
            self.db.flush()?;
            self.data.sync_data()?;
            self.took += begin.elapsed();
        }
        Ok(())
    }
}

/// Writes what is in `log`; returns the time that sled took for it.
pub fn replay(folder: &Path, log: &Path) -> Result<Duration> {
    let mut main = Bare::open(&folder.join("bare-main"), MAIN_SEGMENT_BYTES)?;
    let mut day = Bare::open(&folder.join("bare-day"), DAY_SEGMENT_BYTES)?;
    let mut log = BufReader::new(File::open(log)?);
    while let Some(recorded) = recorder::next(&mut log)? {
        match recorded {
            Recorded::Batch { is_main: true, writes } => main.apply(writes)?,
            Recorded::Batch { is_main: false, writes } => day.apply(writes)?,
            Recorded::Sync => {
                main.sync()?;
                day.sync()?;
            }
        }
    }
    Ok(main.took + day.took)
}
