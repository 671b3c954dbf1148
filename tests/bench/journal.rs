//! What the journal costs: small calls with it on against off, in turns on one machine.
//!
//!     cargo bench --bench journal [-- ROUNDS]
//!
//! Two servers over stores of their own, one with a journal, are called in turns over connections
//! that are kept alive. Each round's ratio, their median and their spread are printed beside the
//! target; a missed one ends the program with an error. The journal gives way before it slows a call
//! down, so the share of calls that it kept is printed, too; and then, for calls that come at a steady
//! rate, how many a second it keeps whole.

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

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use support::{Caller, Server, run_well};

const CONNECTIONS: usize = 8;
const ROUND: Duration = Duration::from_secs(2);
const LEAST_RATIO: f64 = 0.8;
/// Calls a second at which it is looked how many are kept.
const RATES: [u32; 7] = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

fn main() {
    // cargo adds an argument of its own.
    let rounds = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let rounds: usize = rounds.unwrap_or(15);
    let folder = tempfile::tempdir().unwrap();
    let (off, off_caller) = start(&folder.path().join("off"), &[]);
    let (on, on_caller) = start(&folder.path().join("on"), &["--journal"]);
    // Logins are checked, and whatever is made at the first call.
    calls_in(&off_caller, ROUND / 4);
    calls_in(&on_caller, ROUND / 4);
    let mut ratios = Vec::new();
    for round in 0..rounds {
        // Whoever comes first in a pair may find the machine in another state than the second.
        let (rate_off, rate_on) = if round % 2 == 0 {
            let rate_off = calls_in(&off_caller, ROUND);
            (rate_off, calls_in(&on_caller, ROUND))
        } else {
            let rate_on = calls_in(&on_caller, ROUND);
            (calls_in(&off_caller, ROUND), rate_on)
        };
        println!("off {rate_off:.0}/s, on {rate_on:.0}/s: {:.0} %", rate_on / rate_off * 100.0);
        ratios.push(rate_on / rate_off);
    }
    ratios.sort_by(f64::total_cmp);
    let Kept { written, dropped } = kept(&on_caller);
    println!("as fast as they came: kept {written} calls, left out {dropped}");
    steady(&on_caller);
    let (least, median, most) = (ratios[0], ratios[ratios.len() / 2], ratios[ratios.len() - 1]);
    let verdict = if median >= LEAST_RATIO { "holds" } else { "MISSED" };
    println!(
        "with the journal {:.0} % of without (from {:.0} % to {:.0} %), target {:.0} %: {verdict}",
        median * 100.0,
        least * 100.0,
        most * 100.0,
        LEAST_RATIO * 100.0
    );
    off.stop();
    on.stop();
    assert!(median >= LEAST_RATIO, "the target was missed");
}

fn start(data: &Path, arguments: &[&str]) -> (Server, Caller) {
    let text = data.to_str().unwrap();
    run_well(&["account", "add", "bench", "--data", text]);
    let printed = run_well(&["account", "credential", "add", "bench", "--data", text]);
    let words: Vec<&str> = printed.split_whitespace().collect();
    let server = Server::start(data, arguments);
    let caller = Caller::new(&server.authority(), words[1], words[3]);
    (server, caller)
}

/// What became of calls in the journal.
struct Kept {
    written: u64,
    dropped: u64,
}

fn kept(caller: &Caller) -> Kept {
    // Whatever waits is written within some milliseconds at these rates.
    std::thread::sleep(Duration::from_secs(1));
    let metrics = metrics(caller);
    let count = |outcome: &str| {
        let name = format!("lychgate_journal_entries_total{{outcome=\"{outcome}\"}} ");
        let line = metrics.lines().find_map(|line| line.strip_prefix(&name));
        line.unwrap().parse().unwrap()
    };
    Kept { written: count("written"), dropped: count("dropped") }
}

/// How many of the calls that come at a steady rate are kept, for rates that grow.
fn steady(caller: &Caller) {
    let mut whole = 0.0;
    for rate in RATES {
        let before = kept(caller);
        let every = Duration::from_secs(1) / rate * u32::try_from(CONNECTIONS).unwrap();
        let came = calls_every(caller, ROUND, every);
        let after = kept(caller);
        let (written, dropped) = (after.written - before.written, after.dropped - before.dropped);
        println!("at {came:.0} calls/s: kept {written}, left out {dropped}");
        if dropped > 0 || came < f64::from(rate) * 0.9 {
            break;
        }
        whole = came;
    }
    println!("the journal keeps all of {whole:.0} calls/s that come steadily");
}

/// Calls a second, over several connections for so long, each as fast as it can.
fn calls_in(caller: &Caller, time: Duration) -> f64 {
    calls_every(caller, time, Duration::ZERO)
}

/// As [`calls_in`], each connection with one call in so long.
fn calls_every(caller: &Caller, time: Duration, every: Duration) -> f64 {
    let begun = Instant::now();
    let made: usize = std::thread::scope(|scope| {
        let calls = || calls_until(caller, begun + time, every);
        let each: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(calls)).collect();
        each.into_iter().map(|one| one.join().unwrap()).sum()
    });
    f64::from(u32::try_from(made).unwrap()) / begun.elapsed().as_secs_f64()
}

fn calls_until(caller: &Caller, end: Instant, every: Duration) -> usize {
    let mut socket = TcpStream::connect(&caller.authority).unwrap();
    socket.set_nodelay(true).unwrap();
    let request = request(caller);
    let mut buffer = vec![0; 64 * 1024];
    let mut made = 0;
    let mut next = Instant::now();
    while Instant::now() < end {
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        next += every;
        socket.write_all(&request).unwrap();
        read_reply(&mut socket, &mut buffer);
        made += 1;
    }
    made
}

fn request(caller: &Caller) -> Vec<u8> {
    let body = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
                <GetServerTime xmlns=\"http://apiconnector.com/v2\"/></s:Body></s:Envelope>";
    format!(
        "POST /v2/api.svc HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nUser-Agent: bench\r\n\
         Content-Type: text/xml; charset=utf-8\r\n\
         SOAPAction: \"http://apiconnector.com/v2/ApiService/GetServerTime\"\r\n\
         Content-Length: {}\r\n\r\n{body}",
        caller.authority,
        caller.authorization,
        body.len()
    )
    .into_bytes()
}

/// Reads one reply with a length, which must say that all went well.
fn read_reply(socket: &mut TcpStream, buffer: &mut [u8]) {
    let mut length = 0;
    loop {
        let read = socket.read(&mut buffer[length..]).unwrap();
        assert!(read > 0, "the server went away");
        length += read;
        let Some(head) = buffer[..length].windows(4).position(|window| window == b"\r\n\r\n")
        else {
            continue;
        };
        let text = std::str::from_utf8(&buffer[..head]).unwrap();
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        let lower = text.to_ascii_lowercase();
        let stated = lower.lines().find_map(|line| line.strip_prefix("content-length:")).unwrap();
        if length == head + 4 + stated.trim().parse::<usize>().unwrap() {
            return;
        }
    }
}

fn metrics(caller: &Caller) -> String {
    // The page comes whole, but without a length when it is long.
    let mut socket = TcpStream::connect(&caller.authority).unwrap();
    write!(socket, "GET /_lychgate/metrics HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).unwrap();
    text
}
