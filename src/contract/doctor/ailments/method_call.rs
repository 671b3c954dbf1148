//! Calls by method name: Empower's documents, XML-RPC, Selzy's forms.

use super::{Element, page};
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::names::shown;
use crate::contract::doctor::seen::{Dialect, Seen};
use crate::domain::nearest::{meant, nearest};
use crate::faces::{empower, selzy};
use crate::protocol::form::{Fields, urlencoded};
use crate::protocol::xmlrpc::DateTime;

/// Most pairs of a form that are looked at.
const MOST_FIELDS: usize = 60_000;

/// The arguments of a form, from the query and the body.
pub(super) fn fields(seen: &Seen<'_>) -> Vec<String> {
    let request = &seen.exchange.request;
    let is_plain = seen.asked("content-type").is_none_or(|value| !value.starts_with("multipart/"));
    let body: &[u8] = if is_plain { &request.body } else { b"" };
    let read =
        |bytes: &[u8]| urlencoded::read(bytes, MOST_FIELDS).unwrap_or_else(|_| Fields::default());
    let (query, body) = (read(request.query().as_bytes()), read(body));
    query.iter().chain(body.iter()).map(|field| field.name.clone()).collect()
}

/// Every method that a document calls, by the texts of `methodName`.
fn called<'e>(seen: &'e Seen<'_>) -> Vec<&'e str> {
    let root = seen.sent.root().filter(|_| seen.dialect == Dialect::MethodCall);
    let all = root.map(Element::walk).unwrap_or_default();
    let names =
        all.iter().filter(|(_, element)| element.local().eq_ignore_ascii_case("methodName"));
    names.map(|(_, element)| element.text.as_str()).collect()
}

/// The method that a Selzy path names.
fn selzy_method<'e>(seen: &'e Seen<'_>) -> Option<&'e str> {
    let path = seen.exchange.request.path();
    let (_, name) = path.split_once("/api/").filter(|_| seen.dialect == Dialect::Selzy)?;
    Some(name.trim_end_matches('/'))
}

pub static UNKNOWN: Ailment = Ailment {
    code: "unknown-method",
    severity: Severity::Fails,
    page: page!("unknown-method"),
    look: Look::Exchange(unknown),
};

fn unknown(seen: &Seen<'_>) -> Option<String> {
    let empowers = || empower::methods::METHODS.iter().map(|method| method.name);
    let selzys = || selzy::methods::METHODS.iter().map(|method| method.name);
    let is_unknown =
        |name: &&str| empower::methods::find(name).is_none() && !name.starts_with("system.");
    let (name, nearest) = match (called(seen).into_iter().find(is_unknown), selzy_method(seen)) {
        (Some(name), _) => (name, nearest(name, empowers())),
        (None, Some(name)) if selzy::methods::find(name).is_none() && !name.contains("%2") => {
            (name, nearest(name, selzys()))
        }
        _ => return None,
    };
    Some(format!("There is no method {}{}.", shown(name), meant(nearest)))
}

pub static KEY: Ailment = Ailment {
    code: "api-key-missing",
    severity: Severity::Fails,
    page: page!("api-key-missing"),
    look: Look::Exchange(key),
};

fn key(seen: &Seen<'_>) -> Option<String> {
    let has_header = seen.exchange.request.headers.contains_key("authorization");
    match seen.dialect {
        Dialect::MethodCall if !has_header => {
            let root = seen.sent.root()?;
            let is_key = |element: &Element<'_>| {
                element.local().eq_ignore_ascii_case("api_key") || element.text == "api_key"
            };
            let is_system = called(seen).iter().any(|name| name.starts_with("system."));
            let has_key = root.walk().iter().any(|(_, element)| is_key(element));
            (!has_key && !is_system).then(|| {
                "The document has no `api_key` in `authentication`, and the call no HTTP Basic."
                    .to_owned()
            })
        }
        Dialect::Selzy => {
            let is_method = selzy_method(seen).is_some();
            let has_key = fields(seen).iter().any(|name| name == "api_key");
            let is_packed = seen.exchange.request.query().contains("request_compression")
                || seen.asked("content-type").is_some_and(|value| value.starts_with("multipart/"));
            let is_unseen = is_packed || seen.known.without_bodies;
            (is_method && !has_key && !is_unseen).then(|| {
                let place = if has_header { ", but an `Authorization` header" } else { "" };
                format!("The call has no argument `api_key`{place}.")
            })
        }
        _ => None,
    }
}

pub static ARGUMENT: Ailment = Ailment {
    code: "misspelled-argument",
    severity: Severity::MayFail,
    page: page!("misspelled-argument"),
    look: Look::Exchange(argument),
};

/// Only names that are much like a known one: methods take more than their documents say.
fn argument(seen: &Seen<'_>) -> Option<String> {
    let (given, known): (Vec<String>, Vec<&'static str>) = match seen.dialect {
        Dialect::Selzy => {
            let method = selzy::methods::find(selzy_method(seen)?)?;
            let given = fields(seen).into_iter();
            let given = given.map(|name| name.split('[').next().unwrap_or_default().to_owned());
            let known = method.args.iter().map(|arg| arg.name);
            (given.collect(), known.chain(COMMON).collect())
        }
        Dialect::MethodCall => {
            let root = seen.sent.root()?;
            let calls = root.walk().into_iter().map(|(_, element)| element);
            let call = calls.into_iter().find(|call| call.child_named("methodName").is_some())?;
            let name = call.child_named("methodName")?;
            let method = empower::methods::find(&name.text)?;
            let given = call.children.iter().map(|child| child.local().to_owned());
            let known = method.args.iter().map(|arg| arg.name);
            (given.collect(), known.chain(["methodName", "params"]).collect())
        }
        _ => return None,
    };
    // Some names are patterns, such as `custval<ID>`.
    let is_known = |name: &str| {
        let name = name.to_ascii_lowercase();
        let is = |known: &str| match known.split_once('<') {
            Some((start, _)) => name.starts_with(&start.to_ascii_lowercase()),
            None => name == known.to_ascii_lowercase(),
        };
        SISTER_NAMES.contains(&name.as_str()) || known.iter().any(|known| is(known))
    };
    let (given, meant) = given
        .iter()
        .filter(|name| !is_known(name) && !name.contains('%'))
        .find_map(|name| Some((name, nearest(name, known.iter().copied())?)))?;
    Some(format!("The argument {} is not known; the nearest known one is `{meant}`.", shown(given)))
}

/// Names that a method takes from its sisters.
const SISTER_NAMES: [&str; 1] = ["segment_ids"];

/// Arguments that every Selzy method takes.
const COMMON: [&str; 6] =
    ["api_key", "format", "platform", "lang", "request_compression", "api_request_id"];

pub static DATE: Ailment = Ailment {
    code: "xml-rpc-date",
    severity: Severity::MayFail,
    page: page!("xml-rpc-date"),
    look: Look::Exchange(date),
};

fn date(seen: &Seen<'_>) -> Option<String> {
    let root = seen.sent.root().filter(|_| seen.dialect == Dialect::MethodCall)?;
    let all = root.walk();
    let dates = all.iter().filter(|(_, element)| element.local() == "dateTime.iso8601");
    let odd = dates.map(|(_, date)| date.text.as_str()).find(|text| !is_exact(text))?;
    let how = if DateTime::parse(odd).is_some() {
        "is not written as `20260131T09:05:00`; this server reads it, others do not"
    } else {
        "cannot be read as a date"
    };
    Some(format!("A `dateTime.iso8601` {how}."))
}

/// `20260131T09:05:00`, as the specification has it.
fn is_exact(text: &str) -> bool {
    text.len() == 17
        && text.char_indices().all(|(at, c)| match at {
            8 => c == 'T',
            11 | 14 => c == ':',
            _ => c.is_ascii_digit(),
        })
}
