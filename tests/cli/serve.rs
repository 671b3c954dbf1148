//! Starting and stopping.

use crate::support::{Caller, Server, lychgate, run};

#[test]
fn ready_json_is_exactly_one_line_with_the_address_and_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    assert!(server.url().starts_with("http://127.0.0.1:"));
    assert!(server.text("admin_token").len() >= 32);
    assert_eq!(server.ready.as_object().unwrap().len(), 2, "{}", server.ready);
    assert_eq!(server.stop(), "");
}

#[test]
fn the_admin_token_is_shown_at_the_first_start_only() {
    let folder = tempfile::tempdir().unwrap();
    Server::start(folder.path(), &[]).stop();
    let second = Server::start(folder.path(), &[]);
    assert!(second.ready["admin_token"].is_null(), "{}", second.ready);
}

#[test]
fn a_frozen_and_seeded_server_makes_the_same_secrets_at_every_start() {
    let same = ["--frozen-time", "2026-01-01T00:00:00Z", "--id-seed", "7"];
    let token = || {
        let folder = tempfile::tempdir().unwrap();
        Server::start(folder.path(), &same).text("admin_token")
    };
    assert_eq!(token(), token());
}

#[test]
fn an_address_that_is_not_loopback_needs_tls_or_a_word() {
    let output = run(&["serve", "--ephemeral", "--listen", "0.0.0.0:0"]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(error.contains("plain HTTP"), "{error}");
}

#[test]
fn admin_calls_need_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let with_token = |token: &str| {
        let caller =
            Caller { authority: server.authority(), authorization: format!("Bearer {token}") };
        caller.send("GET", "/_lychgate/imports", "", b"").unwrap().status
    };
    assert_eq!(with_token(&server.text("admin_token")), 200);
    assert_eq!(with_token("wrong"), 401);
}

#[test]
fn a_second_process_over_the_same_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let data = folder.path().to_str().unwrap();
    let output = lychgate(&["account", "list", "--data", data]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(error.contains("another process uses this store"), "{error}");
    assert!(error.contains("--server"), "{error}");
    server.stop();
}

#[test]
fn a_killed_server_leaves_a_store_that_opens_at_once() {
    let folder = tempfile::tempdir().unwrap();
    Server::start(folder.path(), &[]).kill();
    let second = Server::start(folder.path(), &[]);
    assert!(second.ready["admin_token"].is_null(), "{}", second.ready);
    second.stop();
}
