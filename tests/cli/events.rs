//! `lychgate events` and `lychgate import`, on a store and through a server.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::admin::{out, through};
use crate::support::{Caller, Server, lychgate, run, run_well, text};

const EVENTS: &str = "{\"account\":\"acme\",\"type\":\"bounced\",\"class\":\"hard\",\"email\":\"a@b.example\"}\n\
                      \n\
                      {\"account\":\"acme\",\"type\":\"suppress_domain\",\"domain\":\"c.example\"}\n";

fn store_with_account(folder: &Path) -> String {
    let data = folder.join("data").to_str().unwrap().to_owned();
    run_well(&["account", "add", "acme", "--data", &data]);
    data
}

#[test]
fn events_are_recorded_in_a_store_and_through_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = store_with_account(folder.path());
    let file = folder.path().join("events.ndjson");
    std::fs::write(&file, EVENTS).unwrap();
    let file = file.to_str().unwrap();
    let said = run_well(&["events", "import", file, "--data", &data]);
    assert_eq!(said, "2 events recorded\n");
    let server = Server::start(Path::new(&data), &[]);
    let again = out(&through(&server, &["events", "import", file]));
    assert_eq!(again, "1 events recorded\n1 were recorded before\n");
}

#[test]
fn a_bad_line_is_named_by_number_and_fails_the_command_without_losing_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let data = store_with_account(folder.path());
    let file = folder.path().join("events.ndjson");
    std::fs::write(&file, format!("{EVENTS}{{\"type\":\"bounced\",\"class\":\"hard\"}}\n{EVENTS}"))
        .unwrap();
    let output = run(&["events", "import", file.to_str().unwrap(), "--data", &data]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(error.contains("line 4:"), "{error}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, "3 events recorded\n1 were recorded before\n");
}

#[test]
fn a_server_without_the_right_token_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let without = run(&["import", "list", "--server", &server.url()]);
    assert!(!without.status.success());
    let wrong = lychgate(&["import", "list", "--server", &server.url()])
        .env("LYCHGATE_ADMIN_TOKEN", "wrong")
        .output()
        .unwrap();
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("refuses the token"));
}

#[test]
fn an_import_is_watched_to_its_end_and_listed_with_its_counters() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&folder.path().join("data"), &["--demo"]);
    let file = STANDARD.encode("Email\r\nx@watch.example\r\nno address\r\n");
    let members = format!("<data>{file}</data><dataType>csv</dataType>");
    let reply = Caller::of_demo(&server).call_well("ImportContacts", &members);
    let id = text(&reply, "Id").to_owned();

    let watched = out(&through(&server, &["import", "watch", &id]));
    assert!(watched.contains("Finished"), "{watched}");
    assert!(out(&through(&server, &["import", "list"])).contains(&id));
    server.stop();

    let data = folder.path().join("data");
    let shown = run_well(&["import", "show", &id, "--data", data.to_str().unwrap()]);
    let count = |name: &str| {
        let line = shown.lines().find(|line| line.trim_start().starts_with(name)).unwrap();
        line.split_whitespace().last().unwrap().parse::<u32>().unwrap()
    };
    assert_eq!((count("new_contacts"), count("invalid_entries")), (1, 1), "{shown}");
}
