//! What happened before a call.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

/// What the key of a call may do.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GivenApiUser {
    /// The methods that it may call; all when empty.
    pub methods: Vec<String>,
    /// The addresses that it may call from; all when empty.
    pub whitelist: Vec<String>,
}

/// What the operator of the gateway has set; every other setting is as without a config file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GivenGateway {
    pub selzy: GivenSelzy,
    pub dotdigital_rest: GivenDotdigitalRest,
}

/// As in the section `[selzy]` of the config, but for the spam traps, which are in a file there.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GivenSelzy {
    pub calls_per_minute: u32,
    pub contact_limit: u32,
    pub spam_traps: Vec<String>,
}

/// As in the section `[dotdigital_rest]` of the config.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GivenDotdigitalRest {
    pub calls_per_minute: u32,
}

/// One thing that happened before the call. Ids of contacts and segments count from 1, those of
/// lists from 3: the first two are the account's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Given {
    /// The clock stands here for what follows, until the call itself.
    Time(Timestamp),
    List(GivenList),
    /// A category of lists.
    Category(String),
    /// A relational table.
    Table(GivenTable),
    Field(GivenField),
    Contact(GivenContact),
    /// As it would arrive at the event feed.
    Event(serde_json::Value),
    /// As the operator would bring it along, without its account.
    Template(serde_json::Value),
    /// Features and rules of the account.
    Settings(GivenSettings),
    Import(GivenImport),
    /// A contact unsubscribes from one list.
    Leave(GivenLeave),
    Segment(GivenSegment),
    Campaign(GivenCampaign),
    /// The segment of this id is refreshed to the end.
    RefreshedSegment(u32),
    FromAddress(String),
    /// A file that calls may name by a URL; without any, no source of files is set up.
    File(GivenFile),
    /// What becomes of the tasks that calls have started.
    Tasks(Tasks),
    /// What becomes of the disk.
    Disk(Disk),
    /// A call of the same face, right before the one on record. It must not fail.
    Call(String),
    /// As `call`; the text of the first element of this name in its reply stands for `{name}` in
    /// what is sent later.
    Keep(GivenKeep),
    /// Another request to the same face. It must succeed.
    Request(GivenRequest),
}

/// What is not said stays as accounts have it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GivenSettings {
    pub external_id: bool,
    pub soft_bounces_in_a_row: Option<u8>,
    pub invalid_days: Option<u16>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenFile {
    /// The last part of its URL.
    pub name: String,
    pub text: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disk {
    /// Nothing more is taken from here on; what is there can be read.
    Full,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tasks {
    /// To their ends.
    Worked,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenKeep {
    pub call: String,
    pub name: String,
}

/// A request of a face whose calls differ by more than their body.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenRequest {
    /// As in the head of a case.
    pub method: Option<String>,
    pub path: Option<String>,
    pub content_type: Option<String>,
    #[serde(default)]
    pub body: String,
    /// The first member of this name in the JSON of the reply is kept…
    pub keep: Option<String>,
    /// … under this name, or under its own when not said.
    #[serde(rename = "as")]
    pub kept_as: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenList {
    pub name: String,
    #[serde(default)]
    pub visibility: String,
    /// Name of its category.
    pub category: Option<String>,
}

/// A relational table with one text column, or with the two that can be shown in formats too.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenTable {
    pub name: String,
    /// Name of a text column.
    pub text: String,
    /// Name of a date column, shown as year, month and day.
    pub date: Option<String>,
    /// Name of a number column, shown without decimals.
    pub number: Option<String>,
    /// Its rows: a text for each column, dates as `2026-04-01`.
    #[serde(default)]
    pub rows: Vec<Vec<String>>,
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
    pub external_id: Option<String>,
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
