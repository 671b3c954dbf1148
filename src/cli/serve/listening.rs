//! Who listens to the calls of a server: the journal, the doctor, and the table of clients.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::config::Config;
use crate::contract::clients::{self, Clients};
use crate::contract::doctor::lint::{self, Lint};
use crate::contract::journal::{Bounds, Journal, Options};
use crate::contract::redact::{self, Redactor};
use crate::domain::Context;
use crate::server::{ServerConfig, Tasks};

/// The folder of the journal, unless the settings name one: beside the store.
const FOLDER: &str = "journal";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What was opened; none of it needs the store.
#[derive(Debug)]
pub struct Listening {
    journal: Option<Arc<Journal>>,
    doctor: Option<Arc<Lint>>,
    clients: Option<Arc<Clients>>,
}

/// Where the journal of these settings is, over a store in `data`.
pub fn journal_folder(config: &Config, data: &Path) -> PathBuf {
    config.journal.folder.clone().unwrap_or_else(|| data.join(FOLDER))
}

impl Listening {
    /// Opens what is switched on, beside the store in `data`; when that is `kept`, clients outlive
    /// a restart.
    pub fn open(config: &Config, data: &Path, kept: bool, context: &Context) -> Result<Self> {
        let doctor = doctor(config)?;
        let open = || journal(config, data, context, doctor.clone());
        let journal = config.journal.enabled.then(open).transpose()?;
        let most = usize::try_from(config.clients.most)?;
        let clients = config.clients.enabled.then(|| Clients::open(kept.then_some(data), most));
        let clients = clients.transpose().context("cannot read the table of clients")?;
        Ok(Self { journal: journal.map(Arc::new), doctor, clients: clients.map(Arc::new) })
    }

    /// Has them told of the server's calls.
    pub fn join(&self, server: &mut ServerConfig) {
        if let Some(journal) = &self.journal {
            server.listeners.push(Arc::<Journal>::clone(journal));
        } else if let Some(doctor) = &self.doctor {
            server.listeners.push(Arc::<Lint>::clone(doctor));
        }
        server.client_troubles = self.doctor.as_ref().map(|doctor| doctor.troubles());
        if let Some(clients) = &self.clients {
            server.listeners.push(Arc::<Clients>::clone(clients));
        }
        server.journal.clone_from(&self.journal);
        server.clients.clone_from(&self.clients);
    }

    /// Starts what runs beside the calls.
    pub fn start(&self, tasks: &Tasks) {
        if let Some(clients) = &self.clients {
            tasks.spawn("clients", clients::keep(Arc::clone(clients), tasks.stopping()));
        }
    }

    /// After the last call: writes what is still in memory.
    pub async fn close(self) {
        let Some(journal) = self.journal else { return };
        let closing = tokio::task::spawn_blocking(move || journal.close());
        if closing.await.is_err() {
            tracing::warn!("the journal could not be closed");
        }
    }
}

/// Where there is a journal, its thread is the doctor's, too.
fn doctor(config: &Config) -> Result<Option<Arc<Lint>>> {
    if !config.doctor.enabled {
        return Ok(None);
    }
    let settings = lint::Settings { calls_per_second: config.doctor.calls_per_second };
    if config.journal.enabled {
        return Ok(Some(Arc::new(Lint::without_thread(settings))));
    }
    let lint = Lint::start(settings).context("cannot start the doctor's thread")?;
    Ok(Some(Arc::new(lint)))
}

fn journal(
    config: &Config,
    data: &Path,
    context: &Context,
    doctor: Option<Arc<Lint>>,
) -> Result<Journal> {
    let settings = &config.journal;
    let folder = journal_folder(config, data);
    let redacted = redact::Options {
        emails: settings.redact_emails,
        names: settings.redact_names,
        mark_binaries: true,
        secret_fields: settings.secret_fields.clone(),
        person_fields: settings.person_fields.clone(),
    };
    let mut key = [0; 32];
    context.ids.fill(&mut key);
    let options = Options {
        bounds: Bounds {
            folder: folder.clone(),
            most_bytes: settings.most_bytes,
            most_age: DAY * u32::from(settings.kept_days),
        },
        body_bytes: usize::try_from(settings.body_bytes)?,
    };
    let redactor = Redactor::new(redacted, key);
    let opened = Journal::open(options, redactor, doctor, context.clock.clone());
    opened.with_context(|| format!("cannot open the journal in {}", folder.display()))
}
