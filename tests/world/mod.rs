//! A small world around the faces: a store in memory, one account, a frozen clock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lychgate::domain::files::{FileError, FilePlace, Files};
use lychgate::domain::{AccountId, Clock, Context, HandClock, Ids, Limits, NewAccount, NewApiUser};
use lychgate::faces::dotdigital_rest::DotdigitalRest;
use lychgate::faces::dotdigital_soap::DotdigitalSoap;
use lychgate::faces::empower::Empower;
use lychgate::faces::selzy::Selzy;
use lychgate::faces::which50::Which50;
use lychgate::faces::{Admission, Face};
use lychgate::protocol::http::{BodyReader, Head, HttpCall, Reply};
use lychgate::store::MemoryStore;

/// The one account's name. Its id is 1.
pub const ACCOUNT: &str = "demo";

/// When nobody says when.
pub const NOON_IN_APRIL: &str = "2026-04-01T12:00:00Z";

/// Chunks of a body that a face reads itself: a prime, so that nothing falls on their ends.
const STREAMED_CHUNK_BYTES: usize = 997;

/// Starts every sequence of ids.
const SEED: u64 = 7;

/// Files that calls may name, by their last name.
#[derive(Debug, Default)]
pub struct Shelf(Mutex<BTreeMap<String, Bytes>>);

impl Shelf {
    pub fn put(&self, name: &str, file: &str) {
        self.0.lock().unwrap().insert(name.to_owned(), Bytes::copy_from_slice(file.as_bytes()));
    }
}

/// Without any file there is no source of files, as on a server where none is set up.
impl Files for Shelf {
    fn fetch<'a>(&'a self, place: &'a FilePlace) -> BoxFuture<'a, Result<Bytes, FileError>> {
        let files = self.0.lock().unwrap();
        let missing = if files.is_empty() { FileError::NotConfigured } else { FileError::NotFound };
        let found = place.path.last().and_then(|name| files.get(name)).cloned();
        Box::pin(std::future::ready(found.ok_or(missing)))
    }

    fn limit_bytes(&self) -> u64 {
        1024 * 1024
    }
}

#[derive(Debug)]
pub struct World {
    pub context: Arc<Context>,
    pub clock: HandClock,
    pub shelf: Arc<Shelf>,
    faces: Vec<Box<dyn Face>>,
    /// Name and password of a login, key and shared secret of an API user, or a token alone.
    pub user: String,
    pub password: String,
}

impl World {
    /// With a login by name and password.
    pub async fn new() -> Self {
        let mut world = Self::without_login().await;
        let accounts = world.context.accounts();
        let made = accounts.credential_add(AccountId(1), false).await.unwrap();
        (world.user, world.password) = (made.login, made.password);
        world
    }

    /// With a key and a shared secret.
    pub async fn with_keys(user: NewApiUser) -> Self {
        let mut world = Self::without_login().await;
        let made = world.context.accounts().api_user_add(AccountId(1), user).await.unwrap();
        (world.user, world.password) = (made.api_key, made.shared_secret);
        world
    }

    /// With a token.
    pub async fn with_token() -> Self {
        let mut world = Self::without_login().await;
        world.user = world.context.accounts().token_add(AccountId(1)).await.unwrap().token;
        world
    }

    async fn without_login() -> Self {
        let hand = HandClock::new(NOON_IN_APRIL.parse().unwrap());
        let store = Arc::new(MemoryStore::new());
        let shelf = Arc::new(Shelf::default());
        let context =
            Context::open(store, Clock::ByHand(hand.clone()), Ids::seeded(SEED), Limits::default())
                .await;
        let files: Arc<dyn Files> = shelf.clone();
        let context = context.unwrap().with_files(files);
        let new = NewAccount {
            name: ACCOUNT.to_owned(),
            main_email: Some("owner@example.org".to_owned()),
            main_mobile: Some("+44 20 7946 0000".to_owned()),
        };
        context.accounts().add(new).await.unwrap();
        let faces: Vec<Box<dyn Face>> = vec![
            Box::new(DotdigitalSoap::default()),
            Box::new(DotdigitalRest::default()),
            Box::new(Selzy::default()),
            Box::new(Empower::default()),
            Box::new(Which50::default()),
        ];
        let (user, password) = (String::new(), String::new());
        Self { context: Arc::new(context), clock: hand, shelf, faces, user, password }
    }

    /// The `Authorization` of the account's login, with this password or the right one.
    pub fn authorization(&self, password: Option<&str>) -> String {
        let password = password.unwrap_or(&self.password);
        let pair = format!("{}:{password}", self.user);
        format!("Basic {}", BASE64_STANDARD.encode(pair))
    }

    /// The face that a call with this head belongs to.
    pub fn face(&self, head: &Head) -> &dyn Face {
        let face = self.faces.iter().find(|face| face.serves(head));
        face.unwrap_or_else(|| panic!("no face serves {}", head.path)).as_ref()
    }

    /// What the face answers, asked as the server asks it: the head first, then all of it.
    ///
    /// What the face says beforehand of the operation must be what it then answered.
    pub async fn answer(&self, head: Head, body: impl Into<Bytes>) -> Reply {
        let (head, body) = (Arc::new(head), body.into());
        let face = self.face(&head);
        let named = face.operation_of(&head, &body);
        let reply = self.answered(face, head, body).await;
        let answered = reply.operation;
        if !["", "other"].contains(&answered) {
            assert_eq!(named, Some(answered), "the operation that was said beforehand");
        }
        reply
    }

    async fn answered(&self, face: &dyn Face, head: Arc<Head>, body: Bytes) -> Reply {
        match face.admit(&self.context, &head).await {
            Admission::Answer(reply) => reply,
            Admission::Read(_) => {
                let call = HttpCall { head: Arc::clone(&head), body };
                face.answer(&self.context, call).await
            }
            Admission::Stream(_) => {
                let chunks: Vec<Bytes> =
                    body.chunks(STREAMED_CHUNK_BYTES).map(|chunk| body.slice_ref(chunk)).collect();
                let body = BodyReader::new(chunks.into_iter());
                face.answer_streamed(&self.context, &head, body).await
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
        caller: lychgate::protocol::http::CallerSlot::default(),
    }
}
