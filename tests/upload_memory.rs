//! A file of 50 MB comes in over the REST face, and the server holds a small part of it at a time.
//!
//! Measured on the process itself, as the kernel counts: from rest, with one call made before, to
//! the peak of upload, acknowledgement and the worker that then reads the file.

#![cfg(test)]

#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use support::{Server, new_login};

const FILE_BYTES: usize = 50 * 1000 * 1000;
/// Bytes of one row: most of it is a column that no data field has.
const ROW_BYTES: usize = 1_000;
/// What the peak may be above the server at rest.
const ABOVE_IDLE_KIB: u64 = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(300);
/// Bytes of the body that are made and sent at once: a multiple of three, for base64.
const STEP_BYTES: usize = 3 * 64 * 1024;

/// The file in pieces that base64 encodes one by one.
struct File {
    row: usize,
    left: usize,
    pending: Vec<u8>,
}

impl File {
    fn new() -> Self {
        let header = b"Email,FIRSTNAME,Notes\r\n".to_vec();
        Self { row: 0, left: FILE_BYTES - header.len(), pending: header }
    }
}

impl Iterator for File {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        while self.pending.len() < STEP_BYTES && self.left > ROW_BYTES {
            let mut row = format!("someone{}@upload.example,Some {},", self.row, self.row);
            while row.len() < ROW_BYTES - 2 {
                row.push('n');
            }
            row.push_str("\r\n");
            self.row += 1;
            self.left -= row.len();
            self.pending.extend_from_slice(row.as_bytes());
        }
        let rest = self.pending.split_off(self.pending.len().min(STEP_BYTES));
        let piece = std::mem::replace(&mut self.pending, rest);
        (!piece.is_empty()).then_some(piece)
    }
}

/// A running server and the header that lets a caller in.
struct Trial {
    server: Server,
    authorization: String,
    _folder: tempfile::TempDir,
}

impl Trial {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let (user, password) = new_login(&data);
        let pair = STANDARD.encode(format!("{user}:{password}"));
        let server = Server::start(&data, &[]);
        Self { server, authorization: format!("Basic {pair}"), _folder: folder }
    }

    fn connect(&self, method: &str, path: &str, headers: &str) -> TcpStream {
        let mut socket = TcpStream::connect(self.server.authority()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let authorization = &self.authorization;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\
             Authorization: {authorization}\r\n{headers}\r\n"
        );
        socket.write_all(head.as_bytes()).unwrap();
        socket
    }

    fn get(&self, path: &str) -> String {
        reply(self.connect("GET", path, ""))
    }

    /// Posts a file between two texts, each step of it encoded, in chunks.
    fn post(
        &self,
        content_type: &str,
        around: (&str, &str),
        encode: fn(Vec<u8>) -> Vec<u8>,
    ) -> String {
        let headers = format!("Content-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n");
        let mut socket = self.connect("POST", "/v2/contacts/import", &headers);
        let first = std::iter::once(around.0.as_bytes().to_vec());
        let last = std::iter::once(around.1.as_bytes().to_vec());
        for piece in first.chain(File::new().map(encode)).chain(last) {
            let mut size = String::new();
            write!(size, "{:x}\r\n", piece.len()).unwrap();
            socket.write_all(size.as_bytes()).unwrap();
            socket.write_all(&piece).unwrap();
            socket.write_all(b"\r\n").unwrap();
        }
        socket.write_all(b"0\r\n\r\n").unwrap();
        reply(socket)
    }

    fn memory_kib(&self, figure: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(figure)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Waits for the end of an import; its report.
    fn report(&self, id: &str) -> serde_json::Value {
        let begun = Instant::now();
        loop {
            let state = json(&self.get(&format!("/v2/contacts/import/{id}")));
            match state["status"].as_str().unwrap() {
                "NotFinished" => assert!(begun.elapsed() < PATIENCE, "the import does not end"),
                status => {
                    assert_eq!(status, "Finished");
                    return json(&self.get(&format!("/v2/contacts/import/{id}/report")));
                }
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn reply(mut socket: TcpStream) -> String {
    let mut reply = String::new();
    socket.read_to_string(&mut reply).unwrap();
    reply
}

fn json(reply: &str) -> serde_json::Value {
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 20"), "{reply}");
    serde_json::from_str(body).unwrap()
}

/// Uploads a file of 50 MB and asserts what it cost.
fn upload_is_cheap(content_type: &str, around: (&str, &str), encode: fn(Vec<u8>) -> Vec<u8>) {
    let trial = Trial::start();
    trial.get("/v2/server-time");
    let idle = trial.memory_kib("VmRSS");
    let accepted = json(&trial.post(content_type, around, encode));
    let peak_of_upload = trial.memory_kib("VmHWM");
    let report = trial.report(accepted["id"].as_str().unwrap());
    let rows = (FILE_BYTES - "Email,FIRSTNAME,Notes\r\n".len() - 1) / ROW_BYTES;
    assert_eq!(report["newContacts"], rows);
    let peak = trial.memory_kib("VmHWM");
    println!("at rest {idle} KiB, after the upload {peak_of_upload} KiB, in the end {peak} KiB");
    for peak in [peak_of_upload, peak] {
        assert!(peak - idle < ABOVE_IDLE_KIB, "{peak} KiB at the peak, {idle} KiB at rest");
    }
    trial.server.stop();
}

#[test]
fn a_form_with_a_large_file_is_taken_in_little_memory() {
    let head = "------=_Part-7\r\nContent-Disposition: form-data; name=\"file\"; \
                filename=\"contacts.csv\"\r\n\r\n";
    let around = (head, "\r\n------=_Part-7--\r\n");
    upload_is_cheap("multipart/form-data; boundary=----=_Part-7", around, |piece| piece);
}

#[test]
fn json_with_a_large_file_is_taken_in_little_memory() {
    let around = (r#"{"fileName":"contacts.csv","data":""#, r#""}"#);
    upload_is_cheap("application/json", around, |piece| STANDARD.encode(piece).into_bytes());
}
