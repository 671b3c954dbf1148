//! What the operator may do over HTTP with the admin token: record events, look at imports.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use tracing::error;

use super::reply::plain;
use crate::domain::event::EVENTS_AT_ONCE;
use crate::domain::import::{ImportState, find_everywhere, list_everywhere};
use crate::domain::{AccountId, Context, Error, Event, ImportId, Outcome, Refusal};
use crate::protocol::http::Reply;

const JSON: &str = "application/json";
/// Bad lines that are named; the rest is counted only.
const MOST_BAD_LINES_NAMED: usize = 100;
const IMPORTS_LISTED: usize = 100;
const MOST_IMPORTS_LISTED: usize = 1_000;

/// Records events given as NDJSON. Good lines are recorded whatever stands in the others; those
/// that were recorded before are counted apart.
///
/// 200 when at least one line is good or there is none; 422 when every line is bad.
pub async fn events(context: &Context, body: &Bytes) -> Reply {
    let Some(lines) = lines(body) else { return not_utf8() };
    let mut tally = Tally::default();
    let mut waiting = Vec::new();
    for (number, line) in lines {
        match Event::from_json(line) {
            Ok(event) => waiting.push((number, event)),
            Err(error) => {
                context.events().refuse_line();
                tally.bad(number, &error);
            }
        }
        if waiting.len() == EVENTS_AT_ONCE
            && let Err(error) = record(context, std::mem::take(&mut waiting), &mut tally).await
        {
            return broken("record events", &error);
        }
    }
    match record(context, waiting, &mut tally).await {
        Ok(()) => tally.reply(),
        Err(error) => broken("record events", &error),
    }
}

/// The lines of NDJSON that say anything, numbered from 1; `None` for what is not UTF-8.
pub(super) fn lines(body: &[u8]) -> Option<impl Iterator<Item = (u64, &str)>> {
    let text = std::str::from_utf8(body).ok()?;
    let numbered = (1..).zip(text.trim_start_matches('\u{feff}').lines());
    Some(numbered.filter(|(_, line)| !line.trim().is_empty()))
}

pub(super) fn not_utf8() -> Reply {
    plain(StatusCode::BAD_REQUEST, "The body is not UTF-8.\n")
}

/// Some events, on disk when this returns.
async fn record(
    context: &Context,
    numbered: Vec<(u64, Event)>,
    tally: &mut Tally,
) -> Result<(), Error> {
    let (numbers, events): (Vec<u64>, Vec<Event>) = numbered.into_iter().unzip();
    for (number, outcome) in numbers.into_iter().zip(context.events().record_many(&events).await?) {
        match outcome {
            Outcome::Recorded => tally.recorded += 1,
            Outcome::Known => tally.known += 1,
            Outcome::Refused(refusal) => tally.bad(number, &refusal),
        }
    }
    Ok(())
}

/// What became of the lines.
#[derive(Debug, Default)]
pub struct Tally {
    pub recorded: usize,
    /// Recorded before: nothing changed.
    known: usize,
    bad: usize,
    named: Vec<Value>,
}

impl Tally {
    pub fn bad(&mut self, number: u64, reason: &dyn std::fmt::Display) {
        self.bad += 1;
        if self.named.len() < MOST_BAD_LINES_NAMED {
            self.named.push(json!({ "line": number, "reason": reason.to_string() }));
        }
    }

    pub fn reply(self) -> Reply {
        let nothing_done = self.recorded + self.known == 0 && self.bad > 0;
        let status = if nothing_done { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let Self { recorded, known, bad, named } = self;
        let told = json!({ "recorded": recorded, "known": known, "bad": bad, "bad_lines": named });
        json_reply(status, &told)
    }
}

/// The newest imports of all accounts; `?limit=` up to 1000.
pub async fn imports(context: &Context, query: &str) -> Reply {
    let Some(limit) = limit_of(query) else {
        return plain(StatusCode::BAD_REQUEST, "limit is not a number.\n");
    };
    match list_everywhere(context, limit).await {
        Ok(found) => {
            let listed: Vec<Value> = found.iter().map(described).collect();
            json_reply(StatusCode::OK, &json!({ "imports": listed }))
        }
        Err(error) => broken("list imports", &error),
    }
}

/// How many a query asks for; `None` for what is no number.
pub(super) fn limit_of(query: &str) -> Option<usize> {
    match query.split('&').find_map(|pair| pair.strip_prefix("limit=")) {
        None => Some(IMPORTS_LISTED),
        Some(limit) => limit.parse().ok().map(|limit: usize| limit.min(MOST_IMPORTS_LISTED)),
    }
}

/// One import, whichever account it belongs to.
pub async fn import(context: &Context, id: ImportId) -> Reply {
    match find_everywhere(context, id).await {
        Ok(found) => json_reply(StatusCode::OK, &described(&found)),
        Err(Error::Refused(Refusal::ImportNotFound)) => {
            plain(StatusCode::NOT_FOUND, "There is no such import.\n")
        }
        Err(error) => broken("show an import", &error),
    }
}

fn described((account, import): &(AccountId, ImportState)) -> Value {
    json!({
        "account": account.0,
        "id": import.id.to_string(),
        "number": import.number,
        "list": import.list.map(|list| list.0),
        "status": import.status.name(),
        "percent": import.percent(),
        "accepted": import.accepted.to_string(),
        "started": import.started.map(|at| at.to_string()),
        "ended": import.ended.map(|at| at.to_string()),
        "file_bytes": import.file_bytes,
        "rows_done": import.rows_done,
        "rows_total": import.rows_total,
        "counters": import.counters,
    })
}

pub fn json_reply(status: StatusCode, value: &Value) -> Reply {
    let mut text = value.to_string();
    text.push('\n');
    Reply::new(status, JSON, text)
}

pub fn broken(doing: &'static str, error: &Error) -> Reply {
    if let Error::Refused(Refusal::Unavailable) = error {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "The server cannot write now.\n");
    }
    let cause = std::error::Error::source(error).map(ToString::to_string);
    error!(cause, "an admin call could not {doing}: {error}");
    plain(StatusCode::INTERNAL_SERVER_ERROR, "An internal error; the log says more.\n")
}
