//! A hundred thousand events of bounces in, and their list out.
//!
//!     cargo bench --bench bounces [-- EVENTS]
//!
//! Imports EVENTS (100,000 unless told otherwise) through a running server, asks for the bounces
//! of their one template by `transactional.bouncedlist`, and measures: events a second, the time
//! to the first byte of the list on a warm store, and how much more memory than before the list
//! took. Each figure is printed beside its target; a missed one ends the program with an error.

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
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use support::{Server, lychgate, run_well};

const TEMPLATE: u32 = 1_055_589;
const FIRST_BYTE_TARGET: Duration = Duration::from_millis(50);
const PEAK_TARGET_KIB: u64 = 64 * 1024;
/// Lists asked for before the one that is measured.
const WARMING: usize = 2;

fn main() {
    // cargo adds an argument of its own.
    let events = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let events: usize = events.unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").to_str().unwrap().to_owned();
    run_well(&["account", "add", "bench", "--data", &data]);
    let keys = ["account", "credential", "add", "bench", "--face", "empower", "--data", &data];
    let printed = run_well(&keys);
    let word = |name: &str| {
        let line = printed.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    let login = STANDARD.encode(format!("{}:{}", word("api_key"), word("shared_secret")));
    let first = Server::start(data.as_ref(), &[]);
    let token = first.text("admin_token");
    bring_in(&first, &token, folder.path(), events);
    first.stop();

    // A process of its own: its peak is that of the list alone.
    let server = Server::start(data.as_ref(), &[]);
    for _ in 0..WARMING {
        list(&server, &login, events);
    }
    let (first_byte, whole, bytes) = list(&server, &login, events);
    let mebibytes = bytes / (1024 * 1024);
    println!("{events} bounces listed in {whole:.2?}, {mebibytes} MiB");
    let fast = first_byte <= FIRST_BYTE_TARGET;
    let verdict = if fast { "holds" } else { "MISSED" };
    println!("first byte after {first_byte:.1?}, target {FIRST_BYTE_TARGET:?}: {verdict}");
    let peak = peak_kib(&server);
    let small = peak <= PEAK_TARGET_KIB;
    let verdict = if small { "holds" } else { "MISSED" };
    println!("peak memory {} MiB, target {} MiB: {verdict}", peak / 1024, PEAK_TARGET_KIB / 1024);
    server.stop();
    assert!(fast && small, "a target was missed");
}

/// Makes the template and records its bounces through the running server.
fn bring_in(server: &Server, token: &str, folder: &Path, events: usize) {
    let mut lines = String::new();
    for number in 0..events {
        // Scattered like real addresses, not sorted.
        let scattered = number.wrapping_mul(2_654_435_761) % 4_294_967_291;
        let second = number % 86_400;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        writeln!(
            lines,
            "{{\"id\":\"{number}\",\"account\":\"bench\",\"type\":\"bounced\",\
             \"email\":\"contact{scattered:010}@bench.example\",\"template_id\":{TEMPLATE},\
             \"reason\":\"550 5.1.1 user unknown\",\
             \"time\":\"2026-01-02T{hour:02}:{minute:02}:{second:02}Z\"}}"
        )
        .unwrap();
    }
    let template = format!("{{\"account\":\"bench\",\"id\":{TEMPLATE},\"subject\":\"Order\"}}\n");
    for (command, lines) in [("template", template), ("events", lines)] {
        let file = folder.join(command);
        std::fs::write(&file, lines).unwrap();
        let (file, url) = (file.to_str().unwrap(), server.url());
        let begun = Instant::now();
        let output = lychgate(&[command, "import", file, "--server", &url])
            .env("LYCHGATE_ADMIN_TOKEN", token)
            .output()
            .unwrap();
        let took = begun.elapsed();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        if command == "events" {
            let rate = f64::from(u32::try_from(events).unwrap()) / took.as_secs_f64();
            println!("{events} events recorded in {took:.2?}, {rate:.0} a second");
        }
    }
}

/// Asks for the list: when its first byte was there, when its last, and how long it is.
fn list(server: &Server, login: &str, events: usize) -> (Duration, Duration, usize) {
    let body = format!(
        "<methodCall><methodName>transactional.bouncedlist</methodName>\
         <template_id>{TEMPLATE}</template_id></methodCall>"
    );
    let head = format!(
        "POST /api/xmlrpc/index.php HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic {login}\r\n\
         Content-Type: text/xml\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut socket = TcpStream::connect(server.authority()).unwrap();
    let begun = Instant::now();
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(body.as_bytes()).unwrap();
    let mut piece = vec![0; 64 * 1024];
    let mut said = Vec::new();
    let mut first_byte = None;
    loop {
        let read = socket.read(&mut piece).unwrap();
        first_byte.get_or_insert_with(|| begun.elapsed());
        if read == 0 {
            break;
        }
        said.extend(piece.iter().take(read));
    }
    let rows = String::from_utf8(said).unwrap();
    assert_eq!(rows.matches("<flagged_invalid>").count(), events);
    (first_byte.unwrap(), begun.elapsed(), rows.len())
}

/// The most memory that the process ever had, as the kernel counts it.
fn peak_kib(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
