//! A disk whose syncs fail, as strace has it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::faces::Faces;
use super::support::text;

/// Syncs of one thread that are well, at least: enough for a start with its demo.
const GOOD_SYNCS: u32 = 60;
/// Calls after which the disk must have failed.
const MOST_CALLS: u32 = 500;

/// The server under strace, which lets every sync fail from some on.
fn start_over_a_failing_disk(data: &Path) -> (Child, serde_json::Value) {
    let inject = format!("inject=fdatasync:error=EIO:when={GOOD_SYNCS}+");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", &inject]);
    command.args(["--", env!("CARGO_BIN_EXE_lychgate"), "serve", "--demo", "--ready-json"]);
    command.args(["--listen", "127.0.0.1:0", "--data"]).arg(data);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LYCHGATE_")) {
        command.env_remove(name);
    }
    let started = command.env("LYCHGATE_LOG", "off").stdout(Stdio::piped()).spawn();
    let mut strace = started.expect("strace is missing; tests/setup installs it");
    let mut line = String::new();
    BufReader::new(strace.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (strace, serde_json::from_str(&line).unwrap())
}

fn kill(mut strace: Child) {
    let id = strace.id();
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
    Command::new("kill").arg("-9").args(children.split_whitespace()).status().unwrap();
    strace.wait().unwrap();
}

#[test]
fn a_disk_that_fails_stops_all_writes_and_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (strace, ready) = start_over_a_failing_disk(&data);
    let mut faces = Faces::of_demo(&ready);
    let mut created = Vec::new();
    let refused = (0..MOST_CALLS).find_map(|number| {
        let address = format!("broken-{number}@trouble.example");
        let reply = faces.create(&address).unwrap();
        if reply.status != 200 {
            return Some(reply);
        }
        created.push((address, text(&reply.body, "Id").to_owned()));
        None
    });
    let refused = refused.expect("the disk never failed");
    assert!(refused.body.contains("<faultstring"), "{}", refused.body);
    assert!(!refused.body.contains("sled") && !refused.body.contains("sync"), "{}", refused.body);
    assert_eq!(faces.ready().0, 503);
    faces.ensure_all_refuse();
    kill(strace);

    assert!(!created.is_empty());
    faces.ensure_all_there(&data, &created);
}
