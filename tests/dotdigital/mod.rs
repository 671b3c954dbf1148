//! A small world around the Dotdigital SOAP face: a store in memory, one account, a frozen clock.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lychgate::domain::{Clock, Context, Ids, Limits, NewAccount, NewCredential};
use lychgate::faces::dotdigital_soap::DotdigitalSoap;
use lychgate::faces::{Admission, Face};
use lychgate::protocol::http::{Head, HttpCall, Reply};
use lychgate::store::MemoryStore;

/// The one account's name. Its id is 1.
pub const ACCOUNT: &str = "demo";

/// When nobody says when.
pub const NOON_IN_APRIL: &str = "2026-04-01T12:00:00Z";

/// Starts every sequence of ids.
const SEED: u64 = 7;

#[derive(Debug)]
pub struct World {
    pub context: Arc<Context>,
    pub face: DotdigitalSoap,
    pub credential: NewCredential,
}

impl World {
    pub async fn new() -> Self {
        let clock = Clock::Frozen(NOON_IN_APRIL.parse().unwrap());
        let store = Arc::new(MemoryStore::new());
        let context =
            Context::open(store, clock, Ids::seeded(SEED), Limits::default()).await.unwrap();
        let new = NewAccount {
            name: ACCOUNT.to_owned(),
            main_email: Some("owner@example.org".to_owned()),
            main_mobile: Some("+44 20 7946 0000".to_owned()),
        };
        let account = context.accounts().add(new).await.unwrap().id;
        let credential = context.accounts().credential_add(account, false).await.unwrap();
        let face = DotdigitalSoap::default();
        Self { context: Arc::new(context), face, credential }
    }

    /// The `Authorization` of the account's credential, with this password or the right one.
    pub fn authorization(&self, password: Option<&str>) -> String {
        let password = password.unwrap_or(&self.credential.password);
        let pair = format!("{}:{password}", self.credential.login);
        format!("Basic {}", BASE64_STANDARD.encode(pair))
    }

    /// What the face answers, asked as the server asks it: the head first, then all of it.
    pub async fn answer(&self, head: Head, body: impl Into<Bytes>) -> Reply {
        let head = Arc::new(head);
        match self.face.admit(&self.context, &head).await {
            Admission::Answer(reply) => reply,
            Admission::Read(_) => {
                self.face.answer(&self.context, HttpCall { head, body: body.into() }).await
            }
        }
    }
}

/// The head of a call from this machine.
pub fn head(method: Method, host: &str, path_and_query: &str, headers: &[(&str, String)]) -> Head {
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.insert(name, HeaderValue::from_str(value).unwrap());
    }
    Head {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: map,
        peer: [127, 0, 0, 1].into(),
        base_url: format!("https://{host}"),
        host: host.to_owned(),
        request_id: "fixture-call".to_owned(),
    }
}

/// Headers of an ordinary SOAP 1.1 call.
pub fn soap_headers(
    action: &str,
    authorization: &str,
    length: usize,
) -> Vec<(&'static str, String)> {
    vec![
        ("content-type", "text/xml; charset=utf-8".to_owned()),
        ("soapaction", action.to_owned()),
        ("authorization", authorization.to_owned()),
        ("content-length", length.to_string()),
    ]
}
