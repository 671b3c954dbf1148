//! `lychgate serve --copy-to`: the store is copied while it is read, and nobody changes it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::json;
use tracing::{error, info};

use crate::cli::output::{Voice, line};
use crate::cli::place::{lay_place, open};
use crate::config::Config;
use crate::server::Tasks;
use crate::store::Store;
use crate::store::copy::{self, Copied};

/// How often the log says how far the copy is.
const REPORT_EVERY: Duration = Duration::from_secs(5);

/// A copy that is made beside the calls.
pub struct Copying {
    pub from: Arc<dyn Store>,
    pub to: Arc<dyn Store>,
    /// What the operator called the target.
    name: PathBuf,
}

impl Copying {
    /// Opens the target, so that one that cannot be reached is said before anything is served.
    pub async fn open(from: &Arc<dyn Store>, config: &Config, to: PathBuf) -> Result<Self> {
        let mut settings = config.clone();
        lay_place(&mut settings, &to);
        let target = open(&settings).await.context("cannot open what is to be copied to")?;
        Ok(Self { from: Arc::clone(from), to: target, name: to })
    }

    /// Copies until done or stopped; a copy that is cut off goes on when it is made again.
    pub fn start(self, tasks: &Tasks, voice: Voice) {
        let stopping = tasks.stopping();
        tasks.spawn("copy", async move {
            let done = stopping.run_until_cancelled(self.copy()).await;
            let closed = self.to.close().await.context("cannot close the copy");
            match done {
                Some(Ok(copied)) => drop(closed.and_then(|()| self.tell(voice, &copied))),
                Some(Err(failed)) => error!("the store was not copied: {failed:#}"),
                None => info!("the copy is not at its end; it goes on when it is made again"),
            }
        });
    }

    async fn copy(&self) -> Result<Copied> {
        let mut reported = Instant::now();
        let mut report = |compared: u64, written: u64| {
            if reported.elapsed() >= REPORT_EVERY {
                reported = Instant::now();
                info!(compared, written, "copying the store");
            }
        };
        Ok(copy::copy(&*self.from, &*self.to, &mut report).await?)
    }

    /// Says so, for machines as one line of JSON.
    fn tell(&self, voice: Voice, copied: &Copied) -> Result<()> {
        let entries: u64 = copied.sums.values().map(|sum| sum.entries).sum();
        let Copied { written, sums } = copied;
        info!(entries, written, tables = sums.len(), "the store is copied");
        if let Voice::Aside = voice {
            return line(json!({ "copied": { "entries": entries, "written": written } }));
        }
        // A URL may hold a password.
        let is_folder = self.name.is_dir();
        let target = if is_folder { self.name.to_string_lossy() } else { "the database".into() };
        line(format_args!(
            "Copied: {entries} entries in {target} are equal, {written} of them written now. Stop \
             this server and start one there."
        ))
    }
}
