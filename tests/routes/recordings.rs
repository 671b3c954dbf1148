//! Calls that are answered from recordings.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lychgate::contract::recorded::Shelf;
use lychgate::server::Way;

use crate::calls::{CALLS, Call, EMPOWER, REST, SOAP, stranger, text};
use crate::gateway::{Gateway, faces, route};

/// A recording in `folder`; `told` goes into its `case.toml`.
fn record(folder: &Path, call: Call, case: &str, told: &str, reply: &str) {
    let operation = call.operation.rsplit('_').next().unwrap();
    let place = folder.join(call.face).join(operation).join(case);
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("case.toml"), format!("shows = \"It.\"\n{told}")).unwrap();
    fs::write(place.join("request.http"), call.recorded()).unwrap();
    fs::write(place.join("response.http"), reply).unwrap();
}

fn reply(text: &str) -> String {
    format!("HTTP/1.1 203 Non-Authoritative Information\nx-kept: yes\n\n{text}")
}

/// The way to the recordings of a face.
fn recordings(folder: &Path, face: &str) -> Way {
    let face = faces().into_iter().find(|one| one.name() == face).unwrap();
    Way::Recordings(Arc::new(Shelf::read(folder, face, Vec::new()).unwrap()))
}

/// A gateway that answers all calls of these faces from recordings.
async fn replaying(folder: &Path, calls: &[Call]) -> Gateway {
    let routes: Vec<_> =
        calls.iter().map(|call| route(call.face, None, recordings(folder, call.face))).collect();
    Gateway::start(&routes).await
}

#[tokio::test]
async fn every_face_answers_as_recorded_whoever_calls() {
    let folder = tempfile::tempdir().unwrap();
    for call in CALLS {
        record(folder.path(), call, "one", "", &reply(call.operation));
    }
    let gateway = replaying(folder.path(), &CALLS).await;
    for call in CALLS {
        let answer = gateway.send(call.request(&stranger())).await;
        assert_eq!((answer.status.as_u16(), text(&answer.body)), (203, call.operation.to_owned()));
        assert_eq!(answer.headers["x-kept"], "yes");
        let id = answer.headers["lychgate-recording"].to_str().unwrap();
        assert!(id.starts_with(call.face) && id.ends_with("/one"), "{id}");
    }
}

#[tokio::test]
async fn the_fixtures_of_the_project_are_recordings_too() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures");
    let of = [
        (SOAP, "dotdigital-soap/GetDataFields/typed-defaults"),
        (EMPOWER, "empower/account.getCategories"),
    ];
    for (call, case) in of {
        let way = recordings(&fixtures.join(case), call.face);
        let gateway = Gateway::start(&[route(call.face, Some(call.operation), way)]).await;
        let answer = gateway.send(call.request(&stranger())).await;
        let id = answer.headers.get("lychgate-recording").map(|id| id.to_str().unwrap());
        assert!(id.is_some_and(|id| id.starts_with(case)), "{id:?} {}", text(&answer.body));
    }
}

#[tokio::test]
async fn every_face_says_in_its_own_form_which_recording_is_the_closest_and_where_it_differs() {
    let folder = tempfile::tempdir().unwrap();
    for call in CALLS {
        record(folder.path(), call, "near", "", &reply("hush"));
        let place = folder.path().join(call.face);
        let near = fs::read_dir(place).unwrap().next().unwrap().unwrap().path().join("near");
        let request = near.join("request.http");
        let recorded = fs::read_to_string(&request).unwrap();
        let other = recorded.replace(
            " HTTP/1.1",
            if recorded.contains('?') {
                "&deep=ann%40b.example HTTP/1.1"
            } else {
                "?deep=ann%40b.example HTTP/1.1"
            },
        );
        fs::write(request, other).unwrap();
    }
    let gateway = replaying(folder.path(), &CALLS).await;
    for call in CALLS {
        let answer = gateway.send(call.request(&stranger())).await;
        let body = text(&answer.body);
        assert_eq!(answer.status, call.unanswered, "{}: {body}", call.face);
        let nearest = answer.headers["lychgate-nearest"].to_str().unwrap();
        assert!(nearest.starts_with(call.face) && nearest.ends_with("/near"), "{nearest}");
        assert!(body.contains("No recording fits this call"), "{}: {body}", call.face);
        assert!(body.contains("/query/deep"), "{}: {body}", call.face);
        assert!(!body.contains("hush") && !body.contains("ann"), "{}: {body}", call.face);
    }
}

#[tokio::test]
async fn a_repeated_call_is_answered_in_turn_and_stays_at_the_last() {
    let folder = tempfile::tempdir().unwrap();
    for (step, title) in [(1, "queued"), (2, "running"), (3, "done")] {
        let told = format!("[sequence]\nof = \"import\"\nstep = {step}\n");
        record(folder.path(), SOAP, title, &told, &reply(title));
    }
    let gateway = replaying(folder.path(), &[SOAP]).await;
    for title in ["queued", "running", "done", "done"] {
        let answer = gateway.send(SOAP.request(&stranger())).await;
        assert_eq!(text(&answer.body), title);
    }
    gateway.running.reload_recordings();
    for _ in 0..400 {
        let answer = gateway.send(SOAP.request(&stranger())).await;
        if text(&answer.body) == "queued" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the sequence did not begin anew");
}

#[tokio::test]
async fn an_operation_without_a_route_is_answered_here() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), REST, "one", "", &reply("recorded"));
    let way = recordings(folder.path(), REST.face);
    let gateway = Gateway::start(&[route(REST.face, Some("GetDataFields"), way)]).await;
    assert_eq!(text(&gateway.send(REST.request(&stranger())).await.body), "recorded");
    let mut other = REST.request(&gateway.login);
    *other.uri_mut() = "/v2/address-books".parse().unwrap();
    let answer = gateway.send(other).await;
    assert_eq!(answer.status, 200, "{}", text(&answer.body));
    assert!(!answer.headers.contains_key("lychgate-recording"));
}

#[tokio::test]
async fn a_recorded_timestamp_of_ws_security_is_of_now() {
    let folder = tempfile::tempdir().unwrap();
    let signed = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header>\
        <o:Security xmlns:o=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">\
        <u:Timestamp xmlns:u=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">\
        <u:Created>2014-01-02T03:04:05.000Z</u:Created><u:Expires>2014-01-02T03:09:05.000Z</u:Expires>\
        </u:Timestamp></o:Security></s:Header><s:Body><Created>2014-01-02</Created></s:Body></s:Envelope>";
    record(folder.path(), SOAP, "one", "", &reply(signed));
    let gateway = replaying(folder.path(), &[SOAP]).await;
    let answer = text(&gateway.send(SOAP.request(&stranger())).await.body);
    assert!(answer.contains("<u:Created>2026-04-01T12:00:00.000Z</u:Created>"), "{answer}");
    assert!(answer.contains("<u:Expires>2026-04-01T12:05:00.000Z</u:Expires>"), "{answer}");
    assert!(answer.contains("<s:Body><Created>2014-01-02</Created></s:Body>"), "{answer}");
}
