//! What the server costs while it does nothing, and while it takes in much.
//!
//!     cargo bench --bench footprint [-- CONTACTS]
//!
//! Fills a store with CONTACTS (100,000 unless told otherwise) by imports over the SOAP socket,
//! then measures on the release binary: from start to the ready line after an orderly stop and
//! after `kill -9`, memory at rest, and the peak while a 50 MB file is imported. Each figure is
//! printed beside its target; a missed one ends the program with an error.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark prints its numbers and stops at the first surprise"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use support::{Caller, Server, run_well, text};

const STARTS: usize = 7;
/// Rows of one import: its file stays below the 10 MB that the SOAP face takes.
const ROWS_PER_IMPORT: usize = 100_000;
/// About 50 bytes a row: a file of 50 MB.
const LARGE_ROWS: usize = 1_000_000;
const READY_TARGET: Duration = Duration::from_millis(100);
const IDLE_TARGET_KIB: u64 = 30 * 1024;
const PEAK_TARGET_KIB: u64 = 256 * 1024;

fn main() {
    // cargo adds an argument of its own.
    let contacts = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let contacts: usize = contacts.unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let caller_of = add_account(&data);
    let mut held = true;

    let server = Server::start(&data, &[]);
    for first in (0..contacts).step_by(ROWS_PER_IMPORT) {
        import(&caller_of(&server), first, ROWS_PER_IMPORT.min(contacts - first));
    }
    server.stop();
    held &= starts("after an orderly stop", &data, |server| drop(server.stop()));
    held &= starts("after kill -9", &data, Server::kill);

    let server = Server::start(&data, &[]);
    let caller = caller_of(&server);
    caller.call_well("GetServerTime", "");
    std::thread::sleep(Duration::from_secs(2));
    let idle = memory(&server, "VmRSS");
    held &= within(&format!("memory at rest, {contacts} contacts"), idle, IDLE_TARGET_KIB);
    server.stop();

    held &= large_import(folder.path());
    assert!(held, "a target was missed");
}

/// Makes an account with a login; the answer makes callers of it.
fn add_account(data: &Path) -> impl Fn(&Server) -> Caller + use<> {
    let data = data.to_str().unwrap();
    run_well(&["account", "add", "bench", "--data", data]);
    let printed = run_well(&["account", "credential", "add", "bench", "--data", data]);
    let words: Vec<String> = printed.split_whitespace().map(str::to_owned).collect();
    move |server| Caller::new(&server.authority(), &words[1], &words[3])
}

/// Imports `rows` contacts and waits for the end of it.
fn import(caller: &Caller, first: usize, rows: usize) -> Duration {
    let mut file = String::from("Email,FIRSTNAME,LASTNAME\r\n");
    for number in first..first + rows {
        // Scattered like real addresses, not sorted.
        let scattered = number.wrapping_mul(2_654_435_761) % 4_294_967_291;
        write!(file, "contact{scattered:010}@bench.example,First{number},Last{number}\r\n")
            .unwrap();
    }
    let members =
        format!("<data>{}</data><dataType>csv</dataType>", STANDARD.encode(file.as_bytes()));
    let begun = Instant::now();
    let started = caller.call_well("ImportContacts", &members);
    let id = format!("<importId>{}</importId>", text(&started, "Id"));
    loop {
        let progress = caller.call_well("GetContactImportProgress", &id);
        match text(&progress, "Status") {
            "NotFinished" => std::thread::sleep(Duration::from_millis(20)),
            status => {
                assert_eq!(status, "Finished");
                return begun.elapsed();
            }
        }
    }
}

/// Starts several times; whether the median time to the ready line is within its target.
fn starts(when: &str, data: &Path, end: fn(Server)) -> bool {
    let mut times: Vec<Duration> = (0..STARTS)
        .map(|_| {
            let begun = Instant::now();
            let server = Server::start(data, &[]);
            let took = begun.elapsed();
            end(server);
            took
        })
        .collect();
    times.sort_unstable();
    let (least, median, most) = (times[0], times[STARTS / 2], times[STARTS - 1]);
    let verdict = if median <= READY_TARGET { "holds" } else { "MISSED" };
    println!(
        "start to ready {when}: {median:.1?} (from {least:.1?} to {most:.1?}), \
         target {READY_TARGET:?}: {verdict}"
    );
    median <= READY_TARGET
}

/// A file of 50 MB over the SOAP socket into an empty store, with the face's bound raised for it.
fn large_import(folder: &Path) -> bool {
    let data = folder.join("large");
    let config = folder.join("large.toml");
    std::fs::write(&config, "[dotdigital_soap]\nfile_bytes = 64000000\n").unwrap();
    let caller_of = add_account(&data);
    let server = Server::start(&data, &["--config", config.to_str().unwrap()]);
    let took = import(&caller_of(&server), 0, LARGE_ROWS);
    let rate = f64::from(u32::try_from(LARGE_ROWS).unwrap()) / took.as_secs_f64();
    println!("{LARGE_ROWS} rows over SOAP, call to Finished: {took:.2?}, {rate:.0} rows/s");
    let held = within("peak memory of that import", memory(&server, "VmHWM"), PEAK_TARGET_KIB);
    server.stop();
    held
}

fn within(what: &str, kib: u64, target_kib: u64) -> bool {
    let verdict = if kib <= target_kib { "holds" } else { "MISSED" };
    println!("{what}: {} MiB, target {} MiB: {verdict}", kib / 1024, target_kib / 1024);
    kib <= target_kib
}

/// A figure of the process in KiB, as the kernel counts it.
fn memory(server: &Server, figure: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(figure)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
