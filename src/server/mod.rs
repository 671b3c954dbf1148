//! HTTP/1 over TCP and TLS, and nothing about mail.
//!
//! [`Server::bind`] opens the port; from then on each connection is accepted ([`listener`]), timed
//! ([`pace`]) and read; each call is bounded and decoded ([`body`]), routed to a face by host and
//! path ([`route`]), answered ([`call`]) and counted ([`observe`]). A face decides from the head
//! whether the body is asked for at all, so a refusal comes before a `100 Continue`. Whatever is
//! asked at once has a bound; whatever waits has a time.

pub mod admin;
pub mod arriving;
pub mod body;
pub mod budget;
pub mod call;
pub mod config;
pub mod connection;
pub mod files;
pub mod forwarded;
pub mod heard;
pub mod journal;
pub mod listener;
pub mod observe;
pub mod operator;
pub mod outbox;
pub mod pace;
pub mod parity;
pub mod pass;
pub mod reply;
pub mod route;
pub mod routed;
pub mod self_signed;
pub mod signals;
pub mod stream;
pub mod task_pages;
pub mod tasks;
pub mod templates;
pub mod tls;
pub mod way;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

pub use config::{AdminToken, Bounds, ServerConfig, Times, TlsFiles};
pub use forwarded::Network;
pub use observe::Metrics;
pub use parity::{Compared, Parity, Room};
pub use route::Mount;
pub use self_signed::self_signed;
pub use signals::{Signals, Wish};
pub use tasks::{Tasks, log_panics};
pub use way::{BadRoute, Route, Way, Ways};

use crate::domain::Context;
use crate::store::StoreError;
use call::Link;
use forwarded::Origin;
use tls::{Tls, TlsError};

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("could not listen on {address}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error(
        "{address} is not loopback and there is no certificate: passwords would cross the network \
         in clear. Give a certificate, or allow plain HTTP by name"
    )]
    PlainHttp { address: SocketAddr },
    #[error("the upstream {origin} is this server itself")]
    OwnUpstream { origin: String },
    #[error("could not set up TLS")]
    Tls(#[from] TlsError),
}

/// What the server wants of its connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Open,
    /// At the cap: close after the call, so that others get their turn.
    Crowded,
    Stopping,
}

/// What all connections share.
#[derive(Debug)]
pub struct Shared {
    config: ServerConfig,
    mounts: Vec<Mount>,
    context: Arc<Context>,
    metrics: Metrics,
    budget: budget::Budget,
    tls: Option<Tls>,
    mood: watch::Sender<Mood>,
    /// Random at each start, so that request ids of two runs differ in one log.
    run: u32,
    calls: AtomicU32,
}

impl Shared {
    fn next_request_id(&self) -> String {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        format!("{:08x}{number:08x}", self.run)
    }

    fn origin<'a>(&'a self, link: &'a Link) -> Origin<'a> {
        Origin {
            peer: link.peer,
            secure: link.secure,
            local: &link.local,
            trusted: &self.config.trusted_proxies,
            public_url: self.config.public_url.as_deref(),
        }
    }

    fn mood(&self) -> Mood {
        *self.mood.borrow()
    }

    fn wants_connections_back(&self) -> bool {
        self.mood() != Mood::Open
    }

    /// Changes the mood; once stopping, nothing else.
    fn feel(&self, mood: Mood) {
        self.mood.send_if_modified(|now| {
            let changes = *now != mood && *now != Mood::Stopping;
            if changes {
                *now = mood;
            }
            changes
        });
    }
}

/// The way to a running server.
#[derive(Debug)]
pub struct Server;

impl Server {
    /// Opens the port and serves `mounts` from now on.
    pub async fn bind(
        mut config: ServerConfig,
        mounts: Vec<Mount>,
        context: Arc<Context>,
    ) -> Result<Running, StartError> {
        let address = config.listen;
        if config.tls.is_none() && !config.allow_plain_http && !address.ip().is_loopback() {
            return Err(StartError::PlainHttp { address });
        }
        let tls = config.tls.clone().map(Tls::load).transpose()?;
        let wrong = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(wrong)?;
        let local = listener.local_addr().map_err(wrong)?;
        config.ways.find_upstreams(local).await?;
        if let Some(parity) = &config.parity {
            config.listeners.push(Arc::<Parity>::clone(parity));
        }
        let mut run = [0; 4];
        context.ids.fill(&mut run);
        let shared = Arc::new(Shared {
            metrics: Metrics::new(Arc::clone(&context), &config),
            budget: budget::Budget::new(config.bounds.bodies_bytes, config.times.budget),
            tls,
            mood: watch::Sender::new(Mood::Open),
            run: u32::from_be_bytes(run),
            calls: AtomicU32::new(0),
            config,
            mounts,
            context,
        });
        Ok(Running::start(shared, listener, local))
    }
}

/// A server that listens. Dropping it leaves the server running; [`Running::stop`] ends it.
#[derive(Debug)]
pub struct Running {
    shared: Arc<Shared>,
    local: SocketAddr,
    tasks: Tasks,
    accepting: CancellationToken,
    connections: TaskTracker,
}

impl Running {
    fn start(shared: Arc<Shared>, listener: TcpListener, local: SocketAddr) -> Self {
        let tasks = Tasks::new();
        let accepting = CancellationToken::new();
        let connections = TaskTracker::new();
        tasks.spawn(
            "accept connections",
            listener::accept(Arc::clone(&shared), listener, accepting.clone(), connections.clone()),
        );
        if let Some(parity) = &shared.config.parity {
            let work = Arc::clone(parity).run(tasks.stopping());
            tasks.spawn("compare with upstreams", work);
        }
        let running = Self { shared, local, tasks, accepting, connections };
        if running.shared.tls.is_some() {
            running.watch_certificate();
        }
        running
    }

    /// The address that the port was opened on.
    pub fn local_address(&self) -> SocketAddr {
        self.local
    }

    /// Where a caller on this machine reaches the server.
    pub fn url(&self) -> String {
        let scheme = if self.shared.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.local)
    }

    /// Background tasks that end with the server.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// Reads certificate and key again; what is in use stays when they cannot be used.
    pub fn reload_certificate(&self) {
        if let Some(tls) = &self.shared.tls {
            tls.reload_if_changed();
        }
    }

    /// Reads the recordings again that calls are answered from, in the background; what is in use
    /// stays when they cannot be used.
    pub fn reload_recordings(&self) {
        for shelf in self.shared.config.ways.shelves() {
            self.tasks.spawn("read the recordings again", way::reload(shelf));
        }
    }

    fn watch_certificate(&self) {
        let shared = Arc::clone(&self.shared);
        let stopping = self.tasks.stopping();
        self.tasks.spawn("watch the certificate", async move {
            let every = shared.config.times.certificate_check;
            while stopping.run_until_cancelled(tokio::time::sleep(every)).await.is_some() {
                if let Some(tls) = &shared.tls {
                    tls.reload_if_changed();
                }
            }
        });
    }

    /// Serves until SIGTERM or SIGINT, then stops. SIGHUP reads certificate and recordings again.
    pub async fn until_stopped(self, mut signals: Signals) -> Result<(), StoreError> {
        while signals.next().await == Wish::Reload {
            self.reload_certificate();
            self.reload_recordings();
        }
        self.stop().await
    }

    /// Finishes calls under way, then background tasks, then closes the store.
    pub async fn stop(self) -> Result<(), StoreError> {
        let patience = self.shared.config.times.stop;
        info!("stopping: no new connections, calls under way are finished");
        self.accepting.cancel();
        self.shared.feel(Mood::Stopping);
        self.connections.close();
        if tokio::time::timeout(patience, self.connections.wait()).await.is_err() {
            warn!(open = self.connections.len(), "some calls did not end in time and are left");
        }
        if !self.tasks.stop(patience).await {
            warn!("some background tasks did not end in time and are left");
        }
        self.shared.context.store.close().await
    }
}
