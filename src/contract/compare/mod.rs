//! Compares what was expected with what was found, by meaning.
//!
//! [`compare`] takes any two bodies, finds out what they are ([`Kind`]), and answers every
//! [`Difference`] with the smallest path that differs, in the order of the expected document; none
//! means equal. What may differ is said by [`Rules`], in the expected document by placeholders
//! (`${xmlunit.ignore}`), and by a [`Schema`] that knows the types of values. What cannot be
//! decided, because it is malformed or too large, is a difference: nothing is equal by default.

mod align;
mod base64;
mod csv;
mod form;
mod json;
mod kind;
mod matching;
mod path;
mod pattern;
mod php;
mod placeholder;
mod rules;
mod schema;
mod show;
mod text;
mod tree;
mod value;
mod walk;
mod xml;

use std::fmt;

use serde::Serialize;

pub use self::kind::Kind;
pub use self::pattern::{BadPattern, Pattern};
pub use self::rules::{Namespaces, Rules, Whitespace};
pub use self::schema::{BadDescription, Declarations, Schema, Type, schema_of};
pub use self::value::Simple;
use self::walk::Walk;

/// Work that every pair of documents is granted, in steps of a comparison.
const WORK: usize = 4_000_000;
/// Work granted besides for each byte of the documents.
const WORK_PER_BYTE: usize = 8;

/// A body, and what its sender says that it is.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// A whole `Content-Type`, such as `text/xml; charset=utf-8`; empty when not known.
    pub media_type: &'a str,
    pub bytes: &'a [u8],
}

impl<'a> Content<'a> {
    /// The media type without parameters, in lower case.
    fn essence(&self) -> String {
        let essence = self.media_type.split(';').next().unwrap_or_default();
        essence.trim().to_ascii_lowercase()
    }

    /// The value of a parameter of the media type.
    fn parameter(&self, name: &str) -> Option<&'a str> {
        self.media_type.split(';').skip(1).find_map(|parameter| {
            let (key, value) = parameter.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
        })
    }

    fn charset(&self) -> Option<&'a str> {
        self.parameter("charset")
    }
}

/// Without the bytes: they hold personal data.
impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.bytes.len();
        f.debug_struct("Content").field("bytes", &length).finish_non_exhaustive()
    }
}

/// One place in which two documents differ.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where, as in `/Envelope/Body/GetX/Item[2]/@id`; can be given to `ignore` as it is. `/` is
    /// the document as a whole.
    pub path: String,
    pub what: What,
    /// What should be there, shortened; `None` for nothing.
    pub expected: Option<String>,
    /// What is there instead.
    pub found: Option<String>,
}

/// Without the values: they are personal data.
impl fmt::Debug for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.path, self.what)
    }
}

/// Path, sentence and both values on one line.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what.sentence())?;
        if let Some(expected) = &self.expected {
            write!(f, "; expected {expected:?}")?;
        }
        match &self.found {
            Some(found) => write!(f, "; found {found:?}"),
            None => Ok(()),
        }
    }
}

/// How two documents differ in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// The same place has another value.
    Value,
    /// Something is not there.
    Missing,
    /// Something is there that should not be.
    Unexpected,
    /// The same things stand in another order.
    Order,
    /// The local name is right, the namespace is not.
    Namespace,
    /// Something of another name stands in this place, with the same content.
    Name,
    /// The value says another type of itself.
    Type,
    /// One is nil, absent or empty, and the other is another of these, or a value.
    Nil,
    /// The found value is not what the placeholder stands for.
    Placeholder,
    /// A placeholder of the expected document is not understood.
    BadPlaceholder,
    /// The documents are not of one kind, such as XML and JSON.
    Kind,
    /// The found document cannot be read, or the expected one, which was then compared as text.
    Malformed,
    /// The documents are too large, or too much alike, to be compared to the end.
    TooMuch,
    /// A rule of `ignore` met nothing.
    UnusedRule,
    /// There are more differences than are shown.
    More,
}

impl What {
    /// For people.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Value => "the value differs",
            Self::Missing => "this is missing",
            Self::Unexpected => "this is not expected",
            Self::Order => "this stands in another place",
            Self::Namespace => "the namespace differs",
            Self::Name => "the name differs",
            Self::Type => "the type differs",
            Self::Nil => "nil, empty and a value are not the same",
            Self::Placeholder => "the value is not what the placeholder stands for",
            Self::BadPlaceholder => "the placeholder is not understood",
            Self::Kind => "the documents are not of one kind",
            Self::Malformed => "this cannot be read",
            Self::TooMuch => "the comparison was given up: it takes too much work",
            Self::UnusedRule => "this rule of `ignore` met nothing",
            Self::More => "so many more differences are not shown",
        }
    }
}

/// Why a document cannot be read as what it should be.
#[derive(Debug)]
enum Unreadable {
    Expected(String),
    Found(String),
}

/// All differences in meaning, in the order of the expected document; none when they are equal.
///
/// At most `rules.most` are kept; a last [`What::More`] counts the others. An expected document
/// that is not what its media type says is compared as text.
pub fn compare(
    expected: Content<'_>,
    found: Content<'_>,
    rules: &Rules,
    schema: Option<&dyn Schema>,
) -> Vec<Difference> {
    let bytes = expected.bytes.len().saturating_add(found.bytes.len());
    let work = bytes.saturating_mul(WORK_PER_BYTE).saturating_add(WORK);
    let mut walk = Walk::new(rules, schema, work);
    if !walk.is_ignored() {
        bodies(expected, found, &mut walk);
    }
    walk.finish()
}

fn bodies(expected: Content<'_>, found: Content<'_>, walk: &mut Walk<'_>) {
    match (expected.bytes, found.bytes) {
        ([], []) => return,
        ([], _) => return walk.differ(What::Unexpected, None, Some("a body")),
        (_, []) => return walk.differ(What::Missing, Some("a body"), None),
        _ => {}
    }
    let kind = walk.rules().kind.unwrap_or_else(|| Kind::of(expected));
    match by_kind(kind, expected, found, walk) {
        Ok(()) => {}
        Err(Unreadable::Expected(why)) => as_text(kind, &why, (expected, found), walk),
        Err(Unreadable::Found(why)) => {
            let other = walk.rules().kind.unwrap_or_else(|| Kind::of(found));
            if other == kind {
                walk.differ(What::Malformed, Some(kind.name()), Some(&why));
            } else {
                walk.differ(What::Kind, Some(kind.name()), Some(other.name()));
            }
        }
    }
}

/// Compares as texts what should be of a kind, and says why when they differ.
fn as_text(
    kind: Kind,
    why: &str,
    (expected, found): (Content<'_>, Content<'_>),
    walk: &mut Walk<'_>,
) {
    if walk.is_same(|walk| text::differences(expected, found, walk)) {
        return;
    }
    let why = format!("compared as text, for this is not {}: {why}", kind.name());
    walk.differ(What::Malformed, Some(&why), None);
    text::differences(expected, found, walk);
}

fn by_kind(
    kind: Kind,
    expected: Content<'_>,
    found: Content<'_>,
    walk: &mut Walk<'_>,
) -> Result<(), Unreadable> {
    match kind {
        Kind::Xml => return xml::differences(expected, found, walk),
        Kind::Json => return json::differences(expected, found, walk),
        Kind::Form => return form::differences(expected, found, walk),
        Kind::Php => return php::differences(expected, found, walk),
        Kind::Csv => return csv::differences(expected, found, walk),
        Kind::Binary => text::binary(expected.bytes, found.bytes, walk),
        Kind::Text => text::differences(expected, found, walk),
    }
    Ok(())
}

/// Compares two texts as the documents that both spell; `false`, and nothing reported, when they
/// do not.
fn embedded(expected: &str, found: &str, walk: &mut Walk<'_>) -> bool {
    let expected = Content { media_type: "", bytes: expected.trim().as_bytes() };
    let found = Content { media_type: "", bytes: found.trim().as_bytes() };
    let kind = Kind::of(expected);
    let is_document = matches!(kind, Kind::Xml | Kind::Json) && Kind::of(found) == kind;
    is_document
        && walk.spend(expected.bytes.len().saturating_add(found.bytes.len()))
        && by_kind(kind, expected, found, walk).is_ok()
}
