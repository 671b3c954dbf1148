//! The head of a call: its type, length, method and path.

use http::Method;

use super::page;
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::names::shown;
use crate::contract::doctor::seen::{Dialect, Seen};
use crate::domain::nearest::{meant, nearest};
use crate::faces::{dotdigital_rest, which50};
use crate::protocol::soap::version::MediaType;

pub static TYPE_MISSING: Ailment = Ailment {
    code: "content-type-missing",
    severity: Severity::MayFail,
    page: page!("content-type-missing"),
    look: Look::Exchange(|seen| {
        let request = &seen.exchange.request;
        let is_it = request.method != Method::GET
            && !request.body.is_empty()
            && seen.dialect != Dialect::Other
            && seen.dialect != Dialect::Selzy;
        (is_it && seen.asked("content-type").is_none())
            .then(|| "The call has a body and no `Content-Type`.".to_owned())
    }),
};

pub static TYPE_FOREIGN: Ailment = Ailment {
    code: "content-type-not-soap",
    severity: Severity::Fails,
    page: page!("content-type-not-soap"),
    look: Look::Exchange(|seen| {
        let found = seen.asked("content-type").filter(|_| seen.is_soap())?;
        let essence = found.split(';').next().unwrap_or_default().trim();
        let is_mtom = essence.eq_ignore_ascii_case("multipart/related");
        (MediaType::of(Some(found)) == MediaType::Foreign && !is_mtom).then(|| {
            let found = shown(essence);
            format!(
                "The call's content type is {found}; SOAP is `text/xml` or `application/soap+xml`."
            )
        })
    }),
};

pub static TYPE_REFUSED: Ailment = Ailment {
    code: "media-type-refused",
    severity: Severity::Fails,
    page: page!("media-type-refused"),
    look: Look::Exchange(|seen| {
        let is_rest = matches!(seen.dialect, Dialect::DotdigitalRest | Dialect::Which50);
        let status = seen.status();
        let has_coding = seen.asked("content-encoding").is_some();
        let (header, value) = match status {
            415 if !has_coding => ("Content-Type", seen.asked("content-type")),
            406 => ("Accept", seen.asked("accept")),
            _ => return None,
        };
        let essence = value.map(|value| value.split(';').next().unwrap_or_default().trim());
        let found = essence.map_or_else(|| "no value".to_owned(), shown);
        is_rest.then(|| format!("`{header}` is {found}, and was refused with HTTP {status}."))
    }),
};

pub static TOO_LARGE: Ailment = Ailment {
    code: "request-too-large",
    severity: Severity::Fails,
    page: page!("request-too-large"),
    look: Look::Exchange(|seen| {
        let length = seen.asked("content-length").map(|bytes| bytes.trim().to_owned());
        let length = length.filter(|bytes| bytes.bytes().all(|byte| byte.is_ascii_digit()));
        let bytes = length.unwrap_or_else(|| seen.exchange.request.body.len().to_string());
        (seen.status() == 413).then(|| format!("The call states {bytes} bytes, and got HTTP 413."))
    }),
};

pub static LENGTH: Ailment = Ailment {
    code: "length-required",
    severity: Severity::Fails,
    page: page!("length-required"),
    look: Look::Exchange(|seen| {
        (seen.status() == 411).then(|| {
            "The call states neither `Content-Length` nor `Transfer-Encoding`, and got HTTP 411."
                .to_owned()
        })
    }),
};

pub static EXPECTATION: Ailment = Ailment {
    code: "expect-100-continue",
    severity: Severity::Fails,
    page: page!("expect-100-continue"),
    look: Look::Exchange(|seen| match seen.status() {
        // Which50 says 417 of values that it does not take.
        417 if seen.dialect != Dialect::Which50 => Some(
            "The call was answered with HTTP 417: something does not know `Expect`.".to_owned(),
        ),
        100 => Some("What the client took for the reply is `100 Continue`.".to_owned()),
        _ => None,
    }),
};

pub static CODING: Ailment = Ailment {
    code: "content-encoding-refused",
    severity: Severity::Fails,
    page: page!("content-encoding-refused"),
    look: Look::Exchange(|seen| {
        let coding = seen.asked("content-encoding").filter(|_| seen.status() == 415)?;
        Some(format!(
            "The body's `Content-Encoding` is {}, and was refused with 415.",
            shown(coding)
        ))
    }),
};

pub static PATH: Ailment = Ailment {
    code: "no-such-path",
    severity: Severity::Fails,
    page: page!("no-such-path"),
    look: Look::Exchange(path),
};

/// Paths that the vendors' own documents and samples name.
const PATHS: [&str; 5] = [
    "/v2/api.svc",
    "/2013/v2/api.svc",
    "/api/xmlrpc/index.php",
    "/RPC2",
    "/Which50API/contactLists",
];

fn path(seen: &Seen<'_>) -> Option<String> {
    let path = seen.exchange.request.path();
    let is_unknown = match seen.dialect {
        Dialect::DotdigitalRest => matches!(
            dotdigital_rest::route::find(&seen.head.method, path),
            dotdigital_rest::route::Route::Unknown
        ),
        Dialect::Which50 => {
            matches!(which50::route::find(&seen.head.method, path), which50::route::Route::Unknown)
        }
        Dialect::Soap | Dialect::MethodCall | Dialect::Other => true,
        Dialect::Selzy => false,
    };
    let nearest = nearest(path, PATHS);
    (is_unknown && seen.status() == 404)
        .then(|| format!("Nothing is served at this path{}.", meant(nearest)))
}

pub static METHOD: Ailment = Ailment {
    code: "wrong-http-method",
    severity: Severity::Fails,
    page: page!("wrong-http-method"),
    look: Look::Exchange(method),
};

fn method(seen: &Seen<'_>) -> Option<String> {
    let request = &seen.exchange.request;
    let path = request.path();
    let others = match seen.dialect {
        Dialect::DotdigitalRest => match dotdigital_rest::route::find(&request.method, path) {
            dotdigital_rest::route::Route::OtherMethod(methods) => methods,
            _ => return None,
        },
        Dialect::Which50 => match which50::route::find(&request.method, path) {
            which50::route::Route::OtherMethod(methods) => methods,
            _ => return None,
        },
        Dialect::Soap | Dialect::MethodCall if seen.status() == 405 => vec!["POST"],
        _ => return None,
    };
    let (used, others) = (&request.method, others.join(", "));
    Some(format!("The call uses `{used}`, and this path is there for {others}."))
}
