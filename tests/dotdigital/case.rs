//! One recorded exchange on disk: `request.xml`, `response.xml` and `case.toml` in a folder.
//!
//! `case.toml` says what the case shows, what was there before the call, what of the request's
//! head differs from an ordinary call, and the status and headers that the reply must have.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

/// A folder of `xml-fixtures/dotdigital-soap/<Operation>/<case>/`.
#[derive(Debug)]
pub struct Case {
    /// `<Operation>/<case>`.
    pub name: String,
    pub operation: String,
    pub folder: PathBuf,
    pub request: Vec<u8>,
    pub told: Told,
}

/// `case.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The sentence that the case proves.
    pub shows: String,
    /// The quirk that it pins down.
    pub quirk: Option<String>,
    pub status: u16,
    /// The time of the call.
    #[serde(default = "noon_in_april")]
    pub now: Timestamp,
    #[serde(default)]
    pub request: RequestHead,
    /// Headers that the reply must have, exactly.
    #[serde(default)]
    pub reply_headers: BTreeMap<String, String>,
    /// What happened before, in order.
    #[serde(default)]
    pub given: Vec<Given>,
}

/// What differs from an ordinary call of the operation; the defaults are an ordinary call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RequestHead {
    pub path: String,
    pub host: String,
    pub content_type: String,
    /// As sent, with its quotes. Without one, the action of the case's operation.
    pub soap_action: Option<String>,
    pub credentials: Credentials,
}

impl Default for RequestHead {
    fn default() -> Self {
        Self {
            path: "/v2/api.svc".to_owned(),
            host: "api.example.org".to_owned(),
            content_type: "text/xml; charset=utf-8".to_owned(),
            soap_action: None,
            credentials: Credentials::Right,
        }
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Credentials {
    Right,
    Wrong,
    None,
}

/// One thing that happened before the call. Ids of contacts and segments count from 1, those of
/// lists from 3: the first two are the account's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Given {
    /// The clock stands here for what follows, until the call itself.
    Time(Timestamp),
    List(GivenList),
    Field(GivenField),
    Contact(GivenContact),
    /// As it would arrive at the event feed.
    Event(serde_json::Value),
    Import(GivenImport),
    /// A contact unsubscribes from one list.
    Leave(GivenLeave),
    Segment(GivenSegment),
    Campaign(GivenCampaign),
    /// The segment of this id is refreshed to the end.
    RefreshedSegment(u32),
    FromAddress(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenList {
    pub name: String,
    #[serde(default)]
    pub visibility: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenField {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub visibility: String,
    pub default: Option<toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenContact {
    pub email: String,
    #[serde(default)]
    pub lists: Vec<String>,
    /// As on the wire; `Unknown` when not said.
    #[serde(default)]
    pub opt_in: String,
    #[serde(default)]
    pub fields: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenImport {
    pub list: Option<String>,
    /// Accepted, but not yet worked on.
    #[serde(default)]
    pub unfinished: bool,
    pub file: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenLeave {
    pub email: String,
    pub list: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenCampaign {
    pub name: String,
    pub lists: Vec<String>,
    /// Absent for one that is not sent yet.
    pub sent: Option<Timestamp>,
}

/// A segment of the contacts with this text in a data field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenSegment {
    pub name: String,
    pub field: String,
    pub equals: String,
}

/// When a case does not say when.
fn noon_in_april() -> Timestamp {
    "2026-04-01T12:00:00Z".parse().unwrap()
}

/// Where the fixtures of this face are.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures/dotdigital-soap")
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(of)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Every case, by operation and name.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for operation in folders(&fixtures()) {
        cases.extend(folders(&operation).iter().map(|folder| Case::read(folder)));
    }
    cases
}

impl Case {
    fn read(folder: &Path) -> Self {
        let operation = file_name(folder.parent().unwrap());
        let name = format!("{operation}/{}", file_name(folder));
        let told = fs::read_to_string(folder.join("case.toml")).unwrap();
        let told = toml::from_str(&told).unwrap_or_else(|error| panic!("{name}: {error}"));
        let request = fs::read(folder.join("request.xml")).unwrap();
        Self { name, operation, folder: folder.to_owned(), request, told }
    }

    /// The reply's body that is on record, if there is one.
    pub fn recorded(&self) -> Option<Vec<u8>> {
        fs::read(self.folder.join("response.xml")).ok()
    }

    /// Puts a reply's body on record.
    pub fn record(&self, body: &[u8]) {
        fs::write(self.folder.join("response.xml"), body).unwrap();
    }
}
