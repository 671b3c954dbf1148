//! Calls at the face itself, over a store in memory.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method as HttpMethod};
use serde_json::{Value, json};

use super::{Selzy, Settings};
use crate::domain::testing::{account, context, list};
use crate::domain::{Account, AccountId, Context};
use crate::faces::Face as _;
use crate::protocol::http::{Head, HttpCall};

const BODY_BYTES: usize = 1024 * 1024;

pub(in crate::faces::selzy) struct World {
    pub context: Arc<Context>,
    face: Selzy,
    pub key: String,
}

impl World {
    pub async fn new() -> Self {
        Self::with_settings(Settings::default()).await
    }

    pub async fn with_settings(settings: Settings) -> Self {
        let context = context().await;
        let one = account(&context, "one").await.id;
        let key = context.accounts().token_add(one).await.unwrap().token;
        Self { context: Arc::new(context), face: Selzy::new(settings), key }
    }

    pub fn account(&self) -> Account<'_> {
        self.context.account(AccountId(1))
    }

    pub async fn list(&self, name: &str) -> u32 {
        list(self.account(), name).await.0
    }

    /// Posts a form as it is to a path with a query.
    pub async fn send(&self, target: &str, headers: HeaderMap, body: impl Into<Bytes>) -> Value {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let head = Head {
            method: HttpMethod::POST,
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            base_url: "http://localhost".to_owned(),
            host: "localhost".to_owned(),
            request_id: "r".to_owned(),
            caller: crate::protocol::http::CallerSlot::default(),
        };
        let call = HttpCall::new(Arc::new(head), body.into());
        let reply = self.face.answer(&self.context, call).await;
        assert_eq!(reply.status, 200);
        let body = reply.body.gather(BODY_BYTES).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// Calls a method with a form; the key is added.
    pub async fn call(&self, method: &str, form: &str) -> Value {
        let target = format!("/en/api/{method}?format=json&api_key={}", self.key);
        self.send(&target, HeaderMap::new(), form.to_owned()).await
    }

    /// The result of a call that does not fail.
    pub async fn result(&self, method: &str, form: &str) -> Value {
        let mut said = self.call(method, form).await;
        assert!(said.get("error").is_none(), "{method}: {said}");
        said["result"].take()
    }

    /// The code of a call that fails.
    pub async fn code(&self, method: &str, form: &str) -> String {
        let said = self.call(method, form).await;
        said["code"].as_str().unwrap_or_else(|| panic!("{method}: {said}")).to_owned()
    }
}

fn headers(content_type: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(http::header::CONTENT_TYPE, content_type.parse().unwrap());
    headers
}

#[tokio::test]
async fn the_key_is_taken_from_wherever_a_client_puts_it() {
    let world = World::new().await;
    let news = world.list("News").await;
    let key = &world.key;
    let in_query = format!("/en/api/getLists?api_key={key}");
    let multipart = format!(
        "--b\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\n{key}\r\n--b--\r\n"
    );
    let none = HeaderMap::new;
    for said in [
        world.send(&in_query, none(), "").await,
        world.send("/ru/api/getLists?format=json", none(), format!("api_key={key}")).await,
        world.send("/xx/api/getlists/", none(), format!("format=json&api_key={key}")).await,
        world.send("/en/api/getLists", headers("multipart/form-data; boundary=b"), multipart).await,
        world.send("/en/api/getLists?api_key=wrong", none(), format!("api_key={key}")).await,
    ] {
        let lists = said["result"].as_array().unwrap();
        assert!(lists.contains(&json!({"id": news, "title": "News"})), "{said}");
    }
}

#[tokio::test]
async fn a_wrong_key_and_an_unknown_method_are_said_with_their_codes() {
    let world = World::new().await;
    let said = world.send("/en/api/getLists?api_key=wrong", HeaderMap::new(), "").await;
    assert_eq!(said, json!({"error": "AK100310-02", "code": "invalid_api_key"}));
    let said = world.call("getNothing<b>", "").await;
    assert_eq!(
        said,
        json!({"error": "Unknown method &#039;getNothing&lt;b&gt;&#039;", "code": "unknown_method"})
    );
}

#[tokio::test]
async fn a_form_may_be_compressed_as_the_query_says() {
    use std::io::Write as _;
    let world = World::new().await;
    let bzip2 = |plain: &[u8]| {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    };
    let target = "/en/api/getLists?request_compression=bzip2";
    let form = format!("api_key={}", world.key);
    let said = world.send(target, HeaderMap::new(), bzip2(form.as_bytes())).await;
    assert!(said["result"].is_array(), "{said}");
    let said = world.send(target, HeaderMap::new(), form).await;
    assert_eq!(said["code"], "invalid_arg");
    let bomb = bzip2(&vec![b'a'; 30_000_000]);
    let said = world.send(target, HeaderMap::new(), bomb).await;
    assert_eq!(said["code"], "invalid_arg");
}
