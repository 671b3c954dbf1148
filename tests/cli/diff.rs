//! `lychgate contract diff`.

use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::support::run;

/// Two files in a folder.
struct Two {
    folder: TempDir,
    names: [PathBuf; 2],
}

impl Two {
    fn of(extension: &str, one: &str, other: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).with_extension(extension);
        let names = [at("a"), at("b")];
        std::fs::write(&names[0], one).unwrap();
        std::fs::write(&names[1], other).unwrap();
        Self { folder, names }
    }

    fn diff(&self, more: &[&str]) -> (Option<i32>, String) {
        let [one, other] = &self.names;
        told(&diff(one, other, more))
    }
}

fn diff(one: &Path, other: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["contract", "diff", one.to_str().unwrap(), other.to_str().unwrap()];
    arguments.extend(more);
    run(&arguments)
}

fn told(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8(output.stdout.clone()).unwrap())
}

#[test]
fn files_that_mean_the_same_end_with_zero_and_no_word() {
    let files = Two::of(
        "xml",
        "<a xmlns='urn:x'><b>1</b></a>",
        "<p:a xmlns:p=\"urn:x\">\n <p:b>1</p:b>\n</p:a>",
    );
    assert_eq!(files.diff(&[]), (Some(0), String::new()));
}

#[test]
fn files_that_differ_end_with_one_and_name_the_place() {
    let files = Two::of("json", "{\"a\":[1,2],\"at\":1}", "{\"at\":2,\"a\":[1,3]}");
    let (code, said) = files.diff(&["--ignore", "/at"]);
    assert_eq!(code, Some(1));
    assert_eq!(said.trim_end(), "/a[2]: the value differs\n  expected  2\n  found     3");
    assert_eq!(files.diff(&["--ignore", "/at", "--ignore", "/a[2]"]).0, Some(0));
    assert!(files.diff(&["--color", "always"]).1.contains("\u{1b}[32m2\u{1b}[0m"));
}

#[test]
fn a_program_reads_the_differences_as_json() {
    let files = Two::of("csv", "email,n\na@b.example,1\n", "email,n\na@b.example,2\n");
    let (code, said) = files.diff(&["--json"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &said["equal"]), (Some(1), &false.into()));
    assert_eq!(said["differences"][0]["path"], "/row[2]/n");
    assert_eq!(files.diff(&["--json", "--type", "/row/n=boolean"]).0, Some(1));
}

#[test]
fn options_say_what_may_differ() {
    let files =
        Two::of("xml", "<a xmlns='urn:x'><b>1.0</b><b>2</b></a>", "<a><b>2</b><b>1</b></a>");
    let all = ["--namespaces", "ignore", "--unordered", "/a", "--type", "/a/b=number"];
    assert_eq!(files.diff(&all).0, Some(0));
    assert_eq!(files.diff(&all[..4]).0, Some(1));
    assert_eq!(files.diff(&all[2..]).0, Some(1));
}

#[test]
fn what_cannot_be_compared_ends_with_two() {
    let files = Two::of("xml", "<a/>", "<a/>");
    let missing = files.folder.path().join("nowhere");
    let output = diff(&files.names[0], &missing, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("nowhere"));
    assert_eq!(files.diff(&["--ignore", "/a["]).0, Some(2));
}

#[test]
fn recordings_are_compared_file_by_file() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures/empower");
    assert_eq!(told(&diff(&fixtures, &fixtures, &[])), (Some(0), String::new()));
}
