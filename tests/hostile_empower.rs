//! Whatever arrives at the Empower face, in either dialect, the answer is quick and in its form.

#![cfg(test)]

#[expect(dead_code, reason = "every user of it needs another part")]
mod world;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use http::Method;
use lychgate::domain::{Access, NewApiUser};
use lychgate::protocol::http::BodyError;
use world::{World, head};

/// What refusing may cost, in CPU time of the answering thread.
const MOST_CPU: Duration = Duration::from_millis(50);

/// No refusal is longer.
const MOST_REPLY_BYTES: usize = 2_000;

/// A dialect's address, how it begins a refusal, and a call that is answered.
type Dialect = (&'static str, &'static str, &'static str);

const DIALECTS: [Dialect; 2] = [
    (
        "/api/xmlrpc/index.php",
        "<?xml version=\"1.0\"?><methodResponse><item><error><![CDATA[1]]></error>",
        "<methodCall><methodName>utilities.checkEmail</methodName><email>a@b.example</email>\
         </methodCall>",
    ),
    (
        "/RPC2",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><methodResponse><fault>",
        "<methodCall><methodName>utilities.checkEmail</methodName><params><param>\
         <value>a@b.example</value></param></params></methodCall>",
    ),
];

/// CPU time of this thread so far, as the kernel counts it.
fn cpu_time() -> Duration {
    let counted = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(counted.split(' ').next().unwrap().parse().unwrap())
}

async fn world() -> World {
    World::with_keys(NewApiUser { access: Access::Full, whitelist: Vec::new() }).await
}

async fn post(world: &World, path: &str, body: Vec<u8>) -> String {
    let headers = [
        ("content-type", "text/xml".to_owned()),
        ("authorization", world.authorization(None)),
        ("content-length", body.len().to_string()),
    ];
    let reply = world.answer(head(Method::POST, "api.example.org", path, &headers), body).await;
    assert_eq!(reply.status, 200, "{path}");
    String::from_utf8(reply.body.gather(1 << 20).await.unwrap().to_vec()).unwrap()
}

/// Asserts a quick refusal in the form of both dialects, and a face that goes on.
async fn assert_refused(name: &str, body: &[u8]) {
    for dialect in DIALECTS {
        assert_refused_in(dialect, name, body).await;
    }
}

async fn assert_refused_in(dialect: Dialect, name: &str, body: &[u8]) {
    let world = world().await;
    let (path, refusal, good) = dialect;
    // The first call proves the key, which costs more than any document may.
    let answered = post(&world, path, good.into()).await;
    assert!(answered.contains("Valid"), "{answered}");
    let body = body.to_vec();
    let before = cpu_time();
    let said = post(&world, path, body).await;
    let cost = cpu_time().checked_sub(before).unwrap();
    assert!(said.starts_with(refusal), "{name} at {path}: {said}");
    assert!(said.len() < MOST_REPLY_BYTES, "{name}: {} bytes", said.len());
    assert!(cost < MOST_CPU, "{name} cost {cost:?} at {path}");
    assert_eq!(post(&world, path, good.into()).await, answered, "{name} at {path}");
}

#[tokio::test]
async fn documents_that_are_none_are_refused_at_once() {
    for name in ["doctype", "entity-bomb", "external-entity", "not-xml", "empty", "cut-short"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures/hostile");
        let body = fs::read(folder.join(name).with_extension("xml")).unwrap();
        assert_refused(name, &body).await;
    }
}

#[tokio::test]
async fn a_hundred_thousand_nested_elements_are_refused_at_once() {
    let [vendors, xml_rpc] = DIALECTS;
    let nested = format!("<api><data>{}", "<methodCall>".repeat(100_000));
    assert_refused_in(vendors, "nested", nested.as_bytes()).await;
    let values = "<value><array><data>".repeat(100_000);
    let nested = format!("<methodCall><methodName>x</methodName><params><param>{values}");
    assert_refused_in(xml_rpc, "nested", nested.as_bytes()).await;
}

#[tokio::test]
async fn a_hundred_thousand_attributes_are_refused_at_once() {
    let mut attributes = String::new();
    for n in 0..100_000 {
        write!(attributes, " a{n}=\"\"").unwrap();
    }
    let body = format!("<methodCall><methodName{attributes}>x</methodName></methodCall>");
    assert_refused("attributes", body.as_bytes()).await;
}

#[tokio::test]
async fn a_million_members_are_refused() {
    let world = world().await;
    let members = "<member><name>a</name><value/></member>".repeat(100_000);
    let rpc = format!(
        "<methodCall><methodName>utilities.checkEmail</methodName><params><param><value><struct>\
         {members}</struct></value></param></params></methodCall>"
    );
    let said = post(&world, "/RPC2", rpc.into_bytes()).await;
    assert!(said.contains("more than 200000 elements"), "{said}");
    let arguments = "<a/>".repeat(1_000_000);
    let bare = format!("<methodCall><methodName>x</methodName>{arguments}</methodCall>");
    let said = post(&world, "/api/xmlrpc/index.php", bare.into_bytes()).await;
    assert!(said.contains("more than 200000 elements"), "{said}");
}

#[tokio::test]
async fn a_body_that_cannot_be_read_and_a_panic_are_said_in_the_form_of_the_dialect() {
    let world = world().await;
    for (path, refusal, _) in DIALECTS {
        let head = head(Method::POST, "api.example.org", path, &[]);
        let face = world.face(&head);
        for reply in [face.unreadable(&head, BodyError::CutShort), face.broken(&head)] {
            let said = reply.body.whole().unwrap().to_vec();
            let said = String::from_utf8(said).unwrap();
            assert!(said.starts_with(refusal), "{said}");
        }
    }
}
