//! Whatever arrives, the answer is quick, in the face's own form, and the next call is answered.
//!
//! Small documents are files in `xml-fixtures/hostile/`; large ones are made here.

#![cfg(test)]

#[expect(dead_code, reason = "every user of it needs another part")]
mod world;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use http::Method;
use lychgate::protocol::http::{BodyError, Reply};
use world::{World, head};

/// What refusing may cost, in CPU time of the answering thread.
const MOST_CPU: Duration = Duration::from_millis(50);

const SERVER_TIME: &str = "<GetServerTime xmlns=\"http://apiconnector.com/v2\"/>";
const BY_EMAIL: &str = "<GetContactByEmail xmlns=\"http://apiconnector.com/v2\"";

fn envelope(body: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{body}</s:Body>\
         </s:Envelope>"
    )
}

fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures/hostile");
    fs::read(folder.join(name).with_extension("xml")).unwrap()
}

/// Headers of an ordinary SOAP 1.1 call.
fn soap_headers(action: &str, authorization: &str, length: usize) -> Vec<(&'static str, String)> {
    vec![
        ("content-type", "text/xml; charset=utf-8".to_owned()),
        ("soapaction", action.to_owned()),
        ("authorization", authorization.to_owned()),
        ("content-length", length.to_string()),
    ]
}

/// CPU time of this thread so far, as the kernel counts it.
fn cpu_time() -> Duration {
    let counted = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(counted.split(' ').next().unwrap().parse().unwrap())
}

/// A world whose credential is known, so that a call's cost is the call's own.
async fn warm_world() -> World {
    let world = World::new().await;
    assert_still_serving(&world).await;
    world
}

async fn assert_still_serving(world: &World) {
    let reply = post(world, "text/xml; charset=utf-8", envelope(SERVER_TIME).into_bytes()).await;
    assert_eq!(reply.status, 200, "{}", text(&reply));
}

/// Posts without a `SOAPAction`, so that the body alone says what is asked for.
async fn post(world: &World, content_type: &str, body: Vec<u8>) -> Reply {
    let mut headers = soap_headers("\"\"", &world.authorization(None), body.len());
    for (name, value) in &mut headers {
        if *name == "content-type" {
            content_type.clone_into(value);
        }
    }
    world.answer(head(Method::POST, "api.example.org", "/v2/api.svc", &headers), body).await
}

fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body.whole().unwrap().to_vec()).unwrap()
}

/// Asserts a quick SOAP 1.1 fault that says `expected`, and a server that goes on.
async fn assert_refused(world: &World, name: &str, body: Vec<u8>, expected: &str) {
    let before = cpu_time();
    let reply = post(world, "text/xml; charset=utf-8", body).await;
    let cost = cpu_time().checked_sub(before).unwrap();
    let said = text(&reply);
    assert_eq!(reply.status, 500, "{name}: {said}");
    assert_eq!(reply.headers["content-type"], "text/xml; charset=utf-8", "{name}");
    assert!(said.contains("<s:Fault>"), "{name}: {said}");
    assert!(said.contains(expected), "{name} does not say {expected}: {said}");
    assert!(said.len() < 2_000, "{name}: the fault has {} bytes", said.len());
    assert!(cost < MOST_CPU, "{name} cost {cost:?}");
    assert_still_serving(world).await;
}

/// Each file with what its fault says.
const FILES: &[(&str, &str)] = &[
    ("doctype", "document type"),
    ("entity-bomb", "document type"),
    ("external-entity", "document type"),
    ("unknown-entity", "entities"),
    ("cut-short", "ends too early"),
    ("invalid-utf8", "not valid in their encoding"),
    ("base64-rubbish", "base64"),
    ("base64-of-nothing", "ERROR_"),
    ("unknown-guid", "Error: ERROR_IMPORT_NOT_FOUND"),
    ("malformed-guid", "guid"),
    ("wrong-enum", "ApiContactOptInTypes"),
    ("missing-member", "Type"),
    ("wrong-number", "xs:int"),
    ("wrong-date", "xs:dateTime"),
    ("wrong-namespace", "ContractFilter mismatch"),
    ("no-namespace", "Fault"),
    ("undeclared-prefix", "prefix"),
    ("not-xml", "Fault"),
    ("empty", "Fault"),
];

#[tokio::test]
async fn every_hostile_file_is_refused_at_once() {
    let world = warm_world().await;
    for (name, expected) in FILES {
        assert_refused(&world, name, file(name), expected).await;
    }
    let listed: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures/hostile");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(listed.contains(&name.as_str()), "{name} is not asked about");
    }
}

#[tokio::test]
async fn a_hundred_thousand_attributes_are_refused_at_once() {
    let mut attributes = String::new();
    for n in 0..100_000 {
        write!(attributes, " a{n}=\"\"").unwrap();
    }
    let body = envelope(&format!("{BY_EMAIL}{attributes}/>"));
    assert_refused(&warm_world().await, "attributes", body.into_bytes(), "attributes").await;
}

#[tokio::test]
async fn ten_thousand_namespace_declarations_are_refused_at_once() {
    let mut declarations = String::new();
    for n in 0..10_000 {
        write!(declarations, " xmlns:n{n}=\"urn:{n}\"").unwrap();
    }
    let body = envelope(&format!("{BY_EMAIL}{declarations}/>"));
    let world = warm_world().await;
    assert_refused(&world, "declarations", body.into_bytes(), "more than").await;
}

#[tokio::test]
async fn a_hundred_thousand_nested_elements_are_refused_at_once() {
    let nested = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let world = warm_world().await;
    let body = envelope(&format!("{BY_EMAIL}>{nested}</GetContactByEmail>"));
    assert_refused(&world, "nested in the body", body.into_bytes(), "more than").await;
    let head = envelope(SERVER_TIME)
        .replace("<s:Body>", &format!("<s:Header>{nested}</s:Header><s:Body>"));
    assert_refused(&world, "nested in the header", head.into_bytes(), "more than").await;
}

#[tokio::test]
async fn a_million_elements_side_by_side_are_refused() {
    let body = envelope(&format!("{BY_EMAIL}>{}</GetContactByEmail>", "<a/>".repeat(1_000_000)));
    let world = warm_world().await;
    let reply = post(&world, "text/xml; charset=utf-8", body.into_bytes()).await;
    assert!(text(&reply).contains("more than"), "{}", text(&reply));
    assert_still_serving(&world).await;
}

#[tokio::test]
async fn a_wrong_content_type_is_refused_before_the_body_is_read() {
    let world = warm_world().await;
    let reply = post(&world, "application/json", b"{}".to_vec()).await;
    assert_eq!(reply.status, 415);
    assert!(text(&reply).contains("'application/json' was not the expected type"));
    assert_still_serving(&world).await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_by_its_stated_length() {
    let world = warm_world().await;
    let mut headers = soap_headers("\"\"", &world.authorization(None), 0);
    headers.retain(|(name, _)| *name != "content-length");
    headers.push(("content-length", "20000000".to_owned()));
    let head = head(Method::POST, "api.example.org", "/v2/api.svc", &headers);
    let reply = world.answer(head, "").await;
    assert_eq!(reply.status, 413);
    assert!(text(&reply).contains("<s:Fault>"), "{}", text(&reply));
    assert_still_serving(&world).await;
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_said_in_the_faces_own_form() {
    let world = warm_world().await;
    for (error, status) in [
        (BodyError::CutShort, 500),
        (BodyError::BadCompression, 500),
        (BodyError::RatioExceeded, 413),
        (BodyError::TooLarge { limit: 1 }, 413),
        (BodyError::UnsupportedEncoding, 415),
    ] {
        let headers = soap_headers("\"\"", &world.authorization(None), 10);
        let head = head(Method::POST, "api.example.org", "/v2/api.svc", &headers);
        let reply = world.face(&head).unreadable(&head, error);
        assert_eq!(reply.status, status, "{error}");
        assert!(text(&reply).contains("<s:Fault>"), "{error}: {}", text(&reply));
    }
}

#[tokio::test]
async fn a_panic_is_said_in_the_faces_own_form_with_the_id_of_the_call() {
    let world = World::new().await;
    let headers = soap_headers("\"\"", "", 0);
    let head = head(Method::POST, "api.example.org", "/v2/api.svc", &headers);
    let reply = world.face(&head).broken(&head);
    assert_eq!(reply.status, 500);
    let said = text(&reply);
    assert!(said.contains("fixture-call"), "{said}");
    assert!(said.contains(" ERROR_UNKNOWN</faultstring>"), "{said}");
}
