//! What is nobody's document: a bug of ours, and a body that did not come, in each face's own form.

use http::Method;
use lychgate::protocol::http::{BodyError, Reply};

use super::case::{Expected, Form, refused};
use super::wire;
use super::world::{World, head};

/// Each face, by a call that belongs to it: form, path, content type, and the status of a bug.
const FACES: [(Form, &str, &str, u16); 8] = [
    (Form::Soap11, "/v2/api.svc", "text/xml; charset=utf-8", 500),
    (Form::Soap12, "/v2/api.svc", "application/soap+xml; charset=utf-8", 500),
    (Form::RestJson, "/v2/contacts", "application/json", 500),
    (Form::RestXml, "/v2/contacts", "application/xml", 500),
    (Form::Empower, "/api/xmlrpc/index.php", "text/xml", 200),
    (Form::XmlRpc, "/RPC2", "text/xml", 200),
    (Form::Which50Json, "/Which50API/contactLists/3/contact", "application/json", 500),
    (Form::Selzy, "/en/api/getLists", "application/x-www-form-urlencoded", 200),
];

/// The id of every call in this world.
const CALL: &str = "fixture-call";

#[tokio::test]
async fn a_bug_is_said_in_each_faces_own_form_with_the_id_of_the_call() {
    let world = World::new().await;
    for (form, path, content_type, status) in FACES {
        let head = head(Method::POST, "t", path, &[("content-type", content_type.to_owned())]);
        let reply = world.face(&head).broken(&head);
        judge(&reply, &refused(form, status, CALL)).unwrap_or_else(|why| panic!("{path}: {why}"));
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_said_in_each_faces_own_form() {
    let world = World::new().await;
    let errors = [
        BodyError::CutShort,
        BodyError::TimedOut,
        BodyError::BadChunks,
        BodyError::BadCompression,
        BodyError::RatioExceeded,
        BodyError::TooLarge { limit: 1 },
        BodyError::UnsupportedEncoding,
        BodyError::Overloaded,
    ];
    for (form, path, content_type, _) in FACES {
        let head = head(Method::POST, "t", path, &[("content-type", content_type.to_owned())]);
        for error in errors {
            let reply = world.face(&head).unreadable(&head, error);
            let expected = refused(form, reply.status.as_u16(), "");
            judge(&reply, &expected).unwrap_or_else(|why| panic!("{path}, {error}: {why}"));
        }
    }
}

fn judge(reply: &Reply, expected: &Expected) -> Result<(), String> {
    let mut head = format!("HTTP/1.1 {}\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.extend([name.as_str(), ": ", value.to_str().unwrap(), "\r\n"]);
    }
    let body = reply.body.whole().unwrap().to_vec();
    let status = reply.status.as_u16();
    expected.judge(Some(&wire::Reply { status, head, body, closed: true }))
}
