//! WS-Addressing: `Action`, `To` and their reply.

use super::{Element, page};
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::names::shown_namespace;
use crate::contract::doctor::seen::{Seen, Soap};
use crate::protocol::soap::addressing::{Addressed, Addressing, NONE};
use crate::protocol::soap::must_understand;
use crate::protocol::soap::security::WSSE;

/// A block of `…/addressing/none`, by its name.
fn none<'e>(soap: &Soap<'e, '_>) -> Option<&'e str> {
    soap.blocks().find(|block| block.namespace() == NONE).map(Element::local)
}

pub static NONE_IN_REPLY: Ailment = Ailment {
    code: "addressing-none-in-reply",
    severity: Severity::Fails,
    page: page!("addressing-none-in-reply"),
    look: Look::Exchange(|seen| {
        let name = seen.soap_reply().as_ref().and_then(none)?.to_owned();
        Some(format!("The reply has the header `{name}` in `{NONE}`."))
    }),
};

pub static NONE_IN_REQUEST: Ailment = Ailment {
    code: "addressing-none-in-request",
    severity: Severity::Note,
    page: page!("addressing-none-in-request"),
    look: Look::Exchange(|seen| {
        let name = seen.soap().as_ref().and_then(none)?.to_owned();
        Some(format!("The request has the header `{name}` in `{NONE}`."))
    }),
};

pub static WRONG_NAMESPACE: Ailment = Ailment {
    code: "addressing-in-wrong-namespace",
    severity: Severity::MayFail,
    page: page!("addressing-in-wrong-namespace"),
    look: Look::Exchange(wrong_namespace),
};

fn wrong_namespace(seen: &Seen<'_>) -> Option<String> {
    const NAMES: [&str; 5] = ["Action", "To", "MessageID", "ReplyTo", "From"];
    let soap = seen.soap()?;
    let block = soap.blocks().find(|block| {
        let namespace = block.namespace();
        NAMES.contains(&block.local())
            && namespace != NONE
            && namespace != WSSE
            && Addressing::of_namespace(namespace).is_none()
    })?;
    let found = shown_namespace(block.namespace());
    Some(format!(
        "The header `{}` is in {found}, which is no version of WS-Addressing: nobody reads it.",
        block.local()
    ))
}

pub static OTHER_HOST: Ailment = Ailment {
    code: "addressed-to-another-host",
    severity: Severity::MayFail,
    page: page!("addressed-to-another-host"),
    look: Look::Exchange(other_host),
};

fn other_host(seen: &Seen<'_>) -> Option<String> {
    let soap = seen.soap()?;
    let is_to =
        |namespace: &str| Addressing::of_namespace(namespace).is_some() || namespace == NONE;
    let to = soap.blocks().find(|block| block.local() == "To" && is_to(block.namespace()))?;
    let to = to.text.parse::<http::Uri>().ok()?;
    let (host, own) = (to.host()?.to_ascii_lowercase(), seen.authority()?);
    let own = host_of(&own).to_ascii_lowercase();
    let is_anonymous = host == "www.w3.org" || host == "schemas.xmlsoap.org";
    (host != own && !is_anonymous)
        .then(|| format!("`To` names the host `{host}`, and the call went to `{own}`."))
}

/// An authority without its port.
pub(super) fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

pub static UNRELATED: Ailment = Ailment {
    code: "reply-without-relates-to",
    severity: Severity::Fails,
    page: page!("reply-without-relates-to"),
    look: Look::Exchange(unrelated),
};

fn unrelated(seen: &Seen<'_>) -> Option<String> {
    let soap = seen.soap()?;
    let mut addressed = Addressed::default();
    for block in soap.blocks() {
        if let Some(version) = Addressing::of_namespace(block.namespace()) {
            let marked = block.attribute("mustUnderstand").is_some_and(must_understand::is_marked);
            addressed.add(version, block.local(), &block.text, marked);
        }
    }
    let relation = addressed.relation(soap.version?)?;
    relation.relates_to?;
    let namespace = relation.version.namespace();
    let reply = seen.soap_reply()?;
    let is_related = reply.blocks().any(|block| block.is(namespace, "RelatesTo"));
    (!is_related).then(|| {
        format!(
            "The request has a `MessageID` in `{namespace}`, and the reply no `RelatesTo` to it."
        )
    })
}
