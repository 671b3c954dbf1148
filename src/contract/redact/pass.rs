//! One walk over an exchange, collecting credentials or replacing them.
//!
//! Both walks do the same, so what the first finds the second replaces; only the second knows all
//! credentials and can therefore find them wherever else they stand.

use bytes::Bytes;
use http::HeaderMap;
use sha2::{Digest as _, Sha256};

use super::edit::{Edit, applied, settled};
use super::kind::{Kind, kind_of, kind_of_text};
use super::layer::{Layer, Spelling, utf16_of};
use super::names::{self, Meaning};
use super::scan::{Known, Scanner};
use super::secrets::Secrets;
use super::token::{self, API_KEY, SHARED_SECRET, Tokens};
use super::{
    MOST_DEPTH, Obstacle, Options, Place, Unredactable, base64, csv, form, headers, json,
    multipart, php, xml,
};
use crate::contract::{Exchange, Request, Response};
use crate::protocol::form::text;

/// Edits of some bytes, or why there can be none.
pub(super) type Edits = Result<Vec<Edit>, Unredactable>;

pub(super) struct Pass<'a> {
    pub options: &'a Options,
    tokens: &'a Tokens,
    secrets: &'a mut Secrets,
    known: Option<&'a Known>,
    place: Place,
    /// Documents around the one at hand.
    depth: usize,
}

/// What is known of a content from around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    pub content_type: &'a str,
    /// What the content is when it is a single value.
    pub meaning: Meaning,
}

impl<'a> Pass<'a> {
    pub fn collecting(options: &'a Options, tokens: &'a Tokens, secrets: &'a mut Secrets) -> Self {
        Self { options, tokens, secrets, known: None, place: Place::Target, depth: 0 }
    }

    pub fn replacing(
        options: &'a Options,
        tokens: &'a Tokens,
        secrets: &'a mut Secrets,
        known: &'a Known,
    ) -> Self {
        Self { options, tokens, secrets, known: Some(known), place: Place::Target, depth: 0 }
    }

    fn is_collecting(&self) -> bool {
        self.known.is_none()
    }

    pub fn place(&self) -> Place {
        self.place
    }

    pub fn refused<T>(&self, obstacle: Obstacle) -> Result<T, Unredactable> {
        Err(Unredactable { place: self.place, obstacle })
    }

    pub fn is_request(&self) -> bool {
        matches!(self.place, Place::Target | Place::RequestHeader | Place::RequestBody)
    }

    /// The exchange with everything that this walk knows replaced.
    pub fn exchange(&mut self, exchange: &Exchange) -> Result<Exchange, Unredactable> {
        let Exchange { request, response } = exchange;
        // Headers first: what a credential there becomes, it becomes everywhere.
        self.place = Place::RequestHeader;
        let mut request_headers = headers::redacted(self, &request.headers)?;
        self.place = Place::Target;
        let target = self.target(&request.target)?;
        self.place = Place::RequestBody;
        let whole = names::of_path(request.path(), self.options);
        let body = self.body(&request.headers, &request.body, whole)?;
        headers::corrected(&mut request_headers, &request.headers, &request.body, &body);
        let request =
            Request { method: request.method.clone(), target, headers: request_headers, body };
        self.place = Place::ResponseHeader;
        let mut response_headers = headers::redacted(self, &response.headers)?;
        self.place = Place::ResponseBody;
        let whole = if response.status.is_success() { whole } else { Meaning::Plain };
        let body = self.body(&response.headers, &response.body, whole)?;
        headers::corrected(&mut response_headers, &response.headers, &response.body, &body);
        if self.secrets.are_too_many() {
            return self.refused(Obstacle::TooMany);
        }
        let response = Response { status: response.status, headers: response_headers, body };
        Ok(Exchange { request, response })
    }

    fn target(&mut self, target: &str) -> Result<String, Unredactable> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut edits = Vec::new();
        let mut start = 0;
        for segment in path.split('/') {
            let layer = Layer::of(Spelling::Percent, segment.as_bytes());
            let found = self.scanned(layer.plain());
            edits.extend(layer.lift(found, start));
            start += segment.len() + 1;
        }
        let query_edits = form::edits(self, query.as_bytes())?;
        edits.extend(query_edits.into_iter().map(|edit| edit.moved(path.len() + 1)));
        let target = applied(target.as_bytes(), &settled(edits));
        Ok(text::read(&target).into_owned())
    }

    fn body(
        &mut self,
        headers: &HeaderMap,
        body: &Bytes,
        meaning: Meaning,
    ) -> Result<Bytes, Unredactable> {
        let content_type = headers.get(http::header::CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let edits = settled(self.document(body, Around { content_type, meaning })?);
        if edits.is_empty() { Ok(body.clone()) } else { Ok(applied(body, &edits).into()) }
    }

    /// Edits of a whole content of whatever kind.
    pub fn document(&mut self, bytes: &[u8], around: Around<'_>) -> Edits {
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        if let Some((spelling, mark)) = utf16_of(bytes) {
            let layer = Layer::of(spelling, bytes.get(mark..).unwrap_or_default());
            let edits = self.utf8_document(layer.plain(), around)?;
            return Ok(layer.lift(edits, mark));
        }
        let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let edits = self.utf8_document(bytes.get(mark..).unwrap_or_default(), around)?;
        Ok(edits.into_iter().map(|edit| edit.moved(mark)).collect())
    }

    fn utf8_document(&mut self, bytes: &[u8], around: Around<'_>) -> Edits {
        match kind_of(bytes, around.content_type) {
            Kind::Multipart(boundary) => multipart::edits(self, bytes, &boundary),
            Kind::NoBoundary => self.refused(Obstacle::NoBoundary),
            Kind::Binary => self.binary(bytes),
            Kind::Xml => xml::edits(self, bytes, around.meaning),
            Kind::Json => json::edits(self, bytes, around.meaning),
            Kind::Php => php::edits(self, bytes),
            Kind::Form => form::edits(self, bytes),
            Kind::Text if around.meaning.is_whole() => self.value(around.meaning, bytes),
            Kind::Text => Ok(csv::edits(self, bytes)),
        }
    }

    /// Edits of a part of a form: a document of its type, or the text of a field.
    pub fn document_or_field(&mut self, bytes: &[u8], around: Around<'_>) -> Edits {
        match kind_of(bytes, around.content_type) {
            Kind::Text if utf16_of(bytes).is_none() => self.value(around.meaning, bytes),
            _ => self.document(bytes, around),
        }
    }

    /// A content that cannot be read: a line in its place, where that is wished.
    pub fn binary(&mut self, bytes: &[u8]) -> Edits {
        if !self.options.mark_binaries {
            return self.refused(Obstacle::Binary);
        }
        let hex = token::hex(&Sha256::digest(bytes));
        let marker = format!("[left out: {} bytes, SHA-256 {hex}]", bytes.len());
        Ok(vec![Edit::new(0..bytes.len(), marker)])
    }

    /// Edits of the text of a field.
    pub fn value(&mut self, meaning: Meaning, text: &[u8]) -> Edits {
        match meaning {
            Meaning::Plain => self.content(text, false),
            Meaning::File => self.content(text, true),
            _ => Ok(self.whole(meaning, text)),
        }
    }

    /// A text that may hold a document of its own.
    fn content(&mut self, text: &[u8], is_file: bool) -> Edits {
        let trimmed = text.trim_ascii_start();
        let offset = text.len() - trimmed.len();
        if self.depth >= MOST_DEPTH || trimmed.is_empty() {
            return Ok(self.scanned(text));
        }
        self.depth += 1;
        let edits = self.nested(trimmed, is_file);
        self.depth -= 1;
        Ok(edits?.into_iter().map(|edit| edit.moved(offset)).collect())
    }

    fn nested(&mut self, text: &[u8], is_file: bool) -> Edits {
        if let Some(edits) = base64::edits(self, text, is_file)? {
            return Ok(edits);
        }
        match kind_of_text(text) {
            Kind::Xml => xml::edits(self, text, Meaning::Plain),
            Kind::Json => json::edits(self, text, Meaning::Plain),
            Kind::Php => php::edits(self, text),
            Kind::Binary if is_file || text.contains(&0) || base64::is_archive(text) => {
                self.binary(text)
            }
            _ => Ok(csv::edits(self, text)),
        }
    }

    /// What is found in a running text.
    pub fn scanned(&mut self, text: &[u8]) -> Vec<Edit> {
        let mut scanner = Scanner {
            // They are no credentials, so nothing is to be known of them beforehand.
            emails: self.options.emails && !self.is_collecting(),
            tokens: self.tokens,
            secrets: self.secrets,
            known: self.known,
        };
        scanner.edits(text)
    }

    /// A text that is a secret or of a person as a whole, white space around it aside.
    pub fn whole(&mut self, meaning: Meaning, text: &[u8]) -> Vec<Edit> {
        // What a person is called stands in other places with another meaning: it is not remembered.
        let is_of_person = matches!(meaning, Meaning::PersonName | Meaning::Phone);
        if is_of_person && self.is_collecting() {
            return Vec::new();
        }
        let trimmed = text.trim_ascii();
        let start = text.len() - text.trim_ascii_start().len();
        let said = text::read(trimmed).into_owned();
        let is_word = matches!(said.as_str(), "" | "true" | "false" | "null");
        if is_word || token::is_ours(&said) {
            return Vec::new();
        }
        let with = self.token(meaning, &said);
        if !is_of_person {
            self.remember(&said, &with);
        }
        vec![Edit::new(start..start + trimmed.len(), with)]
    }

    /// What takes the place of a text. A reply's credentials are not the caller's own.
    pub fn token(&self, meaning: Meaning, text: &str) -> String {
        match meaning {
            Meaning::ApiKey if self.is_request() => API_KEY.to_owned(),
            Meaning::SharedSecret if self.is_request() => SHARED_SECRET.to_owned(),
            Meaning::Login => token::LOGIN.to_owned(),
            Meaning::Password => token::PASSWORD.to_owned(),
            Meaning::PasswordDigest => token::PASSWORD_DIGEST.to_owned(),
            Meaning::Nonce => token::NONCE.to_owned(),
            Meaning::PersonName => self.tokens.name(text),
            Meaning::Phone => self.tokens.phone(text),
            _ => match self.secrets.with(text) {
                Some(with) => with.to_owned(),
                None => self.tokens.secret(text),
            },
        }
    }

    pub fn remember(&mut self, text: &str, with: &str) {
        self.secrets.add(text, with);
    }
}
