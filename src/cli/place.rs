//! Where a command finds its data: a store of its own to open, or a running server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;

use super::config::ConfigFile;
use super::http_client::Client;
use super::postgres;
use crate::config::{Config, Engine};
use crate::domain::{Clock, Context, Ids, Limits};
use crate::store::{MemoryStore, SledOptions, SledStore, Store, StoreError};

/// The variable with the token for `--server`.
pub const TOKEN_VARIABLE: &str = "LYCHGATE_ADMIN_TOKEN";

const SERVER_HELP: &str = "Ask the server at this URL, with the token in LYCHGATE_ADMIN_TOKEN, instead of opening the store";

/// A store that no server has open.
#[derive(Debug, Args)]
pub struct StorePlace {
    #[command(flatten)]
    pub config: ConfigFile,
    /// Folder of the store, or URL of its database
    #[arg(long, value_name = "DIR|URL")]
    pub data: Option<PathBuf>,
}

/// A running server's admin API.
#[derive(Debug, Args)]
pub struct ServerPlace {
    #[arg(long, value_name = "URL", help = SERVER_HELP)]
    pub server: Option<String>,
    /// PEM file of certificates to trust for an https server
    #[arg(long, value_name = "FILE", env = "LYCHGATE_CA", requires = "server")]
    pub ca: Option<PathBuf>,
}

impl ServerPlace {
    /// The admin API, when one is asked for.
    pub fn client(&self) -> Result<Option<Client>> {
        let Some(url) = &self.server else { return Ok(None) };
        let Ok(token) = std::env::var(TOKEN_VARIABLE) else {
            bail!("{TOKEN_VARIABLE} must hold the token that the server showed at its first start");
        };
        Client::new(url, &format!("Bearer {token}"), self.ca.as_deref()).map(Some)
    }
}

impl StorePlace {
    /// The settings, with `--data` over them.
    pub fn settings(&self) -> Result<Config> {
        let mut config = self.config.load()?;
        if let Some(data) = &self.data {
            lay_place(&mut config, data);
        }
        Ok(config)
    }

    /// Opens the store that is there, and the domain over it.
    pub async fn open(&self) -> Result<Context> {
        let config = self.settings()?;
        let store = open_existing(&config).await?;
        let opened = Context::open(store, Clock::System, Ids::random(), limits_of(&config)).await;
        opened.context("cannot read the store")
    }

    /// Like [`Self::open`]; a new folder becomes a new store.
    pub async fn open_or_make(&self) -> Result<Context> {
        let config = self.settings()?;
        let store = open(&config).await?;
        let opened = Context::open(store, Clock::System, Ids::random(), limits_of(&config)).await;
        opened.context("cannot read the store")
    }
}

/// The domain's limits as the settings have them.
pub fn limits_of(config: &Config) -> Limits {
    Limits {
        active_imports: config.import.active_per_account,
        contacts_per_account: config.limits.contacts_per_account,
        watchdog_invalid_percent: config.import.watchdog_invalid_percent,
        watchdog_min_rows: config.import.watchdog_min_rows,
        faults_kept_days: config.import.faults_kept_days,
        active_tasks: config.tasks.active_per_account,
        task_files_kept_days: config.tasks.files_kept_days,
        lists_per_account: config.limits.lists_per_account,
        data_fields_per_account: config.limits.data_fields_per_account,
        outbox_kept_days: config.outbox.kept_days,
        lease_seconds: config.tasks.lease_seconds,
    }
}

/// Has the settings mean the store at `data`, a folder or the URL of a database.
pub fn lay_place(config: &mut Config, data: &Path) {
    if let Some(url) = postgres::url_in(data) {
        config.postgres.url = url;
        config.store.engine = Engine::Postgres;
    } else {
        data.clone_into(&mut config.store.data);
        config.store.engine = Engine::Sled;
    }
}

/// Opens the store of the settings; a new folder becomes a new store.
pub async fn open(config: &Config) -> Result<Arc<dyn Store>> {
    match config.store.engine {
        Engine::Memory => Ok(Arc::new(MemoryStore::new())),
        Engine::Postgres => Ok(Arc::new(postgres::open(config).await?)),
        Engine::Sled => {
            let folder = config.store.data.clone();
            let opening = tokio::task::spawn_blocking(move || {
                SledStore::open(&folder, SledOptions::default())
                    .map_err(|error| told(&folder, error))
            });
            Ok(Arc::new(opening.await.context("opening the store panicked")??))
        }
    }
}

/// Like [`open`], for a command that makes no sense without a store.
pub async fn open_existing(config: &Config) -> Result<Arc<dyn Store>> {
    let folder = &config.store.data;
    if config.store.engine == Engine::Sled && !SledStore::is_in(folder) {
        bail!("there is no store at {}", folder.display());
    }
    open(config).await
}

/// An error of opening, with what the operator can do about it.
fn told(folder: &Path, error: StoreError) -> anyhow::Error {
    let at = format!("cannot open the store at {}", folder.display());
    if matches!(error, StoreError::Locked) {
        return anyhow!(error).context(format!(
            "{at}: stop the server that runs over it, or use --server where the command has it"
        ));
    }
    anyhow!(error).context(at)
}
