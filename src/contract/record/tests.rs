use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::contract::{Ended, Facts, Request, Response, case};

const ASKED: &str = "POST /v2/api.svc HTTP/1.1\ncontent-type: text/xml\nsoapaction: \"urn:a\"\n\n";
const SAID: &str = "HTTP/1.1 200 OK\ncontent-type: text/xml\nlychgate-passed: 1\n\n";

fn settings(folder: &Path) -> Settings {
    Settings {
        folder: folder.to_owned(),
        redaction: Options::default(),
        faces: BTreeSet::new(),
        operations: Vec::new(),
        reads: BTreeSet::from([("dotdigital-soap", "GetContacts")]),
        upstream: "https://api.example.org".to_owned(),
        began: "2026-04-01T12:00:00Z".parse().unwrap(),
        key: [7; 32],
    }
}

fn heard(operation: &'static str, asked: &str, said: &str) -> Heard {
    let request = Request::read(format!("{ASKED}{asked}").as_bytes()).unwrap();
    let response = Response::read(format!("{SAID}{said}").as_bytes()).unwrap();
    let facts = Facts {
        request_id: "1".to_owned(),
        at: "2026-04-01T12:00:01Z".parse().unwrap(),
        took: Duration::ZERO,
        peer: IpAddr::from([127, 0, 0, 1]),
        base_url: "http://localhost".to_owned(),
        face: "dotdigital-soap",
        operation,
        caller: None,
        received_bytes: 0,
        sent_bytes: 0,
        ended: Ended::Whole,
    };
    Heard { facts, exchange: Exchange { request, response }, whole: true }
}

/// What became of a call: the name of its case, or a word.
fn kept(recorder: &mut Recorder, heard: &Heard) -> String {
    match recorder.keep(heard) {
        Kept::Case(written) => written.id.rsplit('/').next().unwrap().to_owned(),
        Kept::Again => "again".to_owned(),
        Kept::PassedOver => "passed over".to_owned(),
        Kept::Refused(why) => why.to_string(),
    }
}

#[test]
fn a_call_that_reads_is_kept_once_for_each_reply_in_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = Recorder::open(settings(folder.path())).unwrap();
    let calls = [("<a/>", "<one/>"), ("<a/>", "<one/>"), ("<b/>", "<one/>"), ("<a/>", "<two/>")];
    let names = calls.map(|(asked, said)| kept(&mut recorder, &heard("GetContacts", asked, said)));
    assert_eq!(names, ["success", "again", "success-2", "success-3"]);
    let report = recorder.finish();
    assert!((report.cases, report.again, report.is_clean()) == (3, 1, true), "{report:?}");
    let cases = case::read_all(folder.path()).unwrap();
    let mut steps: Vec<(u64, &str)> = cases
        .iter()
        .map(|case| (case.told.sequence.as_ref().unwrap().step, case.name.as_str()))
        .collect();
    steps.sort_unstable();
    assert_eq!(steps, [(1, "success"), (2, "success-2"), (3, "success-3")]);
    assert_eq!(cases[0].told.source.as_deref(), Some("recorded from https://api.example.org"));
}

#[test]
fn a_call_that_changes_something_is_left_out_straight_after_itself_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = Recorder::open(settings(folder.path())).unwrap();
    let calls = [
        ("DeleteContact", "<a/>"),
        ("DeleteContact", "<a/>"),
        ("GetContacts", "<a/>"),
        ("DeleteContact", "<a/>"),
        ("CreateContact", "<a/>"),
        ("DeleteContact", "<a/>"),
    ];
    let names =
        calls.map(|(operation, asked)| kept(&mut recorder, &heard(operation, asked, "<one/>")));
    assert_eq!(names, ["success", "again", "success", "again", "success", "success-2"]);
}

#[test]
fn what_is_new_in_every_message_makes_no_call_another() {
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = Recorder::open(settings(folder.path())).unwrap();
    let asked = |prefix: &str, id: &str, text: &str| {
        format!(
            "<{prefix}:E xmlns:{prefix}='urn:e' b='1' a='2'><{prefix}:H><MessageID>{id}</MessageID>\
             </{prefix}:H><{prefix}:B>{text}</{prefix}:B></{prefix}:E>"
        )
    };
    let mut keep = |body: &str| kept(&mut recorder, &heard("GetContacts", body, "<one/>"));
    assert_eq!(keep(&asked("s", "1", "x")), "success");
    assert_eq!(keep(&asked("soap", "2", "x").replace("b='1' a='2'", "a=\"2\" b=\"1\"")), "again");
    assert_eq!(keep(&asked("s", "1", "y")), "success-2");
    assert_eq!(keep(&asked("s", "1", "x").replace("urn:e", "urn:f")), "success-3");
    assert_eq!(keep(&asked("s", "1", "<x/>")), "success-4");
    assert_eq!(keep("no document"), "success-5");
}

#[test]
fn what_no_upstream_said_or_nobody_asked_for_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let operations = ["get*Email", "CreateContact", "subscriber"].map(str::to_owned).to_vec();
    let mut recorder = Recorder::open(Settings { operations, ..settings(folder.path()) }).unwrap();
    let mut own = heard("CreateContact", "<a/>", "<one/>");
    own.exchange.response.headers.remove(PASSED);
    assert_eq!(kept(&mut recorder, &own), "passed over");
    for (operation, expected) in [
        ("GetContactByEmail", "success"),
        ("GetContactByEmailX", "passed over"),
        ("CreateContact", "success"),
        ("CreateContacts", "passed over"),
        ("ApiContact_CreateContact", "success-2"),
        ("legacy.manage_subscriber", "passed over"),
        ("", "passed over"),
    ] {
        assert_eq!(kept(&mut recorder, &heard(operation, "<a/>", "<one/>")), expected);
    }
}

#[test]
fn what_cannot_be_redacted_or_was_cut_short_is_not_written_and_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = Recorder::open(settings(folder.path())).unwrap();
    let mut short = heard("CreateContact", "<a/>", "<one/>");
    short.whole = false;
    assert!(kept(&mut recorder, &short).contains("cut short"));
    let mut binary = heard("CreateContact", "<a/>", "<one/>");
    binary.exchange.request.body = bytes::Bytes::from_static(b"\x1f\x8b\x08\0\0\0\0\0\0\x03");
    binary.exchange.request.headers.insert("content-type", "application/zip".parse().unwrap());
    let why = kept(&mut recorder, &binary);
    assert!(why.contains("cannot be redacted"), "{why}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    recorder.missed(3);
    assert_eq!(recorder.finish().refused, 5);
}

#[test]
fn digests_of_thousands_of_calls_are_never_too_many_and_none_is_on_disk() {
    use base64::Engine as _;
    const CALLS: u32 = 3_000;
    let encoded = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    let nonce = |call: u32| encoded(format!("nonce of call {call:05}"));
    let digest = |call: u32| encoded(format!("digest {call:05} 20 bytes"));
    let folder = tempfile::tempdir().unwrap();
    let mut recorder = Recorder::open(settings(folder.path())).unwrap();
    for call in 0..CALLS {
        let body = format!(
            "<E><UsernameToken><Username>apiuser-7@login.example</Username>\
             <Password Type='#PasswordDigest'>{}</Password><Nonce>{}</Nonce></UsernameToken>\
             <page>{}</page></E>",
            digest(call),
            nonce(call),
            call / 100
        );
        let said = format!("<said nonce='{0}'>{0} {1}</said>", nonce(call), digest(call));
        let expected = if call % 100 == 0 { "success" } else { "again" };
        let name = kept(&mut recorder, &heard("GetContacts", &body, &said));
        assert!(name.starts_with(expected), "call {call}: {name}");
    }
    let report = recorder.finish();
    assert!(report.is_clean() && report.refused == 0 && report.cases == 30, "{report:?}");
    assert!(report.secrets < 5, "{report:?}");
    let mut on_disk = Vec::new();
    for case in case::read_all(folder.path()).unwrap() {
        on_disk.extend_from_slice(&case.request.write());
        on_disk.extend_from_slice(&case.response.unwrap().write());
    }
    let on_disk = String::from_utf8(on_disk).unwrap();
    assert_eq!(on_disk.matches("{nonce}").count(), 3 * 30);
    assert!(!on_disk.contains("apiuser-7"));
    for call in 0..CALLS {
        assert!(!on_disk.contains(&nonce(call)) && !on_disk.contains(&digest(call)), "call {call}");
    }
}
