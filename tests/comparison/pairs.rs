//! Reads the pairs: see `README.md` beside this file.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Two documents and what is true of them.
#[derive(Debug)]
pub struct Pair {
    /// File and sentence.
    pub name: String,
    /// The paths of all differences; none when both mean the same.
    pub differences: Vec<String>,
    /// The pair does not hold the other way round.
    pub only_forth: bool,
    pub schema: Option<String>,
    /// The rules as TOML.
    pub rules: String,
    pub expected: Document,
    pub found: Document,
}

#[derive(Debug, Default)]
pub struct Document {
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// Every pair of every file, in order.
pub fn read_all() -> Vec<Pair> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/comparison/pairs");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.collect();
    files.sort();
    files.iter().flat_map(|file| read_file(file)).collect()
}

fn read_file(file: &Path) -> Vec<Pair> {
    let stem = file.file_stem().unwrap().to_str().unwrap();
    let text = fs::read_to_string(file).unwrap();
    let text = format!("\n{text}");
    text.split("\n## ").skip(1).map(|pair| read_pair(stem, pair)).collect()
}

fn read_pair(file: &str, text: &str) -> Pair {
    let mut sections = text.split("\n--- ");
    let head = sections.next().unwrap();
    let (sentence, head) = head.split_once('\n').unwrap_or((head, ""));
    let name = format!("{file}: {sentence}");
    let mut documents = sections.map(|section| read_document(&name, section));
    let expected = documents.next().unwrap_or_else(|| panic!("{name}: no document"));
    let found = documents.next().unwrap_or_else(|| panic!("{name}: one document"));
    assert!(documents.next().is_none(), "{name}: more than two documents");
    let mut pair = Pair {
        name,
        differences: Vec::new(),
        only_forth: false,
        schema: None,
        rules: String::new(),
        expected,
        found,
    };
    read_head(&mut pair, head);
    pair
}

fn read_head(pair: &mut Pair, head: &str) {
    let mut is_judged = false;
    for line in head.lines() {
        if let Some(path) = line.strip_prefix("different at ") {
            pair.differences.push(path.to_owned());
            is_judged = true;
        } else if line == "equal" {
            is_judged = true;
        } else if line == "only forth" {
            pair.only_forth = true;
        } else if let Some(schema) = line.strip_prefix("schema ") {
            pair.schema = Some(schema.to_owned());
        } else if !line.starts_with("wiremock ") {
            pair.rules.push_str(line);
            pair.rules.push('\n');
        }
    }
    assert!(is_judged, "{}: no verdict", pair.name);
    pair.differences.sort();
}

fn read_document(name: &str, section: &str) -> Document {
    let (head, text) = section.split_once('\n').unwrap_or((section, ""));
    let text = text.trim_end_matches('\n');
    let (media_type, form) = match head.rsplit_once(' ') {
        Some((media_type, form @ ("escaped" | "base64"))) => (media_type, form),
        _ => (head, ""),
    };
    let bytes = match form {
        "escaped" => unescaped(name, text),
        "base64" => STANDARD.decode(text).unwrap_or_else(|error| panic!("{name}: {error}")),
        _ => text.as_bytes().to_vec(),
    };
    Document { media_type: media_type.to_owned(), bytes }
}

fn unescaped(name: &str, text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next() {
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'\\') => b'\\',
            Some(b'x') => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => panic!("{name}: no escape: {other:?}"),
        });
    }
    bytes
}
