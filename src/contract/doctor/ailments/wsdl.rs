//! The WSDL that a client was given.

use super::addressing::host_of;
use super::page;
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::seen::Seen;

/// Namespace of WSDL 1.1.
const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";

pub static ADDRESS: Ailment = Ailment {
    code: "wsdl-address-elsewhere",
    severity: Severity::Fails,
    page: page!("wsdl-address-elsewhere"),
    look: Look::Exchange(address),
};

/// Compares authority by authority, and scheme by scheme where the client's is known.
fn address(seen: &Seen<'_>) -> Option<String> {
    let root = seen.answered.root().filter(|root| root.is(WSDL, "definitions"))?;
    let own = seen.authority()?;
    let base = seen.known.base_url.as_deref();
    let scheme = base.and_then(|url| url.split_once("://")).map(|(scheme, _)| scheme);
    let all = root.walk();
    let named = all.iter().filter_map(|(_, element)| match element.local() {
        "address" => Some(("soap:address", element.attribute("location")?)),
        "import" => Some(("an import", element.attribute("schemaLocation")?)),
        _ => None,
    });
    let mut wrong = named.filter_map(|(what, url)| {
        let uri = url.parse::<http::Uri>().ok()?;
        let authority = uri.authority()?.as_str();
        let is_same = plain(authority).eq_ignore_ascii_case(&plain(&own));
        let other_scheme = scheme.filter(|scheme| uri.scheme_str() != Some(*scheme));
        if is_same && other_scheme.is_none() {
            return None;
        }
        let found = uri.scheme_str().unwrap_or_default();
        Some(format!(
            "In the WSDL, {what} is at `{found}://{authority}`; the client asked `{own}`."
        ))
    });
    wrong.next()
}

/// An authority without the ports that are left out as a rule.
fn plain(authority: &str) -> String {
    let host = host_of(authority);
    let is_default = authority.ends_with(":80") || authority.ends_with(":443");
    if is_default { host.to_owned() } else { authority.to_owned() }
}
