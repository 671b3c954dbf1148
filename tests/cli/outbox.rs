//! `lychgate outbox` and its pages, on a store and through a server.

use std::fs;

use serde_json::{Value, json};

use crate::admin::{assert_refused, complaint, json, out, through};
use crate::support::{Caller, Server, run, run_well};

/// A server whose demo account has sent these messages.
fn server_with(data: &std::path::Path, messages: &[Value]) -> Server {
    let server = Server::start(data, &["--demo"]);
    let caller = Caller::of_demo(&server);
    for message in messages {
        let headers = "Content-Type: application/json\r\n";
        let body = message.to_string();
        let reply = caller.send("POST", "/v2/email", headers, body.as_bytes()).unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    server
}

fn message(subject: &str) -> Value {
    json!({
        "toAddresses": ["ann@outbox.example"],
        "subject": subject,
        "fromAddress": "shop@acme.example",
        "htmlContent": "<p>Thanks</p>",
        "plainTextContent": "Thanks",
    })
}

fn rich_message() -> Value {
    let mut message = message("Your order");
    message["ccAddresses"] = json!(["bob@outbox.example"]);
    message["tags"] = json!(["orders"]);
    message["attachments"] =
        json!([{ "fileName": "bill.txt", "mimeType": "text/plain", "content": "MTIgRVVS" }]);
    message
}

fn ids(listed: &Value) -> Vec<u64> {
    let messages = listed["messages"].as_array().unwrap();
    messages.iter().map(|message| message["id"].as_u64().unwrap()).collect()
}

#[test]
fn messages_are_listed_shown_and_exported_alike_by_a_server_and_from_its_store() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = server_with(&data, &[message("First"), rich_message()]);
    let id = ids(&json(&server, "/outbox?account=demo&limit=1"))[0].to_string();
    let commands = [
        &["outbox", "list", "demo"][..],
        &["outbox", "show", "demo", &id],
        &["outbox", "show", "demo", &id, "--eml"],
        &["outbox", "export", "demo"],
    ];
    let told = commands.map(|command| out(&through(&server, command)));
    server.stop();
    let place = ["--data", data.to_str().unwrap()];
    assert_eq!(commands.map(|command| run_well(&[command, &place].concat())), told);

    let [listed, shown, letter, exported] = &told;
    let rows: Vec<&str> = listed.lines().skip(1).collect();
    assert!(rows[0].starts_with(&id) && rows[0].ends_with("Your order"), "{listed}");
    assert!(rows[0].contains("ann@outbox.example") && rows[1].ends_with("First"), "{listed}");
    let shown: Value = serde_json::from_str(shown).unwrap();
    assert_eq!((&shown["html"], &shown["plain"]), (&"<p>Thanks</p>".into(), &"Thanks".into()));
    assert_eq!(shown["attachments"][0]["content"], "MTIgRVVS", "{shown}");
    assert_eq!(shown["carbons"][0]["email"], "bob@outbox.example", "{shown}");
    assert_eq!(shown["tags"], json!(["orders"]), "{shown}");
    for line in ["Subject: Your order", "Cc: <bob@outbox.example>", "MTIgRVVS"] {
        assert!(letter.split("\r\n").any(|found| found == line), "no `{line}` in:\n{letter}");
    }
    let lines: Vec<Value> =
        exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], shown);
    assert_eq!(lines[1]["subject"], "First");
}

#[test]
fn an_export_as_mail_files_is_a_file_for_each_message_as_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let server = server_with(&folder.path().join("data"), &[message("First"), rich_message()]);
    let letters = folder.path().join("made/letters");
    let export = ["outbox", "export", "demo", "--eml", letters.to_str().unwrap()];
    let said = out(&through(&server, &export));
    let all = ids(&json(&server, "/outbox?account=demo"));
    assert_eq!(said, format!("{} messages in {}\n", all.len(), letters.display()));
    assert_eq!(fs::read_dir(&letters).unwrap().count(), all.len());
    for id in all.iter().map(u64::to_string) {
        let letter = fs::read_to_string(letters.join(format!("{id}.eml"))).unwrap();
        assert_eq!(letter, out(&through(&server, &["outbox", "show", "demo", &id, "--eml"])));
    }
}

#[test]
fn a_page_goes_on_before_a_message_and_has_no_bodies() {
    let folder = tempfile::tempdir().unwrap();
    let server = server_with(folder.path(), &["1", "2", "3"].map(message));
    let all = ids(&json(&server, "/outbox?account=demo"));
    assert!(all.len() >= 3 && all.is_sorted_by(|newer, older| newer > older), "{all:?}");
    let page = json(&server, &format!("/outbox?account=demo&limit=1&before={}", all[0]));
    assert_eq!(ids(&page), all[1..2]);
    assert_eq!(page["messages"][0]["subject"], "2");
    assert_eq!(page["messages"][0]["html"], Value::Null);
    let last = all.last().unwrap();
    assert!(ids(&json(&server, &format!("/outbox?account=demo&before={last}"))).is_empty());
    let listed = out(&through(&server, &["outbox", "list", "demo", "--limit", "2"]));
    assert_eq!(listed.lines().count(), 3, "a heading and two messages: {listed}");
}

#[test]
fn what_cannot_be_shown_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo"]);
    let many = format!("/outbox?account=demo{}", "&x=1".repeat(10));
    assert_refused(
        &server,
        &[
            ("/outbox", 400, "account is missing.\n"),
            ("/outbox?account=demo&limit=many", 400, "limit is not a number.\n"),
            ("/outbox?account=demo&before=-1", 400, "before is not a number.\n"),
            (&many, 400, "The query holds too much.\n"),
            ("/outbox?account=nobody", 404, "There is no such account.\n"),
            ("/outbox/4000000000?account=demo", 404, "There is no such message.\n"),
            ("/outbox/4000000000?account=nobody", 404, "There is no such account.\n"),
            ("/outbox/4000000000", 400, "account is missing.\n"),
        ],
    );
    let absent = ["outbox", "show", "demo", "4000000000"];
    let complained = complaint(&through(&server, &absent));
    assert!(complained.contains("There is no such message."), "{complained}");
    server.stop();
    let place = ["--data", folder.path().to_str().unwrap()];
    for (command, reason) in [
        (&absent[..], "There is no such message."),
        (&["outbox", "list", "nobody"], "There is no such account."),
    ] {
        let complained = complaint(&run(&[command, &place].concat()));
        assert!(complained.contains(reason), "{complained}");
    }
}
