//! How fast an import is, next to bare sled writing the same keys and values in the same batches.
//!
//! `cargo bench --bench import [ROWS]`: makes a CSV, imports it into a fresh store, imports it
//! again as updates, and replays what the first import wrote. Each phase runs in a process of its
//! own, so that each has a peak of memory of its own.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

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

/// Asks a child for one phase.
const PHASE: &str = "LYCHGATE_BENCH_PHASE";

fn main() {
    let rows = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(DEFAULT_ROWS);
    if let Ok(phase) = std::env::var(PHASE) {
        let (name, folder) = phase.split_once(' ').expect("phase and folder");
        return run_phase(name, Path::new(folder), rows);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let csv = folder.path().join("rows.csv");
    std::fs::write(&csv, make_csv(rows)).expect("the CSV is written");
    let size = std::fs::metadata(&csv).map_or(0, |metadata| metadata.len());
    println!("{rows} rows, {:.1} MB", mega(size));
    let import = phase("import", folder.path(), rows);
    phase("update", folder.path(), rows);
    phase("record", folder.path(), rows);
    let bare = phase("bare", folder.path(), rows);
    println!("import runs at {:.0} % of bare sled", 100.0 * import / bare);
}

/// Runs a phase in a child, prints what it prints, and returns its rows/s.
fn phase(name: &str, folder: &Path, rows: u32) -> f64 {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .arg(rows.to_string())
        .env(PHASE, format!("{name} {}", folder.display()))
        .output()
        .expect("a child runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{text}");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "phase {name} failed");
    let rate = text.lines().find_map(|line| line.split("rows/s=").nth(1));
    rate.and_then(|rate| rate.split_whitespace().next()?.parse().ok()).unwrap_or(f64::NAN)
}

fn run_phase(name: &str, folder: &Path, rows: u32) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let data = folder.join("data");
    match name {
        "import" | "update" => runtime.block_on(async {
            let store = Arc::new(open(&data));
            import(store, folder, name, rows).await;
        }),
        "record" => runtime.block_on(async {
            let inner = open(&folder.join("recorded"));
            let log = BufWriter::new(File::create(folder.join("log")).expect("a log"));
            let store = Arc::new(Recorder { inner, log: Mutex::new(log) });
            let engine: Arc<dyn Store> = Arc::<Recorder>::clone(&store);
            import(engine, folder, name, rows).await;
            store.log.lock().expect("the log").flush().expect("the log is written");
        }),
        "bare" => replay(folder, rows),
        other => panic!("no phase {other}"),
    }
    println!("{:>8}  peak memory {:.0} MiB", "", peak_mebibytes());
}

fn open(folder: &Path) -> SledStore {
    SledStore::open(folder, SledOptions::default()).expect("the store opens")
}

fn make_csv(rows: u32) -> String {
    let mut csv = "Email,FIRSTNAME,LASTNAME\n".to_owned();
    for row in 0..rows {
        // Neighbors in the file are no neighbors in the index: as in a real file.
        let n = row.wrapping_mul(2_654_435_761);
        csv.push_str(&format!("contact.{n:010}@mail-{}.example.com,Name{row},Last{n:x}\n", n % 97));
    }
    csv
}

async fn import(store: Arc<dyn Store>, folder: &Path, name: &str, rows: u32) {
    let limits = Limits::default();
    let context = Context::open(store, Clock::System, Ids::random(), limits).await;
    let context = Arc::new(context.expect("the domain opens"));
    let account = account(&context).await;
    let file = Bytes::from(std::fs::read(folder.join("rows.csv")).expect("the CSV"));
    let new = NewImport {
        list: None,
        file,
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES.max(u64::from(rows) * 100),
    };
    let begin = Instant::now();
    let imports = context.account(account).imports();
    let accepted = imports.accept(new).await.expect("the import is accepted");
    let accepting = begin.elapsed();
    Arc::new(Runner::new(Arc::clone(&context))).drain().await;
    let took = begin.elapsed();
    let ended = imports.progress(accepted.id).await.expect("the import is there");
    assert_eq!(ended.status, Status::Finished);
    let written = ended.counters.new_contacts + ended.counters.updated_contacts;
    assert_eq!(written, rows, "every row is imported");
    print_rate(name, rows, took);
    println!("{:>8}  of which accepting {:.2} s", "", accepting.as_secs_f64());
    context.store.close().await.expect("the store closes");
}

async fn account(context: &Context) -> AccountId {
    if let Some(entry) = context.accounts().list().await.expect("accounts").first() {
        return entry.id;
    }
    let new = NewAccount { name: "bench".to_owned(), ..NewAccount::default() };
    context.accounts().add(new).await.expect("an account").id
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

/// Writes down what is committed to the main space.
#[derive(Debug)]
struct Recorder {
    inner: SledStore,
    log: Mutex<BufWriter<File>>,
}

impl Recorder {
    fn record(&self, batch: &Batch) {
        if batch.space != Space::Main {
            return;
        }
        let count = u32::try_from(batch.writes.len()).expect("a bounded batch");
        let mut log = self.log.lock().expect("the log");
        log.write_all(&count.to_le_bytes()).expect("the log is written");
        drop(log);
        for write in &batch.writes {
            self.record_write(write);
        }
    }

    fn record_write(&self, write: &Write) {
        let (table, key, value) = match write {
            Write::Put { table, key, value } => (table, key, Some(value)),
            Write::Delete { table, key } => (table, key, None),
        };
        let mut log = self.log.lock().expect("the log");
        let key = [&[table.byte()], &key[..]].concat();
        let length = value.map_or(u32::MAX, |value| u32::try_from(value.len()).expect("short"));
        let key_length = u32::try_from(key.len()).expect("a short key");
        for part in [&key_length.to_le_bytes(), &length.to_le_bytes()[..], &key] {
            log.write_all(part).expect("the log is written");
        }
        log.write_all(value.map_or(&[], |value| &value[..])).expect("the log is written");
    }
}

/// The same writes by sled alone: each batch applied, then flushed.
fn replay(folder: &Path, rows: u32) {
    let db = sled::open(folder.join("bare")).expect("sled opens");
    let mut log = BufReader::new(File::open(folder.join("log")).expect("the log"));
    let (mut took, mut bytes) = (Duration::ZERO, 0_u64);
    while let Some(count) = read_number(&mut log) {
        let mut batch = sled::Batch::default();
        for _ in 0..count {
            let key_length = read_number(&mut log).expect("a key's length");
            let length = read_number(&mut log).expect("a value's length");
            let key = read_part(&mut log, key_length);
            match length {
                u32::MAX => batch.remove(key),
                length => batch.insert(key, read_part(&mut log, length)),
            }
            bytes += u64::from(if length == u32::MAX { 0 } else { length });
        }
        let begin = Instant::now();
        db.apply_batch(batch).expect("the batch is applied");
        db.flush().expect("sled flushes");
        took += begin.elapsed();
    }
    print_rate("bare", rows, took);
    println!("{:>8}  {:.0} MB of values", "", mega(bytes));
}

fn read_number(log: &mut impl std::io::Read) -> Option<u32> {
    let mut bytes = [0; 4];
    log.read_exact(&mut bytes).ok()?;
    Some(u32::from_le_bytes(bytes))
}

fn read_part(log: &mut impl std::io::Read, length: u32) -> Vec<u8> {
    let mut part = Vec::new();
    log.take(u64::from(length)).read_to_end(&mut part).expect("the log is whole");
    part
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
        self.record(&batch);
        self.inner.commit(batch)
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
