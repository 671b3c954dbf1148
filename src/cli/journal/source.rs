//! Where a journal is read: its folder, or a running server.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use http::{Method, StatusCode};

use crate::cli::admin::ensure_well;
use crate::cli::http_client::Client;
use crate::cli::place::{ServerPlace, StorePlace};
use crate::cli::serve::journal_folder;
use crate::contract::journal::{self, Ask, Entry, Page};
use crate::server::journal::{AT_END, NEXT};

/// Where the journal is. A folder can be read while its server writes.
#[derive(Debug, Args)]
pub struct JournalPlace {
    #[command(flatten)]
    store: StorePlace,
    /// Folder of the journal [default: as the settings have it, beside the store]
    #[arg(long, value_name = "DIR", conflicts_with = "server")]
    journal: Option<PathBuf>,
    #[command(flatten)]
    server: ServerPlace,
}

/// Who is asked.
#[derive(Debug)]
pub enum Source {
    Folder(PathBuf),
    Server(Box<Client>),
}

impl JournalPlace {
    /// The server when one is named, else the folder, which must be there.
    pub fn open(&self) -> Result<Source> {
        if let Some(client) = self.server.client()? {
            return Ok(Source::Server(Box::new(client)));
        }
        let folder = if let Some(folder) = &self.journal {
            folder.clone()
        } else {
            let config = self.store.settings()?;
            journal_folder(&config, &config.store.data)
        };
        if !folder.is_dir() {
            bail!("there is no journal in {}: [journal] enabled keeps one", folder.display());
        }
        Ok(Source::Folder(folder))
    }
}

impl Source {
    pub async fn page(&self, ask: &Ask) -> Result<Page> {
        let client = match self {
            Self::Folder(folder) => {
                let page = journal::page(folder, ask);
                return page.with_context(|| format!("cannot read {}", folder.display()));
            }
            Self::Server(client) => client,
        };
        let path = format!("/_lychgate/journal?{}", ask.to_query());
        let answer = client.call(Method::GET, &path, &[], "").await?;
        ensure_well(answer.status, &answer.body)?;
        let header = |name| answer.headers.get(name).and_then(|value| value.to_str().ok());
        let next = header(NEXT).and_then(|next| next.parse().ok());
        Ok(Page {
            next: next.context("the server does not say where it goes on")?,
            at_end: header(AT_END) == Some("yes"),
            lines: answer.body.to_vec(),
        })
    }

    pub async fn find(&self, id: &str) -> Result<Option<Entry<'static>>> {
        if id.len() != 16 || u64::from_str_radix(id, 16).is_err() {
            bail!("a request id has 16 hexadecimal digits");
        }
        let client = match self {
            Self::Folder(folder) => {
                let found = journal::find(folder, &id.to_ascii_lowercase());
                return found.with_context(|| format!("cannot read {}", folder.display()));
            }
            Self::Server(client) => client,
        };
        let path = format!("/_lychgate/journal/{id}");
        let answer = client.call(Method::GET, &path, &[], "").await?;
        if answer.status == StatusCode::NOT_FOUND
            && answer.body.starts_with(b"There is no such entry")
        {
            return Ok(None);
        }
        ensure_well(answer.status, &answer.body)?;
        serde_json::from_slice(&answer.body).context("the answer cannot be read").map(Some)
    }
}
