//! Connections of a client: kept alive or not, given up in the middle or left lying about.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::RwLock;
use std::time::{Duration, Instant};

/// Who waits longer has found a hang.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a server may be away while it starts anew.
const AWAY: Duration = Duration::from_secs(60);
/// How often one who finds nobody tries again.
const AGAIN: Duration = Duration::from_millis(20);

/// Where the server is now.
#[derive(Debug, Default)]
pub struct Door(pub RwLock<String>);

/// What is sent but for what every request has.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: &'static str,
    pub target: String,
    /// Whole lines.
    pub headers: String,
    pub body: Vec<u8>,
}

/// A reply that came whole.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub body: String,
}

/// How a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// On a connection that stays open.
    Kept,
    /// On a connection that ends with the reply.
    Closed,
    /// Gone before all of the request was sent.
    GoneWithinRequest,
    /// Gone as soon as all of the request was sent.
    GoneBeforeReply,
    /// Gone with the first bytes of the reply.
    GoneWithinReply,
}

/// What came of a call.
#[derive(Debug)]
pub enum Fate {
    Answered(Reply),
    /// The request went out in part only: nothing can have come of it.
    NeverMade,
    /// Nobody knows whether the call took effect, or when it will.
    Unknown,
}

/// A client's connections.
#[derive(Debug)]
pub struct Line<'a> {
    door: &'a Door,
    open: Option<TcpStream>,
    /// Bytes behind the last reply; there must not be any.
    idle: Vec<TcpStream>,
}

impl<'a> Line<'a> {
    pub fn new(door: &'a Door) -> Self {
        Self { door, open: None, idle: Vec::new() }
    }

    /// Ends all connections.
    pub fn hang_up(&mut self) {
        self.open = None;
        self.idle.clear();
    }

    /// Opens a connection and says nothing on it, or ends one that lies about.
    pub fn loiter(&mut self) {
        if self.idle.len() < 2 {
            let idle = self.connect();
            self.idle.push(idle);
        } else {
            self.idle.remove(0);
        }
    }

    fn connect(&self) -> TcpStream {
        let began = Instant::now();
        loop {
            let authority = self.door.0.read().unwrap().clone();
            match TcpStream::connect(&authority) {
                Ok(socket) => {
                    socket.set_nodelay(true).unwrap();
                    socket.set_read_timeout(Some(PATIENCE)).unwrap();
                    socket.set_write_timeout(Some(PATIENCE)).unwrap();
                    return socket;
                }
                Err(error) => {
                    assert!(began.elapsed() < AWAY, "nobody is at {authority}: {error}");
                    std::thread::sleep(AGAIN);
                }
            }
        }
    }

    pub fn make(&mut self, request: &Request, manner: Manner) -> Fate {
        let connection = if manner == Manner::Closed { "Connection: close\r\n" } else { "" };
        let Request { method, target, headers, body } = request;
        let length = if body.is_empty() && *method == "GET" {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: soak.example\r\n{connection}{headers}{length}\r\n"
        );
        let mut wire = head.into_bytes();
        wire.extend_from_slice(body);
        let mut socket = self.open.take().unwrap_or_else(|| self.connect());
        if manner == Manner::GoneWithinRequest {
            // Whether it arrives or not, it is no request.
            drop(socket.write_all(&wire[..wire.len() / 2]));
            return Fate::NeverMade;
        }
        if socket.write_all(&wire).is_err() || manner == Manner::GoneBeforeReply {
            return Fate::Unknown;
        }
        if manner == Manner::GoneWithinReply {
            drop(socket.read(&mut [0; 16]));
            return Fate::Unknown;
        }
        let Some((reply, stays)) = read_reply(&mut socket) else { return Fate::Unknown };
        if stays && manner == Manner::Kept {
            self.open = Some(socket);
        }
        Fate::Answered(reply)
    }
}

/// One whole reply, and whether the connection stays open; `None` when it ended before.
fn read_reply(socket: &mut TcpStream) -> Option<(Reply, bool)> {
    let mut seen = Vec::new();
    let end = loop {
        match position(&seen, b"\r\n\r\n") {
            Some(end) => break end + 4,
            None => more(socket, &mut seen)?,
        }
    };
    let head = String::from_utf8(seen.drain(..end).collect()).unwrap();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect(&head);
    let header = |name: &str| {
        head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let body = if let Some(length) = header("content-length") {
        let length: usize = length.parse().unwrap();
        while seen.len() < length {
            more(socket, &mut seen)?;
        }
        assert_eq!(seen.len(), length, "bytes behind the reply");
        seen
    } else if header("transfer-encoding") == Some("chunked") {
        while !seen.ends_with(b"0\r\n\r\n") || unchunked(&seen).is_none() {
            more(socket, &mut seen)?;
        }
        unchunked(&seen).unwrap()
    } else {
        assert!(seen.is_empty() && status == 204, "a body without length: {head}");
        seen
    };
    let stays = header("connection").is_none_or(|said| !said.eq_ignore_ascii_case("close"));
    let body = String::from_utf8(body).unwrap();
    Some((Reply { status, body }, stays))
}

/// The bytes of whole chunks up to the last one; `None` while there are more to come.
fn unchunked(mut wire: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = position(wire, b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&wire[..line]).ok()?, 16).ok()?;
        body.extend_from_slice(wire.get(line + 2..line + 2 + size)?);
        wire = wire.get(line + 2 + size + 2..)?;
        if size == 0 {
            return Some(body);
        }
    }
}

/// Reads some more; `None` at the end.
fn more(socket: &mut TcpStream, seen: &mut Vec<u8>) -> Option<()> {
    let mut piece = [0; 16 * 1024];
    match socket.read(&mut piece) {
        Ok(0) => None,
        Ok(read) => {
            seen.extend_from_slice(&piece[..read]);
            Some(())
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            panic!("the server hangs after {:?}", String::from_utf8_lossy(seen))
        }
        Err(_) => None,
    }
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
