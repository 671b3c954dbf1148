//! WS-Security: times, nonces, and what the reply must or must not have.

use jiff::{SignedDuration, Timestamp};

use super::{Element, page};
use crate::contract::Exchange;
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::document::{Document, decoded};
use crate::contract::doctor::seen::{Seen, Soap};
use crate::protocol::soap::security::{WINDOW, WSSE, WSU};

/// Most earlier calls in which a nonce is looked for.
const MOST_BEFORE: usize = 100;

/// The `Security` header.
pub(super) fn security<'e, 'x>(soap: &Soap<'e, 'x>) -> Option<&'e Element<'x>> {
    soap.blocks().find(|block| block.is(WSSE, "Security"))
}

/// The `UsernameToken`.
pub(super) fn token<'e, 'x>(soap: &Soap<'e, 'x>) -> Option<&'e Element<'x>> {
    security(soap)?.child(WSSE, "UsernameToken")
}

/// Whether times or nonces tell why a token was refused.
pub(super) fn explains(seen: &Seen<'_>) -> bool {
    skew(seen).is_some() || stale(seen).is_some() || replayed(seen).is_some()
}

fn has_timestamp(soap: &Soap<'_, '_>) -> bool {
    security(soap).is_some_and(|security| security.child(WSU, "Timestamp").is_some())
}

/// An `xs:dateTime`; one without a zone is UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let zoned = || format!("{text}Z").parse::<Timestamp>().ok();
    text.parse::<Timestamp>().ok().or_else(zoned)
}

pub static REPLY_MISSING: Ailment = Ailment {
    code: "reply-timestamp-missing",
    severity: Severity::Fails,
    page: page!("reply-timestamp-missing"),
    look: Look::Exchange(|seen| {
        let asked = has_timestamp(&seen.soap()?);
        let missing = asked && !has_timestamp(&seen.soap_reply()?);
        missing.then(|| {
            "The request has a `Security` header with a `Timestamp`, and the reply has none."
                .to_owned()
        })
    }),
};

pub static REPLY_UNASKED: Ailment = Ailment {
    code: "reply-security-unasked",
    severity: Severity::Fails,
    page: page!("reply-security-unasked"),
    look: Look::Exchange(|seen| {
        let asked = seen.soap().is_some_and(|soap| has_timestamp(&soap));
        let unasked = !asked && security(&seen.soap_reply()?).is_some();
        unasked.then(|| {
            "The reply has a `Security` header, and the request had no `Timestamp`.".to_owned()
        })
    }),
};

pub static SKEW: Ailment = Ailment {
    code: "clock-skew",
    severity: Severity::Fails,
    page: page!("clock-skew"),
    look: Look::Exchange(skew),
};

/// By the message's `Timestamp`; a token alone that is old was rather kept than made by a wrong
/// clock, but none can be kept from the future.
fn skew(seen: &Seen<'_>) -> Option<String> {
    let (soap, now) = (seen.soap()?, seen.at()?);
    let of = |parent: &Element<'_>, name: &str| moment(&parent.child(WSU, name)?.text);
    let lifetime = security(&soap)?.child(WSU, "Timestamp");
    if let Some(created) = lifetime.and_then(|lifetime| of(lifetime, "Created")) {
        let apart = now.duration_since(created);
        return (apart.abs() > WINDOW).then(|| told("message", apart));
    }
    let created = of(token(&soap)?, "Created")?;
    let apart = now.duration_since(created);
    (-apart > WINDOW).then(|| told("token", apart))
}

fn told(what: &str, apart: SignedDuration) -> String {
    let side = if apart.is_negative() { "ahead of" } else { "behind" };
    let minutes = apart.abs().as_mins();
    format!("The {what} was made {minutes} minutes {side} the server's time.")
}

pub static STALE: Ailment = Ailment {
    code: "stale-token",
    severity: Severity::Fails,
    page: page!("stale-token"),
    look: Look::Exchange(stale),
};

fn stale(seen: &Seen<'_>) -> Option<String> {
    let (soap, now) = (seen.soap()?, seen.at()?);
    let created = moment(&token(&soap)?.child(WSU, "Created")?.text)?;
    let age = now.duration_since(created);
    let lifetime = security(&soap)?.child(WSU, "Timestamp");
    let lifetime = lifetime.and_then(|lifetime| moment(&lifetime.child(WSU, "Created")?.text));
    // A message of the same age has a wrong clock, which is told as that.
    let is_clock = lifetime.is_some_and(|made| now.duration_since(made) > WINDOW);
    (age > WINDOW && !is_clock).then(|| {
        let minutes = age.as_mins();
        format!("The `UsernameToken` was made {minutes} minutes before the call.")
    })
}

pub static REPLAYED: Ailment = Ailment {
    code: "nonce-replayed",
    severity: Severity::Fails,
    page: page!("nonce-replayed"),
    look: Look::Exchange(replayed),
};

fn replayed(seen: &Seen<'_>) -> Option<String> {
    let soap = seen.soap()?;
    let nonce = token(&soap)?.child(WSSE, "Nonce").map(|nonce| nonce.text.as_str())?;
    let place = seen.before.iter().rev().take(MOST_BEFORE).position(|earlier| {
        // A challenged call is sent again as it is.
        earlier.response.status != 401 && had_nonce(earlier, nonce)
    })?;
    let ago = place + 1;
    Some(format!("The `Nonce` is that of an earlier call, {ago} call(s) before this one."))
}

fn had_nonce(exchange: &Exchange, nonce: &str) -> bool {
    let text = decoded(&exchange.request.headers, &exchange.request.body);
    let document = Document::of(&text, false);
    let all = document.root().map(Element::walk).unwrap_or_default();
    all.iter().any(|(_, element)| element.is(WSSE, "Nonce") && element.text == nonce)
}
