//! How a request is written: XML, envelope, header blocks.

use super::page;
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::names::{shown, shown_namespace};
use crate::contract::doctor::seen::{Dialect, Seen};
use crate::protocol::soap::must_understand;
use crate::protocol::soap::version::{MediaType, Version};
use crate::protocol::xml::{Problem, XmlError};

/// Why the request's document could not be read, in the faces that take XML alone.
fn broken<'s>(seen: &'s Seen<'_>) -> Option<&'s XmlError> {
    let takes_xml = matches!(seen.dialect, Dialect::Soap | Dialect::MethodCall);
    seen.sent.error().filter(|_| takes_xml)
}

pub static MALFORMED: Ailment = Ailment {
    code: "malformed-xml",
    severity: Severity::Fails,
    page: page!("malformed-xml"),
    look: Look::Exchange(malformed),
};

fn malformed(seen: &Seen<'_>) -> Option<String> {
    let error = broken(seen)?;
    let is_told_elsewhere = matches!(
        error.problem(),
        Problem::UndeclaredPrefix
            | Problem::Doctype
            | Problem::InvalidEncoding
            | Problem::UnknownEncoding
    );
    (!is_told_elsewhere).then(|| format!("The request cannot be read: {error}."))
}

pub static UNDECLARED: Ailment = Ailment {
    code: "undeclared-prefix",
    severity: Severity::Fails,
    page: page!("undeclared-prefix"),
    look: Look::Exchange(|seen| {
        let error = broken(seen)?;
        let is_it = error.problem() == Problem::UndeclaredPrefix;
        is_it.then(|| format!("The request cannot be read: {error}."))
    }),
};

pub static DOCTYPE: Ailment = Ailment {
    code: "doctype",
    severity: Severity::Fails,
    page: page!("doctype"),
    look: Look::Exchange(|seen| {
        let is_it = broken(seen)?.problem() == Problem::Doctype;
        is_it.then(|| "The request has a document type declaration (`<!DOCTYPE`).".to_owned())
    }),
};

pub static NAMESPACE: Ailment = Ailment {
    code: "envelope-in-wrong-namespace",
    severity: Severity::Fails,
    page: page!("envelope-in-wrong-namespace"),
    look: Look::Exchange(|seen| {
        let soap = seen.soap().filter(|soap| soap.version.is_none())?;
        let found = shown_namespace(soap.envelope.namespace());
        Some(format!("The request's `Envelope` is in {found}, which is of no version of SOAP."))
    }),
};

pub static VERSION: Ailment = Ailment {
    code: "soap-version-mismatch",
    severity: Severity::Fails,
    page: page!("soap-version-mismatch"),
    look: Look::Exchange(version),
};

pub(super) fn version(seen: &Seen<'_>) -> Option<String> {
    let found = seen.soap()?.version?;
    let MediaType::Of(expected) = MediaType::of(seen.asked("content-type")) else { return None };
    let name = |version| match version {
        Version::Soap11 => "SOAP 1.1",
        Version::Soap12 => "SOAP 1.2",
    };
    (expected != found).then(|| {
        format!(
            "The content type is that of {}, and the envelope is of {}.",
            name(expected),
            name(found)
        )
    })
}

pub static CONTROL: Ailment = Ailment {
    code: "control-characters",
    severity: Severity::MayFail,
    page: page!("control-characters"),
    look: Look::Exchange(|seen| {
        let root = seen.sent.root().filter(|root| root.forbidden > 0)?;
        Some(format!(
            "The request holds {} character(s) that XML 1.0 forbids, below `{}`.",
            root.forbidden,
            innermost(root)
        ))
    }),
};

/// Name of the deepest element in which the forbidden characters are.
pub(super) fn innermost<'e>(root: &'e super::Element<'_>) -> &'e str {
    let mut at = root;
    while let Some(child) = at.children.iter().find(|child| child.forbidden > 0) {
        at = child;
    }
    at.local()
}

pub static NOT_UNDERSTOOD: Ailment = Ailment {
    code: "header-not-understood",
    severity: Severity::Fails,
    page: page!("header-not-understood"),
    look: Look::Exchange(not_understood),
};

fn not_understood(seen: &Seen<'_>) -> Option<String> {
    let soap = seen.soap()?;
    let block = soap.blocks().find(|block| {
        let marked = block.attribute("mustUnderstand").is_some_and(must_understand::is_marked);
        let role = block.attribute("actor").or_else(|| block.attribute("role"));
        let is_ours = soap.version.is_none_or(|v| v.is_our_role(role.unwrap_or_default().trim()));
        marked && is_ours && !must_understand::understands(block.namespace(), block.local())
    })?;
    let (name, namespace) = (shown(block.local()), shown_namespace(block.namespace()));
    Some(format!(
        "The header block {name} in {namespace} says `mustUnderstand`, and nobody here knows it."
    ))
}
