//! What is fuzzed: one function for each reader of foreign bytes, shared by the fuzzers in `bins/`
//! and by the short runs of `cargo test --test fuzz`.
//!
//! A target panics when something is wrong: a panic of the reader's, what was written for a value is
//! not read as that value, or an answer is not in its face's form.

mod contract;
mod faces;
mod files;
mod forms;
mod http;
mod json;
mod text;
mod xml;

/// A target: its name, what it does with bytes, and where its seeds stand below `xml-fixtures`.
#[derive(Clone, Copy)]
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    /// Folders of the fixtures whose requests are seeds; empty for those that have others.
    pub seeds: &'static [&'static str],
}

const fn target(name: &'static str, run: fn(&[u8]), seeds: &'static [&'static str]) -> Target {
    Target { name, run, seeds }
}

/// All targets, the most exposed first.
pub const ALL: &[Target] = &[
    target("xml", xml::document, &["dotdigital-soap", "empower", "xmlrpc", "hostile"]),
    target("soap", faces::soap, &["dotdigital-soap", "hostile"]),
    target("empower", faces::empower, &["empower", "hostile"]),
    target("xmlrpc", xml::xmlrpc, &["xmlrpc", "hostile"]),
    target("xmlrpc_call", faces::xmlrpc, &["xmlrpc", "hostile"]),
    target("brackets", forms::brackets, &["selzy"]),
    target("selzy", faces::selzy, &["selzy"]),
    target("multipart", forms::multipart, &["dotdigital-rest/ImportContacts"]),
    target("upload", forms::upload, &["dotdigital-rest/ImportContacts"]),
    target("json", json::document, &["dotdigital-rest", "which50"]),
    target("rest", faces::rest, &["dotdigital-rest"]),
    target("which50", faces::which50, &["which50"]),
    target("csv", files::csv, &[]),
    target("sheet", files::sheet, &[]),
    target("compare", contract::compare, &["dotdigital-soap", "selzy", "which50"]),
    target("php", contract::php, &[]),
    target("redact", contract::redact, &["dotdigital-soap", "empower", "selzy"]),
    target("http", http::message, &[]),
    target("doctor", contract::doctor, &["dotdigital-soap", "empower"]),
    target("smarty", text::smarty, &[]),
    target("odata", text::odata, &[]),
    target("address", text::address, &[]),
];

/// The target of this name.
pub fn named(name: &str) -> Target {
    *ALL.iter().find(|target| target.name == name).expect("a target of this name")
}
