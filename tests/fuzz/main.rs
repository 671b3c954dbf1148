//! The fuzzers' targets on any toolchain, for some seconds: what was found before, then the seeds as
//! they are and damaged, then chance.
//!
//! `FUZZ_SECONDS` gives each target that long. `tests/fuzz/run SECONDS [TARGET…]` runs the fuzzers
//! themselves, which learn from what they reach.

#![cfg(test)]

mod targets;
#[path = "../world/mod.rs"]
mod world;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use targets::{ALL, Target};

/// Time for each target; the seeds themselves may take longer.
const LIMIT: Duration = Duration::from_millis(600);
/// Seeds of one target that are damaged.
const MOST_SEEDS: usize = 200;
const MOST_SEED_BYTES: u64 = 8 * 1024;

/// What is put in the place of something else: what readers look for, and what they stumble over.
const PIECES: &[&str] = &[
    "",
    "<",
    ">",
    "</",
    "/>",
    "&",
    ";",
    "&#0;",
    "&amp;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<!DOCTYPE a [",
    "xmlns:a='b'",
    "\"",
    "'",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "1e999",
    "-0",
    "99999999999999999999",
    "null",
    "=",
    "%",
    "%00",
    "%5B",
    "[]",
    "[0]",
    "\r\n",
    "\n",
    "\r\n\r\n",
    "--b",
    "--b--",
    "\0",
    "\u{feff}",
    "\u{e9}",
    "\u{1f}",
    "a:1:{",
    "s:5:\"",
    "R:1;",
    "{$",
    "|",
    "{/if}",
    "@",
    "..",
    "(",
    ")",
    " and ",
    "''",
];

fn limit() -> Duration {
    let told = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    told.map_or(LIMIT, Duration::from_secs)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Every file below a folder, in the order of their names; none when there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

fn seeds(target: Target) -> Vec<Vec<u8>> {
    let own = files(&root().join("tests/fuzz/seeds").join(target.name));
    let mut seeds: Vec<Vec<u8>> = own.iter().map(|path| fs::read(path).unwrap()).collect();
    for folder in target.seeds {
        let requests =
            files(&root().join("xml-fixtures").join(folder)).into_iter().filter(|path| {
                let is_request = path.file_stem().is_some_and(|stem| stem == "request");
                let is_small = path.metadata().is_ok_and(|file| file.len() <= MOST_SEED_BYTES);
                (is_request || *folder == "hostile") && is_small
            });
        let requests: Vec<PathBuf> = requests.collect();
        let step = requests.len().div_ceil(MOST_SEEDS).max(1);
        seeds.extend(requests.iter().step_by(step).map(|path| seed(target, path)));
    }
    seeds
}

/// A request as the target takes it: Selzy's methods stand in its paths.
fn seed(target: Target, path: &Path) -> Vec<u8> {
    let body = fs::read(path).unwrap();
    let method = path.ancestors().nth(2).and_then(Path::file_name).unwrap().to_str().unwrap();
    if target.name == "selzy" { [method.as_bytes(), b"\n", &body].concat() } else { body }
}

fn damaged(seed: &[u8], damage: &[(Index, Index, Index)]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for (from, length, piece) in damage {
        let from = from.index(bytes.len() + 1);
        let to = (from + length.index(12)).min(bytes.len());
        bytes.splice(from..to, PIECES[piece.index(PIECES.len())].bytes());
    }
    bytes
}

fn try_out(target: Target) {
    for path in files(&root().join("tests/fuzz/found").join(target.name)) {
        println!("{}", path.display());
        (target.run)(&fs::read(path).unwrap());
    }
    let seeds = seeds(target);
    assert!(!seeds.is_empty(), "{} has no seeds", target.name);
    for seed in &seeds {
        (target.run)(seed);
    }
    let began = Instant::now();
    let config = Config { cases: u32::MAX, failure_persistence: None, ..Config::default() };
    let damages = vec((any::<Index>(), any::<Index>(), any::<Index>()), 1..6);
    let sample =
        (any::<Index>(), damages).prop_map(|(seed, damage)| (seed.index(seeds.len()), damage));
    let mut runner = TestRunner::new(Config { cases: 8, ..config });
    while began.elapsed() < limit() {
        runner
            .run(&sample, |(seed, damage)| {
                (target.run)(&damaged(&seeds[seed], &damage));
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{}: {error}", target.name));
        runner
            .run(&vec(any::<u8>(), 0..64), |bytes| {
                (target.run)(&bytes);
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{}: {error}", target.name));
    }
}

const DOCUMENTS: &[&str] = &["xml", "xmlrpc", "json", "http"];
const FACES: &[&str] = &["soap", "empower", "xmlrpc_call", "selzy", "rest", "which50"];
const FORMS: &[&str] = &["brackets", "multipart", "upload"];
const FILES: &[&str] = &["csv", "sheet"];
const CONTRACT: &[&str] = &["compare", "php", "redact", "doctor"];
const LANGUAGES: &[&str] = &["smarty", "odata", "address"];

fn try_all(names: &[&str]) {
    for name in names {
        try_out(targets::named(name));
    }
}

#[test]
fn documents_say_the_same_when_they_are_written_and_read_again() {
    try_all(DOCUMENTS);
}

#[test]
fn faces_answer_in_their_own_form_whatever_comes() {
    try_all(FACES);
}

#[test]
fn forms_say_the_same_when_they_are_written_and_read_again_or_come_in_pieces() {
    try_all(FORMS);
}

#[test]
fn files_say_the_same_when_they_are_written_and_read_again() {
    try_all(FILES);
}

#[test]
fn documents_are_equal_to_themselves_and_no_secret_is_left_in_a_redacted_one() {
    try_all(CONTRACT);
}

#[test]
fn templates_filters_and_addresses_are_read_within_their_bounds() {
    try_all(LANGUAGES);
}

#[test]
fn every_target_is_tried_out_here_and_is_a_fuzzer() {
    let fuzzers = include_str!("Cargo.toml");
    let tried = [DOCUMENTS, FACES, FORMS, FILES, CONTRACT, LANGUAGES].concat();
    for Target { name, .. } in ALL {
        assert!(tried.contains(name), "{name}");
        assert!(fuzzers.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
