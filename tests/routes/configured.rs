//! The real binary with routes in its config file.

use std::fs;
use std::path::Path;

use crate::binary::{Caller, Server, lychgate, run};

/// A config file with these routes.
fn config(folder: &Path, text: &str) -> String {
    let file = folder.join("lychgate.toml");
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

fn start(folder: &Path, text: &str) -> Server {
    let file = config(folder, text);
    Server::start(&folder.join("data"), &["--config", &file])
}

/// Why it does not start.
fn refusal(folder: &Path, text: &str) -> String {
    let file = config(folder, text);
    let output = run(&["serve", "--ephemeral", "--listen", "127.0.0.1:0", "--config", &file]);
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

fn nobody(server: &Server) -> Caller {
    Caller::new(&server.authority(), "nobody", "nothing")
}

#[test]
fn a_route_that_cannot_be_followed_stops_the_start_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let route = |more: &str| refusal(folder.path(), &format!("[[route]]\n{more}"));
    for (text, reason) in [
        ("face = \"selsy\"\nanswer = \"here\"\n", "there is no face `selsy`"),
        (
            "face = \"selzy\"\noperation = \"getList\"\nanswer = \"here\"\n",
            "the nearest known one is `getLists`",
        ),
        (
            "face = \"selzy\"\nanswer = \"recordings\"\nrecordings = \"/nowhere/at/all\"\n",
            "/nowhere/at/all",
        ),
        (
            "face = \"selzy\"\nanswer = \"upstream\"\nupstream = \"http://127.0.0.1:9\"\n",
            "[upstream] allowed_hosts",
        ),
        ("face = \"selzy\"\nanswer = \"upstream\"\nupstream = \"ftp://x\"\n", "http://"),
        ("face = \"selzy\"\nanswer = \"here\"\nignore = [\"x\"]\n", "goes with answer"),
    ] {
        let refused = route(text);
        assert!(refused.contains(reason), "{reason} in {refused}");
    }
}

#[test]
fn recordings_are_answered_from_and_read_again_at_a_hangup() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("recordings/selzy/getLists/all");
    fs::create_dir_all(&case).unwrap();
    fs::write(case.join("case.toml"), "shows = \"It.\"\n").unwrap();
    let request = "GET /en/api/getLists?format=json&api_key={api_key} HTTP/1.1\nhost: x\n\n";
    fs::write(case.join("request.http"), request).unwrap();
    let answer = |title: &str| {
        fs::write(case.join("response.http"), format!("HTTP/1.1 200 OK\n\n{title}")).unwrap();
    };
    answer("before");
    let recordings = folder.path().join("recordings");
    let text = format!(
        "[[route]]\nface = \"selzy\"\nanswer = \"recordings\"\nrecordings = {:?}\n",
        recordings.to_str().unwrap()
    );
    let server = start(folder.path(), &text);
    let ask = || {
        let target = "/en/api/getLists?format=json&api_key=mine";
        nobody(&server).send("GET", target, "", b"").unwrap().body
    };
    assert_eq!(ask(), "before");
    answer("after");
    let id = server.id().to_string();
    assert!(std::process::Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    let became = (0..400).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        ask() == "after"
    });
    assert!(became, "the recordings were not read again");
    server.stop();
}

#[test]
fn the_parity_of_two_gateways_is_a_table_and_json() {
    const ALIKE: &[&str] = &["--demo", "--id-seed", "7", "--frozen-time", "2026-01-01T00:00:00Z"];
    let behind_folder = tempfile::tempdir().unwrap();
    let behind = Server::start(behind_folder.path(), ALIKE);
    let folder = tempfile::tempdir().unwrap();
    let file = config(
        folder.path(),
        &format!(
            "[upstream]\nallowed_hosts = [\"{}\"]\n[[route]]\nface = \"dotdigital-soap\"\n\
             operation = \"GetServerTime\"\nanswer = \"compare\"\nupstream = \"{}\"\n",
            behind.authority(),
            behind.url()
        ),
    );
    let more = [ALIKE, &["--config", &file]].concat();
    let front = Server::start(&folder.path().join("data"), &more);
    let ours = Caller::of_demo(&front);
    ours.call_well("GetServerTime", "");
    let parity = |more: &[&str]| {
        let url = front.url();
        let asked = [&["parity", "--server", &url], more].concat();
        let output = lychgate(&asked)
            .env("LYCHGATE_ADMIN_TOKEN", front.text("admin_token"))
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
        String::from_utf8(output.stdout).unwrap()
    };
    let table = || parity(&[]).split_whitespace().collect::<Vec<_>>().join(" ");
    let expected =
        "FACE OPERATION EQUAL DIFFERENT FAILED SKIPPED dotdigital-soap GetServerTime 1 0 0 0";
    let is_there = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        table().starts_with(expected)
    });
    assert!(is_there, "{}", table());
    let json: serde_json::Value = serde_json::from_str(&parity(&["--json"])).unwrap();
    assert_eq!(json["operations"][0]["equal"], 1, "{json}");
    front.stop();
    behind.stop();
}
