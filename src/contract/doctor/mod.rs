//! Why a client fails, in plain words, from one captured exchange.
//!
//! [`diagnose`] looks at a call and its reply and answers what is wrong with them and what to
//! change, for the client stack that made the call. It reads nothing else, changes nothing and
//! answers the same for the same bytes. Each thing it can say is an [`Ailment`]: a code, how bad it
//! is, a look at the exchange, and a page below `docs/doctor/` with what to change. [`AILMENTS`]
//! lists all. [`input`] reads exchanges from files, [`lint`] looks at a running server's calls.

mod ailment;
mod ailments;
mod client;
mod document;
pub mod input;
pub mod lint;
mod misfit;
mod names;
mod seen;
pub mod tls;

pub use self::ailment::{Advice, Ailment, Diagnosis, Severity};
pub use self::ailments::AILMENTS;
pub use self::client::Stack;
pub use self::seen::{Case, Known};

use std::borrow::Cow;

use self::document::decoded;
use self::seen::Seen;
use super::{Exchange, Request};
use crate::protocol::form::urlencoded;
use crate::protocol::xml::{XmlError, decode_leniently};

/// Fields of a form that are read to find a document; clients send one.
const MOST_FIELDS: usize = 100;

/// Largest body that is looked into, in bytes. Of a longer one only the size and the head count.
pub const MOST_BODY_BYTES: usize = 64 * 1024 * 1024;

/// Looks at one exchange, for everything on the list. A healthy exchange has no diagnosis.
///
/// The worst come first. Takes time and memory in proportion to the two bodies, which count up to
/// [`MOST_BODY_BYTES`] each.
pub fn diagnose(case: &Case<'_>) -> Vec<Diagnosis> {
    let sent = sent(&case.exchange.request);
    let answered = decoded(&case.exchange.response.headers, &case.exchange.response.body);
    let seen = Seen::new(case, &sent, &answered);
    let mut found: Vec<Diagnosis> =
        AILMENTS.iter().filter_map(|ailment| ailment.diagnose(&seen)).collect();
    found.sort_by_key(|diagnosis| diagnosis.severity);
    found
}

/// Looks at the calls of one client in their order, each with what came before it.
///
/// A refusal that the next call answers with credentials is the challenge that .NET waits for.
pub fn diagnose_all(exchanges: &[Exchange], known: &Known) -> Vec<Vec<Diagnosis>> {
    let found = exchanges.iter().enumerate().map(|(at, exchange)| {
        let before = exchanges.get(..at).unwrap_or_default();
        let answered = exchanges.get(at + 1).is_some_and(|next| answers(exchange, next));
        let known = Known { is_answered_challenge: answered, ..known.clone() };
        diagnose(&Case { exchange, before, known })
    });
    found.collect()
}

/// Whether the next call is a refused one made again with credentials.
fn answers(refused: &Exchange, next: &Exchange) -> bool {
    refused.response.status == 401
        && next.request.target == refused.request.target
        && next.request.headers.contains_key("authorization")
}

/// The text of a call's body; of a form with a document in it, that document.
fn sent(request: &Request) -> Result<Cow<'_, str>, XmlError> {
    let body = &request.body;
    let is_form = body.starts_with(b"data=") || body.windows(6).any(|at| at == b"&data=");
    let text = decoded(&request.headers, body);
    if !is_form || text.as_ref().is_ok_and(|text| text.trim_start().starts_with('<')) {
        return text;
    }
    let Ok(fields) = urlencoded::read_with_markup(body, "data", MOST_FIELDS) else { return text };
    fields
        .get("data")
        .map_or(text, |document| Ok(Cow::Owned(decode_leniently(document, None).into_owned())))
}

/// Looks at one handshake that failed.
pub fn diagnose_handshake(handshake: &tls::Handshake) -> Vec<Diagnosis> {
    AILMENTS.iter().filter_map(|ailment| ailment.diagnose_handshake(handshake)).collect()
}

/// The ailment of a code.
pub fn ailment(code: &str) -> Option<&'static Ailment> {
    AILMENTS.iter().copied().find(|ailment| ailment.code == code)
}
