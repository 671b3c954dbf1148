//! What a comparison may pass over: `[compare]` in a `case.toml`, flags of `contract diff`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::pattern::Pattern;
use super::value::Simple;

/// Differences that are reported singly when nothing else is said; the rest is counted.
const MOST_DIFFERENCES: usize = 50;

/// The rules of one comparison. Without any, every difference in meaning counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Places that may differ in any way, with everything below them, and may be absent.
    pub ignore: Vec<Pattern>,
    /// Places whose children may stand in any order.
    pub unordered: Vec<Pattern>,
    /// Types of values that nothing else tells the type of.
    pub types: BTreeMap<Pattern, Simple>,
    pub namespaces: Namespaces,
    pub whitespace: Whitespace,
    /// Compares XML and JSON inside a text by meaning, where both texts are such documents.
    pub embedded: bool,
    /// Reports each rule of `ignore` that met nothing.
    pub report_unused: bool,
    /// What both documents are, where media type and first bytes do not tell.
    #[serde(rename = "as")]
    pub kind: Option<Kind>,
    /// Differences reported singly; at least 1.
    pub most: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            ignore: Vec::new(),
            unordered: Vec::new(),
            types: BTreeMap::new(),
            namespaces: Namespaces::default(),
            whitespace: Whitespace::default(),
            embedded: true,
            report_unused: false,
            kind: None,
            most: MOST_DIFFERENCES,
        }
    }
}

/// Whether namespaces count. Prefixes never do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Namespaces {
    #[default]
    Compare,
    /// Local names alone: for callers known to be careless.
    Ignore,
}

/// Which white space of XML counts. In values of collapsing types, such as numbers, none at the
/// ends does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whitespace {
    /// Not where it stands alone between elements; in texts every character.
    #[default]
    Between,
    /// Everywhere, between elements too.
    Exact,
    /// Not between elements, and not at the ends of texts.
    Trim,
    /// As `Trim`, and a run of it inside a text is one space.
    Collapse,
}
