//! A client's connection: sends prebuilt bytes, and looks at no more of a reply than it must.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Read at once; a large reply is dropped piece by piece.
const BUFFER_BYTES: usize = 256 * 1024;
/// What ends a body in chunks.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// A connection that is kept alive.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// How long a body is.
#[derive(Debug, Clone, Copy)]
enum Length {
    Stated(usize),
    Chunked,
}

/// A reply's head that has come in whole.
#[derive(Debug, Clone, Copy)]
struct Head {
    /// Bytes with the empty line.
    bytes: usize,
    body: Length,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; BUFFER_BYTES] })
    }

    /// One call, which must be answered by a 200.
    pub async fn call(&mut self, wire: &[u8]) -> Result<()> {
        self.stream.write_all(wire).await?;
        self.reply(|_| ()).await.map(drop)
    }

    /// One call; returns the body of its reply.
    pub async fn fetch(&mut self, wire: &[u8]) -> Result<Vec<u8>> {
        self.stream.write_all(wire).await?;
        let mut body = Vec::new();
        match self.reply(|piece| body.extend_from_slice(piece)).await? {
            Length::Stated(_) => Ok(body),
            Length::Chunked => unchunked(&body),
        }
    }

    /// Reads a reply and shows the pieces of its body.
    async fn reply(&mut self, mut show: impl FnMut(&[u8])) -> Result<Length> {
        let (head, filled) = self.head().await?;
        let begin = self.buffer.get(head.bytes..filled).unwrap_or_default();
        show(begin);
        match head.body {
            Length::Stated(bytes) => {
                let mut left = bytes.checked_sub(begin.len()).context("more than one reply")?;
                while left > 0 {
                    let piece = self.piece().await?;
                    show(piece);
                    left = left.checked_sub(piece.len()).context("more than one reply")?;
                }
            }
            Length::Chunked => {
                let mut tail = Tail::default();
                tail.add(begin);
                while tail.0 != LAST_CHUNK {
                    let piece = self.piece().await?;
                    show(piece);
                    tail.add(piece);
                }
            }
        }
        Ok(head.body)
    }

    /// The head, and how much of the buffer is filled.
    async fn head(&mut self) -> Result<(Head, usize)> {
        let mut filled = 0;
        loop {
            let room = self.buffer.get_mut(filled..).unwrap_or_default();
            let read = self.stream.read(room).await?;
            ensure!(read > 0, "the server went away");
            filled += read;
            let seen = self.buffer.get(..filled).unwrap_or_default();
            if let Some(head) = head_of(seen)? {
                return Ok((head, filled));
            }
        }
    }

    async fn piece(&mut self) -> Result<&[u8]> {
        let read = self.stream.read(&mut self.buffer).await?;
        ensure!(read > 0, "the server went away");
        Ok(self.buffer.get(..read).unwrap_or_default())
    }
}

/// The last bytes that were seen, as many as the last chunk has.
#[derive(Default)]
struct Tail(Vec<u8>);

impl Tail {
    fn add(&mut self, piece: &[u8]) {
        let last = piece.len().saturating_sub(LAST_CHUNK.len());
        self.0.extend_from_slice(piece.get(last..).unwrap_or_default());
        self.0.drain(..self.0.len().saturating_sub(LAST_CHUNK.len()));
    }
}

fn head_of(seen: &[u8]) -> Result<Option<Head>> {
    let Some(end) = seen.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(seen.get(..end).unwrap_or_default())?;
    ensure!(text.starts_with("HTTP/1.1 200"), "the server answered {text}");
    let body = text.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        if name.eq_ignore_ascii_case("content-length") {
            return value.parse().ok().map(Length::Stated);
        }
        name.eq_ignore_ascii_case("transfer-encoding").then_some(Length::Chunked)
    });
    let Some(body) = body else { bail!("a reply does not tell its length: {text}") };
    Ok(Some(Head { bytes: end + 4, body }))
}

fn unchunked(mut chunks: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = chunks.iter().position(|byte| *byte == b'\n').context("a chunk without size")?;
        let (size, rest) = chunks.split_at_checked(end + 1).context("a chunk without size")?;
        let size = usize::from_str_radix(std::str::from_utf8(size)?.trim(), 16)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(rest.get(..size).context("a chunk is cut short")?);
        chunks = rest.get(size + 2..).context("a chunk is cut short")?;
    }
}
