//! `lychgate serve`: opens the store, starts background work, serves, and stops in good order.
//!
//! The port is opened last, so whoever can connect is answered. At SIGTERM or SIGINT calls under
//! way are finished, imports are parked after their batch, and the store is closed.

mod admin_token;
mod args;
mod background;
mod copying;
mod faults;
mod listening;
mod ready;
mod routes;
pub mod wiring;

use std::sync::Arc;

use anyhow::{Context as _, Result};
pub use args::Serve;
pub use listening::journal_folder;

use super::demo::{self, SoapCaller};
use super::http_client::Client;
use super::logging;
use super::output::Voice;
use super::place::{limits_of, open};
use crate::config::{Config, Log};
use crate::domain::{Clock, Context, Ids};
use crate::server::{Server, Signals, log_panics};
use crate::store::ReadOnlyStore;
pub use admin_token::AdminToken;
use copying::Copying;
use listening::Listening;
use ready::Ready;

/// Most threads for calls, whatever the machine has: more only cost memory. Blocking work of the
/// store has threads of its own, made when needed.
const MAX_WORKER_THREADS: usize = 8;

/// What the demo logs unless told otherwise: its report is easier to read without a line a call.
const DEMO_FILTER: &str = "warn,lychgate::server=info";

fn worker_threads() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, MAX_WORKER_THREADS))
}

impl Serve {
    pub fn run(self) -> Result<()> {
        let mut config = self.settings()?;
        if self.demo && config.log == Log::default() {
            DEMO_FILTER.clone_into(&mut config.log.filter);
        }
        logging::start(&config.log)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(worker_threads())
            .enable_all()
            .build()
            .context("cannot start the runtime")?;
        runtime.block_on(self.serve(config))
    }

    async fn serve(self, config: Config) -> Result<()> {
        // Early, so that a signal during the start is heeded when the server is up.
        let signals = Signals::listen().context("cannot listen for signals")?;
        let clock = self.frozen_time.map_or(Clock::System, Clock::Frozen);
        let ids = self.id_seed.map_or_else(Ids::random, Ids::seeded);
        let folder = wiring::Folder::of(&config)?;
        let mut store = open(&config).await?;
        let copying = match &self.copy_to {
            Some(to) => Some(Copying::open(&store, &config, to.clone()).await?),
            None => None,
        };
        if self.is_read_only() {
            store = Arc::new(ReadOnlyStore::over(store));
        }
        let token = match (std::env::var(super::place::TOKEN_VARIABLE), folder.is_kept()) {
            (Ok(given), _) => AdminToken::given(given),
            (Err(_), true) => AdminToken::of_store(folder.path(), &ids)?,
            (Err(_), false) => AdminToken::fresh(&ids),
        };
        let context = Context::open(store, clock.clone(), ids, limits_of(&config)).await;
        let context = context.context("cannot read the store")?;
        let context = Arc::new(context.with_files(wiring::file_sources(&config)));
        let demo = if self.demo { Some(demo::prepare(&context).await?) } else { None };

        let (mut server, trusted) = wiring::server_config(&config, &token, folder.path(), &clock)?;
        let mounts = wiring::mounts(&config)?;
        faults::plan(&config.fault, &mounts, &context).await?;
        let (data, kept) = (folder.path(), folder.is_kept());
        let listening = Listening::open(&config, data, kept, &context)?;
        listening.join(&mut server);
        routes::follow(&config, &mounts, &context, &mut server)?;
        log_panics();
        let running = Server::bind(server, mounts, Arc::clone(&context)).await?;
        if !self.is_read_only() {
            let started = background::start(running.tasks(), &context);
            started.context("cannot start the threads of jobs")?;
        }
        listening.start(running.tasks());

        let faces = wiring::faces(&config);
        let ready = Ready { address: running.url(), faces, token: token.shown, demo };
        let done = self.announce(&ready, trusted.as_deref()).await;
        if let Err(error) = done {
            running.stop().await.context("cannot close the store")?;
            return Err(error);
        }
        if let Some(copying) = copying {
            copying.start(running.tasks(), self.voice());
        }
        let stopped = running.until_stopped(signals).await;
        listening.close().await;
        stopped.context("cannot close the store")
    }

    fn voice(&self) -> Voice {
        if self.ready_json { Voice::Aside } else { Voice::Result }
    }

    /// Says where and how to call, after the demo's import when there is one.
    async fn announce(&self, ready: &Ready, ca: Option<&std::path::Path>) -> Result<()> {
        let voice = self.voice();
        if !self.ready_json {
            ready.tell(voice)?;
        }
        if let Some(demo) = &ready.demo {
            let login =
                super::http_client::basic(&demo.credential.login, &demo.credential.password);
            let client = Client::new(&ready.address, &login, ca)?;
            demo::import(&SoapCaller::new(client), voice).await.context("the demo's import")?;
        }
        if self.ready_json {
            return super::output::line(ready.json());
        }
        voice.line("\nServing. Ctrl-C stops.")
    }
}
