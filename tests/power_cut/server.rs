//! The real binary: what a caller was told is true after a cut, and what was begun goes on.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::facts::{self, Fact};
use super::load::{Load, Logins};
use super::record::{Recording, recorded};
use super::trial::{DATA, Round, Trial, seed};

/// Starts the binary over the data below `folder`, has it do `effort`, and kills it.
fn record(folder: &Path, round: u32, logins: &mut Option<Logins>, effort: u32) -> Round<Fact> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut command = recorded(log.path(), Path::new(env!("CARGO_BIN_EXE_lychgate")), None);
    command.args(["serve", "--ready-json", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(folder.join(DATA));
    if logins.is_none() {
        command.arg("--demo");
    }
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LYCHGATE_")) {
        command.env_remove(name);
    }
    let mut strace = command.env("LYCHGATE_LOG", "warn").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(strace.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    let logins = logins.get_or_insert_with(|| Logins::read(&ready));
    let address = ready["address"].as_str().unwrap().trim_end_matches('/');
    let authority = address.split("//").nth(1).unwrap();
    let load = Load::new(authority, logins.clone(), format!("round-{round}"));
    load.run(effort);
    kill_child_of(strace.id());
    strace.wait().unwrap();

    let recording = Recording::read(log.path(), folder);
    let is_ready = |bytes: &[u8]| bytes.starts_with(b"{\"") || bytes.starts_with(b"{");
    let ready = recording.said().find(|(_, bytes)| is_ready(bytes)).unwrap().0;
    let mut facts = vec![(ready, Fact::Ready)];
    for (port, fact) in load.acknowledged() {
        facts.push((recording.first_word_to(port).unwrap(), fact));
    }
    facts.sort_by_key(|(line, _)| *line);
    Round { recording, facts }
}

/// `kill -9` to the process that strace runs.
fn kill_child_of(strace: u32) {
    let children = format!("/proc/{strace}/task/{strace}/children");
    let children = std::fs::read_to_string(children).unwrap();
    let killed = Command::new("kill").arg("-9").args(children.split_whitespace()).status().unwrap();
    assert!(killed.success());
}

fn run(trial: &Trial, effort: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut logins = None;
    let mut work = |folder: &Path, round| record(folder, round, &mut logins, effort);
    trial.run(&mut work, &|folder, facts| {
        runtime.block_on(facts::verify(&folder.join(DATA), facts));
    });
}

#[test]
fn what_the_server_acknowledged_is_there_after_a_power_cut() {
    run(&Trial { seed: seed(), rounds: 2, cuts: 10 }, 36);
}

#[test]
#[ignore = "the long form, some minutes"]
fn what_the_server_acknowledged_is_there_after_hundreds_of_power_cuts() {
    run(&Trial { seed: seed(), rounds: 10, cuts: 40 }, 96);
}
