//! Whole faces: whatever comes, the answer is in the face's own form.

use std::cell::RefCell;

use http::Method;
use lychgate::domain::{Access, NewApiUser};
use lychgate::protocol::http::Reply;
use lychgate::protocol::xml::{Limits, Reader};
use tokio::runtime::{Builder, Runtime};

use crate::world::{World, head};

/// Calls after which a world is made anew, so that what calls leave behind stays small.
const CALLS_OF_A_WORLD: usize = 300;
/// Longer bodies find nothing that shorter ones do not, and take their time.
const MOST_BYTES: usize = 16 * 1024;
const MOST_REPLY_BYTES: usize = 16 * 1024 * 1024;

/// Which credentials a face takes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Login {
    Password,
    Keys,
    Token,
}

struct Desk {
    runtime: Runtime,
    world: World,
    login: Login,
    calls: usize,
}

thread_local! {
    static DESK: RefCell<Option<Desk>> = const { RefCell::new(None) };
}

impl Desk {
    fn new(login: Login) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let world = runtime.block_on(async {
            match login {
                Login::Password => World::new().await,
                Login::Keys => {
                    let user = NewApiUser { access: Access::Full, whitelist: Vec::new() };
                    World::with_keys(user).await
                }
                Login::Token => World::with_token().await,
            }
        });
        Self { runtime, world, login, calls: 0 }
    }
}

/// Posts a body and returns status and body of the answer.
fn post(login: Login, path: &str, content_type: &str, body: &[u8]) -> Option<(u16, Vec<u8>)> {
    if body.len() > MOST_BYTES {
        return None;
    }
    DESK.with_borrow_mut(|desk| {
        if desk.as_ref().is_none_or(|one| one.login != login || one.calls >= CALLS_OF_A_WORLD) {
            *desk = Some(Desk::new(login));
        }
        let desk = desk.as_mut()?;
        desk.calls += 1;
        let mut path = path.to_owned();
        let mut headers = vec![
            ("content-type", content_type.to_owned()),
            ("content-length", body.len().to_string()),
        ];
        match login {
            Login::Token => path = format!("{path}?format=json&api_key={}", desk.world.user),
            Login::Password | Login::Keys => {
                headers.push(("authorization", desk.world.authorization(None)));
            }
        }
        let head = head(Method::POST, "api.example.org", &path, &headers);
        let answer = desk.world.answer(head, body.to_vec());
        let reply: Reply = desk.runtime.block_on(answer);
        let status = reply.status.as_u16();
        let gathered = desk.runtime.block_on(reply.body.gather(MOST_REPLY_BYTES));
        Some((status, gathered.expect("an answer that ends").to_vec()))
    })
}

fn assert_xml(answer: &[u8]) {
    let text = std::str::from_utf8(answer).expect("an answer in UTF-8");
    let limits = Limits { elements: usize::MAX, ..Limits::default() };
    let mut reader = Reader::new(text, limits);
    let read = reader.root().and_then(|_| reader.skip()).and_then(|()| reader.finish());
    read.unwrap_or_else(|error| panic!("{error}: {text}"));
}

fn assert_json(answer: &[u8]) {
    let read: Result<serde_json::Value, _> = serde_json::from_slice(answer);
    read.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(answer)));
}

/// Answers are SOAP, and a fault is 500.
pub fn soap(data: &[u8]) {
    let is_12 = data.windows(4).any(|window| window == b"2003");
    let content_type =
        if is_12 { "application/soap+xml; charset=utf-8" } else { "text/xml; charset=utf-8" };
    let answer = post(Login::Password, "/v2/api.svc", content_type, data);
    let Some((status, answer)) = answer else { return };
    assert!([200, 401, 500].contains(&status), "{status}");
    if status != 401 {
        assert_xml(&answer);
        let says_fault = answer.windows(9).any(|window| window == b"<s:Fault>");
        assert_eq!(says_fault, status == 500, "{}", String::from_utf8_lossy(&answer));
    }
}

/// Answers are 200 and XML; with `response_type` PHP's values, which are no XML.
pub fn empower(data: &[u8]) {
    let answer = post(Login::Keys, "/api/xmlrpc/index.php", "text/xml", data);
    let Some((status, answer)) = answer else { return };
    assert_eq!(status, 200);
    if answer.starts_with(b"<") {
        assert_xml(&answer);
    }
}

/// Answers are 200 and a `methodResponse`.
pub fn xmlrpc(data: &[u8]) {
    let Some((status, answer)) = post(Login::Keys, "/RPC2", "text/xml", data) else { return };
    assert_eq!(status, 200);
    assert_xml(&answer);
}

/// The first line is the method, the rest the form. Answers are 200 and JSON.
pub fn selzy(data: &[u8]) {
    let (method, form) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (&b"importContacts"[..], data),
    };
    let method: String = method
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(|byte| char::from(*byte))
        .collect();
    let path = format!("/en/api/{method}");
    let answer = post(Login::Token, &path, "application/x-www-form-urlencoded", form);
    let Some((status, answer)) = answer else { return };
    assert_eq!(status, 200);
    assert_json(&answer);
}

/// The paths that take a document.
const REST: [&str; 6] = [
    "/v2/contacts",
    "/v2/address-books",
    "/v2/data-fields",
    "/v2/campaigns",
    "/v2/contacts/import",
    "/v2/email",
];

/// The length chooses the path. Answers are empty or JSON.
pub fn rest(data: &[u8]) {
    let path = REST[data.len() % REST.len()];
    let answer = post(Login::Password, path, "application/json", data);
    let Some((_, answer)) = answer else { return };
    if !answer.is_empty() {
        assert_json(&answer);
    }
}

/// The length chooses the path. Answers are empty or JSON.
pub fn which50(data: &[u8]) {
    let paths = ["/contactLists/1/contact", "/contactLists/1/import", "/contactLists/1/import/1"];
    let path = format!("/Which50API{}", paths[data.len() % paths.len()]);
    let answer = post(Login::Password, &path, "application/json", data);
    let Some((_, answer)) = answer else { return };
    if !answer.is_empty() {
        assert_json(&answer);
    }
}
