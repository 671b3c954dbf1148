//! One connection: TLS if it is on, then HTTP/1 calls until either side has had enough.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;
use tracing::{debug, warn};

use super::call::{self, Link};
use super::observe::Trouble;
use super::pace::{Pace, Paced, Patience};
use super::tls::{Tls, offered};
use super::{Mood, Shared};

/// Serves one accepted socket to its end.
pub async fn serve(shared: Arc<Shared>, socket: TcpStream, peer: SocketAddr) {
    shared.metrics.connections.inc();
    shared.metrics.connections_open.inc();
    let _open = Open { shared: &shared };
    let local = socket.local_addr().map(|address| address.to_string()).unwrap_or_default();
    let secure = shared.tls.is_some();
    let pace = Arc::new(Pace::new());
    let link = Arc::new(Link {
        shared: Arc::clone(&shared),
        peer: peer.ip().to_canonical(),
        local,
        secure,
        pace,
    });
    match &shared.tls {
        None => converse(link, socket).await,
        Some(tls) => {
            if let Some(stream) = handshake(&link, tls, socket).await {
                converse(link, stream).await;
            }
        }
    }
}

/// Ends with a log line of what the client offered when the two cannot agree.
async fn handshake(link: &Link, tls: &Tls, socket: TcpStream) -> Option<TlsStream<TcpStream>> {
    let shared = &link.shared;
    let deadline = Instant::now() + shared.config.times.handshake;
    let hello = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), socket);
    let mut offer = String::from("no readable offer");
    let outcome = timeout_at(deadline, async {
        let start = hello.await?;
        let config = tls.current();
        // Only an unlucky handshake needs the words; the lists are short.
        offer = offered(&start.client_hello());
        start.into_stream(config).await
    });
    let failure = match outcome.await {
        Ok(Ok(stream)) => return Some(stream),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            // Port scanners and health checks of load balancers connect and go away.
            debug!("a client went away during its TLS handshake");
            return None;
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it took too long".to_owned(),
    };
    shared.metrics.trouble(Trouble::Handshake);
    warn!(peer = %link.peer, offer, "a TLS handshake failed: {failure}");
    None
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin + Send>(link: Arc<Link>, stream: S) {
    let shared = Arc::clone(&link.shared);
    let paced = Paced::new(stream, Arc::clone(&link.pace), patience(&shared));
    let service = service_fn(move |request| call::answer(Arc::clone(&link), request));
    let connection = protocol(&shared).serve_connection(TokioIo::new(paced), service);
    let mut connection = std::pin::pin!(connection);
    let mut mood = shared.mood.subscribe();
    if shared.mood() == Mood::Stopping {
        mood.mark_changed();
    }
    let outcome = loop {
        tokio::select! {
            biased;
            outcome = connection.as_mut() => break outcome,
            () = wanted_back(&mut mood) => connection.as_mut().graceful_shutdown(),
        }
    };
    let Err(error) = outcome else { return };
    if error.is_user() {
        debug!("{error}");
        return;
    }
    let trouble = if is_timeout(&error) { Trouble::TimedOut } else { Trouble::Broken };
    shared.metrics.trouble(trouble);
    debug!("a connection ended early: {error}");
}

/// Ends when this connection should close after its call, or at once when it is idle.
async fn wanted_back(mood: &mut watch::Receiver<Mood>) {
    while mood.changed().await.is_ok() {
        if *mood.borrow_and_update() != Mood::Open {
            return;
        }
    }
    std::future::pending::<()>().await;
}

fn protocol(shared: &Shared) -> http1::Builder {
    let bounds = &shared.config.bounds;
    let mut http1 = http1::Builder::new();
    http1
        // The byte stream beneath has the timers; see `pace`.
        .header_read_timeout(None)
        // A client may close its sending side after its call and still wait for the reply.
        .half_close(true)
        // Hand-written clients look for `Content-Length:` as IIS spelled it.
        .title_case_headers(true)
        .max_header_size(bounds.head_bytes)
        .max_buf_size(bounds.buffer_bytes.max(MIN_BUFFER_BYTES));
    http1
}

/// hyper panics below this.
const MIN_BUFFER_BYTES: usize = 8_192;

fn patience(shared: &Shared) -> Patience {
    let times = &shared.config.times;
    Patience {
        first_byte: times.first_byte,
        head: times.head,
        idle: times.idle,
        write_stall: times.write_stall,
        linger: times.linger,
    }
}

fn is_timeout(error: &hyper::Error) -> bool {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<std::io::Error>())
        .is_some_and(|io| io.kind() == std::io::ErrorKind::TimedOut)
}

/// Counts the connection out, however it ends.
struct Open<'a> {
    shared: &'a Shared,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.shared.metrics.connections_open.dec();
    }
}
