//! The least that an HTTP server can cost: bare hyper, which reads a request to its end, drops it,
//! and answers bytes that it has at hand. It knows nobody and stores nothing.
//!
//! It runs in a process of its own, which is this program once more, so that its CPU time is told
//! apart. It ends when its standard input does, that is with whoever started it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{LocalSet, spawn_local};

/// The running floor.
#[derive(Debug)]
pub struct Floor {
    process: Child,
    pub address: SocketAddr,
    replies: PathBuf,
}

impl Floor {
    pub fn start(folder: &Path) -> Result<Self> {
        let replies = folder.join("replies");
        std::fs::create_dir_all(&replies)?;
        let mut process = Command::new(std::env::current_exe()?)
            .arg("floor")
            .arg(&replies)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the floor")?;
        let mut line = String::new();
        let said = process.stdout.take().context("the floor has an output")?;
        BufReader::new(said).read_line(&mut line)?;
        let address = line.trim().parse().context("the floor tells its address")?;
        Ok(Self { process, address, replies })
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// What it answers at the path `/<name>`.
    pub fn answer(&self, name: &str, reply: &[u8]) -> Result<()> {
        std::fs::write(self.replies.join(name), reply).context("cannot write a reply")
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        // Already gone when it failed.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Replies by path, read when they are asked for first.
#[derive(Debug, Default)]
struct Replies {
    folder: PathBuf,
    read: RefCell<BTreeMap<String, Bytes>>,
}

/// The floor itself. Prints its address.
pub fn serve(replies: &Path) -> Result<()> {
    let replies = Replies { folder: replies.to_owned(), read: RefCell::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (ending, ended) = oneshot::channel();
    std::thread::spawn(move || {
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        ending.send(())
    });
    let accepting = accept(Rc::new(replies));
    LocalSet::new().block_on(&runtime, async {
        tokio::select! {
            accepted = accepting => accepted,
            _ = ended => Ok(()),
        }
    })
}

async fn accept(replies: Rc<Replies>) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        spawn_local(converse(Rc::clone(&replies), stream));
    }
}

async fn converse(replies: Rc<Replies>, stream: TcpStream) {
    let service = service_fn(|request| answer(&replies, request));
    // A client that goes away between two calls is none of the floor's business.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

async fn answer(
    replies: &Replies,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    drop(body.collect().await);
    let mut response = Response::new(Full::new(replies.at(parts.uri.path())));
    let xml = HeaderValue::from_static("text/xml; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, xml);
    Ok(response)
}

impl Replies {
    /// Nothing where there is none.
    fn at(&self, path: &str) -> Bytes {
        let name = path.trim_start_matches('/');
        if let Some(reply) = self.read.borrow().get(name) {
            return reply.clone();
        }
        let reply = Bytes::from(std::fs::read(self.folder.join(name)).unwrap_or_default());
        self.read.borrow_mut().insert(name.to_owned(), reply.clone());
        reply
    }
}
