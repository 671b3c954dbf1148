//! Whatever the form of a request, the same document gets the same reply.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Keys, Trial, call, envelope};

/// Characters that forms and charsets may break.
const ADDRESS: &str = "zo\u{eb}+form%26@example.com";

const BOUNDARY: &str = "----------------------------d74496d66958873e";

fn document(keys: &Keys) -> String {
    let call = call("utilities.checkEmail", &format!("<email>{ADDRESS}</email>"));
    envelope(keys, "<response_type>xml</response_type><no_halt>0</no_halt>", &call)
}

/// As `application/x-www-form-urlencoded` has it.
fn encoded(text: &[u8]) -> String {
    let mut out = String::new();
    for byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                out.push(char::from(*byte));
            }
            b' ' => out.push('+'),
            _ => write!(out, "%{byte:02X}").unwrap(),
        }
    }
    out
}

fn multipart(document: &str) -> String {
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{document}\r\n\
         --{BOUNDARY}--\r\n"
    )
}

fn latin1(document: &str) -> Vec<u8> {
    let declared = format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n{document}");
    declared.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn every_form_of_body_gets_the_same_reply() {
    let (trial, [keys]) = Trial::start([&[]]);
    let document = document(&keys);
    let expected = trial.post(&document);
    assert!(expected.contains(&format!("<email><![CDATA[{ADDRESS}]]></email>")), "{expected}");
    let form = format!("data={}", encoded(document.as_bytes()));
    let type_of = |name: &str| format!("Content-Type: {name}\r\n");
    let urlencoded = type_of("application/x-www-form-urlencoded");
    let parted = type_of(&format!("multipart/form-data; boundary={BOUNDARY}"));
    for (name, headers, body) in [
        ("urlencoded", urlencoded.as_str(), form.clone().into_bytes()),
        ("urlencoded among others", &urlencoded, format!("a=1&{form}&b=2").into_bytes()),
        ("multipart", &parted, multipart(&document).into_bytes()),
        ("raw", &type_of("application/xml"), document.clone().into_bytes()),
        (
            "raw with a misnamed charset",
            &type_of("application/xml; charset='utf8'"),
            document.clone().into_bytes(),
        ),
        ("raw without a type", "", document.clone().into_bytes()),
        ("raw with a form's type", &urlencoded, document.clone().into_bytes()),
        ("raw in Latin-1", &type_of("text/xml"), latin1(&document)),
        ("raw with a byte order mark", &type_of("text/xml"), format!("\u{feff}{document}").into()),
        (
            "with HTML's entities",
            &type_of("text/xml"),
            document.replace('\u{eb}', "&euml;").into_bytes(),
        ),
    ] {
        assert_eq!(trial.send("POST", "", headers, &body), expected, "{name}");
    }
    let query = format!("?{form}");
    assert_eq!(trial.send("GET", &query, "", b""), expected, "in the query");
}

#[test]
fn a_form_whose_document_is_not_encoded_is_read() {
    let (trial, [keys]) = Trial::start([&[]]);
    // A plus or a percent sign in it would be decoded: of those nobody can tell which is meant.
    let document = document(&keys).replace(ADDRESS, "a&amp;b@example.com");
    let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
    let said = trial.send("POST", "", headers, format!("data={document}").as_bytes());
    assert!(said.contains("<email><![CDATA[a&b@example.com]]></email>"), "{said}");
}

#[test]
fn a_bare_call_takes_its_credentials_from_the_head() {
    let (trial, [keys]) = Trial::start([&[]]);
    let basic = STANDARD.encode(format!("{}:{}", keys.key, keys.secret));
    let body = call("utilities.checkEmail", "<email>jdoe@example.com</email>");
    let authorization = format!("Basic {basic}");
    let said = trial.send_with(&authorization, "POST", "", "", body.as_bytes());
    assert!(said.contains("<valid><![CDATA[1]]></valid>"), "{said}");
}

#[test]
fn order_case_and_cdata_of_elements_do_not_matter() {
    let (trial, [keys]) = Trial::start([&[]]);
    let expected = trial.post(&document(&keys));
    let Keys { key, secret } = &keys;
    let document = format!(
        "<?xml version=\"1.0\"?>\n<API>\n <data><methodcall><email><![CDATA[{ADDRESS}]]></email>\
         <methodname> UTILITIES.checkemail </methodname></methodcall></data>\n\
         <authentication><shared_secret><![CDATA[{secret}]]></shared_secret>\
         <api_key><![CDATA[{key}]]></api_key></authentication></API>\n"
    );
    assert_eq!(trial.post(&document), expected);
}
