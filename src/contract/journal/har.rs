//! Entries in the form of HTTP archives (HAR 1.2), which browsers and other tools show.

use std::borrow::Cow;

use serde::Serialize;

use super::entry::{Entry, Kept, Message};
use crate::contract::Ended;

/// What closes the archive that [`begin`] began, and says how many calls are missing in it.
pub fn end(missing: u64) -> String {
    match missing {
        0 => "]}}".to_owned(),
        _ => format!("],\"comment\":\"{missing} calls are missing: they were not kept\"}}}}"),
    }
}

/// The archive up to its entries, which stand with commas between them.
pub fn begin() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"lychgate\",\"version\":\"{version}\"}},\
         \"entries\":["
    )
}

/// One entry of an archive.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HarEntry<'a> {
    started_date_time: String,
    /// Milliseconds.
    time: f64,
    request: HarRequest<'a>,
    response: HarResponse<'a>,
    cache: NoCache,
    timings: Timings,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    #[serde(rename = "_ended", skip_serializing_if = "Ended::is_whole")]
    ended: Ended,
    #[serde(rename = "_doctor", skip_serializing_if = "<[_]>::is_empty")]
    doctor: &'a [Cow<'a, str>],
    #[serde(rename = "_requestId")]
    request_id: &'a str,
    #[serde(rename = "_face")]
    face: &'a str,
    #[serde(rename = "_operation")]
    operation: &'a str,
    #[serde(rename = "_account", skip_serializing_if = "Option::is_none")]
    account: Option<u32>,
    #[serde(rename = "_clientIPAddress")]
    peer: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest<'a> {
    method: &'a str,
    url: String,
    http_version: &'static str,
    cookies: [Pair<'a>; 0],
    headers: Vec<Pair<'a>>,
    query_string: Vec<Pair<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_data: Option<PostData<'a>>,
    headers_size: i64,
    body_size: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HarResponse<'a> {
    status: u16,
    status_text: &'static str,
    http_version: &'static str,
    cookies: [Pair<'a>; 0],
    headers: Vec<Pair<'a>>,
    content: Content<'a>,
    #[serde(rename = "redirectURL")]
    redirect_url: &'a str,
    headers_size: i64,
    body_size: u64,
}

#[derive(Debug, Serialize)]
struct Pair<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PostData<'a> {
    mime_type: &'a str,
    params: [Pair<'a>; 0],
    text: &'a str,
    /// The format has no field for it on this side.
    #[serde(rename = "_encoding", skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content<'a> {
    size: usize,
    mime_type: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct NoCache {}

#[derive(Debug, Serialize)]
struct Timings {
    send: f64,
    wait: f64,
    receive: f64,
}

impl std::fmt::Debug for PostData<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PostData(..)")
    }
}

impl std::fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(..)")
    }
}

/// An entry as archives have it; without its messages where they were not kept.
pub fn entry<'a>(entry: &'a Entry<'_>) -> HarEntry<'a> {
    let milliseconds = std::time::Duration::from_micros(entry.took_us).as_secs_f64() * 1_000.0;
    HarEntry {
        started_date_time: entry.at.to_string(),
        time: milliseconds,
        request: request(entry),
        response: response(entry),
        cache: NoCache {},
        timings: Timings { send: 0.0, wait: milliseconds, receive: 0.0 },
        comment: entry.left_out.as_deref(),
        ended: entry.ended,
        doctor: &entry.doctor,
        request_id: &entry.id,
        face: &entry.face,
        operation: &entry.operation,
        account: entry.account,
        peer: entry.peer.to_string(),
    }
}

fn request<'a>(entry: &'a Entry<'_>) -> HarRequest<'a> {
    let kept = entry.kept.as_ref();
    let target = kept.map_or("", |kept| &kept.target);
    let message = kept.map(|kept| &kept.request);
    let (_, query) = target.split_once('?').unwrap_or_default();
    let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Pair { name: name.into(), value: value.into() }
    });
    HarRequest {
        method: &entry.method,
        url: format!("{}{target}", entry.base_url),
        http_version: "HTTP/1.1",
        cookies: [],
        headers: message.map(headers).unwrap_or_default(),
        query_string: pairs.collect(),
        post_data: message.and_then(|message| {
            let (text, encoding) = text(message);
            let post = PostData { mime_type: media_type(message), params: [], text, encoding };
            (!text.is_empty()).then_some(post)
        }),
        headers_size: -1,
        body_size: entry.received_bytes,
    }
}

fn response<'a>(entry: &'a Entry<'_>) -> HarResponse<'a> {
    let message = entry.kept.as_ref().map(|Kept { response, .. }| response);
    let (text, encoding) = message.map(text).unwrap_or_default();
    let status = http::StatusCode::from_u16(entry.status).ok();
    HarResponse {
        status: entry.status,
        status_text: status.and_then(|status| status.canonical_reason()).unwrap_or_default(),
        http_version: "HTTP/1.1",
        cookies: [],
        headers: message.map(headers).unwrap_or_default(),
        content: Content {
            size: message.map_or(0, |message| message.bytes().len()),
            mime_type: message.map(media_type).unwrap_or_default(),
            text,
            encoding,
        },
        redirect_url: message.and_then(|message| header(message, "location")).unwrap_or_default(),
        headers_size: -1,
        body_size: entry.sent_bytes,
    }
}

fn headers<'a>(message: &'a Message<'_>) -> Vec<Pair<'a>> {
    let pair = |(name, value): &'a (Cow<'_, str>, Cow<'_, str>)| Pair {
        name: Cow::Borrowed(name),
        value: Cow::Borrowed(value),
    };
    message.headers.iter().map(pair).collect()
}

fn text<'a>(message: &'a Message<'_>) -> (&'a str, Option<&'static str>) {
    match &message.body_base64 {
        Some(encoded) => (encoded, Some("base64")),
        None => (&message.body, None),
    }
}

fn media_type<'a>(message: &'a Message<'_>) -> &'a str {
    header(message, "content-type").unwrap_or_default()
}

fn header<'a>(message: &'a Message<'_>, name: &str) -> Option<&'a str> {
    let named = message.headers.iter().find(|(known, _)| known == name);
    named.map(|(_, value)| value.as_ref())
}
