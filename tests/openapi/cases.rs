//! The recorded exchanges of the REST face, as far as they are JSON.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Some id in the place of what is recorded as `{import}`.
const IMPORT: &str = "af4ac4bc-e1e7-4817-8a66-73fb59e91ce6";

/// One recorded exchange.
#[derive(Debug)]
pub struct Exchange {
    /// `<Operation>/<case>`.
    pub name: String,
    /// The folder: the part of the operation's id behind its `_`.
    pub operation: String,
    pub status: u16,
    pub request: Option<Value>,
    pub response: Body,
}

/// The body of a reply.
#[derive(Debug)]
pub enum Body {
    Empty,
    Json(Value),
    /// XML, or a file.
    Other,
}

/// All of them, in the order of their names.
pub fn exchanges() -> Vec<Exchange> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures/dotdigital-rest");
    let mut all = Vec::new();
    for operation in folders(&root) {
        for case in folders(&operation) {
            all.push(read(&operation, &case));
        }
    }
    all
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn read(operation: &Path, case: &Path) -> Exchange {
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let (operation, case_name) = (name(operation), name(case));
    let told: toml::Table =
        fs::read_to_string(case.join("case.toml")).unwrap().parse().expect("a case is TOML");
    let status = told.get("status").and_then(toml::Value::as_integer).unwrap_or(200);
    Exchange {
        name: format!("{operation}/{case_name}"),
        operation,
        status: u16::try_from(status).unwrap(),
        request: json(&case.join("request.json")),
        response: body(case),
    }
}

fn json(file: &Path) -> Option<Value> {
    let text = fs::read_to_string(file).ok()?;
    let text = text.trim_start_matches('\u{feff}').replace("{import}", IMPORT);
    serde_json::from_str(&text).ok()
}

fn body(case: &Path) -> Body {
    if let Some(json) = json(&case.join("response.json")) {
        return Body::Json(json);
    }
    let sizes = ["xml", "txt"].map(|kind| fs::metadata(case.join(format!("response.{kind}"))));
    let is_empty = sizes.into_iter().flatten().all(|file| file.len() == 0);
    if is_empty { Body::Empty } else { Body::Other }
}
