//! No call with the credentials of one account reveals or changes anything of another.
//!
//! The rival has the ids, addresses, names and imports that the fixtures ask for, each with a word of
//! its own in it. Then every request of the fixtures is made with the demo's credentials.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lychgate::contract::case::{Case, read_all};
use serde_json::json;

use super::case::Form;
use super::gateway::{Gateway, get, request};
use super::support::run_well;
use super::wire::{Reply, exchange};

/// In everything that the rival has.
const OWN: &str = "rivals-own";
/// Addresses that the fixtures ask for.
const ADDRESSES: [&str; 12] = [
    "ann@b.example",
    "ann@example.org",
    "ann@example.com",
    "bob@example.com",
    "jdoe@example.com",
    "ben@b.example",
    "cid@b.example",
    "ana@a.example",
    "jo@b.example",
    "a@b.example",
    "john@example.com",
    "x@b.example",
];
/// What the rival sees of itself.
const VIEWS: [&str; 9] = [
    "/v2/contacts?select=1000&withFullData=true",
    "/v2/address-books",
    "/v2/address-books/3/contacts?withFullData=true",
    "/v2/data-fields",
    "/v2/preferences",
    "/v2/campaigns",
    "/v2/contacts/transactional-data/Orders/Order-123",
    "/Which50API/contactLists",
    "/Which50API/contactLists/3/contacts",
];

/// The other account.
struct Rival {
    basic: String,
    import: String,
}

impl Rival {
    /// Makes the account in the store, before the server opens it.
    fn login(data: &Path) -> String {
        let data = data.to_str().unwrap();
        run_well(&["account", "add", "rival", "--data", data]);
        let printed = run_well(&["account", "credential", "add", "rival", "--data", data]);
        let words: Vec<&str> = printed.split_whitespace().collect();
        format!("Basic {}", STANDARD.encode(format!("{}:{}", words[1], words[3])))
    }

    fn settle(gateway: &Gateway, basic: String) -> Self {
        let post = |path: &str, document: serde_json::Value| {
            let headers = format!("Authorization: {basic}\r\nContent-Type: application/json\r\n");
            let wire = request("POST", path, &headers, document.to_string().as_bytes());
            let reply = gateway.ask(&wire).unwrap();
            assert!(reply.status < 300, "{path}: {reply}");
            reply
        };
        let book = json!({ "name": format!("{OWN} News"), "visibility": "Public" });
        post("/v2/address-books", book);
        post(
            "/v2/data-fields",
            json!({ "name": "RIVAL", "type": "String", "visibility": "Private" }),
        );
        for address in ADDRESSES {
            let fields =
                json!([{ "key": "FIRSTNAME", "value": OWN }, { "key": "RIVAL", "value": OWN }]);
            post("/v2/address-books/3/contacts", json!({ "email": address, "dataFields": fields }));
        }
        let record = json!({ "key": "Order-123", "contactIdentifier": ADDRESSES[0], "json": format!("{{\"a\":\"{OWN}\"}}") });
        post("/v2/contacts/transactional-data/Orders", record);
        let file = STANDARD.encode(format!("Email,FIRSTNAME\nnobody,{OWN}\n"));
        let reply = post("/v2/contacts/import", json!({ "fileName": "a.csv", "data": file }));
        let reply: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        Self { basic, import: reply["id"].as_str().unwrap().to_owned() }
    }

    fn views(&self, gateway: &Gateway) -> Vec<String> {
        let view = |path: &&str| {
            let reply = gateway.ask(&get(path, &self.basic)).unwrap();
            assert_eq!(reply.status, 200, "{path}: {reply}");
            reply.text()
        };
        VIEWS.iter().map(view).collect()
    }
}

#[test]
fn no_call_of_one_account_reveals_or_changes_another() {
    let folder = tempfile::tempdir().unwrap();
    let basic = Rival::login(&folder.path().join("data"));
    let gateway = Gateway::in_folder(folder);
    let rival = Rival::settle(&gateway, basic);
    let before = rival.views(&gateway);
    assert!(before.iter().filter(|view| view.contains(OWN)).count() >= 5, "{before:?}");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures");
    let cases = read_all(&fixtures).unwrap();
    let (mut made, mut answered) = (0, 0);
    for case in cases.iter().filter(|case| is_of_the_demo(case)) {
        let reply = made_by_the_demo(&gateway, &rival, case);
        made += 1;
        answered += usize::from(reply.as_ref().is_some_and(|reply| reply.status < 300));
        if let Some(reply) = reply {
            let head_and_body = format!("{}{}", reply.head, reply.text());
            assert!(!head_and_body.contains(OWN), "{} reveals it: {reply}", case.id());
        }
    }
    // Most are answered: the calls were not turned away at the door.
    assert!(made > 500 && answered * 2 > made, "{answered} of {made}");
    assert_eq!(rival.views(&gateway), before);
    gateway.still_answers(Form::Soap11).unwrap();
}

/// Without those that come with credentials of their own: wrong ones would slow the others down.
fn is_of_the_demo(case: &Case) -> bool {
    let told = fs::read_to_string(case.folder.join("case.toml")).unwrap_or_default();
    let body = String::from_utf8_lossy(&case.request.body);
    let says = |key: &str| body.contains(key) || case.request.target.contains(key);
    let brings = (says("<api_key>") || says("api_key=")) && !says("{api_key}");
    !told.contains("credentials") && !brings
}

fn made_by_the_demo(gateway: &Gateway, rival: &Rival, case: &Case) -> Option<Reply> {
    let fill = |text: &str| {
        let key = if case.face == "selzy" { &gateway.selzy_key } else { &gateway.api_key };
        text.replace("{api_key}", key)
            .replace("{shared_secret}", &gateway.shared_secret)
            .replace("{import}", &rival.import)
    };
    let basic = match case.face.as_str() {
        "empower" | "xmlrpc" => {
            let pair = format!("{}:{}", gateway.api_key, gateway.shared_secret);
            format!("Basic {}", STANDARD.encode(pair))
        }
        _ => gateway.basic.clone(),
    };
    let mut headers = format!("Authorization: {basic}\r\n");
    for (name, value) in &case.request.headers {
        let is_ours = [
            "host",
            "authorization",
            "content-length",
            "accept-encoding",
            "expect",
            "transfer-encoding",
            "connection",
        ];
        if !is_ours.contains(&name.as_str()) {
            headers.extend([name.as_str(), ": ", value.to_str().unwrap(), "\r\n"]);
        }
    }
    let body = match std::str::from_utf8(&case.request.body) {
        Ok(text) => fill(text).into_bytes(),
        Err(_) => case.request.body.to_vec(),
    };
    let target = fill(&case.request.target).replace(' ', "%20");
    let wire = request(case.request.method.as_str(), &target, &headers, &body);
    exchange(&gateway.authority, &wire, true)
}
