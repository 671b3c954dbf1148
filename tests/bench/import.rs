//! How fast an import is, next to bare sled writing the same keys and values in the same batches.
//!
//! `cargo bench --bench import [ROWS]`: makes a CSV, imports it into a fresh store, imports it
//! again as updates, and replays what the first import wrote. Each phase runs in a process of its
//! own, so that each has a peak of memory of its own.
//!
//! An import's time runs from the call that hands the file over to the last row on disk. Replayed
//! is all that it committed in that time, to every space: the file's pieces, the rows, the address
//! index with its merges, the cursor, the faults. Bare sled gets the same batches in the same
//! order, one database a space with the engine's segment size, and is synced where the import
//! waited for its disk. It reads nothing, looks nothing up, and keeps what it likes in memory.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its numbers")]

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use lychgate::domain::import::{
    DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport, Runner, Status,
};
use lychgate::domain::{AccountId, Clock, Context, Ids, Limits, NewAccount};
use lychgate::store::{
    Batch, Durable, Entry, KeyRange, Order, SledOptions, SledStore, Space, Store, StoreError,
    Table, Write,
};

const DEFAULT_ROWS: u32 = 1_000_000;

/// The engine's: see `store::sled`.
const MAIN_SEGMENT_BYTES: usize = 2 * 1024 * 1024;
const DAY_SEGMENT_BYTES: usize = 512 * 1024;

/// Asks a child for one phase.
const PHASE: &str = "LYCHGATE_BENCH_PHASE";

fn main() -> Result<()> {
    let rows = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(DEFAULT_ROWS);
    if let Ok(phase) = std::env::var(PHASE) {
        let (name, folder) = phase.split_once(' ').context("phase and folder")?;
        return run_phase(name, Path::new(folder), rows);
    }
    let folder = tempfile::tempdir()?;
    let csv = folder.path().join("rows.csv");
    std::fs::write(&csv, make_csv(rows))?;
    let size = std::fs::metadata(&csv).map_or(0, |metadata| metadata.len());
    println!("{rows} rows, {:.1} MB", mega(size));
    let import = phase("import", folder.path(), rows)?;
    phase("update", folder.path(), rows)?;
    phase("record", folder.path(), rows)?;
    let bare = phase("bare", folder.path(), rows)?;
    println!("import runs at {:.0} % of bare sled", 100.0 * import / bare);
    Ok(())
}

/// Runs a phase in a child, prints what it prints, and returns its rows/s.
fn phase(name: &str, folder: &Path, rows: u32) -> Result<f64> {
    let output = Command::new(std::env::current_exe()?)
        .arg(rows.to_string())
        .env(PHASE, format!("{name} {}", folder.display()))
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{text}");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "phase {name} failed");
    let rate = text.lines().find_map(|line| line.split("rows/s=").nth(1));
    let rate = rate.and_then(|rate| rate.split_whitespace().next()?.parse().ok());
    rate.context("the phase prints its rate")
}

fn run_phase(name: &str, folder: &Path, rows: u32) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let data = folder.join("data");
    match name {
        "import" | "update" => {
            let store = Arc::new(open(&data)?);
            runtime.block_on(import(store, folder, name, rows))?;
        }
        "record" => {
            let inner = open(&folder.join("recorded"))?;
            let log = BufWriter::new(File::create(folder.join("log"))?);
            let log = Arc::new(Log(Mutex::new(log)));
            let store = Arc::new(Recorder { inner, log: Arc::clone(&log) });
            runtime.block_on(import(store, folder, name, rows))?;
            log.flush()?;
        }
        "bare" => replay(folder, rows)?,
        other => bail!("no phase {other}"),
    }
    println!("{:>8}  peak memory {:.0} MiB, {:.2} s of CPU", "", peak_mebibytes(), cpu_seconds());
    Ok(())
}

fn open(folder: &Path) -> Result<SledStore> {
    Ok(SledStore::open(folder, SledOptions::default())?)
}

fn make_csv(rows: u32) -> String {
    use std::fmt::Write as _;

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

async fn import(store: Arc<dyn Store>, folder: &Path, name: &str, rows: u32) -> Result<()> {
    let limits = Limits::default();
    let context = Context::open(store, Clock::System, Ids::random(), limits).await?;
    let context = Arc::new(context);
    let account = account(&context).await?;
    let file = Bytes::from(std::fs::read(folder.join("rows.csv"))?);
    let new = NewImport {
        list: None,
        file,
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES.max(u64::from(rows) * 100),
    };
    let begin = Instant::now();
    let imports = context.account(account).imports();
    let accepted = imports.accept(new).await?;
    let accepting = begin.elapsed();
    Arc::new(Runner::new(Arc::clone(&context))).drain().await;
    let took = begin.elapsed();
    let ended = imports.progress(accepted.id).await?;
    ensure!(ended.status == Status::Finished, "the import ended as {:?}", ended.status);
    let written = ended.counters.new_contacts + ended.counters.updated_contacts;
    ensure!(written == rows, "{written} rows were imported");
    print_rate(name, rows, took);
    let (accepting, all) = (accepting.as_secs_f64(), took.as_secs_f64());
    println!("{:>8}  file: accepted in {accepting:.2} s; rows: {:.2} s", "", all - accepting);
    context.store.close().await?;
    Ok(())
}

async fn account(context: &Context) -> Result<AccountId> {
    if let Some(entry) = context.accounts().list().await?.first() {
        return Ok(entry.id);
    }
    let new = NewAccount { name: "bench".to_owned(), ..NewAccount::default() };
    Ok(context.accounts().add(new).await?.id)
}

fn print_rate(name: &str, rows: u32, took: Duration) {
    let rate = f64::from(rows) / took.as_secs_f64();
    println!("{name:>8}  {:.2} s  rows/s={rate:.0}", took.as_secs_f64());
}

fn mega(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0
}

/// The highest resident size of this process so far.
fn peak_mebibytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|peak| peak.split_whitespace().next()?.parse::<f64>().ok());
    kibibytes.unwrap_or(f64::NAN) / 1024.0
}

/// What all threads of this process have computed so far; the system counts in hundredths.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    let times = behind_name.split_whitespace().skip(11).take(2);
    times.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Writes down what is committed, and where the disk is waited for.
#[derive(Debug)]
struct Recorder {
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

impl Log {
    fn batch(&self, batch: &Batch) -> std::io::Result<()> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(&[SYNC])
    }

    fn flush(&self) -> std::io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(DELETED).to_le_bytes()
}

fn not_recorded(source: std::io::Error) -> StoreError {
    StoreError::Io { doing: "record a batch", source }
}

/// A database of bare sled, and what writing to it took.
struct Bare {
    db: sled::Db,
    data: File,
    is_synced: bool,
    applying: Duration,
    syncing: Duration,
    bytes: u64,
}

impl Bare {
    fn open(folder: &Path, segment_bytes: usize) -> Result<Self> {
        let config = sled::Config::new().path(folder).segment_size(segment_bytes);
        let db = config.flush_every_ms(None).open()?;
        // sled's flush leaves the data with the system; see `Database::sync`.
        let data = File::open(folder.join("db"))?;
        let (applying, syncing) = (Duration::ZERO, Duration::ZERO);
        Ok(Self { db, data, is_synced: true, applying, syncing, bytes: 0 })
    }

    fn apply(&mut self, log: &mut impl std::io::Read) -> Result<()> {
        let mut batch = sled::Batch::default();
        for _ in 0..read_number(log)? {
            let key_length = read_number(log)?;
            let value_length = read_number(log)?;
            let key = read_part(log, key_length)?;
            if value_length == DELETED {
                batch.remove(key);
                continue;
            }
            batch.insert(key, read_part(log, value_length)?);
            self.bytes += u64::from(value_length);
        }
        let begin = Instant::now();
        self.db.apply_batch(batch)?;
        self.applying += begin.elapsed();
        self.is_synced = false;
        Ok(())
    }

    fn sync(&mut self) -> Result<()> {
        if !std::mem::replace(&mut self.is_synced, true) {
            let begin = Instant::now();
            self.db.flush()?;
            self.data.sync_data()?;
            self.syncing += begin.elapsed();
        }
        Ok(())
    }

    fn print(&self, what: &str) {
        println!(
            "{:>8}  {what}: {:.0} MB of values applied in {:.2} s, synced in {:.2} s",
            "",
            mega(self.bytes),
            self.applying.as_secs_f64(),
            self.syncing.as_secs_f64()
        );
    }
}

/// The same writes by sled alone, with the same promise.
fn replay(folder: &Path, rows: u32) -> Result<()> {
    let mut main = Bare::open(&folder.join("bare-main"), MAIN_SEGMENT_BYTES)?;
    let mut day = Bare::open(&folder.join("bare-day"), DAY_SEGMENT_BYTES)?;
    let mut log = BufReader::new(File::open(folder.join("log"))?);
    let mut kind = [0];
    while log.read(&mut kind)? > 0 {
        match kind {
            [MAIN] => main.apply(&mut log)?,
            [DAY] => day.apply(&mut log)?,
            _ => {
                main.sync()?;
                day.sync()?;
            }
        }
    }
    print_rate("bare", rows, main.applying + main.syncing + day.applying + day.syncing);
    day.print("file");
    main.print("rows");
    Ok(())
}

fn read_number(log: &mut impl std::io::Read) -> std::io::Result<u32> {
    let mut bytes = [0; 4];
    log.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn read_part(log: &mut impl std::io::Read, length: u32) -> std::io::Result<Vec<u8>> {
    let mut part = Vec::new();
    log.take(u64::from(length)).read_to_end(&mut part)?;
    Ok(part)
}

impl Store for Recorder {
    fn get<'a>(
        &'a self,
        space: Space,
        table: Table,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        self.inner.get(space, table, key)
    }

    fn scan(
        &self,
        space: Space,
        table: Table,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        self.inner.scan(space, table, range, order, limit)
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

    fn days(&self) -> BoxFuture<'_, Result<Vec<i32>, StoreError>> {
        self.inner.days()
    }

    fn drop_day(&self, day: i32) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.drop_day(day)
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.close()
    }
}
