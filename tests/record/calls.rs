//! Calls of every face pass, are recorded, and the recording is verified against the upstream.

use std::path::Path;

use crate::support::{Caller, Server};
use crate::trial::{Ended, SAME, Trial, files, verify};

const XML: &str = "Content-Type: text/xml; charset=utf-8\r\n";
const EMPOWER: &str = "/api/xmlrpc/index.php";
const BOOK: &str = "<apiAddressBook xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id>\
    <a:Name>Customers</a:Name><a:Visibility>Public</a:Visibility><a:Contacts>0</a:Contacts>\
    </apiAddressBook>";

/// One call and more of each face, through the recorder.
fn call_every_face(trial: &Trial) {
    let caller = trial.caller();
    let address = |email: &str| format!("<email>{email}</email>");
    assert_eq!(caller.call("GetContactByEmail", &address("no@b.example")).unwrap().status, 500);
    caller.call_well("CreateAddressBook", BOOK);
    // The same again is another reply, and a name that is taken.
    assert_eq!(caller.call("CreateAddressBook", BOOK).unwrap().status, 500);
    for _ in 0..3 {
        caller.call_well("GetAddressBooks", "<select>10</select><skip>0</skip>");
    }
    let get = |caller: &Caller, path: &str| {
        let reply = caller.send("GET", path, "", b"").unwrap();
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.body
    };
    let wsdl = get(&caller, "/v2/api.svc?singleWsdl");
    assert!(wsdl.contains(&trial.recorder.authority()), "addresses lead to the recorder");
    assert!(!wsdl.contains(&trial.upstream.authority()));
    get(&caller, "/v2/address-books?select=10");
    get(&caller, "/Which50API/contactLists");
    let key = trial.credential("selzy", "api_key");
    let nobody = Caller { authorization: "none".to_owned(), ..trial.caller() };
    get(&nobody, &format!("/en/api/getLists?format=json&api_key={key}"));
    let (key, secret) =
        (trial.credential("empower", "api_key"), trial.credential("empower", "shared_secret"));
    let login = format!(
        "<authentication><api_key>{key}</api_key><shared_secret>{secret}</shared_secret>\
         </authentication>"
    );
    let method = "<methodCall><methodName>account.getCategories</methodName></methodCall>";
    let document = format!("<api>{login}<data>{method}</data></api>");
    let reply = nobody.send("POST", EMPOWER, XML, document.as_bytes()).unwrap();
    assert!(reply.body.contains("<methodResponse>"), "{}", reply.body);
    let member = |name: &str, text: &str| {
        format!("<member><name>{name}</name><value><string>{text}</string></value></member>")
    };
    let call = format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>account.getCategories</methodName><params>\
         <param><value><struct>{}{}</struct></value></param></params></methodCall>",
        member("api_key", &key),
        member("shared_secret", &secret)
    );
    let reply = nobody.send("POST", "/RPC2", XML, call.as_bytes()).unwrap();
    assert!(!reply.body.contains("faultCode"), "{}", reply.body);
}

/// The faces' folders, each with the credentials that its calls need.
fn verify_every_face(recording: &Path, url: &str, upstream: &Server) -> Vec<(String, String)> {
    let known = |face: &str, name: &str| upstream.ready[face][name].as_str().unwrap().to_owned();
    let login =
        [("login", known("dotdigital", "user")), ("password", known("dotdigital", "password"))];
    let pair = [
        ("api-key", known("empower", "api_key")),
        ("shared-secret", known("empower", "shared_secret")),
    ];
    let key = [("api-key", known("selzy", "api_key"))];
    let faces: [(&str, &[(&str, String)]); 6] = [
        ("dotdigital-soap", &login),
        ("dotdigital-rest", &login),
        ("which50", &login),
        ("selzy", &key),
        ("empower", &pair),
        ("xmlrpc", &pair),
    ];
    let mut red = Vec::new();
    for (face, credentials) in faces {
        let credentials: Vec<(&str, &str)> =
            credentials.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let (code, said) = verify(&recording.join(face), url, &credentials);
        if code != Some(0) {
            red.push((face.to_owned(), said));
        }
    }
    red
}

/// Another upstream in the state in which the recorded one began.
fn fresh(ended: &Ended, name: &str) -> Server {
    Server::start(&ended.folder.path().join(name), &SAME)
}

fn recorded() -> Ended {
    let trial = Trial::start(&[]);
    call_every_face(&trial);
    let (recorded, ended) = trial.end();
    assert_eq!(recorded.code, Some(0), "{}", recorded.end);
    assert_eq!(recorded.end["again"], 2);
    assert_eq!(
        recorded.cases,
        [
            "dotdigital-soap/GetContactByEmail/fault-error-contact-not-found",
            "dotdigital-soap/CreateAddressBook/success",
            "dotdigital-soap/CreateAddressBook/fault-error-addressbook-duplicate",
            "dotdigital-soap/GetAddressBooks/success",
            "dotdigital-soap/metadata/singlewsdl",
            "dotdigital-rest/GetAddressBooks/success",
            "which50/GetContactLists/success",
            "selzy/getLists/success",
            "empower/account.getCategories/success",
            "xmlrpc/account.getCategories/success",
        ]
    );
    ended
}

#[test]
fn what_is_recorded_of_every_face_is_verified_green_against_the_upstream() {
    let ended = recorded();
    let upstream = fresh(&ended, "fresh");
    let red = verify_every_face(&ended.recording, &upstream.url(), &ended.upstream);
    assert!(red.is_empty(), "{red:#?}");
}

/// Changes one place of a recorded reply; what `verify` says of it.
fn said_after(ended: &Ended, from: &str, to: &str) -> String {
    let case = ended.recording.join("dotdigital-soap/GetAddressBooks/success");
    let file = case.join("response.http");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
    let upstream = fresh(ended, &format!("after-{}", to.len()));
    let url = upstream.url();
    let known = |name: &str| ended.upstream.ready["dotdigital"][name].as_str().unwrap().to_owned();
    let (login, password) = (known("user"), known("password"));
    let credentials = [("login", login.as_str()), ("password", password.as_str())];
    let (code, said) = verify(&ended.recording.join("dotdigital-soap"), &url, &credentials);
    assert_eq!(code, Some(1), "{said}");
    std::fs::write(&file, text).unwrap();
    said
}

#[test]
fn one_changed_value_namespace_or_order_is_red_and_is_named_exactly() {
    const RESULT: &str = "/Envelope/Body/GetAddressBooksResponse/GetAddressBooksResult";
    let ended = recorded();
    for (from, to, place, what) in [
        (">Customers<", ">Consumers<", "/ApiAddressBook[6]/Name", "the value differs"),
        (
            "<a:Id>1</a:Id>",
            "<b:Id xmlns:b=\"http://apiconnector.net\">1</b:Id>",
            "/ApiAddressBook[1]/Id",
            "the namespace differs",
        ),
        (
            "<a:Id>1</a:Id><a:Name>All Contacts</a:Name>",
            "<a:Name>All Contacts</a:Name><a:Id>1</a:Id>",
            "/ApiAddressBook[1]/Name",
            "this stands in another place",
        ),
    ] {
        let said = said_after(&ended, from, to);
        assert!(said.contains(&format!("{RESULT}{place}: {what}")), "{said}");
        assert_eq!(said.matches(RESULT).count(), 1, "{said}");
        assert_eq!(said.matches("RED ").count(), 1, "{said}");
    }
}

#[test]
fn only_the_faces_and_operations_asked_for_are_recorded() {
    let trial = Trial::start(&["--face", "dotdigital-soap", "--filter", "getaddress*"]);
    call_every_face(&trial);
    let (recorded, ended) = trial.end();
    assert_eq!(recorded.cases, ["dotdigital-soap/GetAddressBooks/success"]);
    assert_eq!(files(&ended.recording).len(), 3);
}
