//! The admin calls, over HTTP to a running server or straight on a store that none has open.
//!
//! Both ways give the same JSON, so that a command reads its answer once.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use clap::Args;
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::http_client::Client;
use super::place::{ServerPlace, StorePlace};
use crate::domain::jobs::TaskId;
use crate::domain::{AccountId, Context, ImportId, MessageId};
use crate::protocol::form::urlencoded;
use crate::protocol::http::{Body, Reply};
use crate::server::{operator, outbox, task_pages, templates};

/// Who carries the call out.
#[derive(Debug)]
pub enum Admin {
    Store(Box<Context>),
    Server(Box<Client>),
}

/// Where it is carried out.
#[derive(Debug, Args)]
pub struct AdminPlace {
    #[command(flatten)]
    store: StorePlace,
    #[command(flatten)]
    server: ServerPlace,
}

impl AdminPlace {
    /// The server, when one is named; else the store.
    pub async fn open(&self) -> Result<Admin> {
        match self.server.client()? {
            Some(client) => Ok(Admin::Server(Box::new(client))),
            None => Ok(Admin::Store(Box::new(self.store.open().await?))),
        }
    }
}

/// What can be looked at.
#[derive(Debug, Clone, Copy)]
pub enum AdminPage {
    Imports { limit: u32 },
    Import(Uuid),
    Tasks { limit: u32 },
    Task { account: u32, task: u32 },
}

/// What can be looked at in an outbox.
#[derive(Debug, Clone, Copy)]
pub enum OutboxPage {
    /// The newest messages below `before`.
    List {
        before: Option<u32>,
        limit: u32,
    },
    Message(u32),
}

impl Admin {
    pub async fn get<T: DeserializeOwned>(&self, page: AdminPage) -> Result<T> {
        let (status, body) = match (self, page) {
            (Self::Store(context), AdminPage::Imports { limit }) => {
                of_reply(operator::imports(context, &format!("limit={limit}")).await)?
            }
            (Self::Store(context), AdminPage::Import(id)) => {
                of_reply(operator::import(context, ImportId(id)).await)?
            }
            (Self::Store(context), AdminPage::Tasks { limit }) => {
                of_reply(task_pages::tasks(context, &format!("limit={limit}")).await)?
            }
            (Self::Store(context), AdminPage::Task { account, task }) => {
                of_reply(task_pages::task(context, AccountId(account), TaskId(task)).await)?
            }
            (Self::Server(client), AdminPage::Tasks { limit }) => {
                let path = format!("/_lychgate/tasks?limit={limit}");
                client.call(Method::GET, &path, &[], "").await?.parts()
            }
            (Self::Server(client), AdminPage::Task { account, task }) => {
                let path = format!("/_lychgate/tasks/{account}/{task}");
                client.call(Method::GET, &path, &[], "").await?.parts()
            }
            (Self::Server(client), AdminPage::Imports { limit }) => {
                let path = format!("/_lychgate/imports?limit={limit}");
                client.call(Method::GET, &path, &[], "").await?.parts()
            }
            (Self::Server(client), AdminPage::Import(id)) => {
                let path = format!("/_lychgate/imports/{id}");
                client.call(Method::GET, &path, &[], "").await?.parts()
            }
        };
        read(status, &body)
    }

    /// Records events given as NDJSON.
    pub async fn events<T: DeserializeOwned>(&self, lines: String) -> Result<T> {
        let (status, body) = match self {
            Self::Store(context) => of_reply(operator::events(context, &Bytes::from(lines)).await)?,
            Self::Server(client) => {
                let headers = [(CONTENT_TYPE, "application/x-ndjson")];
                client.call(Method::POST, "/_lychgate/events", &headers, lines).await?.parts()
            }
        };
        read(status, &body)
    }

    /// Creates or replaces templates given as NDJSON.
    pub async fn templates<T: DeserializeOwned>(&self, lines: String) -> Result<T> {
        let (status, body) = match self {
            Self::Store(context) => {
                of_reply(templates::import(context, &Bytes::from(lines)).await)?
            }
            Self::Server(client) => {
                let headers = [(CONTENT_TYPE, "application/x-ndjson")];
                client.call(Method::POST, "/_lychgate/templates", &headers, lines).await?.parts()
            }
        };
        read(status, &body)
    }

    /// What stands in an account's outbox.
    pub async fn outbox<T: DeserializeOwned>(&self, account: &str, page: OutboxPage) -> Result<T> {
        let account = urlencoded::percent_encoded(account);
        let query = match page {
            OutboxPage::List { before: None, limit } => format!("account={account}&limit={limit}"),
            OutboxPage::List { before: Some(before), limit } => {
                format!("account={account}&limit={limit}&before={before}")
            }
            OutboxPage::Message(_) => format!("account={account}"),
        };
        let (status, body) = match (self, page) {
            (Self::Store(context), OutboxPage::List { .. }) => {
                of_reply(outbox::list(context, &query).await)?
            }
            (Self::Store(context), OutboxPage::Message(id)) => {
                of_reply(outbox::message(context, MessageId(id), &query).await)?
            }
            (Self::Server(client), OutboxPage::List { .. }) => {
                let path = format!("/_lychgate/outbox?{query}");
                client.call(Method::GET, &path, &[], "").await?.parts()
            }
            (Self::Server(client), OutboxPage::Message(id)) => {
                let path = format!("/_lychgate/outbox/{id}?{query}");
                client.call(Method::GET, &path, &[], "").await?.parts()
            }
        };
        read(status, &body)
    }

    pub async fn close(self) -> Result<()> {
        if let Self::Store(context) = self {
            context.store.close().await?;
        }
        Ok(())
    }
}

fn of_reply(reply: Reply) -> Result<(StatusCode, Bytes)> {
    match reply.body {
        Body::Whole(body) => Ok((reply.status, body)),
        Body::Stream(_) => anyhow::bail!("the answer has no end"),
    }
}

/// 422 carries the same JSON as success: what became of each line.
pub fn read<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<T> {
    if status != StatusCode::UNPROCESSABLE_ENTITY {
        ensure_well(status, body)?;
    }
    serde_json::from_slice(body).context("the answer cannot be read")
}

/// Fails with the server's own words where it did not do what it was asked.
pub fn ensure_well(status: StatusCode, body: &[u8]) -> Result<()> {
    if status == StatusCode::UNAUTHORIZED {
        anyhow::bail!("the server refuses the token");
    }
    if !status.is_success() {
        anyhow::bail!("{}", String::from_utf8_lossy(body).trim());
    }
    Ok(())
}
