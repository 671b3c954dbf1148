//! A store is copied while its server answers whoever reads, and goes on from the copy.

#![cfg(test)]

#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "support/postgres.rs"]
mod postgres;
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use support::{Caller, Server, new_login, run, run_well, text};

fn create(caller: &Caller, address: &str) -> support::Reply {
    let members = format!(
        "<apiContact xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id><a:Email>{address}</a:Email>\
         <a:OptInType>Unknown</a:OptInType><a:EmailType>Html</a:EmailType>\
         <a:Status>Subscribed</a:Status></apiContact>"
    );
    caller.call("CreateContact", &members).unwrap()
}

fn find(caller: &Caller, address: &str) -> support::Reply {
    caller.call("GetContactByEmail", &format!("<email>{address}</email>")).unwrap()
}

fn rest(caller: &Caller, method: &str, path: &str, body: &str) -> support::Reply {
    let headers = "Content-Type: application/json\r\n";
    caller.send(method, path, headers, body.as_bytes()).unwrap()
}

fn at(server: &Server, (user, password): &(String, String)) -> Caller {
    Caller::new(&server.authority(), user, password)
}

/// Fills a store in `data`, copies it to `to` while it is read, and serves the copy.
fn copied_while_it_is_read(data: &Path, to: &str) {
    let login = new_login(data);
    let server = Server::start(data, &[]);
    for number in 0..50 {
        assert_eq!(create(&at(&server, &login), &format!("a{number}@copy.example")).status, 200);
    }
    let before = find(&at(&server, &login), "a7@copy.example").body;
    server.stop();

    let mut server = Server::start(data, &["--copy-to", to]);
    let caller = at(&server, &login);
    let refused = create(&caller, "late@copy.example");
    assert!(
        refused.body.contains("ERROR_SYSTEM_SERVICETEMPORARILYUNAVAILABLE"),
        "{}",
        refused.body
    );
    let refused = rest(&caller, "POST", "/v2/contacts", "{\"email\":\"late@copy.example\"}");
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert_eq!(find(&caller, "a7@copy.example").body, before);
    assert_eq!(rest(&caller, "GET", "/v2/contacts/a7@copy.example", "").status, 200);
    let copied: Value = serde_json::from_str(&server.line()).unwrap();
    let entries = copied["copied"]["entries"].as_u64().unwrap();
    assert!(entries > 5 && copied["copied"]["written"] == entries, "{copied}");
    assert_eq!(find(&caller, "a7@copy.example").body, before, "after the copy as before");
    server.stop();

    assert_eq!(
        run_well(&["store", "sums", "--data", to]),
        run_well(&["store", "sums", "--data", data.to_str().unwrap()])
    );
    run_well(&["store", "check", "--data", to]);
    let server = Server::start(Path::new(to), &[]);
    let caller = at(&server, &login);
    assert_eq!(find(&caller, "a7@copy.example").body, before);
    assert_eq!(find(&caller, "late@copy.example").status, 500);
    let late = create(&caller, "late@copy.example");
    assert_eq!(text(&late.body, "Email"), "late@copy.example", "it takes changes again");
    server.stop();
}

#[test]
fn a_folder_is_copied_to_another_while_it_is_read() {
    let (data, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let to = to.path().join("copy");
    copied_while_it_is_read(data.path(), to.to_str().unwrap());
}

#[test]
fn a_folder_is_copied_to_a_database_while_it_is_read() {
    let Some(database) = postgres::Postgres::shared() else { return };
    let url = database.database("copied_while_read");
    run_well(&["store", "migrate", "--data", &url]);
    copied_while_it_is_read(tempfile::tempdir().unwrap().path(), &url);
}

/// `COPY_CONTACTS` says how many; a million take some seconds in an optimized build.
#[test]
fn many_contacts_go_to_a_database_and_back_and_are_equal() {
    let Some(database) = postgres::Postgres::shared() else { return };
    let contacts = std::env::var("COPY_CONTACTS").ok().and_then(|text| text.parse().ok());
    let (data, back) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let login = new_login(data.path());
    let server = Server::start(data.path(), &[]);
    import(&at(&server, &login), contacts.unwrap_or(20_000));
    server.stop();
    let url = database.database("there_and_back");
    run_well(&["store", "migrate", "--data", &url]);
    let back = back.path().join("store");
    let (data, back) = (data.path().to_str().unwrap(), back.to_str().unwrap());
    run_well(&["store", "copy", "--data", data, "--to", &url]);
    run_well(&["store", "copy", "--data", &url, "--to", back]);
    let sums = |place: &str| run_well(&["store", "sums", "--data", place]);
    assert_eq!(sums(&url), sums(data));
    assert_eq!(sums(back), sums(data));
}

/// Imports so many contacts, some at a time.
fn import(caller: &Caller, contacts: u32) {
    for first in (0..contacts).step_by(100_000) {
        let mut file = "Email,FIRSTNAME\n".to_owned();
        for row in first..contacts.min(first + 100_000) {
            writeln!(file, "c{}@copy.example,First {row}", row.wrapping_mul(2_654_435_761))
                .unwrap();
        }
        let members = format!("<data>{}</data><dataType>csv</dataType>", STANDARD.encode(file));
        let started = caller.call_well("ImportContacts", &members);
        let query = format!("<importId>{}</importId>", text(&started, "Id"));
        while text(&caller.call_well("GetContactImportProgress", &query), "Status") != "Finished" {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_store_that_holds_something_else_is_no_target() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    new_login(data.path());
    new_login(other.path());
    let (data, other) = (data.path().to_str().unwrap(), other.path().to_str().unwrap());
    let refused = run(&["store", "copy", "--data", data, "--to", other]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("holds something already"), "{said}");
}
