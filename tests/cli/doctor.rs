//! `lychgate doctor`.

use crate::support::{Caller, Server, run, run_well};

/// An exchange of the captures.
fn capture(name: &str) -> String {
    format!("{}/tests/doctor/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn doctor(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = run(&[&["doctor"], arguments].concat());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_broken_call_is_told_with_what_to_change_and_ends_with_one() {
    let (code, said, _) = doctor(&[&capture("empty-operation-element.http")]);
    assert_eq!(code, Some(1));
    for part in [
        "code    empty-operation-element",
        "seen    `GetContactById`",
        "change  PHP: Pass one array",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    assert!(said.contains("page    docs/doctor/empty-operation-element.md"), "{said}");
}

#[test]
fn a_healthy_conversation_ends_with_zero() {
    let (code, said, _) = doctor(&[&capture("healthy/wcf.http")]);
    assert_eq!((code, said.as_str()), (Some(0), "Nothing is wrong that is known here.\n"));
}

#[test]
fn what_cannot_be_read_ends_with_two() {
    let (code, said, complaint) = doctor(&[concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")]);
    assert_eq!((code, said.as_str()), (Some(2), ""));
    assert!(complaint.contains("Cargo.toml"), "{complaint}");
    assert_eq!(doctor(&["/nowhere.http"]).0, Some(2));
    assert_eq!(doctor(&["--explain", "no-such-code"]).0, Some(2));
}

#[test]
fn machines_read_the_same_as_json_and_of_each_call_apart() {
    let (code, said, _) = doctor(&["--json", &capture("challenge-not-answered.http")]);
    assert_eq!(code, Some(1));
    let told: serde_json::Value = serde_json::from_str(&said).unwrap();
    let codes: Vec<_> = told[1]["diagnoses"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["code"].as_str())
        .collect();
    assert_eq!(
        (told[1]["call"].as_str(), codes),
        (Some("call 2 of 2"), vec!["challenge-not-answered"])
    );
}

#[test]
fn a_line_of_the_log_tells_of_tls() {
    let (code, said, _) = doctor(&[&capture("tls-cbc-only.log")]);
    assert_eq!(code, Some(1));
    assert!(said.contains("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"), "{said}");
}

#[test]
fn a_page_is_printed_by_its_code() {
    let (code, said, _) = doctor(&["--explain", "tls-too-old"]);
    assert_eq!((code, said.starts_with("# The client speaks TLS 1.1 or older\n")), (Some(0), true));
}

#[test]
fn a_folder_of_recorded_cases_is_looked_at_case_by_case() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/xml-fixtures/dotdigital-soap/GetServerTime");
    let (code, said, complaint) = doctor(&[folder, "--json"]);
    assert_ne!(code, Some(2), "{complaint}");
    assert!(said.contains("dotdigital-soap/GetServerTime/"), "{said}");
}

#[test]
fn a_call_of_the_journal_is_looked_at_by_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let (data, config) = (folder.path().join("data"), folder.path().join("lychgate.toml"));
    std::fs::write(&config, "[journal]\nenabled = true\n").unwrap();
    let (data_text, config) = (data.to_str().unwrap(), config.to_str().unwrap());
    let server = Server::start(&data, &["--config", config]);
    let caller = Caller { authority: server.authority(), authorization: String::new() };
    let body = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
                <GetServerTimes xmlns=\"http://apiconnector.com/v2\"/></s:Body></s:Envelope>";
    caller.send("POST", "/v2/api.svc", "Content-Type: text/xml\r\n", body.as_bytes()).unwrap();
    server.stop();

    let kept = run_well(&["journal", "tail", "--json", "--data", data_text]);
    let entry: serde_json::Value = serde_json::from_str(kept.lines().next().unwrap()).unwrap();
    let id = entry["id"].as_str().unwrap();
    let (code, said, complaint) = doctor(&["--journal", id, "--data", data_text]);
    assert_eq!(code, Some(1), "{complaint}");
    assert!(said.contains("code    unknown-operation"), "{said}");
    let (code, _, complaint) = doctor(&["--journal", "0000000000000000", "--data", data_text]);
    assert_eq!(code, Some(2));
    assert!(complaint.contains("has no call"), "{complaint}");
}
