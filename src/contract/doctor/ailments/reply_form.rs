//! Replies in a form that clients do not read.

use http::Method;

use super::members::first;
use super::{Element, page};
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::document::Document;
use crate::contract::doctor::misfit::What;
use crate::contract::doctor::names::{shown, shown_namespace};
use crate::contract::doctor::seen::{Dialect, Seen};
use crate::domain::nearest::meant;
use crate::protocol::soap::version::{MediaType, Version};

/// Whether the call is one whose reply is XML: not metadata or a help page.
fn is_call(seen: &Seen<'_>) -> bool {
    let takes_xml = matches!(seen.dialect, Dialect::Soap | Dialect::MethodCall);
    takes_xml && seen.exchange.request.method == Method::POST
}

/// Statuses which clients turn into an exception of its own, whatever the body is.
const SAID_BY_STATUS: [u16; 9] = [401, 403, 404, 405, 411, 413, 415, 417, 503];

pub static FAULT_STATUS: Ailment = Ailment {
    code: "fault-with-wrong-status",
    severity: Severity::Fails,
    page: page!("fault-with-wrong-status"),
    look: Look::Exchange(|seen| {
        seen.fault()?;
        let status = seen.status();
        let is_read = status == 500 || SAID_BY_STATUS.contains(&status);
        (!is_read).then(|| format!("The reply is a SOAP fault with HTTP {status}, not 500."))
    }),
};

pub static FAULT_DETAIL: Ailment = Ailment {
    code: "fault-with-undeclared-detail",
    severity: Severity::MayFail,
    page: page!("fault-with-undeclared-detail"),
    look: Look::Exchange(|seen| {
        let fault = seen.fault()?;
        let detail = fault.child_named("detail").or_else(|| fault.child_named("Detail"))?;
        let child = detail.children.first()?;
        let name = shown(child.local());
        Some(format!("The fault's detail holds {name}, which the WSDL declares for no operation."))
    }),
};

pub static CONTENT_TYPE: Ailment = Ailment {
    code: "reply-content-type",
    severity: Severity::Fails,
    page: page!("reply-content-type"),
    look: Look::Exchange(content_type),
};

fn content_type(seen: &Seen<'_>) -> Option<String> {
    let reply = seen.soap_reply()?;
    if super::envelope::version(seen).is_some() || seen.known.without_reply_head {
        // A request of two versions has no reply that is right.
        return None;
    }
    let asked = seen.soap().and_then(|soap| soap.version).or(reply.version)?;
    let found = seen.said("content-type");
    if found.is_some() && MediaType::of(found) == MediaType::Of(asked) {
        return None;
    }
    let expected = match asked {
        Version::Soap11 => "text/xml",
        Version::Soap12 => "application/soap+xml",
    };
    let essence = found.map(|value| value.split(';').next().unwrap_or_default().trim());
    let found = essence.map_or_else(|| "no content type".to_owned(), shown);
    Some(format!("The reply's envelope comes with {found}; the client reads `{expected}` only."))
}

/// Whether a body is a page for browsers.
fn is_html(seen: &Seen<'_>) -> bool {
    let body = seen.exchange.response.body.trim_ascii_start();
    let start: Vec<u8> = body.iter().take(14).map(u8::to_ascii_lowercase).collect();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

pub static HTML: Ailment = Ailment {
    code: "reply-is-html",
    severity: Severity::Fails,
    page: page!("reply-is-html"),
    look: Look::Exchange(|seen| {
        let is_calling =
            seen.dialect != Dialect::Other && seen.exchange.request.method != Method::GET;
        let said = seen.said("content-type").unwrap_or_default();
        let is_page = is_html(seen) || (is_call(seen) && said.starts_with("text/html"));
        (is_calling && is_page).then(|| {
            let status = seen.status();
            format!("The reply is an HTML page, with HTTP {status}: it comes from something else.")
        })
    }),
};

pub static BEFORE_XML: Ailment = Ailment {
    code: "bytes-before-xml-declaration",
    severity: Severity::Fails,
    page: page!("bytes-before-xml-declaration"),
    look: Look::Exchange(before_xml),
};

fn before_xml(seen: &Seen<'_>) -> Option<String> {
    let body = &seen.exchange.response.body;
    if !is_call(seen) || is_html(seen) {
        return None;
    }
    let (marked, rest) = match body.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (true, rest),
        None => (false, &body[..]),
    };
    let white = rest.len() - rest.trim_ascii_start().len();
    let is_xml = rest.trim_ascii_start().starts_with(b"<");
    let what = match (marked, white) {
        (true, _) => "a byte order mark".to_owned(),
        (false, 0) => return None,
        (false, bytes) => format!("{bytes} byte(s) of white space"),
    };
    is_xml.then(|| format!("In front of the reply's XML stands {what}."))
}

pub static BROKEN: Ailment = Ailment {
    code: "reply-not-well-formed",
    severity: Severity::Fails,
    page: page!("reply-not-well-formed"),
    look: Look::Exchange(|seen| {
        let Document::Broken(error) = &seen.answered else { return None };
        let is_told_elsewhere = is_html(seen) || cut_short(seen).is_some();
        let is_it = is_call(seen) && !is_told_elsewhere && !seen.known.without_bodies;
        is_it.then(|| format!("The reply cannot be read as XML: {error}."))
    }),
};

pub static CUT_SHORT: Ailment = Ailment {
    code: "reply-cut-short",
    severity: Severity::Fails,
    page: page!("reply-cut-short"),
    look: Look::Exchange(cut_short),
};

fn cut_short(seen: &Seen<'_>) -> Option<String> {
    let stated: usize = seen.said("content-length")?.trim().parse().ok()?;
    let found = seen.exchange.response.body.len();
    let is_whole = seen.known.without_bodies
        || seen.said("content-encoding").is_some()
        || seen.exchange.request.method == Method::HEAD
        || seen.status() == 304;
    (found < stated && !is_whole)
        .then(|| format!("The reply states {stated} bytes, and {found} are there."))
}

fn is_multipart(content_type: Option<&str>) -> bool {
    content_type.is_some_and(|value| value.to_ascii_lowercase().starts_with("multipart/related"))
}

pub static MTOM_REPLY: Ailment = Ailment {
    code: "mtom-reply",
    severity: Severity::Fails,
    page: page!("mtom-reply"),
    look: Look::Exchange(|seen| {
        let is_it = is_multipart(seen.said("content-type"));
        let asked = is_multipart(seen.asked("content-type"));
        (seen.is_soap() && is_it && !asked).then(|| {
            "The reply is MTOM (`multipart/related`), and the request was plain text.".to_owned()
        })
    }),
};

pub static MTOM_REQUEST: Ailment = Ailment {
    code: "mtom-request",
    severity: Severity::Fails,
    page: page!("mtom-request"),
    look: Look::Exchange(|seen| {
        let is_it = seen.is_soap() && is_multipart(seen.asked("content-type"));
        let refused = seen.status() == 415 || !is_multipart(seen.said("content-type"));
        (is_it && refused).then(|| {
            let status = seen.status();
            format!(
                "The request is MTOM (`multipart/related`), and was answered with HTTP {status}."
            )
        })
    }),
};

pub static CONTRACT: Ailment = Ailment {
    code: "reply-breaks-contract",
    severity: Severity::Fails,
    page: page!("reply-breaks-contract"),
    look: Look::Exchange(|seen| {
        let edition = seen.edition();
        first(seen.reply_misfits(), |misfit| {
            let found = shown(&misfit.name);
            let how = match misfit.what {
                What::Namespace { expected } => {
                    format!("is in {}, not in `{expected}`", shown_namespace(&misfit.namespace))
                }
                What::LetterCase { expected } => format!("is written `{expected}`"),
                What::Unknown { nearest } => format!("is not in its record{}", meant(nearest)),
                What::Order { before } => format!("stands behind `{before}`"),
                What::Untyped => "does not say its `xsi:type`".to_owned(),
                What::Value { expected, is_empty: true } => {
                    format!("is empty, and of `{expected}`")
                }
                What::Value { expected, is_empty: false } => format!("is no `{expected}`"),
                What::Enumeration { .. } => return None,
            };
            let path = &misfit.path;
            Some(format!("In the reply, {found} in `{path}` {how} (WSDL of {edition})."))
        })
    }),
};

pub static ENUMERATION: Ailment = Ailment {
    code: "reply-with-unknown-enum-value",
    severity: Severity::Fails,
    page: page!("reply-with-unknown-enum-value"),
    look: Look::Exchange(|seen| {
        let edition = seen.edition();
        first(seen.reply_misfits(), |misfit| {
            let What::Enumeration { name, .. } = misfit.what else { return None };
            let path = &misfit.path;
            Some(format!(
                "The value of `{path}` in the reply is none of the names that `{name}` has in the \
                 WSDL of {edition}."
            ))
        })
    }),
};

pub static CONTROL: Ailment = Ailment {
    code: "reply-with-control-characters",
    severity: Severity::Fails,
    page: page!("reply-with-control-characters"),
    look: Look::Exchange(|seen| {
        let root: &Element<'_> = seen.answered.root().filter(|root| root.forbidden > 0)?;
        let place = super::envelope::innermost(root);
        let count = root.forbidden;
        Some(format!("The reply holds {count} character(s) that XML 1.0 forbids, in `{place}`."))
    }),
};
