//! Addresses in replies, made to lead to us.
//!
//! A client that reads its service's description calls whatever address stands there. Only the
//! values that a description has for addresses are touched, and only when they are the upstream's:
//! a namespace may look like an address and must stay.

use std::collections::BTreeSet;

use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, Method};

use crate::contract::{Request, Response};
use crate::protocol::http::client::Place;
use crate::protocol::rest::{MediaType, Syntax};
use crate::protocol::xml::{Content, Limits, Reader, XmlError, decode};

/// Root elements of descriptions: WSDL, schema, disco, WADL.
const ROOTS: &[(&str, &str)] = &[
    ("http://schemas.xmlsoap.org/wsdl/", "definitions"),
    ("http://www.w3.org/2001/XMLSchema", "schema"),
    ("http://schemas.xmlsoap.org/disco/", "discovery"),
    ("http://wadl.dev.java.net/2009/02", "application"),
];

/// Where a description has addresses: element and attribute.
const PLACES: &[(&str, &str)] = &[
    ("address", "location"),
    ("import", "location"),
    ("import", "schemaLocation"),
    ("include", "schemaLocation"),
    ("contractRef", "ref"),
    ("contractRef", "docRef"),
    ("schemaRef", "ref"),
    ("discoveryRef", "ref"),
    ("soap", "address"),
    ("resources", "base"),
];

/// Of these, those that say where the service is: their host is the upstream's, whatever name it
/// has inside the vendor's network.
const OF_SERVICE: &[(&str, &str)] =
    &[("address", "location"), ("soap", "address"), ("resources", "base")];

/// The text of this element is an address (WS-Addressing in WCF's ports).
const ADDRESS_ELEMENT: &str = "Address";

/// Rewrites `Location` and the addresses of a description.
pub(super) fn readdress(place: &Place, asked: &Request, reply: &mut Response, base_url: &str) {
    let location = reply.headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let ours = location.and_then(|location| ours(place, &BTreeSet::new(), location, base_url));
    if let Some(Ok(value)) = ours.map(|ours| HeaderValue::from_str(&ours)) {
        reply.headers.insert(LOCATION, value);
    }
    if asked.method != Method::GET || !is_xml(&reply.headers) {
        return;
    }
    if let Some(text) = described(place, &reply.body, base_url) {
        reply.body = text.into();
    }
}

fn is_xml(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| MediaType::parse(value).syntax() == Syntax::Xml)
}

/// The description with our addresses; `None` for what is none, or has nothing to change.
fn described(place: &Place, body: &[u8], base_url: &str) -> Option<String> {
    let text = decode(body, None).ok()?;
    let found = Found::read(&text).ok()??;
    let mut out = text.clone().into_owned();
    for value in &found.values {
        let Some(ours) = ours(place, &found.service_hosts, &value.url, base_url) else { continue };
        let (from, to) = (escaped(&value.url), escaped(&ours));
        for (before, after) in value.spellings() {
            out = out.replace(&format!("{before}{from}{after}"), &format!("{before}{to}{after}"));
        }
    }
    (out != *text).then_some(out)
}

/// `url` at our base, when it is the upstream's.
fn ours(
    place: &Place,
    service_hosts: &BTreeSet<String>,
    url: &str,
    base_url: &str,
) -> Option<String> {
    let behind = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let end = behind.find(['/', '?', '#']).unwrap_or(behind.len());
    let (authority, path) = behind.split_at_checked(end)?;
    let host = host_of(authority);
    if host != place.host && !service_hosts.contains(&host) {
        return None;
    }
    let path = path.strip_prefix(place.prefix.as_str()).unwrap_or(path);
    Some(format!("{base_url}{path}"))
}

fn host_of(authority: &str) -> String {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    host.trim_matches(['[', ']']).to_ascii_lowercase()
}

fn escaped(url: &str) -> String {
    url.replace('&', "&amp;")
}

/// An address as a description has it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Value {
    /// The attribute, or none for an element's text.
    attribute: Option<&'static str>,
    url: String,
}

impl Value {
    /// What may stand before and behind it.
    fn spellings(&self) -> Vec<(String, &'static str)> {
        match self.attribute {
            Some(name) => vec![(format!(" {name}=\""), "\""), (format!(" {name}='"), "'")],
            None => vec![(format!("{ADDRESS_ELEMENT}>"), "<")],
        }
    }
}

/// The addresses of a description.
#[derive(Default)]
struct Found {
    values: BTreeSet<Value>,
    service_hosts: BTreeSet<String>,
}

impl Found {
    /// `None` for a document that is no description.
    fn read(text: &str) -> Result<Option<Self>, XmlError> {
        let mut xml = Reader::new(text, Limits::default());
        let root = xml.root()?;
        if !ROOTS.iter().any(|(namespace, local)| root.is(namespace, local)) {
            return Ok(None);
        }
        let mut found = Self::default();
        found.element(&mut xml, root.local())?;
        Ok(Some(found))
    }

    /// Takes in the element entered last. Depth is bounded by the reader.
    fn element(&mut self, xml: &mut Reader<'_>, local: &str) -> Result<(), XmlError> {
        if local == "documentation" {
            return xml.skip();
        }
        for (element, attribute) in PLACES.iter().filter(|(element, _)| *element == local) {
            let Some(url) = xml.attribute("", attribute) else { continue };
            if OF_SERVICE.contains(&(element, attribute)) {
                self.serves(url);
            }
            self.values.insert(Value { attribute: Some(attribute), url: url.to_owned() });
        }
        let mut next = match xml.text_or_child()? {
            Content::Text(text) => {
                if local == ADDRESS_ELEMENT {
                    self.serves(&text);
                    self.values.insert(Value { attribute: None, url: text.into_owned() });
                }
                return Ok(());
            }
            Content::Child(name) => Some(name),
        };
        while let Some(name) = next {
            self.element(xml, name.local())?;
            next = xml.next_child()?;
        }
        Ok(())
    }

    fn serves(&mut self, url: &str) {
        let authority = url.split_once("://").map_or("", |(_, behind)| behind);
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        self.service_hosts.insert(host_of(authority));
    }
}
