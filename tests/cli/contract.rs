//! `lychgate contract verify`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use lychgate::protocol::xml::{Limits, Reader};
use serde_json::Value;

use crate::support::{Server, lychgate, run};

/// A recording that is verified green, in a folder of its own.
struct Recording(tempfile::TempDir);

const CASE: &str = "dotdigital-rest/GetCurrentAccountInfo/properties";

impl Recording {
    /// Some of the project's own cases.
    fn of(ids: &[&str]) -> Self {
        let root = tempfile::tempdir().unwrap();
        for id in ids {
            let to = root.path().join(id);
            fs::create_dir_all(&to).unwrap();
            for entry in fs::read_dir(own().join(id)).unwrap() {
                let from = entry.unwrap().path();
                fs::copy(&from, to.join(from.file_name().unwrap())).unwrap();
            }
        }
        Self(root)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Replaces a text in a file, which must be there.
    fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{name} has no {from}: {text}");
        fs::write(self.path(name), text.replacen(from, to, 1)).unwrap();
    }

    fn verify(&self, more: &[&str]) -> Output {
        let folder = self.0.path().to_str().unwrap();
        run(&[&["contract", "verify", folder], more].concat())
    }
}

fn own() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures")
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_projects_own_recordings_are_answered_as_on_record() {
    let output = run(&["contract", "verify", own().to_str().unwrap(), "--json", "-"]);
    assert_eq!(output.status.code(), Some(0), "{}", complained(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let cases = report["cases"].as_array().unwrap().len();
    assert!(cases > 1_600, "{cases} cases");
    assert_eq!(report["green"], cases);
    assert!(complained(&output).contains(&format!("{cases} cases: {cases} green")));
}

#[test]
fn a_changed_value_makes_its_case_red_and_is_named_alone() {
    let recording = Recording::of(&[CASE, "dotdigital-soap/GetContacts/none"]);
    assert_eq!(recording.verify(&[]).status.code(), Some(0));
    recording.change(&format!("{CASE}/response.json"), "owner@example.org", "other@example.org");
    let output = recording.verify(&["--jobs", "1"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(&format!("RED  {CASE}")), "{text}");
    assert!(text.contains("other@example.org") && text.contains("owner@example.org"), "{text}");
    assert!(text.contains("2 cases: 1 green, 1 red"), "{text}");
    assert_eq!(text.matches("expected").count(), 1, "{text}");
}

#[test]
fn the_reports_for_machines_name_the_same_difference() {
    let recording = Recording::of(&[CASE]);
    recording.change(&format!("{CASE}/case.toml"), "shows", "status = 201\nshows");
    let (junit, json) = (recording.path("report.xml"), recording.path("report.json"));
    let files = [junit.to_str().unwrap(), json.to_str().unwrap()];
    let output = recording.verify(&["--junit", files[0], "--json", files[1]]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let report: Value = serde_json::from_str(&recording.text("report.json")).unwrap();
    let case = &report["cases"][0];
    assert_eq!((&case["verdict"], &case["case"]), (&"red".into(), &"properties".into()));
    assert_eq!(case["differences"][0]["path"], "status");
    assert_eq!(case["differences"][0]["expected"], "201");

    let text = recording.text("report.xml");
    let mut reader = Reader::new(&text, Limits::default());
    assert_eq!(reader.root().unwrap().local(), "testsuites");
    for inner in ["testsuite", "testcase", "failure"] {
        assert_eq!(reader.next_child().unwrap().unwrap().local(), inner);
    }
    assert!(reader.text().unwrap().contains("status: the value differs"));
    assert!((0..3).all(|_| reader.next_child().unwrap().is_none()));
    reader.finish().unwrap();
    assert!(text.contains("failures=\"1\""), "{text}");
}

#[test]
fn what_is_answered_now_is_put_on_record_and_named() {
    let recording = Recording::of(&[CASE]);
    let file = format!("{CASE}/response.json");
    let was = recording.text(&file);
    recording.change(&file, "owner@example.org", "other@example.org");
    let output = recording.verify(&["--update"]);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains(&format!("REWRITTEN  {CASE}")) && text.contains("wrote "), "{text}");
    assert_eq!(recording.text(&file), was);
    assert!(said(&recording.verify(&["--exact"])).contains("1 case: 1 green"));
}

#[test]
fn what_cannot_be_run_is_neither_green_nor_red() {
    let recording = Recording::of(&[CASE]);
    assert_eq!(recording.verify(&["--filter", "no such case"]).status.code(), Some(2));
    assert_eq!(run(&["contract", "verify", "/no/such/folder"]).status.code(), Some(2));
    // Port 1 is nobody's, and what needs a login that the run does not have is not asked.
    let nobody = recording.verify(&["--against", "http://127.0.0.1:1"]);
    assert_eq!(nobody.status.code(), Some(2));
    assert!(said(&nobody).contains("SKIPPED  1: the run has no login"), "{}", said(&nobody));
    let login = ["--login", "ann", "--password", "pw", "--against", "http://127.0.0.1:1"];
    let nobody = recording.verify(&login);
    assert_eq!(nobody.status.code(), Some(2));
    assert!(said(&nobody).contains(&format!("BROKEN  {CASE}")), "{}", said(&nobody));
    recording.change(&format!("{CASE}/case.toml"), "shows", "foo = 1\nshows");
    let bad = recording.verify(&[]);
    assert_eq!(bad.status.code(), Some(2));
    let complained = complained(&bad);
    assert!(complained.contains("case.toml, line 1: unknown field `foo`"), "{complained}");
}

#[test]
fn a_running_server_is_asked_over_its_socket_with_the_credentials_of_the_run() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--demo"]);
    let recording = Recording::of(&[CASE]);
    let request = "GET /v2/data-fields HTTP/1.1\nauthorization: Basic {login}:{password}\n\n";
    let folder = recording.path("dotdigital-rest/GetDataFields/there");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("request.http"), request).unwrap();
    fs::write(folder.join("case.toml"), "shows = \"there are fields\"").unwrap();
    let response = "HTTP/1.1 200 OK\ncontent-type: application/json\n\n${xmlunit.ignore}";
    fs::write(folder.join("response.http"), response).unwrap();
    let unrestricted = "[api_user]\nmethods = [\"lists.listAll\"]\n";
    let case = recording.text(&format!("{CASE}/case.toml")) + unrestricted;
    fs::write(recording.path(&format!("{CASE}/case.toml")), case).unwrap();

    let login = &server.ready["dotdigital"];
    let folder = recording.0.path().to_str().unwrap();
    let output = lychgate(&["contract", "verify", folder, "--against", &server.url()])
        .env("LYCHGATE_VERIFY_LOGIN", login["user"].as_str().unwrap())
        .env("LYCHGATE_VERIFY_PASSWORD", login["password"].as_str().unwrap())
        .output()
        .unwrap();
    let text = said(&output);
    assert!(text.contains("2 cases: 1 green, 1 skipped"), "{text}");
    assert!(text.contains("a key that may do less"), "{text}");
    assert_eq!(output.status.code(), Some(0));
    let refused =
        recording.verify(&["--login", "x", "--password", "y", "--against", &server.url()]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("status: the value differs"), "{}", said(&refused));
}
