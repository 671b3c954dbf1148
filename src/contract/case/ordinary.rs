//! Requests of which only the body, or nothing, is on disk: the rest is as the face's clients do.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::dialect::{Dialect, Login};
use super::files::BodyFile;
use super::stand_ins::replaced;
use super::told::{Credentials, RequestHead};
use crate::contract::Request;
use crate::faces::dotdigital_soap::service::SHAPE;

/// Stands in requests for the caller's key.
const KEY: &str = "{api_key}";
const SECRET: &str = "{shared_secret}";
/// Fits nobody.
const WRONG: &str = "0123456789abcdef";
/// A Basic pair stands in the clear until it is sent.
const BASIC: &str = "Basic {login}:{password}";

const ORDINARY_HOST: &str = "api.example.org";

/// A call of an operation, and what of its head is said.
#[derive(Debug)]
pub struct Ordinary<'c> {
    pub dialect: &'static Dialect,
    pub operation: &'c str,
    pub head: &'c RequestHead,
}

impl Ordinary<'_> {
    /// The whole request, with stand-ins for the credentials. The error says what is missing.
    pub fn request(&self, body: Option<&BodyFile>) -> Result<Request, String> {
        let bytes = body.map(|body| body.bytes.as_slice()).unwrap_or_default();
        let target = self.target()?;
        let says_key = contains(bytes, KEY) || target.contains(KEY);
        let headers = self.headers(body.map(|body| body.extension), says_key)?;
        let (target, body) =
            (self.with_credentials(target.as_bytes()), self.with_credentials(bytes));
        let target = String::from_utf8(target).map_err(|_| "the path is not UTF-8".to_owned())?;
        let method = self.method(!bytes.is_empty())?;
        Ok(Request { method, target, headers, body: Bytes::from(body) })
    }

    fn method(&self, has_body: bool) -> Result<Method, String> {
        let usual = if self.dialect.path.is_empty() && !has_body { "GET" } else { "POST" };
        let method = self.head.method.as_deref().unwrap_or(usual);
        method.parse().map_err(|_| format!("`{method}` is no method"))
    }

    fn target(&self) -> Result<String, String> {
        let path = self.head.path.as_deref().unwrap_or(self.dialect.path);
        if path.is_empty() {
            return Err(
                "[request] says no path, and calls of this face have none of their own".to_owned()
            );
        }
        // A method's name may have a slash, which a folder's cannot.
        Ok(path.replace("{operation}", &self.operation.replace('.', "/")))
    }

    fn headers(&self, extension: Option<&str>, says_key: bool) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, text: &str| match HeaderValue::from_str(text) {
            Ok(value) => {
                headers.insert(name, value);
                Ok(())
            }
            Err(_) => Err(format!("`{name}` has a value that no header can have")),
        };
        set(HOST, self.head.host.as_deref().unwrap_or(ORDINARY_HOST))?;
        // Its value is set when the stand-ins are filled.
        set(CONTENT_LENGTH, "0")?;
        let ordinary = self.dialect.content_type(extension);
        let content_type = self.head.content_type.as_deref().unwrap_or(ordinary);
        if !content_type.is_empty() {
            set(CONTENT_TYPE, content_type)?;
        }
        if self.dialect.has_action {
            let action = format!("\"{}\"", SHAPE.action(self.operation));
            let action = self.head.soap_action.as_ref().unwrap_or(&action);
            set(HeaderName::from_static("soapaction"), action)?;
        }
        // A key in the document is all that a caller shows.
        if self.head.credentials != Credentials::None && !says_key {
            set(AUTHORIZATION, &self.pair())?;
        }
        for (name, value) in &self.head.headers {
            let name = name.parse().map_err(|_| format!("`{name}` is no header's name"))?;
            set(name, value)?;
        }
        Ok(headers)
    }

    fn pair(&self) -> String {
        match self.head.credentials {
            Credentials::Wrong => BASIC.replace("{password}", WRONG),
            Credentials::Right | Credentials::None => BASIC.to_owned(),
        }
    }

    /// Wrong ones are put in here: they stand for nobody.
    fn with_credentials(&self, bytes: &[u8]) -> Vec<u8> {
        if self.head.credentials != Credentials::Wrong {
            return bytes.to_vec();
        }
        let told = if self.dialect.login == Login::Token { KEY } else { SECRET };
        replaced(bytes, told, WRONG)
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
