//! What an operator with the admin token asks of a running server.

use std::process::Output;

use serde_json::Value;

use crate::support::{Caller, Reply, Server, lychgate};

/// Runs a command against the server.
pub fn through(server: &Server, arguments: &[&str]) -> Output {
    lychgate(&[arguments, &["--server", &server.url()]].concat())
        .env("LYCHGATE_ADMIN_TOKEN", server.text("admin_token"))
        .output()
        .unwrap()
}

/// What a command printed, which must have succeeded.
pub fn out(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a command complained of, which must have failed.
pub fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A page below `/_lychgate`.
pub fn page(server: &Server, path: &str) -> Reply {
    let authorization = format!("Bearer {}", server.text("admin_token"));
    let caller = Caller { authority: server.authority(), authorization };
    caller.send("GET", &format!("/_lychgate{path}"), "", b"").unwrap()
}

/// A page that must be there, as JSON.
pub fn json(server: &Server, path: &str) -> Value {
    let reply = page(server, path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    serde_json::from_str(&reply.body).unwrap()
}

/// Every path is refused with its status and its reason.
pub fn assert_refused(server: &Server, rows: &[(&str, u16, &str)]) {
    for (path, status, reason) in rows {
        let reply = page(server, path);
        assert_eq!((reply.status, reply.body.as_str()), (*status, *reason), "{path}");
    }
}
