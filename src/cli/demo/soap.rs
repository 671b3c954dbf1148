//! Calls of the SOAP face as a generated proxy makes them: a real envelope over a real socket.

use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{Method, StatusCode};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::cli::http_client::Client;

const PATH: &str = "/v2/api.svc";
const NAMESPACE: &str = "http://apiconnector.com/v2";
const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");

/// The SOAP face, as one caller with a password sees it.
#[derive(Debug, Clone)]
pub struct SoapCaller {
    client: Client,
}

/// The texts of a reply's elements, in document order.
#[derive(Debug)]
pub struct Texts(Vec<(String, String)>);

impl SoapCaller {
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Calls `operation` with `members` as its body; a fault is an error with the fault's text.
    pub async fn call(&self, operation: &str, members: &str) -> Result<Texts> {
        let envelope = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <{operation} xmlns=\"{NAMESPACE}\">{members}</{operation}></s:Body></s:Envelope>"
        );
        let action = format!("\"{NAMESPACE}/ApiService/{operation}\"");
        let headers = [(CONTENT_TYPE, "text/xml; charset=utf-8"), (SOAP_ACTION, action.as_str())];
        let answer = self.client.call(Method::POST, PATH, &headers, envelope).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            bail!("{operation}: the login is refused");
        }
        let texts = Texts::read(&answer.body)
            .with_context(|| format!("{operation}: HTTP {} without XML", answer.status))?;
        match texts.get("faultstring") {
            Some(fault) => Err(anyhow!("{operation}: {fault}")),
            None if answer.status.is_success() => Ok(texts),
            None => Err(anyhow!("{operation}: HTTP {}", answer.status)),
        }
    }
}

impl Texts {
    fn read(document: &[u8]) -> Result<Self> {
        let mut reader = Reader::from_str(std::str::from_utf8(document)?);
        let mut texts = Self(Vec::new());
        let mut open: Vec<usize> = Vec::new();
        loop {
            match reader.read_event()? {
                Event::Start(element) => open.push(texts.begin(element.local_name().as_ref())),
                Event::Empty(element) => {
                    texts.begin(element.local_name().as_ref());
                }
                Event::End(_) => drop(open.pop()),
                Event::Text(text) => texts.append(open.last(), &text.xml10_content()),
                Event::GeneralRef(reference) => texts.append(open.last(), &resolve(&reference)?),
                Event::Eof => return Ok(texts),
                _ => {}
            }
        }
    }

    fn begin(&mut self, name: &str) -> usize {
        self.0.push((name.to_owned(), String::new()));
        self.0.len() - 1
    }

    fn append(&mut self, to: Option<&usize>, more: &str) {
        if let Some((_, text)) = to.and_then(|at| self.0.get_mut(*at)) {
            text.push_str(more);
        }
    }

    /// The text of the first element of this local name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(element, _)| element == name).map(|(_, text)| text.as_str())
    }

    /// Like [`Self::get`], for an element that must be there.
    pub fn need(&self, name: &str) -> Result<&str> {
        self.get(name).with_context(|| format!("the reply has no {name}"))
    }

    /// The bytes of an element in Base64.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>> {
        STANDARD.decode(self.need(name)?).with_context(|| format!("{name} is not Base64"))
    }
}

fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Result<String> {
    if let Some(character) = reference.resolve_char_ref()? {
        return Ok(character.to_string());
    }
    let name: &str = reference;
    quick_xml::escape::resolve_predefined_entity(name)
        .map(str::to_owned)
        .with_context(|| format!("unknown entity {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_by_local_name_with_references_resolved() {
        let texts =
            Texts::read(b"<s:a xmlns:s='x'><b:C xmlns:b='y'>1 &lt; 2 &#65;</b:C><D/></s:a>");
        let texts = texts.unwrap();
        assert_eq!(texts.get("C"), Some("1 < 2 A"));
        assert!(texts.need("E").is_err());
    }
}
