//! Every diagnosis has one captured exchange, a page and a place in the list, and says nothing of
//! healthy calls.
//!
//! `<code>.http` is a real client's call that was broken on its way (`make/` says how); a first line
//! `##### …` says whose. `<code>.log` is what the server logs of a TLS handshake. A file whose
//! breakage shows in several ways names the other codes in a line `##### also: <code>, <code>`.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in what its tests share, too"
)]

mod evidence;
mod live;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lychgate::contract::doctor::input::{self, Input};
use lychgate::contract::doctor::{
    AILMENTS, Case, Diagnosis, Known, Stack, diagnose, diagnose_all, diagnose_handshake,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "http" || kind == "log"))
        .collect();
    found.sort();
    found
}

fn code_of(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// A file's text; `{10 MB}` stands for a text that is too long for a file.
fn text_of(path: &Path) -> Vec<u8> {
    const GROWN: &[u8] = b"{10 MB}";
    let text = std::fs::read(path).unwrap();
    let Some(at) = text.windows(GROWN.len()).position(|part| part == GROWN) else { return text };
    let (before, after) = (&text[..at], &text[at + GROWN.len()..]);
    [before, "x".repeat(10_000_001).as_bytes(), after].concat()
}

/// What is said of the last call of a file, to which the earlier ones led.
fn diagnosed(text: &[u8]) -> Vec<Diagnosis> {
    match input::read(text).unwrap() {
        Input::Handshakes(handshakes) => diagnose_handshake(handshakes.last().unwrap()),
        Input::Exchanges(exchanges) => {
            let (exchange, before) = exchanges.split_last().unwrap();
            diagnose(&Case { exchange, before, known: Known::default() })
        }
    }
}

fn codes(found: &[Diagnosis]) -> BTreeSet<String> {
    found.iter().map(|diagnosis| diagnosis.code.to_owned()).collect()
}

/// The codes that a file must have: its name, and those behind `also:`.
fn expected(path: &Path, text: &[u8]) -> BTreeSet<String> {
    let head = String::from_utf8_lossy(&text[..text.len().min(1_000)]).into_owned();
    let also = head.lines().find_map(|line| line.strip_prefix("##### also: ")).unwrap_or_default();
    let also = also.split(',').map(str::trim).filter(|code| !code.is_empty());
    also.map(str::to_owned).chain([code_of(path)]).collect()
}

#[test]
fn every_broken_exchange_is_told_and_nothing_else_is() {
    let mut wrong = Vec::new();
    for path in files(&folder()) {
        let text = text_of(&path);
        let (found, expected) = (diagnosed(&text), expected(&path, &text));
        if codes(&found) != expected {
            let told: Vec<String> =
                found.iter().map(|one| format!("{}: {}", one.code, one.why)).collect();
            wrong.push(format!("{}: {told:#?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_healthy_call_of_any_client_has_no_diagnosis() {
    let all = files(&folder().join("healthy"));
    assert!(all.len() >= 12, "{} healthy exchanges", all.len());
    for path in all {
        let Input::Exchanges(exchanges) = input::read(&text_of(&path)).unwrap() else {
            panic!("{} holds no call", path.display());
        };
        let found = diagnose_all(&exchanges, &Known::default()).concat();
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
}

#[test]
fn every_code_has_an_exchange_and_a_page_and_nothing_else_has() {
    let listed: BTreeSet<String> = AILMENTS.iter().map(|one| one.code.to_owned()).collect();
    assert_eq!(listed.len(), AILMENTS.len(), "a code is listed twice");
    let exchanges: BTreeSet<String> = files(&folder()).iter().map(|path| code_of(path)).collect();
    assert_eq!(listed, exchanges, "codes and exchanges");
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/doctor");
    let pages: BTreeSet<String> = std::fs::read_dir(pages)
        .unwrap()
        .map(|entry| code_of(&entry.unwrap().path()))
        .filter(|name| name != "index")
        .collect();
    assert_eq!(listed, pages, "codes and pages");
}

#[test]
fn the_index_has_a_row_for_every_code_with_its_severity_and_title() {
    let index = include_str!("../../docs/doctor/index.md");
    let rows = index.lines().filter(|line| line.starts_with("| [`")).count();
    assert_eq!(rows, AILMENTS.len());
    for one in AILMENTS {
        let (code, severity) = (one.code, one.severity.words());
        let row = format!("| [`{code}`]({code}.md) | {severity} | {} |", one.title());
        assert!(index.contains(&row), "no row {row}");
    }
}

#[test]
fn every_page_says_why_what_one_sees_what_to_change_and_how_to_reproduce_it() {
    let parts = ["## What the client's developer sees", "## What to change", "## How to reproduce"];
    for one in AILMENTS {
        let (code, page) = (one.code, one.page());
        assert!(page.starts_with(&format!("# {}\n", one.title())), "{code}");
        assert!(page.contains(&format!("`{code}` · {}\n", one.severity.words())), "{code}");
        let places: Vec<usize> = parts.iter().map(|part| page.find(part).unwrap()).collect();
        assert!(places.is_sorted(), "{code}: the parts are out of order");
        let file = [format!("tests/doctor/{code}.http"), format!("tests/doctor/{code}.log")];
        assert!(file.iter().any(|file| page.contains(file)), "{code} names its exchange");
        let advice: Vec<_> = one.advice().collect();
        assert!(!advice.is_empty(), "{code}: nothing to change");
        for part in advice {
            let known =
                Stack::NAMES.contains(&part.who) || ["Any client", "Server"].contains(&part.who);
            assert!(known && !part.text.is_empty(), "{code}: advice for {}", part.who);
        }
    }
}

#[test]
fn advice_is_for_the_stack_that_made_the_call() {
    let found = diagnosed(&text_of(&folder().join("empty-operation-element.http")));
    let who: Vec<&str> = found[0].change.iter().map(|advice| advice.who).collect();
    assert_eq!(who, ["PHP", "Any client"]);
}

#[test]
fn nothing_that_is_told_holds_an_address_or_a_secret() {
    let secrets = ["doctor@example.org", "user@apiconnector.com", "secret", "0123456789abcdef"];
    for path in files(&folder()) {
        for one in diagnosed(&text_of(&path)) {
            for secret in secrets {
                assert!(!one.why.contains(secret), "{}: {}", path.display(), one.why);
            }
        }
    }
}

#[test]
fn a_challenge_that_is_answered_is_nothing_wrong() {
    let text = text_of(&folder().join("credentials-missing.http"));
    let Input::Exchanges(exchanges) = input::read(&text).unwrap() else { panic!("an exchange") };
    let known = Known { is_answered_challenge: true, ..Known::default() };
    let case = Case { exchange: exchanges.last().unwrap(), before: &[], known };
    assert_eq!(codes(&diagnose(&case)), BTreeSet::new());
}
