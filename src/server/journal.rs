//! The journal and the table of clients, for the operator with the admin token.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::json;
use tracing::error;

use super::Shared;
use super::operator::json_reply;
use super::reply::plain;
use crate::contract::clients::Asked;
use crate::contract::journal::{self, Ask, Entry, Journal, Page};
use crate::protocol::form::urlencoded;
use crate::protocol::http::Reply;

const NDJSON: &str = "application/x-ndjson";
/// Where the next page begins: to be given as `?from=`.
pub const NEXT: HeaderName = HeaderName::from_static("lychgate-next");
/// `yes` when there was nothing more to read.
pub const AT_END: HeaderName = HeaderName::from_static("lychgate-at-end");
/// Most pairs of a query that are looked at.
const MOST_PAIRS: usize = 10;

/// A page of entries, one JSON object a line; see [`Ask::from_query`].
pub async fn list(shared: &Shared, query: &str) -> Reply {
    let Some(journal) = &shared.config.journal else { return off("journal") };
    let ask = match Ask::from_query(query) {
        Ok(ask) => ask,
        Err(error) => return plain(StatusCode::BAD_REQUEST, format!("{error}.\n")),
    };
    match reading(journal, move |folder| journal::page(folder, &ask)).await {
        Ok(page) => page_reply(page),
        Err(reply) => reply,
    }
}

/// One entry by its request id.
pub async fn entry(shared: &Shared, id: u64) -> Reply {
    let Some(journal) = &shared.config.journal else { return off("journal") };
    let found = reading(journal, move |folder| journal::find(folder, &format!("{id:016x}"))).await;
    match found {
        Ok(Some(entry)) => entry_reply(&entry),
        Ok(None) => plain(StatusCode::NOT_FOUND, "There is no such entry.\n"),
        Err(reply) => reply,
    }
}

/// Who called what: all rows, or those of `?face=`, `&operation=`, `&since=` and `&unused_since=`.
pub fn clients(shared: &Shared, query: &str) -> Reply {
    let Some(clients) = &shared.config.clients else { return off("table of clients") };
    let Ok(fields) = urlencoded::read(query.as_bytes(), MOST_PAIRS) else {
        return plain(StatusCode::BAD_REQUEST, "The query holds too much.\n");
    };
    let text = |name: &str| fields.text(name).map(std::borrow::Cow::into_owned);
    let time = |name: &str| text(name).map(|time| time.parse()).transpose();
    let (Ok(since), Ok(unused_since)) = (time("since"), time("unused_since")) else {
        return plain(StatusCode::BAD_REQUEST, "A time is written as in RFC 3339.\n");
    };
    let asked = Asked { face: text("face"), operation: text("operation"), since, unused_since };
    json_reply(StatusCode::OK, &json!(clients.table(&asked)))
}

fn off(what: &str) -> Reply {
    plain(StatusCode::NOT_FOUND, format!("This server keeps no {what}.\n"))
}

async fn reading<T: Send + 'static>(
    journal: &Arc<Journal>,
    read: impl FnOnce(&std::path::Path) -> std::io::Result<T> + Send + 'static,
) -> Result<T, Reply> {
    let journal = Arc::clone(journal);
    let read = tokio::task::spawn_blocking(move || read(journal.folder())).await;
    read.map_err(std::io::Error::other).flatten().map_err(|error| {
        error!("the journal cannot be read: {error}");
        plain(StatusCode::INTERNAL_SERVER_ERROR, "The journal cannot be read; the log says more.\n")
    })
}

fn page_reply(page: Page) -> Reply {
    let mut reply = Reply::new(StatusCode::OK, NDJSON, page.lines);
    if let Ok(next) = HeaderValue::from_str(&page.next.to_string()) {
        reply.headers.insert(NEXT, next);
    }
    let at_end = if page.at_end { "yes" } else { "no" };
    reply.headers.insert(AT_END, HeaderValue::from_static(at_end));
    reply
}

fn entry_reply(entry: &Entry<'_>) -> Reply {
    json_reply(StatusCode::OK, &json!(entry))
}
