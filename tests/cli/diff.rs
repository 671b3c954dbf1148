//! `lychgate contract diff`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use tempfile::TempDir;

use crate::support::{lychgate, run};

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
    assert_eq!(diff(&files.names[0], files.folder.path(), &[]).status.code(), Some(2));
    assert_eq!(run(&["contract", "diff", "-", "-"]).status.code(), Some(2));
    let own = files.names[0].to_str().unwrap();
    assert_eq!(files.diff(&["--wsdl", own]).0, Some(2));
}

#[test]
fn standard_input_is_one_of_the_two() {
    let files = Two::of("json", "{\"a\": 1}", "");
    let mut command =
        lychgate(&["contract", "diff", files.names[0].to_str().unwrap(), "-", "--json"]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = piped.spawn().unwrap();
    process.stdin.take().unwrap().write_all(b"{\"a\": 1.0}").unwrap();
    assert_eq!(process.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn the_types_of_any_service_are_those_of_its_wsdl() {
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/comparison/schemas/shop.wsdl");
    let reply = |id: &str, number: &str| {
        format!(
            "<GetOrderResponse xmlns='urn:shop'><order><id>{id}</id><number>{number}</number>\
             </order></GetOrderResponse>"
        )
    };
    let wsdl = ["--wsdl", shop.to_str().unwrap()];
    let files = Two::of("xml", &reply("7", "7"), &reply("07", "7"));
    assert_eq!(files.diff(&wsdl).0, Some(0));
    assert_eq!(files.diff(&[]).0, Some(1));
    let files = Two::of("xml", &reply("7", "7"), &reply("7", "07"));
    let (code, said) = files.diff(&wsdl);
    assert!(code == Some(1) && said.starts_with("/GetOrderResponse/order/number:"), "{said}");
}

#[test]
fn a_document_that_cannot_be_read_is_named_with_the_place() {
    let files = Two::of("json", "{\"a\": 1}", "{\n\"a\": }");
    let (code, said) = files.diff(&[]);
    assert!(code == Some(1) && said.contains("line 2, column 6"), "{said}");
    let files = Two::of("xml", "<a>\n<b></a>", "<a/>");
    let (code, said) = files.diff(&[]);
    assert!(code == Some(1) && said.contains("compared as text"), "{said}");
    assert!(said.contains("in line 2"), "{said}");
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let files = Two::of("json", "[]", &deep);
    let (code, said) = files.diff(&[]);
    assert!(code == Some(1) && said.contains("nested deeper"), "{said}");
}

#[test]
fn of_folders_the_last_line_counts_the_files_that_differ() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (name, text) in [("a/x.json", "1"), ("a/y.json", "1"), ("b/x.json", "1.0")] {
        std::fs::create_dir_all(at(name).parent().unwrap()).unwrap();
        std::fs::write(at(name), text).unwrap();
    }
    let (code, said) = told(&diff(&at("a"), &at("b"), &[]));
    assert_eq!(code, Some(1));
    assert!(said.starts_with("y.json:\n/: this is missing\n"), "{said}");
    assert!(said.ends_with("1 of 2 files differ\n"), "{said}");
}

#[test]
fn recordings_are_compared_file_by_file() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures/empower");
    assert_eq!(told(&diff(&fixtures, &fixtures, &[])), (Some(0), String::new()));
}
