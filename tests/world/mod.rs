//! A small world around the faces: a store in memory, one account, a frozen clock.

use std::ops::Deref;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use lychgate::contract::case::GivenGateway;
use lychgate::contract::{Request, replay};
use lychgate::domain::{AccountId, NewApiUser};
use lychgate::faces::Face;
use lychgate::protocol::http::{Head, Reply};

/// When nobody says when.
pub const NOON_IN_APRIL: &str = "2026-04-01T12:00:00Z";

/// The world of replays, with a login.
#[derive(Debug)]
pub struct World {
    replay: replay::World,
    /// Name and password of a login, key and shared secret of an API user, or a token alone.
    pub user: String,
    pub password: String,
}

impl Deref for World {
    type Target = replay::World;

    fn deref(&self) -> &replay::World {
        &self.replay
    }
}

impl World {
    /// With a login by name and password.
    pub async fn new() -> Self {
        let replay = open().await;
        let made = replay.context.accounts().credential_add(AccountId(1), false).await.unwrap();
        Self { replay, user: made.login, password: made.password }
    }

    /// With a key and a shared secret.
    pub async fn with_keys(user: NewApiUser) -> Self {
        let replay = open().await;
        let made = replay.context.accounts().api_user_add(AccountId(1), user).await.unwrap();
        Self { replay, user: made.api_key, password: made.shared_secret }
    }

    /// With a token.
    pub async fn with_token() -> Self {
        let replay = open().await;
        let user = replay.context.accounts().token_add(AccountId(1)).await.unwrap().token;
        Self { replay, user, password: String::new() }
    }

    /// The `Authorization` of the account's login, with this password or the right one.
    pub fn authorization(&self, password: Option<&str>) -> String {
        let password = password.unwrap_or(&self.password);
        let pair = format!("{}:{password}", self.user);
        format!("Basic {}", BASE64_STANDARD.encode(pair))
    }

    /// The face that a call with this head belongs to.
    pub fn face(&self, head: &Head) -> &dyn Face {
        self.replay.face(head).unwrap_or_else(|| panic!("no face serves {}", head.path))
    }

    /// What the face answers, asked as the server asks it.
    ///
    /// What the face says beforehand of the operation must be what it then answered.
    pub async fn answer(&self, head: Head, body: impl Into<Bytes>) -> Reply {
        let (head, body) = (Arc::new(head), body.into());
        let face = self.face(&head);
        let named = face.operation_of(&head, &body);
        let reply = self.replay.answer(face, &head, body).await;
        let answered = reply.operation;
        if !["", "other"].contains(&answered) {
            assert_eq!(named, Some(answered), "the operation that was said beforehand");
        }
        reply
    }
}

async fn open() -> replay::World {
    replay::World::open(NOON_IN_APRIL.parse().unwrap(), &GivenGateway::default()).await.unwrap()
}

/// The head of a call from this machine.
pub fn head(method: Method, host: &str, target: &str, headers: &[(&str, String)]) -> Head {
    let mut map = HeaderMap::new();
    map.insert("host", HeaderValue::from_str(host).unwrap());
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.insert(name, HeaderValue::from_str(value).unwrap());
    }
    let target = target.to_owned();
    replay::head_of(&Request { method, target, headers: map, body: Bytes::new() }, None)
}
