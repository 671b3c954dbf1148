//! Requests that real client stacks sent to somebody's stub, where they are at hand.
//!
//! They are other people's and not in the project: `LYCHGATE_EVIDENCE` names their folder.

use std::path::PathBuf;

use lychgate::contract::doctor::{Known, diagnose_all};
use lychgate::contract::{Exchange, Request, Response};

/// What is true of a capture: of a stub were asked methods that no vendor has, and PHP and Node leave
/// the type of a value out where their program does not say it.
fn is_true_of(capture: &str, code: &str) -> bool {
    match code {
        "unknown-method" | "api-key-missing" => capture.contains("xmlrpc"),
        "untyped-value" => capture.starts_with("php-soap") || capture.starts_with("node-soap"),
        _ => false,
    }
}

fn captures() -> PathBuf {
    let named = std::env::var_os("LYCHGATE_EVIDENCE").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/evidence");
    named.unwrap_or_else(beside).join("client-captures")
}

/// The calls of a capture, each behind a line of hashes; no replies were kept.
fn requests(text: &[u8]) -> Vec<Request> {
    let text = String::from_utf8_lossy(text);
    let blocks = text.split("##### ").filter(|block| block.starts_with("POST "));
    let calls = blocks.filter_map(|block| block.split_once('\n'));
    calls.map(|(_, call)| Request::read(call.trim_end().as_bytes()).unwrap()).collect()
}

/// A reply with which nothing is wrong, for a request of any version.
fn answered(request: Request) -> Exchange {
    let content_type = request.headers.get("content-type").and_then(|value| value.to_str().ok());
    let is_12 = content_type.is_some_and(|value| value.starts_with("application/soap"));
    let content_type = if is_12 { "application/soap+xml" } else { "text/xml" };
    let head = format!("HTTP/1.1 200 OK\ncontent-type: {content_type}; charset=utf-8\n\n");
    let response = Response::read(head.as_bytes()).unwrap();
    Exchange { request, response }
}

#[test]
fn of_what_real_stacks_sent_to_a_stub_only_what_is_true_is_told() {
    let folder = captures();
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: there is no {}; set LYCHGATE_EVIDENCE", folder.display());
        return;
    };
    let mut calls = 0;
    for file in files {
        let path = file.unwrap().path();
        let mut exchanges: Vec<Exchange> =
            requests(&std::fs::read(&path).unwrap()).into_iter().map(answered).collect();
        // The capture is text, in which compressed bodies are lost.
        exchanges.retain(|one| !one.request.headers.contains_key("content-encoding"));
        calls += exchanges.len();
        let mut found = diagnose_all(&exchanges, &Known::default()).concat();
        let name = path.file_name().unwrap().to_str().unwrap();
        found.retain(|diagnosis| !is_true_of(name, diagnosis.code));
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
    assert!(calls > 50, "{calls} calls");
}
