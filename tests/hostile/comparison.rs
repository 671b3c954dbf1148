//! `contract diff` of two files that nobody should have to read.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::time::{Duration, Instant};

use super::make::each;
use super::support::lychgate;

/// In an unoptimized build; the largest pair has two megabytes.
const LONGEST: Duration = Duration::from_secs(30);

/// What stands in both files, what only in the second, the ending of their names, and why.
type Row = (&'static str, &'static str, &'static str, Vec<u8>, Vec<u8>);

fn same(text: &str) -> (Vec<u8>, Vec<u8>) {
    (text.as_bytes().to_vec(), text.as_bytes().to_vec())
}

fn rows() -> Vec<Row> {
    let php = |text: &str| {
        let (one, other) = same(text);
        (one, [&other[..], b" "].concat())
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut add = |name, why, ending, (one, other): (Vec<u8>, Vec<u8>)| {
        rows.push((name, why, ending, one, other));
    };
    add(
        "php: a text longer than the file",
        "is read past its end",
        "php",
        php("s:99999999:\"a\";"),
    );
    add("php: a text of a negative length", "wraps around", "php", php("s:-1:\"a\";"));
    add(
        "php: an array of a thousand million",
        "is set aside",
        "php",
        php("a:999999999:{i:0;i:1;}"),
    );
    add(
        "php: 100,000 arrays in arrays",
        "overflows the stack",
        "php",
        php(&"a:1:{i:0;".repeat(100_000)),
    );
    add(
        "php: an object",
        "is made when it is read",
        "php",
        php("O:8:\"stdClass\":1:{s:4:\"file\";s:11:\"/etc/passwd\";}"),
    );
    add(
        "php: a class that reads itself",
        "runs its own code",
        "php",
        php("C:11:\"ArrayObject\":37:{x:i:0;a:1:{s:1:\"a\";R:1;};m:a:0:{}}"),
    );
    add("php: a reference to itself", "is walked for ever", "php", php("a:1:{i:0;R:1;}"));
    add(
        "php: a number of a megabyte",
        "is computed",
        "php",
        php(&format!("i:{};", "9".repeat(1 << 20))),
    );
    add(
        "php: infinity and no number",
        "is compared with itself",
        "php",
        php("a:3:{i:0;d:INF;i:1;d:NAN;i:2;d:-INF;}"),
    );
    add("xml: 100,000 levels", "overflows the stack", "xml", same(&"<a>".repeat(100_000)));
    add(
        "xml: an entity",
        "reads a file",
        "xml",
        same("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"),
    );
    let reversed = |count: usize| {
        let one = each(count, |n| format!("<a n=\"{n}\">{n}</a>"));
        let other = each(count, |n| format!("<a n=\"{0}\">{0}</a>", count - n));
        (format!("<x>{one}</x>").into_bytes(), format!("<x>{other}</x>").into_bytes())
    };
    add(
        "xml: 2,000 members the other way round",
        "is aligned each with each",
        "xml",
        reversed(2_000),
    );
    add("json: 100,000 levels", "overflows the stack", "json", same(&"[".repeat(100_000)));
    add(
        "json: numbers beyond measure",
        "are computed",
        "json",
        (b"[1e999999999, 1e-999999999, 1E+400]".to_vec(), b"[1e999999998, 0, 1E+401]".to_vec()),
    );
    let list = |from: usize| {
        let items: Vec<String> = (from..from + 2_000).map(|n| n.to_string()).collect();
        format!("[{}]", items.join(",")).into_bytes()
    };
    add("json: 2,000 others", "is aligned each with each", "json", (list(0), list(1_000)));
    add(
        "form: 100,000 brackets",
        "is a tree of that depth",
        "txt",
        same(&format!("a{}=b", "[b]".repeat(100_000))),
    );
    add(
        "csv: a million columns",
        "is a row of that length",
        "csv",
        same(&format!("a{}\n", ",".repeat(1_000_000))),
    );
    add(
        "csv: quotes that do not end",
        "swallows the rest",
        "csv",
        same(&format!("a,\"{}", "b\n".repeat(500_000))),
    );
    add("base64 in base64 in base64", "is unpacked for ever", "txt", same(&base64_of_base64()));
    add(
        "a message without an end",
        "has no body",
        "http",
        same("POST / HTTP/1.1\nContent-Length: 99999999999999999999\n\nbody"),
    );
    add("a message of nothing but a head", "has no lines", "http", same(&"a: b\n".repeat(200_000)));
    add(
        "a message that says it is compressed",
        "is unpacked",
        "http",
        same("HTTP/1.1 200 OK\nContent-Encoding: gzip\n\nnot gzip"),
    );
    add("nothing", "is of no kind", "http", same(""));
    rows
}

fn base64_of_base64() -> String {
    use base64::Engine as _;
    (0..12).fold("<a>b</a>".repeat(100), |inner, _| {
        base64::engine::general_purpose::STANDARD.encode(inner)
    })
}

#[test]
fn no_pair_of_files_makes_the_comparison_fall_over_or_run_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (name, why, ending, one, other) in rows() {
        let path = |which: &str| folder.path().join(which).with_extension(ending);
        fs::write(path("one"), one).unwrap();
        fs::write(path("other"), other).unwrap();
        let (one, other) = (path("one"), path("other"));
        let arguments = ["contract", "diff", one.to_str().unwrap(), other.to_str().unwrap()];
        let began = Instant::now();
        let output = lychgate(&arguments).output().unwrap();
        let (took, status) = (began.elapsed(), output.status);
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let ended = status.code().is_some_and(|code| code <= 2) && status.signal().is_none();
        if !ended
            || took > LONGEST
            || said.len() > 200_000
            || said.contains("panicked")
            || said.contains("root:")
        {
            let said: String = said.chars().take(500).collect();
            wrong.push(format!("{name} ({why}): {status} after {took:?}: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
