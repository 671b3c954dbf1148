//! A store that writes down what is committed to it, and where its disk is waited for.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use futures_util::future::BoxFuture;
use lychgate::store::{Batch, Durable, SledStore, Space, Store, StoreError, Write};

/// Passes everything on to the store beneath.
#[derive(Debug)]
pub struct Recorder {
    inner: SledStore,
    log: Arc<Log>,
}

#[derive(Debug)]
struct Log(Mutex<BufWriter<File>>);

/// What an entry of the log begins with.
const SYNC: u8 = 0;
const MAIN: u8 = 1;
const DAY: u8 = 2;

/// Stands for the length of a value that is deleted.
const DELETED: u32 = u32::MAX;

/// An entry of the log.
#[derive(Debug)]
pub enum Recorded {
    Sync,
    Batch { is_main: bool, writes: Vec<(Vec<u8>, Option<Vec<u8>>)> },
}

impl Recorder {
    /// Over the store `inner`, into the file `log`.
    pub fn new(inner: SledStore, log: &Path) -> Result<Self> {
        let log = BufWriter::new(File::create(log)?);
        Ok(Self { inner, log: Arc::new(Log(Mutex::new(log))) })
    }

    pub fn flush(&self) -> Result<()> {
        Ok(self.log.lock().flush()?)
    }
}

impl Log {
    fn lock(&self) -> std::sync::MutexGuard<'_, BufWriter<File>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn batch(&self, batch: &Batch) -> std::io::Result<()> {
        let mut log = self.lock();
        log.write_all(&[if batch.space == Space::Main { MAIN } else { DAY }])?;
        log.write_all(&length(batch.writes.len()))?;
        for write in &batch.writes {
            let (table, key, value) = match write {
                Write::Put { table, key, value } => (table, key, Some(value)),
                Write::Delete { table, key } => (table, key, None),
            };
            log.write_all(&length(key.len() + 1))?;
            log.write_all(&value.map_or(DELETED.to_le_bytes(), |value| length(value.len())))?;
            log.write_all(&[table.byte()])?;
            log.write_all(key)?;
            log.write_all(value.map_or(&[], |value| &value[..]))?;
        }
        Ok(())
    }

    fn sync(&self) -> std::io::Result<()> {
        self.lock().write_all(&[SYNC])
    }
}

/// Reads the next entry of a log; `None` at its end.
pub fn next(log: &mut BufReader<File>) -> Result<Option<Recorded>> {
    let mut kind = [0];
    if log.read(&mut kind)? == 0 {
        return Ok(None);
    }
    if kind == [SYNC] {
        return Ok(Some(Recorded::Sync));
    }
    let count = read_number(log)?;
    let writes = (0..count).map(|_| read_write(log)).collect::<std::io::Result<_>>()?;
    Ok(Some(Recorded::Batch { is_main: kind == [MAIN], writes }))
}

fn read_write(log: &mut impl Read) -> std::io::Result<(Vec<u8>, Option<Vec<u8>>)> {
    let key_length = read_number(log)?;
    let value_length = read_number(log)?;
    let key = read_part(log, key_length)?;
    let value = match value_length {
        DELETED => None,
        length => Some(read_part(log, length)?),
    };
    Ok((key, value))
}

fn read_number(log: &mut impl Read) -> std::io::Result<u32> {
    let mut bytes = [0; 4];
    log.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn read_part(log: &mut impl Read, length: u32) -> std::io::Result<Vec<u8>> {
    let mut part = Vec::new();
    log.take(u64::from(length)).read_to_end(&mut part)?;
    Ok(part)
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(DELETED).to_le_bytes()
}

fn not_recorded(source: std::io::Error) -> StoreError {
    StoreError::Io { doing: "record a batch", source }
}

impl lychgate::store::Front for Recorder {
    fn below(&self) -> &dyn Store {
        &self.inner
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>> {
        Box::pin(async move {
            self.log.batch(&batch).map_err(not_recorded)?;
            let durable = self.inner.commit(batch).await?;
            let log = Arc::clone(&self.log);
            Ok(Durable::new(async move {
                log.sync().map_err(not_recorded)?;
                durable.wait().await
            }))
        })
    }
}
