//! `lychgate journal`, and what stands on the disk.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::calls::{Trial, files};
use crate::support::{Caller, lychgate, run, run_well};

const PERSON: &str = "ann.of.the.test@person.example";

fn with_two_calls() -> Trial {
    let trial = Trial::start(&["--journal"]);
    assert_eq!(trial.call("GetServerTime", "").status, 200);
    let email = format!("<email>{PERSON}</email>");
    assert_eq!(trial.call("GetContactByEmail", &email).status, 500);
    trial.entries(2);
    trial
}

#[test]
fn calls_are_listed_from_the_folder_and_from_the_server_alike() {
    let trial = with_two_calls();
    let told = trial.told(&["journal", "tail"]);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(lines[0].contains("GetServerTime") && lines[0].contains(" 200 "), "{told}");
    assert!(lines[1].contains("GetContactByEmail") && lines[1].contains(" 500 "), "{told}");
    assert_eq!(trial.told_by_server(&["journal", "tail"]), told);
    for filter in [
        &["--failed"][..],
        &["--status", "5xx"],
        &["--operation", "getcontactbyemail"],
        &["-n", "1"],
    ] {
        let tail = [&["journal", "tail"][..], filter].concat();
        assert_eq!(trial.told(&tail).lines().collect::<Vec<_>>(), lines[1..]);
        assert_eq!(trial.told_by_server(&tail).lines().collect::<Vec<_>>(), lines[1..]);
    }
    for filter in [&["--face", "empower"], &["--status", "404"], &["--account", "99"]] {
        assert_eq!(trial.told(&[&["journal", "tail"][..], filter].concat()), "");
    }
    assert_eq!(trial.told(&["journal", "tail", "--since", "1h"]).lines().count(), 2);
    assert_eq!(trial.told(&["journal", "tail", "--since", "2100-01-01T00:00:00Z"]), "");
}

#[test]
fn one_call_is_shown_with_both_messages() {
    let trial = with_two_calls();
    let id = trial.entries(2)[0]["id"].as_str().unwrap().to_owned();
    let told = trial.told(&["journal", "show", &id]);
    for shown in ["POST /v2/api.svc HTTP/1.1", "HTTP/1.1 200", "  <s:Body>", "GetServerTimeResult"]
    {
        assert!(told.contains(shown), "no `{shown}` in {told}");
    }
    assert_eq!(trial.told_by_server(&["journal", "show", &id]), told);
    let data = trial.folder.path().to_str().unwrap();
    let unknown = run(&["journal", "show", "ffffffffffffffff", "--data", data]);
    assert!(!unknown.status.success());
}

#[test]
fn calls_to_come_are_followed() {
    let trial = with_two_calls();
    let data = trial.folder.path().to_str().unwrap();
    let mut following = lychgate(&["journal", "tail", "-f", "-n", "1", "--data", data])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("GetContactByEmail"));
    trial.call("GetServerTime", "");
    assert!(lines.next().unwrap().unwrap().contains("GetServerTime"));
    following.kill().unwrap();
    following.wait().unwrap();
}

#[test]
fn calls_are_exported_for_other_tools() {
    let trial = with_two_calls();
    let har: Value = serde_json::from_str(&trial.told(&["journal", "export", "--har"])).unwrap();
    assert_eq!(har["log"]["version"], "1.2");
    let entries = har["log"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["_operation"], "GetServerTime");
    assert!(entries[0]["request"]["url"].as_str().unwrap().ends_with("/v2/api.svc"));
    let text = entries[0]["response"]["content"]["text"].as_str().unwrap();
    assert!(text.contains("GetServerTimeResult"));

    let out = trial.folder.path().join("out");
    let out = out.to_str().unwrap();
    trial.told_by_server(&["journal", "export", "--http", out, "--operation", "GetServerTime"]);
    let written = files(out.as_ref());
    let [(path, _)] = &written[..] else { panic!("{} files", written.len()) };
    assert!(path.to_str().unwrap().contains("/dotdigital-soap/GetServerTime/"));
    let archive = trial.folder.path().join("calls.har");
    std::fs::write(&archive, har.to_string()).unwrap();
    for file in [path, &archive] {
        let doctor = run(&["doctor", file.to_str().unwrap()]);
        assert_eq!(doctor.status.code(), Some(0), "{doctor:?}");
    }
}

#[test]
fn no_secret_and_no_person_is_anywhere_in_the_folder() {
    let mut trial = with_two_calls();
    assert_eq!(trial.call_as("a-wrong-password-7", "", "GetServerTime", "").status, 401);
    trial.entries(3);
    trial.stop();
    let login = format!("{}:{}", trial.user, trial.password);
    let secrets = [
        trial.password.clone(),
        trial.user.clone(),
        STANDARD.encode(&login),
        STANDARD.encode(format!("{}:a-wrong-password-7", trial.user)),
        "a-wrong-password-7".to_owned(),
        PERSON.to_owned(),
    ];
    let mut looked_at = 0;
    for (path, content) in files(&trial.journal()) {
        looked_at += content.len();
        for secret in &secrets {
            let found = content.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in {}", path.display());
        }
    }
    assert!(looked_at > 500, "{looked_at} bytes");
}

#[test]
fn what_was_written_outlives_kill_9_and_a_torn_end() {
    let mut trial = with_two_calls();
    let before = trial.entries(2);
    trial.kill();
    assert_eq!(trial.entries(2), before);
    let (newest, content) = files(&trial.journal())
        .into_iter()
        .filter(|(path, _)| !path.ends_with("lock"))
        .max()
        .unwrap();
    let mut file = std::fs::OpenOptions::new().append(true).open(newest).unwrap();
    file.write_all(&content[..content.len() / 3]).unwrap();
    trial.again(&["--journal"]);
    trial.call("GetServerTime", "");
    let after = trial.entries(3);
    assert_eq!(after[..2], before[..]);
}

#[test]
fn the_folder_never_passes_its_bound() {
    const MOST_BYTES: usize = 1024 * 1024;
    let settings = tempfile::tempdir().unwrap();
    let file = settings.path().join("lychgate.toml");
    std::fs::write(&file, format!("[journal]\nenabled = true\nmost_bytes = {MOST_BYTES}\n"))
        .unwrap();
    let mut trial = Trial::start(&["--config", file.to_str().unwrap()]);
    let size = |trial: &Trial| -> usize {
        files(&trial.journal()).iter().map(|(_, content)| content.len()).sum()
    };
    let long = format!("<email>{}</email>", "word ".repeat(3_000));
    for number in 0..120 {
        trial.call("GetContactByEmail", &long);
        if number % 10 == 0 {
            assert!(size(&trial) <= MOST_BYTES);
        }
    }
    trial.stop();
    let kept = size(&trial);
    assert!(kept <= MOST_BYTES && kept > MOST_BYTES / 2, "{kept} bytes");
    let kept = trial.told(&["journal", "tail", "-n", "1000"]).lines().count();
    assert!((20..120).contains(&kept), "{kept} calls");
}

#[test]
fn the_metric_counts_what_became_of_calls() {
    let trial = with_two_calls();
    let caller = Caller::new(&trial.server().authority(), "", "");
    let metrics = caller.send("GET", "/_lychgate/metrics", "", b"").unwrap().body;
    assert!(metrics.contains("lychgate_journal_entries_total{outcome=\"written\"} 2"), "{metrics}");
    assert!(metrics.contains("lychgate_journal_entries_total{outcome=\"dropped\"} 0"));
}

#[test]
fn without_a_journal_the_commands_say_so() {
    let trial = Trial::start(&[]);
    trial.call("GetServerTime", "");
    let data = trial.folder.path().to_str().unwrap();
    let output = run(&["journal", "tail", "--data", data]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains("[journal] enabled"), "{error}");
    assert!(!trial.journal().exists());
    let help = run_well(&["journal", "--help"]);
    assert!(help.contains("tail") && help.contains("export"));
}

#[test]
fn calls_that_were_cut_on_purpose_say_how_they_ended() {
    let settings = tempfile::tempdir().unwrap();
    let file = settings.path().join("lychgate.toml");
    let fault = |operation: &str, cut: &str| {
        format!(
            "[[fault]]\nface = \"dotdigital-soap\"\noperation = \"{operation}\"\ncut = \"{cut}\"\n"
        )
    };
    let faults = fault("GetServerTime", "before") + &fault("GetCurrentAccountInfo", "after");
    std::fs::write(&file, format!("[journal]\nenabled = true\n{faults}")).unwrap();
    let trial = Trial::start(&["--config", file.to_str().unwrap()]);
    let caller = Caller::new(&trial.server().authority(), &trial.user, &trial.password);
    assert!(caller.call("GetServerTime", "").is_err());
    assert!(caller.call("GetCurrentAccountInfo", "").is_err());
    let entries = trial.entries(2);
    for (entry, (ended, status)) in entries.iter().zip([("cut_before", 500), ("cut_after", 200)]) {
        assert_eq!((&entry["ended"], &entry["status"]), (&ended.into(), &status.into()));
        let asked = entry["kept"]["request"]["body"].as_str().unwrap();
        assert!(asked.contains("Envelope") && entry["doctor"].is_null(), "{entry}");
        assert!(entry["kept"]["response"]["body"].is_null());
    }
    let told = trial.told(&["journal", "tail", "--failed"]);
    let lines: Vec<&str> = told.lines().collect();
    assert!(
        lines[0].contains("  cut  ") && lines[0].ends_with("before anything was done"),
        "{told}"
    );
    assert!(lines[1].ends_with("cut on purpose after it was carried out"), "{told}");
    let id = entries[1]["id"].as_str().unwrap();
    let shown = trial.told(&["journal", "show", id]);
    assert!(shown.contains("none sent; it would have been 200"), "{shown}");
    assert!(shown.contains("GetCurrentAccountInfo") && !shown.contains("HTTP/1.1 200"), "{shown}");
}

#[test]
fn what_the_doctor_found_stands_in_the_journal() {
    let trial = Trial::start(&["--journal"]);
    trial.call("GetServerTime", "");
    trial.call("GetContactByEmail", "<mail>nobody</mail>");
    let entries = trial.entries(2);
    assert!(entries[0]["doctor"].is_null(), "{}", entries[0]);
    let codes: Vec<&str> = entries[1]["doctor"]
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap())
        .collect();
    assert!(codes.contains(&"unknown-member"), "{codes:?}");
    let told = trial.told(&["journal", "tail", "-n", "1"]);
    assert!(codes.iter().all(|code| told.contains(code)), "{told}");
    let data = trial.folder.path().to_str().unwrap();
    for (entry, code) in entries.iter().zip([0, 1]) {
        let id = entry["id"].as_str().unwrap();
        let doctor = run(&["doctor", "--journal", id, "--data", data]);
        let said = String::from_utf8(doctor.stdout).unwrap();
        assert_eq!(doctor.status.code(), Some(code), "{said}");
        let shown = trial.told(&["journal", "show", id]);
        assert_eq!(shown.contains("lychgate doctor --journal"), code == 1, "{shown}");
        assert_eq!(said.contains("unknown-member"), code == 1, "{said}");
    }
}
