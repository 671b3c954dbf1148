//! What a case is called, by what was asked and how it was answered.

use http::{Method, StatusCode};
use serde_json::Value;

use crate::contract::{Exchange, Request, Response};
use crate::faces::short_name;
use crate::protocol::xml::{Content, Limits, Reader, XmlError, decode};

/// The operation of calls for a service's description.
pub(super) const METADATA: &str = "metadata";

/// Longest name made from a code, in bytes.
const MOST_NAME_BYTES: usize = 60;

/// Bodies beyond are not looked into: errors are short.
const MOST_ERROR_BYTES: usize = 256 * 1024;

/// How an exchange is filed.
#[derive(Debug)]
pub(super) struct Outcome<'o> {
    pub operation: &'o str,
    pub name: String,
    /// The sentence that the case proves.
    pub shows: String,
    /// `[compare]` of `case.toml`.
    pub compare: toml::Table,
}

impl<'o> Outcome<'o> {
    pub fn of(operation: &'o str, exchange: &Exchange) -> Self {
        if matches!(operation, "" | METADATA)
            && let Some(page) = page_of(&exchange.request)
        {
            let shows = format!("The description {page} is served.");
            // Where the service is differs from server to server.
            let compare = ignoring(&["/**/@location", "/**/@schemaLocation", "/**/Address"]);
            return Self { operation: METADATA, name: page, shows, compare };
        }
        let operation = short_name(operation);
        let who = if operation.is_empty() { "A call of no known operation" } else { operation };
        let name = name_of(&exchange.response);
        let shows = match name.strip_prefix("fault-") {
            Some(code) => format!("{who} is answered with the error {code}."),
            None => format!("{who} is answered with {}.", exchange.response.status.as_u16()),
        };
        Self { operation, name, shows, compare: rules_for(&exchange.response) }
    }
}

/// A time stands in the reply's security header.
fn rules_for(response: &Response) -> toml::Table {
    let body = String::from_utf8_lossy(&response.body);
    if body.contains("Security") {
        ignoring(&["/Envelope/Header/Security"])
    } else {
        toml::Table::new()
    }
}

fn ignoring(patterns: &[&str]) -> toml::Table {
    let patterns: Vec<toml::Value> =
        patterns.iter().map(|pattern| (*pattern).to_owned().into()).collect();
    toml::Table::from_iter([("ignore".to_owned(), patterns.into())])
}

/// The name of a description that is asked for: `wsdl`, `wsdl-wsdl0`, `xsd-xsd2`, `singlewsdl`.
fn page_of(request: &Request) -> Option<String> {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return None;
    }
    let query = request.query().to_ascii_lowercase();
    let known = ["wsdl", "singlewsdl", "xsd", "disco"];
    let key = query.split(['=', '&']).next().unwrap_or_default();
    known.contains(&key).then(|| slug(&query))
}

fn name_of(response: &Response) -> String {
    if let Some(code) = code_of(response) {
        return format!("fault-{}", slug(&code));
    }
    let status = response.status;
    if status.is_success() { "success".to_owned() } else { format!("status-{}", status.as_u16()) }
}

/// The error that a reply says, in the vendor's word for it.
fn code_of(response: &Response) -> Option<String> {
    let body = &response.body;
    if body.len() > MOST_ERROR_BYTES {
        return None;
    }
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => code_in_json(body, response.status),
        Some(b'<' | 0xef) => {
            let mut said = Said::default();
            // Of a document that breaks off, what was said until then.
            drop(said.read(body));
            said.code()
        }
        _ => None,
    }
}

fn code_in_json(body: &[u8], status: StatusCode) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    if text("error").is_some()
        && let Some(code) = text("code")
    {
        return Some(code.to_owned());
    }
    if status.is_success() { None } else { text("message").and_then(vendor_code) }
}

/// The code that the vendor's sentences end with, such as `ERROR_CONTACT_NOT_FOUND`.
fn vendor_code(text: &str) -> Option<String> {
    let is_code = |word: &&str| {
        let rest = word.strip_prefix("ERROR_").unwrap_or_default();
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.split_whitespace().find(is_code).map(str::to_owned)
}

fn slug(text: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    text.chars().take(MOST_NAME_BYTES).map(letter).collect()
}

/// What a reply in XML says of an error.
#[derive(Debug, Default)]
struct Said {
    is_error: bool,
    code: Option<String>,
    text: Option<String>,
}

impl Said {
    fn read(&mut self, body: &[u8]) -> Result<(), XmlError> {
        let text = decode(body, None)?;
        let mut xml = Reader::new(&text, Limits::default());
        let root = xml.root()?;
        self.element(&mut xml, root.local(), false)
    }

    /// Takes in the element entered last. Depth is bounded by the reader.
    fn element(
        &mut self,
        xml: &mut Reader<'_>,
        local: &str,
        in_fault: bool,
    ) -> Result<(), XmlError> {
        let in_fault = in_fault || matches!(local, "Fault" | "fault");
        self.is_error |= in_fault;
        let mut next = match xml.text_or_child()? {
            Content::Text(text) => {
                self.leaf(local, &text, in_fault);
                None
            }
            Content::Child(name) => Some(name),
        };
        while let Some(name) = next {
            self.element(xml, name.local(), in_fault)?;
            next = xml.next_child()?;
        }
        Ok(())
    }

    /// SOAP 1.1 and 1.2, XML-RPC, and the Empower API's own form, in which 0 is no error.
    fn leaf(&mut self, local: &str, text: &str, in_fault: bool) {
        let kept = match (local, in_fault) {
            ("faultcode" | "Value" | "int", true) | ("responseCode", false) => &mut self.code,
            ("faultstring" | "Text", true) => &mut self.text,
            ("error", false) => {
                self.is_error |= text.trim() == "1";
                return;
            }
            _ => return,
        };
        kept.get_or_insert_with(|| text.trim().to_owned());
    }

    fn code(self) -> Option<String> {
        if !self.is_error {
            return None;
        }
        let of_vendor = self.text.as_deref().and_then(vendor_code);
        let own =
            || self.code.as_deref().and_then(|code| code.rsplit(':').next()).map(str::to_owned);
        of_vendor.or_else(own).filter(|code| !code.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(reply: &str) -> String {
        name_of(&Response::read(reply.as_bytes()).unwrap())
    }

    #[test]
    fn a_case_is_named_by_the_vendors_word_for_its_outcome() {
        let fault = "HTTP/1.1 500 -\n\n<s:Envelope xmlns:s='urn:s'><s:Body><s:Fault>\
            <faultcode>s:Client</faultcode><faultstring>No. ERROR_CONTACT_NOT_FOUND</faultstring>\
            </s:Fault></s:Body></s:Envelope>";
        assert_eq!(name(fault), "fault-error-contact-not-found");
        let of_wcf = fault.replace("No. ERROR_CONTACT_NOT_FOUND", "It failed for ann@b.example");
        let of_wcf = of_wcf.replace("s:Client", "a:InternalServiceFault");
        assert_eq!(name(&of_wcf), "fault-internalservicefault");
        let empower = "HTTP/1.1 200 OK\n\n<methodResponse><item><error>1</error><responseData>\
            <responseCode>428</responseCode></responseData></item></methodResponse>";
        assert_eq!(name(empower), "fault-428");
        assert_eq!(name(&empower.replace("<error>1", "<error>0")), "success");
        let selzy = "HTTP/1.1 200 OK\n\n{\"error\":\"x\",\"code\":\"invalid_api_key\"}";
        assert_eq!(name(selzy), "fault-invalid-api-key");
        let rest = "HTTP/1.1 404 -\n\n{\"message\":\"Error: ERROR_CONTACT_NOT_FOUND\"}";
        assert_eq!(name(rest), "fault-error-contact-not-found");
        assert_eq!(name("HTTP/1.1 401 -\n\n"), "status-401");
        assert_eq!(name("HTTP/1.1 200 OK\n\n{\"code\":\"a\"}"), "success");
    }

    #[test]
    fn descriptions_are_named_by_their_query() {
        let page = |target: &str| {
            page_of(&Request::read(format!("GET {target} HTTP/1.1\n\n").as_bytes()).unwrap())
        };
        assert_eq!(page("/v2/api.svc?singleWsdl").as_deref(), Some("singlewsdl"));
        assert_eq!(page("/v2/api.svc?xsd=xsd0").as_deref(), Some("xsd-xsd0"));
        assert_eq!(page("/v2/contacts?select=1"), None);
    }
}
