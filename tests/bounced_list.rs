//! A long list of bounces goes out as it is read: early, whole, and in bounded memory.
//!
//! `cargo bench --bench bounces` measures the same with more of them, on the release binary.

#![cfg(test)]

#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use support::{Server, run_well};

const TEMPLATE: u32 = 1_055_589;
const BOUNCES: usize = 25_000;
/// Far from the target of the release binary, which is 50 ms: this runs beside other tests.
const FIRST_BYTE: Duration = Duration::from_secs(3);
/// The whole process at its peak.
const PEAK_KIB: u64 = 64 * 1024;
/// What the list may add to what the server took before: its text alone is half of this.
const LIST_KIB: u64 = 8 * 1024;

fn fill(data: &str, folder: &Path) -> (String, String) {
    run_well(&["account", "add", "acme", "--data", data]);
    let printed =
        run_well(&["account", "credential", "add", "acme", "--face", "empower", "--data", data]);
    let word = |name: &str| {
        let line = printed.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    let templates = folder.join("templates.ndjson");
    let line = format!(r#"{{"account":"acme","id":{TEMPLATE},"subject":"Your order"}}"#);
    std::fs::write(&templates, line).unwrap();
    run_well(&["template", "import", templates.to_str().unwrap(), "--data", data]);
    let mut lines = String::new();
    for number in 0..BOUNCES {
        let second = number % 60;
        writeln!(
            lines,
            r#"{{"account":"acme","type":"bounced","reason":"5-Mailbox Full","email":"someone-{number}@example.com","template_id":{TEMPLATE},"time":"2026-03-01T10:00:{second:02}Z"}}"#
        )
        .unwrap();
    }
    let events = folder.join("events.ndjson");
    std::fs::write(&events, lines).unwrap();
    run_well(&["events", "import", events.to_str().unwrap(), "--data", data]);
    (word("api_key"), word("shared_secret"))
}

/// One call: when its first byte came, and everything that came.
fn ask(server: &Server, login: &(String, String), arguments: &str) -> (Duration, String) {
    let mut socket = TcpStream::connect(server.authority()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    let basic = STANDARD.encode(format!("{}:{}", login.0, login.1));
    let body = format!(
        "<methodCall><methodName>transactional.bouncedlist</methodName>{arguments}</methodCall>"
    );
    let length = body.len();
    let head = format!(
        "POST /api/xmlrpc/index.php HTTP/1.1\r\nHost: t\r\nAuthorization: Basic {basic}\r\n\
         Connection: close\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n"
    );
    let begun = Instant::now();
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(body.as_bytes()).unwrap();
    let mut first = [0];
    socket.read_exact(&mut first).unwrap();
    let took = begun.elapsed();
    let mut raw = first.to_vec();
    socket.read_to_end(&mut raw).unwrap();
    (took, String::from_utf8(raw).unwrap())
}

/// The body out of its chunks, which must be whole.
fn unchunked(reply: &str) -> String {
    let (head, mut rest) = reply.split_once("\r\n\r\n").unwrap();
    assert!(head.to_ascii_lowercase().contains("transfer-encoding: chunked"), "{head}");
    let mut body = String::new();
    loop {
        let (size, after) = rest.split_once("\r\n").unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            assert_eq!(after, "\r\n", "nothing follows the last chunk");
            return body;
        }
        let (chunk, after) = after.split_at(size);
        body.push_str(chunk);
        rest = after.strip_prefix("\r\n").unwrap();
    }
}

fn memory_kib(server: &Server, figure: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(figure)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_long_list_of_bounces_is_early_whole_and_cheap() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let login = fill(data.to_str().unwrap(), folder.path());
    let server = Server::start(&data, &[]);
    let (_, one) = ask(&server, &login, "<email>someone-7@example.com</email>");
    assert!(one.contains("<template_id><![CDATA[1055589]]></template_id>"), "{one}");
    let before = memory_kib(&server, "VmHWM");

    let template = format!("<template_id>{TEMPLATE}</template_id>");
    let (first_byte, reply) = ask(&server, &login, &template);
    let body = unchunked(&reply);
    assert_eq!(body.matches("<reason>").count(), BOUNCES);
    assert!(body.ends_with("</methodResponse>"));
    assert!(first_byte < FIRST_BYTE, "the first byte came after {first_byte:?}");
    let peak = memory_kib(&server, "VmHWM");
    assert!(peak < PEAK_KIB, "the server took {peak} KiB");
    assert!(peak - before < LIST_KIB, "the list took {} KiB", peak - before);
    server.stop();
}
