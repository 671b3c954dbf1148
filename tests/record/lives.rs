//! What an account lives through in every face is recorded, and verified green without a server.
//!
//! The upstream has other ids, other times and an account with a past; what of the past shows in
//! replies is written into the recording by hand, as a user does.

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::support::{Caller, Server, lychgate, run, run_well, text};
use crate::trial::{Ended, recorded, recorder};

const XML: &str = "Content-Type: text/xml; charset=utf-8\r\n";
const JSON: &str = "Content-Type: application/json\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const MEMBERS: &str = "xmlns:a=\"http://apiconnector.com\"";

/// Fields that the upstream's account had before.
const PAST: &str = "\n\
    [[given]]\nfield = { name = \"TOWN\", type = \"String\" }\n\
    [[given]]\nfield = { name = \"AGE\", type = \"Numeric\" }\n\
    [[given]]\nfield = { name = \"BIRTHDAY\", type = \"Date\" }\n\
    [[given]]\nfield = { name = \"MEMBER\", type = \"Boolean\", default = \"false\" }\n";

/// The case that is recorded first.
const FIRST: &str = "dotdigital-soap/CreateAddressBook/success";

/// An upstream as it is run: its clock goes, and nobody knows its ids beforehand.
fn upstream(folder: &Path) -> Server {
    Server::start(folder, &["--demo"])
}

fn known(server: &Server, face: &str, name: &str) -> String {
    server.ready[face][name].as_str().unwrap().to_owned()
}

/// Asks until the reply says that it is done: each of these calls is on record once.
fn until_done(done: &str, ask: impl Fn() -> String) {
    for _ in 0..400 {
        if ask().contains(done) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("nothing says {done}");
}

fn live_in_soap(caller: &Caller) {
    let book = format!(
        "<apiAddressBook {MEMBERS}><a:Id>0</a:Id><a:Name>Customers</a:Name>\
         <a:Visibility>Public</a:Visibility><a:Contacts>0</a:Contacts></apiAddressBook>"
    );
    let made = caller.call_well("CreateAddressBook", &book);
    let book = text(&made, "Id");
    let rows = "email,FIRSTNAME\nann@b.example,Ann\nbob@b.example,Bob\nno address,X\n";
    let rows = BASE64_STANDARD.encode(rows);
    let import =
        format!("<addressBookId>{book}</addressBookId><data>{rows}</data><dataType>CSV</dataType>");
    let import = caller.call_well("ImportContactsToAddressBook", &import);
    let import = format!("<importId>{}</importId>", text(&import, "Id"));
    until_done(">Finished<", || caller.call_well("GetContactImportProgress", &import));
    caller.call_well("GetContactImportReport", &import);
    caller.call_well("GetContactImportReportFaults", &import);
    let ann = caller.call_well("GetContactByEmail", "<email>ann@b.example</email>");
    caller.call_well("GetContactById", &format!("<id>{}</id>", text(&ann, "Id")));
    let ask = format!("<addressBookId>{book}</addressBookId><select>9</select><skip>0</skip>");
    caller.call_well("GetContactsInAddressBook", &ask);
}

fn live_in_rest(caller: &Caller) {
    let ask = |method: &str, path: &str, body: &str| {
        let reply = caller.send(method, path, JSON, body.as_bytes()).unwrap();
        assert!((200..300).contains(&reply.status), "{method} {path}: {}", reply.body);
        reply.body
    };
    let id =
        |reply: &str| serde_json::from_str::<serde_json::Value>(reply).unwrap()["id"].to_string();
    let book = id(&ask("POST", "/v2/address-books", "{\"name\":\"Readers\"}"));
    let contacts = format!("/v2/address-books/{book}/contacts");
    let dora = id(&ask("POST", &contacts, "{\"email\":\"dora@b.example\"}"));
    ask("GET", &format!("/v2/contacts/{dora}"), "");
    let file = BASE64_STANDARD.encode("email\neve@b.example\nnobody\n");
    let file = format!("{{\"fileName\":\"a.csv\",\"data\":\"{file}\"}}");
    let import = id(&ask("POST", &format!("{contacts}/import"), &file));
    let import = format!("/v2/contacts/import/{}", import.trim_matches('"'));
    until_done("\"Finished\"", || ask("GET", &import, ""));
    ask("GET", &format!("{import}/report"), "");
    ask("GET", &format!("{import}/report-faults"), "");
    ask("GET", &contacts, "");
    ask("POST", &format!("{contacts}/unsubscribe"), "{\"email\":\"dora@b.example\"}");
    ask("GET", &format!("/v2/address-books/{book}"), "");
}

fn live_in_selzy(caller: &Caller, key: &str) {
    let ask = |method: &str, form: &str| {
        let path = format!("/en/api/{method}?format=json");
        let form = format!("api_key={key}&{form}");
        let reply = caller.send("POST", &path, FORM, form.as_bytes()).unwrap();
        let reply: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        assert!(reply["error"].is_null(), "{method}: {reply}");
        reply["result"].clone()
    };
    let list = &ask("createList", "title=News")["id"];
    ask("subscribe", &format!("list_ids={list}&fields[email]=fay@b.example&double_optin=3"));
    ask(
        "importContacts",
        &format!(
            "field_names[0]=email&field_names[1]=email_list_ids&data[0][0]=gus@b.example\
             &data[0][1]={list}&data[1][0]=nobody&data[1][1]={list}"
        ),
    );
    let message = format!(
        "sender_name=A&sender_email=owner@example.org&subject=S&body=<p>x</p>&list_id={list}"
    );
    let message = &ask("createEmailMessage", &message)["message_id"];
    let campaign = &ask("createCampaign", &format!("message_id={message}"))["campaign_id"];
    ask("getCampaignStatus", &format!("campaign_id={campaign}"));
}

fn live_in_empower(caller: &Caller, key: &str, secret: &str) {
    let login = format!(
        "<authentication><api_key>{key}</api_key><shared_secret>{secret}</shared_secret>\
         </authentication>"
    );
    for (method, members) in [
        ("account.addCategory", "<category_name>Cats</category_name>"),
        ("legacy.manage_subscriber", "<email>hal@b.example</email>"),
        ("subscribers.getSubscriber", "<email>hal@b.example</email>"),
    ] {
        let call = format!("<methodCall><methodName>{method}</methodName>{members}</methodCall>");
        let document = format!("<api>{login}<data>{call}</data></api>");
        let path = "/api/xmlrpc/index.php";
        let reply = caller.send("POST", path, XML, document.as_bytes()).unwrap().body;
        assert!(!reply.contains("<error>"), "{method}: {reply}");
    }
    let member = |(name, text): (&str, &str)| {
        format!("<member><name>{name}</name><value><string>{text}</string></value></member>")
    };
    let members: String = [("api_key", key), ("shared_secret", secret), ("email", "ida@b.example")]
        .into_iter()
        .map(member)
        .collect();
    let call = format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>legacy.manage_subscriber</methodName>\
         <params><param><value><struct>{members}</struct></value></param></params></methodCall>"
    );
    let reply = caller.send("POST", "/RPC2", XML, call.as_bytes()).unwrap().body;
    assert!(!reply.contains("faultCode"), "{reply}");
}

/// A recording of all of it.
fn recorded_lives() -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let upstream = upstream(&folder.path().join("data"));
    let recording = folder.path().join("recording");
    let recorder = recorder(&upstream.url(), &recording, &[]);
    let authority = recorder.authority();
    let caller = Caller { authority, ..Caller::of_demo(&upstream) };
    live_in_soap(&caller);
    live_in_rest(&caller);
    let nobody = Caller { authorization: "none".to_owned(), authority: caller.authority };
    live_in_selzy(&nobody, &known(&upstream, "selzy", "api_key"));
    let (key, secret) = ("api_key", "shared_secret");
    let (key, secret) = (known(&upstream, "empower", key), known(&upstream, "empower", secret));
    live_in_empower(&nobody, &key, &secret);
    let recorded = recorded(recorder);
    assert_eq!(recorded.code, Some(0), "{}", recorded.end);
    assert_eq!(recorded.cases[0], FIRST);
    Ended { upstream, recording, folder }
}

/// How `verify` ends without a server, and what it says.
fn verified(recording: &Path) -> (Option<i32>, String) {
    let output = run(&["contract", "verify", recording.to_str().unwrap()]);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn verified_against(ended: &Ended, server: &Server) -> (Option<i32>, String) {
    let mut command = lychgate(&["contract", "verify", ended.recording.to_str().unwrap()]);
    command.args(["--against", &server.url()]);
    for (face, name) in [
        ("dotdigital-soap", "dotdigital/user/login"),
        ("dotdigital-soap", "dotdigital/password/password"),
        ("dotdigital-rest", "dotdigital/user/login"),
        ("dotdigital-rest", "dotdigital/password/password"),
        ("selzy", "selzy/api_key/api_key"),
        ("empower", "empower/api_key/api_key"),
        ("empower", "empower/shared_secret/shared_secret"),
        ("xmlrpc", "empower/api_key/api_key"),
        ("xmlrpc", "empower/shared_secret/shared_secret"),
    ] {
        let [of, key, name] = name.split('/').collect::<Vec<_>>()[..] else { panic!("{name}") };
        let given = format!("{face}/{name}={}", known(server, of, key));
        command.args(["--credential", &given]);
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// Changes a recorded reply for one verification.
fn said_after(recording: &Path, case: &str, from: &str, to: &str) -> String {
    let file = recording.join(case).join("response.http");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    fs::write(&file, text.replacen(from, to, 1)).unwrap();
    let (code, said) = verified(recording);
    assert_eq!(code, Some(1), "{case}: {said}");
    fs::write(&file, text).unwrap();
    said
}

#[test]
fn a_recording_of_all_faces_is_green_without_a_server_and_one_change_is_named_exactly() {
    const CONTACTS: &str = "dotdigital-soap/GetContactsInAddressBook/success";
    const RESULT: &str =
        "/Envelope/Body/GetContactsInAddressBookResponse/GetContactsInAddressBookResult";
    let ended = recorded_lives();
    let first = ended.recording.join(FIRST).join("case.toml");
    let told = fs::read_to_string(&first).unwrap();
    fs::write(&first, format!("{told}{PAST}")).unwrap();
    let (code, said) = verified(&ended.recording);
    assert_eq!(code, Some(0), "{said}");
    let email = "<a:Email>ann@b.example</a:Email>";
    let other = email.replace("<a:Email>", "<b:Email xmlns:b=\"urn:other\">");
    let other = other.replace("</a:", "</b:");
    for (case, from, to, place, what) in [
        (CONTACTS, "bob@b.example", "rob@b.example", "/ApiContact[2]/Email", "the value differs"),
        (CONTACTS, email, &*other, "/ApiContact[1]/Email", "the namespace differs"),
    ] {
        let said = said_after(&ended.recording, case, from, to);
        assert!(said.contains(&format!("{RESULT}{place}: {what}")), "{said}");
        assert_eq!(said.matches("RED ").count(), 1, "{said}");
    }
    let text = fs::read_to_string(ended.recording.join(CONTACTS).join("response.http")).unwrap();
    let (_, contact) = text.split_once("<a:Id>").unwrap();
    let (id, _) = contact.split_once("</a:Id>").unwrap();
    let (id, email) = (format!("<a:Id>{id}</a:Id>"), email.to_owned());
    let (from, to) = (format!("{id}{email}"), format!("{email}{id}"));
    let said = said_after(&ended.recording, CONTACTS, &from, &to);
    assert!(said.contains("this stands in another place"), "{said}");
    assert_eq!(said.matches(RESULT).count(), 1, "{said}");
    // An id that is another's.
    let dora = "dotdigital-rest/GetContactById/success";
    let text = fs::read_to_string(ended.recording.join(dora).join("response.http")).unwrap();
    let (_, id) = text.split_once("\"id\":").unwrap();
    let id = format!("\"id\":{}", id.split(',').next().unwrap());
    let said = said_after(&ended.recording, dora, &id, "\"id\":77");
    assert!(said.contains("/id: the value differs") && said.contains("expected  77"), "{said}");
    assert_eq!(said.matches("RED ").count(), 1, "{said}");
}

#[test]
fn a_recording_of_all_faces_is_green_against_another_server_with_other_ids_and_times() {
    let ended = recorded_lives();
    let server = upstream(&ended.folder.path().join("fresh"));
    let (code, said) = verified_against(&ended, &server);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_recorded_digest_is_made_anew_from_the_password_of_the_run() {
    const WSS: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("dotdigital-soap/GetServerTime/digest");
    fs::create_dir_all(&case).unwrap();
    let at = "2026-05-01T12:00:00Z";
    let request = format!(
        "POST /v2/api.svc HTTP/1.1\ncontent-type: text/xml; charset=utf-8\n\n\
         <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header><o:Security \
         xmlns:o=\"{WSS}wssecurity-secext-1.0.xsd\" xmlns:u=\"{WSS}wssecurity-utility-1.0.xsd\">\
         <o:UsernameToken><o:Username>{{login}}</o:Username><o:Password \
         Type=\"{WSS}username-token-profile-1.0#PasswordDigest\">{{password_digest}}</o:Password>\
         <o:Nonce>{{nonce}}</o:Nonce><u:Created>{at}</u:Created></o:UsernameToken></o:Security>\
         </s:Header><s:Body><GetServerTime xmlns=\"http://apiconnector.com/v2\"/></s:Body>\
         </s:Envelope>"
    );
    fs::write(case.join("request.http"), request).unwrap();
    let response = "HTTP/1.1 200 OK\ncontent-type: text/xml\n\n${xmlunit.ignore}";
    fs::write(case.join("response.http"), response).unwrap();
    let told = format!("shows = \"A digest.\"\nnow = \"{at}\"\n");
    fs::write(case.join("case.toml"), told).unwrap();
    let (code, said) = verified(folder.path());
    assert_eq!(code, Some(0), "{said}");
    // The same months later, to a server that knows the password.
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    run_well(&["account", "add", "acme", "--data", data]);
    let made =
        run_well(&["account", "credential", "add", "acme", "--allow-digest", "--data", data]);
    let words: Vec<&str> = made.split_whitespace().collect();
    let ["user", login, "password", password] = words[..] else { panic!("{made}") };
    let server = Server::start(Path::new(data), &[]);
    let (url, recording) = (server.url(), case.to_str().unwrap());
    let against = ["contract", "verify", recording, "--against", &url, "--login", login];
    let said = run_well(&[&against[..], &["--password", password]].concat());
    assert!(said.contains("1 case: 1 green"), "{said}");
}
