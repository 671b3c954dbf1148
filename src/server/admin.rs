//! The server's own paths: health, readiness, metrics, and calls that need the admin token.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, StatusCode};
use uuid::Uuid;

use super::reply::plain;
use super::{Mood, Shared, journal, operator, outbox, task_pages, templates};
use crate::domain::jobs::TaskId;
use crate::domain::{AccountId, ImportId, MessageId};
use crate::protocol::http::{Head, Reply};
use crate::store::{Space, Table};

const PREFIX: &str = "/_lychgate";
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// A store that does not answer within this is as good as broken.
const STORE_PATIENCE: Duration = Duration::from_secs(2);

/// Whether `path` is one of the server's own.
pub fn owns(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What can be asked of the server itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Health,
    Ready,
    Metrics,
    Parity,
    Events,
    Imports,
    Import(ImportId),
    Tasks,
    Task(AccountId, TaskId),
    Templates,
    Outbox,
    Message(MessageId),
    Journal,
    Entry(u64),
    Clients,
}

impl Page {
    fn of(path: &str) -> Option<Self> {
        match path.strip_prefix(PREFIX)?.trim_end_matches('/') {
            "/health" => Some(Self::Health),
            "/ready" => Some(Self::Ready),
            "/metrics" => Some(Self::Metrics),
            "/parity" => Some(Self::Parity),
            "/events" => Some(Self::Events),
            "/imports" => Some(Self::Imports),
            "/tasks" => Some(Self::Tasks),
            "/templates" => Some(Self::Templates),
            "/outbox" => Some(Self::Outbox),
            "/journal" => Some(Self::Journal),
            "/clients" => Some(Self::Clients),
            other => {
                if let Some(names) = other.strip_prefix("/tasks/") {
                    let (account, task) = names.split_once('/')?;
                    let (account, task) = (account.parse().ok()?, task.parse().ok()?);
                    return Some(Self::Task(AccountId(account), TaskId(task)));
                }
                if let Some(id) = other.strip_prefix("/journal/") {
                    return Some(Self::Entry(u64::from_str_radix(id, 16).ok()?));
                }
                if let Some(id) = other.strip_prefix("/outbox/") {
                    return Some(Self::Message(MessageId(id.parse().ok()?)));
                }
                let id = other.strip_prefix("/imports/")?;
                Some(Self::Import(ImportId(Uuid::try_parse(id).ok()?)))
            }
        }
    }

    fn method(self) -> Method {
        match self {
            Self::Events | Self::Templates => Method::POST,
            Self::Health
            | Self::Ready
            | Self::Metrics
            | Self::Parity
            | Self::Imports
            | Self::Import(_)
            | Self::Tasks
            | Self::Task(..)
            | Self::Outbox
            | Self::Message(_)
            | Self::Journal
            | Self::Entry(_)
            | Self::Clients => Method::GET,
        }
    }

    fn needs_token(self) -> bool {
        match self {
            Self::Parity
            | Self::Events
            | Self::Imports
            | Self::Import(_)
            | Self::Tasks
            | Self::Task(..)
            | Self::Templates
            | Self::Outbox
            | Self::Message(_)
            | Self::Journal
            | Self::Entry(_)
            | Self::Clients => true,
            Self::Health | Self::Ready | Self::Metrics => false,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Ready => "ready",
            Self::Metrics => "metrics",
            Self::Parity => "parity",
            Self::Events => "events",
            Self::Imports => "imports",
            Self::Import(_) => "import",
            Self::Tasks => "tasks",
            Self::Task(..) => "task",
            Self::Templates => "templates",
            Self::Outbox => "outbox",
            Self::Message(_) => "message",
            Self::Journal => "journal",
            Self::Entry(_) => "journal entry",
            Self::Clients => "clients",
        }
    }
}

/// Judges the head alone, before a body is asked for; a refusal ends the call.
pub fn refuse(shared: &Shared, head: &Head) -> Option<Reply> {
    let Some(page) = Page::of(&head.path) else {
        return Some(plain(StatusCode::NOT_FOUND, "There is no such page.\n"));
    };
    let method = page.method();
    let is_head_of_get = head.method == Method::HEAD && method == Method::GET;
    if head.method != method && !is_head_of_get {
        let mut reply = plain(StatusCode::METHOD_NOT_ALLOWED, format!("Use {method}.\n"));
        if let Ok(value) = HeaderValue::from_str(method.as_str()) {
            reply.headers.insert(ALLOW, value);
        }
        return Some(reply);
    }
    if page.needs_token() && !has_token(shared, head) {
        let mut reply = plain(StatusCode::UNAUTHORIZED, "This needs the admin token.\n");
        reply.headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return Some(reply);
    }
    None
}

/// Answers a call that [`refuse`] let through.
pub async fn answer(shared: &Shared, head: &Head, body: Bytes) -> Reply {
    let Some(page) = Page::of(&head.path) else {
        return plain(StatusCode::NOT_FOUND, "There is no such page.\n");
    };
    let reply = match page {
        Page::Health => plain(StatusCode::OK, "alive\n"),
        Page::Ready => ready(shared).await,
        Page::Metrics => Reply::new(StatusCode::OK, OPENMETRICS, shared.metrics.render()),
        Page::Parity => parity(shared),
        Page::Events => operator::events(&shared.context, &body).await,
        Page::Imports => operator::imports(&shared.context, &head.query).await,
        Page::Import(id) => operator::import(&shared.context, id).await,
        Page::Tasks => task_pages::tasks(&shared.context, &head.query).await,
        Page::Task(account, id) => task_pages::task(&shared.context, account, id).await,
        Page::Templates => templates::import(&shared.context, &body).await,
        Page::Outbox => outbox::list(&shared.context, &head.query).await,
        Page::Message(id) => outbox::message(&shared.context, id, &head.query).await,
        Page::Journal => journal::list(shared, &head.query).await,
        Page::Entry(id) => journal::entry(shared, id).await,
        Page::Clients => journal::clients(shared, &head.query),
    };
    reply.for_operation(page.name())
}

/// How alike our answers and the upstreams' are, by operation.
fn parity(shared: &Shared) -> Reply {
    let Some(parity) = &shared.config.parity else {
        let text = "Nothing is compared: no route says answer = \"compare\".\n";
        return plain(StatusCode::NOT_FOUND, text);
    };
    match serde_json::to_value(parity.ledger().report()) {
        Ok(report) => operator::json_reply(StatusCode::OK, &report),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "The report cannot be written.\n"),
    }
}

fn has_token(shared: &Shared, head: &Head) -> bool {
    let Some(token) = &shared.config.admin_token else { return false };
    let given = head.header(AUTHORIZATION.as_str()).and_then(|value| value.split_once(' '));
    given.is_some_and(|(scheme, given)| {
        scheme.eq_ignore_ascii_case("bearer") && token.is(given.trim())
    })
}

async fn ready(shared: &Shared) -> Reply {
    if shared.mood() == Mood::Stopping {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    let store = &shared.context.store;
    let probe = async {
        let read = store.get(Space::Main, Table::Meta, b"ready").await;
        read.map(|_| ()).map_err(|error| ("the store cannot be read\n", error))?;
        let writable = store.ensure_writable().await;
        writable.map_err(|error| ("the store takes no writes\n", error))
    };
    match tokio::time::timeout(STORE_PATIENCE, probe).await {
        Ok(Ok(())) => plain(StatusCode::OK, "ready\n"),
        Ok(Err((what, error))) => {
            tracing::warn!("not ready: {error}");
            plain(StatusCode::SERVICE_UNAVAILABLE, what)
        }
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
    }
}
