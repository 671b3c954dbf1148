use super::*;
use crate::contract::redact::{Obstacle, Place};

const ZIP: &[u8] = b"PK\x03\x04\x14\x00\x00\x00\x08\x00rest of a spreadsheet";

fn why(exchange: &Exchange) -> (Place, Obstacle) {
    let Unredactable { place, obstacle } = redact(people(), exchange).unwrap_err();
    (place, obstacle)
}

#[test]
fn what_nobody_can_look_into_is_refused() {
    let soap =
        |file: &[u8]| format!("<ImportContacts><data>{}</data></ImportContacts>", in_base64(file));
    let part = [
        b"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.xlsx\"\r\n\r\n"
            .as_slice(),
        ZIP,
        b"\r\n--b--",
    ]
    .concat();
    let request_body = |exchange: Exchange| {
        assert_eq!(why(&exchange), (Place::RequestBody, Obstacle::Binary));
    };
    request_body(post("application/octet-stream", ZIP));
    request_body(post("application/pdf", b"%PDF-1.4 text"));
    request_body(post("text/xml", soap(ZIP)));
    request_body(post("text/xml", soap(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0")));
    request_body(post("application/json", format!("{{\"anything\":\"{}\"}}", in_base64(ZIP))));
    request_body(post("multipart/form-data; boundary=b", part));
    let attached: String =
        ZIP.iter().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let form = format!("subject=x&attachments[a.xlsx]={attached}");
    request_body(post("application/x-www-form-urlencoded", form));
    let mut exchange = response("HTTP/1.1 200 OK\r\n\r\n");
    exchange.response.body = ZIP.into();
    assert_eq!(why(&exchange), (Place::ResponseBody, Obstacle::Binary));
    let bad = "<data>RW1haWwNCmFubkBzaG9wLmV4YW1wbGUNCmJvYkBzaG9wLmV4YW1wbGUNC=x=x</data>";
    assert_eq!(why(&post("text/xml", bad)), (Place::RequestBody, Obstacle::BadBase64));
    let doctype = "<!DOCTYPE a [<!ENTITY k \"0a1b2c3d\">]><a><api_key>&k;</api_key></a>";
    assert_eq!(why(&post("text/xml", doctype)), (Place::RequestBody, Obstacle::Declarations));
    let no_boundary = post("multipart/form-data", "--b\r\n\r\nx");
    assert_eq!(why(&no_boundary), (Place::RequestBody, Obstacle::NoBoundary));
}

#[test]
fn a_secret_in_a_spelling_that_cannot_be_replaced_is_refused() {
    let mut exchange = request(format!("GET /?api_key={API_KEY} HTTP/1.1\r\n\r\n"));
    let hex = crate::contract::redact::token::hex(API_KEY.as_bytes());
    exchange.response.body = format!("echo {hex}").into();
    let error = redact(people(), &exchange).unwrap_err();
    assert_eq!((error.place, error.obstacle), (Place::ResponseBody, Obstacle::SecretLeft));
    let said = format!("{error} {error:?}");
    assert!(!said.contains(API_KEY) && !said.contains(&hex));
}

#[test]
fn where_wished_a_binary_becomes_a_line_with_its_length_and_digest() {
    let options = Options { mark_binaries: true, ..people() };
    let found = text_of(options.clone(), &post("application/octet-stream", ZIP));
    assert!(found.starts_with(&format!("[left out: {} bytes, SHA-256 ", ZIP.len())), "{found}");
    let soap = format!("<data>{}</data>", in_base64(ZIP));
    let inside = text_of(options, &post("text/xml", soap));
    assert_eq!(inside, format!("<data>{}</data>", in_base64(&found)));
}

#[test]
fn ids_that_look_like_base64_stay() {
    let body = "{\"id\":\"nH4zXq0oPpUeYw==\",\"guid\":\"c7a2f7e0b1d94c5f8e6a7b8c9d0e1f2a\",\"data\":\"not base64 at all\"}";
    assert_eq!(text_of(people(), &post("application/json", body)), body);
    let cell = format!("data[0][1]={}&data[0][2]=1", "x".repeat(101));
    let form = "application/x-www-form-urlencoded";
    assert_eq!(text_of(people(), &post(form, &cell)), cell);
}

#[test]
fn nothing_shows_a_secret() {
    let exchange = request(format!("GET /?api_key={API_KEY} HTTP/1.1\r\n\r\n"));
    let redactor = Redactor::new(people(), KEY);
    let redacted = redactor.redact(&exchange).unwrap();
    let shown = format!(
        "{redactor:?} {redacted:?} {:?}",
        crate::contract::redact::SelfCheck::new(&redacted.secrets_seen)
    );
    assert!(!shown.contains(API_KEY), "{shown}");
}
