//! JSON bodies and bracket forms.

use serde_json::Value;

use super::method_call::fields;
use super::page;
use super::rest_members::members_of;
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::names::shown;
use crate::contract::doctor::seen::{Dialect, Seen};
use crate::domain::nearest::{meant, nearest};
use crate::faces::dotdigital_rest::route::{Route, find};
use crate::faces::dotdigital_rest::{Body, Operation};
use crate::faces::which50;

/// Largest JSON body that is looked into, in bytes.
const MOST_JSON_BYTES: usize = 16 * 1024 * 1024;

/// The operation of a REST call that reads a document.
fn operation(seen: &Seen<'_>) -> Option<&'static Operation> {
    let path = seen.exchange.request.path();
    let is_ours = seen.dialect == Dialect::DotdigitalRest;
    match find(&seen.exchange.request.method, path) {
        Route::Found(operation, _) if is_ours && operation.body == Body::Document => {
            Some(operation)
        }
        _ => None,
    }
}

/// Whether a Which50 call has to have a body.
fn which50_reads(seen: &Seen<'_>) -> bool {
    let request = &seen.exchange.request;
    let found = which50::route::find(&request.method, request.path());
    let is_found = matches!(found, which50::route::Route::Found(..));
    seen.dialect == Dialect::Which50
        && is_found
        && matches!(request.method.as_str(), "POST" | "PUT")
}

pub static NULL: Ailment = Ailment {
    code: "body-is-null",
    severity: Severity::Fails,
    page: page!("body-is-null"),
    look: Look::Exchange(|seen| {
        let reads = operation(seen).is_some() || which50_reads(seen);
        if !reads || seen.known.without_bodies || seen.exchange.response.status.is_success() {
            return None;
        }
        let what = match seen.exchange.request.body.trim_ascii() {
            b"" => "empty",
            b"null" => "`null`",
            b"\"\"" => "an empty text",
            _ => return None,
        };
        Some(format!("The operation needs a record in the body, and the body is {what}."))
    }),
};

/// The body as JSON, when it says or looks as if it were.
fn json(seen: &Seen<'_>) -> Option<Result<Value, serde_json::Error>> {
    let is_rest = matches!(seen.dialect, Dialect::DotdigitalRest | Dialect::Which50);
    let body = &seen.exchange.request.body;
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    let is_json = seen.asked("content-type").is_some_and(|value| value.contains("json"));
    let reads = is_rest && is_json && !body.is_empty() && body.len() <= MOST_JSON_BYTES;
    reads.then(|| serde_json::from_slice(body))
}

pub static MALFORMED: Ailment = Ailment {
    code: "malformed-json",
    severity: Severity::Fails,
    page: page!("malformed-json"),
    look: Look::Exchange(|seen| {
        let error = json(seen)?.err()?;
        let (line, column) = (error.line(), error.column());
        let first = seen.exchange.request.body.trim_ascii().first().copied();
        let what = match first {
            Some(b'<') => "; it is XML",
            Some(b'{' | b'[') => "",
            _ => "; it does not begin with `{` or `[`",
        };
        Some(format!("The body is no JSON from line {line}, column {column} on{what}."))
    }),
};

pub static MEMBER: Ailment = Ailment {
    code: "unknown-json-member",
    severity: Severity::MayFail,
    page: page!("unknown-json-member"),
    look: Look::Exchange(member),
};

fn member(seen: &Seen<'_>) -> Option<String> {
    let known = members_of(operation(seen)?.id)?;
    let value = json(seen)?.ok()?;
    let record = match &value {
        Value::Array(records) => records.first()?,
        record => record,
    };
    let is_known = |name: &str| known.iter().any(|known| known.eq_ignore_ascii_case(name));
    let odd = record.as_object()?.keys().find(|name| !is_known(name))?;
    let nearest = nearest(odd, known.iter().copied());
    Some(format!("The record has no member {}{}.", shown(odd), meant(nearest)))
}

pub static BRACKETS: Ailment = Ailment {
    code: "brackets-damaged",
    severity: Severity::Fails,
    page: page!("brackets-damaged"),
    look: Look::Exchange(|seen| {
        let names = fields(seen);
        let is_damaged = |name: &&String| {
            let lower = name.to_ascii_lowercase();
            lower.contains("%5b") || lower.contains("&#91;") || lower.contains("%255b")
        };
        let name = names
            .iter()
            .find(|_| seen.dialect == Dialect::Selzy)
            .and(names.iter().find(is_damaged))?;
        let plain: String =
            name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        Some(format!("The brackets of `{plain}` were percent-encoded twice."))
    }),
};
