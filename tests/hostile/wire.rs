//! Bytes over a socket, as no well-meaning library would send them.

use std::fmt;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// A case that waits longer has found a hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came back.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// The server ended the connection behind it.
    pub closed: bool,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value; the name in any letter case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = self.text().chars().take(600).collect();
        let kind = self.header("content-type").unwrap_or("no content type");
        write!(f, "{} {kind} ({} bytes): {text}", self.status, self.body.len())
    }
}

/// Sends everything and reads one reply; `None` when the connection ended without one.
///
/// What the server does not take any more is not sent: it may answer and close before the end.
pub fn exchange(authority: &str, wire: &[u8], hangs_up: bool) -> Option<Reply> {
    let mut socket = connect(authority);
    let mut writing = socket.try_clone().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if writing.write_all(wire).is_ok() && hangs_up {
                drop(writing.shutdown(Shutdown::Write));
            }
        });
        let reply = read_reply(&mut socket);
        // Ends a writer that the server no longer listens to.
        drop(socket.shutdown(Shutdown::Both));
        reply
    })
}

pub fn connect(authority: &str) -> TcpStream {
    let socket = TcpStream::connect(authority).unwrap();
    socket.set_nodelay(true).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.set_write_timeout(Some(PATIENCE)).unwrap();
    socket
}

/// Reads one reply by its length, its chunks, or up to the end.
pub fn read_reply(socket: &mut TcpStream) -> Option<Reply> {
    let mut seen = Vec::new();
    let end = loop {
        match position(&seen, b"\r\n\r\n") {
            Some(end) => break end + 4,
            None if more(socket, &mut seen) => {}
            None if seen.is_empty() => return None,
            None => panic!("closed within the head: {}", String::from_utf8_lossy(&seen)),
        }
    };
    let head = String::from_utf8(seen.drain(..end).collect()).unwrap();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    let mut reply = Reply { status, head, body: Vec::new(), closed: false };
    if status == 100 {
        return read_reply(socket);
    }
    if let Some(length) = reply.header("content-length") {
        let length: usize = length.parse().unwrap();
        while seen.len() < length && more(socket, &mut seen) {}
        reply.body = seen;
    } else if reply.header("transfer-encoding") == Some("chunked") {
        while position(&seen, b"\r\n0\r\n\r\n").is_none() && more(socket, &mut seen) {}
        reply.body = unchunked(&seen);
    }
    let asks_close = reply.header("connection").is_some_and(|said| said.contains("close"));
    reply.closed = asks_close && !more(socket, &mut Vec::new());
    Some(reply)
}

fn unchunked(mut wire: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line) = position(wire, b"\r\n") {
        let size = std::str::from_utf8(&wire[..line]).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        body.extend_from_slice(&wire[line + 2..line + 2 + size]);
        wire = &wire[line + 2 + size + 2..];
        if size == 0 {
            break;
        }
    }
    body
}

/// Reads some more; false at the end. A reset behind a reply is an end, too.
fn more(socket: &mut TcpStream, seen: &mut Vec<u8>) -> bool {
    let mut piece = vec![0; 64 * 1024];
    match socket.read(&mut piece) {
        Ok(0) => false,
        Ok(read) => {
            seen.extend_from_slice(&piece[..read]);
            true
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            panic!("the server hangs after {}", String::from_utf8_lossy(seen))
        }
        Err(_) => false,
    }
}

pub fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
