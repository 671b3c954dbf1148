//! Who calls: credentials that are missing, damaged, refused, or in a place where nobody looks.

use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::{DecodeError, Engine as _};
use zeroize::Zeroizing;

use super::security::{self, token};
use super::{Element, page};
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::seen::{Dialect, Seen};
use crate::protocol::basic;

/// Whether the server refused the caller: by status, by a fault, or in the words of a face.
fn is_refused(seen: &Seen<'_>) -> bool {
    if matches!(seen.status(), 401 | 403) {
        return true;
    }
    let Some(fault) = seen.fault() else { return false };
    let code = fault.child_named("faultcode").map(|code| code.text.as_str());
    let all = || fault.walk();
    let is_subcode =
        |element: &Element<'_>| element.local() == "Value" && is_security(&element.text);
    code.is_some_and(is_security) || all().iter().any(|(_, element)| is_subcode(element))
}

/// Whether a fault's code is one of WS-Security's, whatever its prefix.
fn is_security(code: &str) -> bool {
    let local = code.rsplit(':').next().unwrap_or_default();
    matches!(local, "FailedAuthentication" | "InvalidSecurity" | "InvalidSecurityToken")
}

/// Whether the faces that this is for take HTTP Basic.
fn takes_basic(seen: &Seen<'_>) -> bool {
    matches!(seen.dialect, Dialect::Soap | Dialect::DotdigitalRest | Dialect::Which50)
}

fn has_credentials(seen: &Seen<'_>) -> bool {
    let has_token = seen.soap().is_some_and(|soap| token(&soap).is_some());
    has_token || seen.exchange.request.headers.contains_key("authorization")
}

pub static MISSING: Ailment = Ailment {
    code: "credentials-missing",
    severity: Severity::Fails,
    page: page!("credentials-missing"),
    look: Look::Exchange(|seen| {
        let is_it = takes_basic(seen) && seen.status() == 401 && !has_credentials(seen);
        // .NET and Mono send nothing until they are challenged, and then everything.
        let is_challenge = seen.known.is_answered_challenge || is_loop(seen);
        (is_it && !is_challenge && elsewhere(seen).is_none()).then(|| {
            "The call has neither `Authorization` nor a `UsernameToken`, and was answered with \
             HTTP 401."
                .to_owned()
        })
    }),
};

/// Whether the call before this one was challenged already, and this one repeats it.
fn is_loop(seen: &Seen<'_>) -> bool {
    let Some(earlier) = seen.before.last() else { return false };
    let (earlier_request, request) = (&earlier.request, &seen.exchange.request);
    let action = |request: &crate::contract::Request| request.headers.get("soapaction").cloned();
    earlier.response.status == 401
        && earlier_request.target == request.target
        && earlier_request.method == request.method
        && action(earlier_request) == action(request)
        && !earlier_request.headers.contains_key("authorization")
}

pub static LOOP: Ailment = Ailment {
    code: "challenge-not-answered",
    severity: Severity::Fails,
    page: page!("challenge-not-answered"),
    look: Look::Exchange(|seen| {
        let is_it = seen.status() == 401 && !has_credentials(seen) && is_loop(seen);
        (is_it && takes_basic(seen)).then(|| {
            "The server asked for HTTP Basic with 401, and the client sent the same call again \
             without credentials."
                .to_owned()
        })
    }),
};

/// The bytes of a Basic header's login; `None` without such a header.
fn basic_bytes(seen: &Seen<'_>) -> Option<Result<Zeroizing<Vec<u8>>, DecodeError>> {
    let value = seen.asked("authorization")?.trim();
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    // Some clients leave the padding out, and every server reads it so.
    Some(STANDARD_NO_PAD.decode(token.trim().trim_end_matches('=')).map(Zeroizing::new))
}

pub static DAMAGED: Ailment = Ailment {
    code: "basic-header-damaged",
    severity: Severity::Fails,
    page: page!("basic-header-damaged"),
    look: Look::Exchange(|seen| {
        if seen.asked("authorization").is_none() || !takes_basic(seen) {
            return None;
        }
        let what = match basic_bytes(seen)? {
            Err(_) => "is no base64",
            Ok(bytes) if !bytes.contains(&b':') => "has no colon between user and password",
            Ok(bytes) if bytes.ends_with(b"\n") => {
                "ends with a line break, as of `echo` without `-n`"
            }
            Ok(_) => return None,
        };
        Some(format!("What stands behind `Authorization: Basic` {what}."))
    }),
};

pub static NO_PASSWORD: Ailment = Ailment {
    code: "basic-without-password",
    severity: Severity::Fails,
    page: page!("basic-without-password"),
    look: Look::Exchange(|seen| {
        let logins = basic::logins(&seen.exchange.request.headers);
        let first = logins.first().filter(|_| takes_basic(seen) && is_refused(seen))?;
        first.password.is_empty().then(|| "The HTTP Basic password is empty.".to_owned())
    }),
};

pub static ENCODING: Ailment = Ailment {
    code: "password-encoding",
    severity: Severity::Fails,
    page: page!("password-encoding"),
    look: Look::Exchange(|seen| {
        let bytes = basic_bytes(seen)?.ok().filter(|bytes| !bytes.is_ascii())?;
        let encoding = if std::str::from_utf8(&bytes).is_ok() { "UTF-8" } else { "ISO-8859-1" };
        (takes_basic(seen) && is_refused(seen)).then(|| {
            format!("The refused login has characters outside ASCII, and came in {encoding}.")
        })
    }),
};

pub static DIGEST: Ailment = Ailment {
    code: "digest-refused",
    severity: Severity::Fails,
    page: page!("digest-refused"),
    look: Look::Exchange(|seen| {
        let soap = seen.soap()?;
        let password = token(&soap)?.child_named("Password")?;
        let is_digest = password.attribute("Type")?.ends_with("#PasswordDigest");
        (is_digest && is_refused(seen) && !security::explains(seen)).then(|| {
            "The call has a `UsernameToken` with `PasswordDigest`, and was refused.".to_owned()
        })
    }),
};

pub static REFUSED: Ailment = Ailment {
    code: "credentials-refused",
    severity: Severity::Fails,
    page: page!("credentials-refused"),
    look: Look::Exchange(refused),
};

/// Only where nothing about the credentials themselves says why.
fn refused(seen: &Seen<'_>) -> Option<String> {
    let is_told_elsewhere = [&DAMAGED, &NO_PASSWORD, &ENCODING, &DIGEST]
        .iter()
        .any(|ailment| matches!(ailment.look, Look::Exchange(look) if look(seen).is_some()));
    let is_it = takes_basic(seen) && is_refused(seen) && has_credentials(seen);
    let is_inactive = seen.exchange.response.body.windows(16).any(|at| at == b"FEATURENOTACTIVE");
    (is_it && !is_told_elsewhere && !is_inactive && !security::explains(seen)).then(|| {
        let status = seen.status();
        let has_token = seen.soap().is_some_and(|soap| token(&soap).is_some());
        let what = if has_token { "`UsernameToken`" } else { "`Authorization` header" };
        format!("The {what} is well-formed, and was refused with HTTP {status}.")
    })
}

pub static ELSEWHERE: Ailment = Ailment {
    code: "credentials-in-wrong-place",
    severity: Severity::Fails,
    page: page!("credentials-in-wrong-place"),
    look: Look::Exchange(elsewhere),
};

/// Names under which clients of other APIs send credentials, in lower case.
const NAMES: [&str; 9] = [
    "username",
    "user",
    "login",
    "password",
    "api_key",
    "apikey",
    "x-api-key",
    "token",
    "apitoken",
];

fn elsewhere(seen: &Seen<'_>) -> Option<String> {
    if !takes_basic(seen) || has_credentials(seen) || !is_refused(seen) {
        return None;
    }
    let is_name = |name: &str| NAMES.contains(&name.to_ascii_lowercase().as_str());
    let request = &seen.exchange.request;
    let header = request.headers.keys().map(http::HeaderName::as_str).find(|name| is_name(name));
    let pairs = request.query().split('&').filter_map(|pair| pair.split_once('='));
    let in_query = pairs.map(|(name, _)| name).find(|name| is_name(name));
    let soap = seen.soap();
    let blocks = soap.iter().flat_map(super::super::seen::Soap::blocks).flat_map(Element::walk);
    let in_soap = blocks.map(|(_, element)| element.local()).find(|name| is_name(name));
    let (name, place) = match (header, in_query, in_soap) {
        (Some(name), ..) => (name, "a header of its own"),
        (None, Some(name), _) => (name, "the query"),
        (None, None, Some(name)) => (name, "a SOAP header of its own"),
        (None, None, None) => return None,
    };
    Some(format!("`{name}` is in {place}, where nobody looks for credentials."))
}
