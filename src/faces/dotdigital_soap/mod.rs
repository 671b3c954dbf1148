//! Dotdigital SOAP v2, the `ApiService` of 2013 to 2015.
//!
//! WCF and asmx proxies, PHP and Python clients that were generated from the vendor's WSDL call
//! [`DotdigitalSoap`] at `/v2/api.svc`. It owns the wire: [`records`], [`operations`], [`fault`]s,
//! [`quirks`], and the choice between the [`edition`]s of 2013 and 2014. Whatever is a rule about
//! contacts is the domain's. Refused are other methods than `GET`, `HEAD` and `POST`, and calls
//! without credentials, which get a challenge rather than a fault.

pub mod call;
pub mod contract;
mod convert;
pub mod edition;
pub mod operations;
mod path;
pub mod quirks;
pub mod records;
pub mod service;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::StatusCode;

use crate::domain::import::SOAP_FILE_LIMIT_BYTES;
use crate::domain::{Context, Refusal};
use crate::faces::dotdigital_fault::{ERROR_CODES, FaultText};
use crate::faces::{Admission, Face, OperationName};
use crate::protocol::http::{BodyBounds, BodyError, Head, HttpCall, Reply};
use crate::protocol::soap::{self, NonceCache};

/// What the operator may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Host names whose callers get the 2013 edition.
    pub hosts_2013: Vec<String>,
    /// Largest file of an import, in bytes, before base64.
    pub file_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hosts_2013: edition::HOSTS_2013.map(str::to_owned).to_vec(),
            file_bytes: SOAP_FILE_LIMIT_BYTES,
        }
    }
}

/// Room for everything in an envelope that is not the file, in bytes.
const ENVELOPE_BYTES: u64 = 1024 * 1024;

/// Most that a compressed body may grow. Base64 of CSV compresses to about a tenth.
const GZIP_RATIO: u32 = 100;

/// The face.
#[derive(Debug, Default)]
pub struct DotdigitalSoap {
    settings: Settings,
    nonces: NonceCache,
}

impl DotdigitalSoap {
    pub fn new(settings: Settings) -> Self {
        Self { settings, nonces: NonceCache::default() }
    }

    /// A file as base64 takes four bytes for three; line breaks within it are paid by the envelope.
    fn body_bounds(&self) -> BodyBounds {
        let encoded = self.settings.file_bytes.div_ceil(3).saturating_mul(4);
        BodyBounds { decoded: encoded.saturating_add(ENVELOPE_BYTES), ratio: GZIP_RATIO }
    }
}

impl Face for DotdigitalSoap {
    fn name(&self) -> &'static str {
        "dotdigital-soap"
    }

    fn serves(&self, head: &Head) -> bool {
        path::is_service(&head.path)
    }

    fn paths(&self) -> &'static [&'static str] {
        &["/v2/api.svc"]
    }

    fn operation_of(&self, head: &Head, body: &Bytes) -> Option<&'static str> {
        soap::operation_of(self, head, body)
    }

    fn operations(&self) -> Vec<OperationName> {
        let names = operations::OPERATIONS.iter().map(soap::AnyOperation::name);
        // All others begin with what they do: `Create`, `Refresh`, `Import` and so on.
        let named =
            |name: &'static str| OperationName { name, only_reads: name.starts_with("Get") };
        let metadata = OperationName { name: soap::wsdl::METADATA, only_reads: true };
        names.map(named).chain([metadata]).collect()
    }

    fn names_operations_in_bodies(&self) -> bool {
        true
    }

    fn admit<'a>(&'a self, context: &'a Arc<Context>, head: &'a Head) -> BoxFuture<'a, Admission> {
        Box::pin(async move {
            let bounds = self.body_bounds();
            match soap::admit(self, context, head, bounds.decoded).await {
                Some(reply) => Admission::Answer(reply),
                None => Admission::Document(bounds),
            }
        })
    }

    fn answer<'a>(&'a self, context: &'a Arc<Context>, call: HttpCall) -> BoxFuture<'a, Reply> {
        Box::pin(async move { soap::answer(self, context, &call).await })
    }

    fn code_of(&self, refusal: &Refusal) -> String {
        FaultText::from(refusal).code().to_owned()
    }

    fn error_codes(&self) -> &'static [&'static str] {
        ERROR_CODES
    }

    fn failed(&self, head: &Head, code: &str) -> Reply {
        soap::failed(self, head, FaultText::of_code(code))
    }

    fn unreadable(&self, head: &Head, error: BodyError) -> Reply {
        soap::unreadable(self, head, error)
    }

    fn unanswered(&self, head: &Head, _: StatusCode, text: &str) -> Reply {
        soap::broken(self, head, &FaultText::of_unanswered(text).to_string())
    }

    fn broken(&self, head: &Head) -> Reply {
        soap::broken(self, head, &FaultText::of_internal_error(&head.request_id).to_string())
    }
}
