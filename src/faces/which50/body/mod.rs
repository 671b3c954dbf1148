//! What clients send, in JSON, XML or as a form.
//!
//! Members of JSON are found in any letter case; elements of XML by their true names, as .NET
//! reads them: one of another namespace is passed over. Values are scalars; an object or a list
//! where a scalar belongs is no value.

mod batch;
mod values;

pub use batch::read_batch;
pub use values::{Sent, read_values};

use http::StatusCode;

use super::call::Call;
use super::failure::Failure;
use super::records::CONTROLLERS;
use super::wire::syntax_of_body;
use crate::protocol::datacontract::{Syntax, read_text, read_texts};
use crate::protocol::rest::{Bounds, MediaType, Tree, read_json};
use crate::protocol::xml::{Limits, Reader, XmlError, decode};

/// What a document other than a batch may cost.
const BOUNDS: Bounds = Bounds { depth: 16, values: 20_000 };
/// Elements of a batch: 10,000 contacts with 60 values or so.
const MOST_ELEMENTS: usize = 2_500_000;

/// The fields of an `ImportJobCreateRequest`.
pub fn read_field_names(call: &Call<'_>) -> Result<Vec<String>, Failure> {
    match syntax(call)? {
        Syntax::Json => {
            let tree = json(call)?;
            let names = member(&tree, "FieldNames").cloned().unwrap_or(Tree::Null);
            match names {
                Tree::List(names) => {
                    let texts = names.iter().map(text_of).collect::<Option<Vec<_>>>();
                    texts.ok_or_else(|| Failure::malformed("FieldNames is not a list of texts."))
                }
                Tree::Null => Ok(Vec::new()),
                _ => Err(Failure::malformed("FieldNames is not a list of texts.")),
            }
        }
        Syntax::Xml => with_xml(call, |xml| {
            if !xml.root()?.is(CONTROLLERS, "ImportJobCreateRequest") {
                return Ok(None);
            }
            let mut names = Vec::new();
            while let Some(name) = xml.next_child()? {
                if name.is(CONTROLLERS, "FieldNames") {
                    names = read_texts(xml)?;
                } else {
                    xml.skip()?;
                }
            }
            Ok(Some(names))
        }),
    }
}

/// One text: bare, or the first of these members of an object.
pub fn read_one_text(call: &Call<'_>, members: &[&str]) -> Result<String, Failure> {
    let missing = || Failure::malformed("The body holds no text.");
    match syntax(call)? {
        Syntax::Json => {
            let tree = json(call)?;
            let bare = text_of(&tree);
            let named = || members.iter().find_map(|name| text_of(member(&tree, name)?));
            bare.or_else(named).ok_or_else(missing)
        }
        Syntax::Xml => {
            let read = with_xml(call, |xml| {
                let root = xml.root()?;
                if root.local() == "string" {
                    return Ok(Some(read_text(xml)?.map(std::borrow::Cow::into_owned)));
                }
                let mut found = None;
                while let Some(name) = xml.next_child()? {
                    let is_named = members.iter().any(|one| one.eq_ignore_ascii_case(name.local()));
                    if is_named && found.is_none() {
                        found = read_text(xml)?.map(std::borrow::Cow::into_owned);
                    } else {
                        xml.skip()?;
                    }
                }
                Ok(Some(found))
            })?;
            read.ok_or_else(missing)
        }
    }
}

fn syntax(call: &Call<'_>) -> Result<Syntax, Failure> {
    syntax_of_body(call.head, call.body).ok_or_else(|| {
        let sent = call.head.header("content-type").map(MediaType::parse);
        let name = sent.map_or("", MediaType::essence);
        let text = "The request contains an entity body of a media type that is not supported.";
        let detail = format!("No reader is there for the media type '{name}'.");
        Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text).with_detail(detail)
    })
}

fn json(call: &Call<'_>) -> Result<Tree, Failure> {
    read_json(call.body, BOUNDS).map_err(|error| Failure::malformed(format!("{error}.")))
}

/// Reads a document; `None` from `read` is a root of another name.
fn with_xml<T>(
    call: &Call<'_>,
    read: impl FnOnce(&mut Reader<'_>) -> Result<Option<T>, XmlError>,
) -> Result<T, Failure> {
    let media_type = call.head.header("content-type").map(MediaType::parse);
    let charset = media_type.and_then(|media_type| media_type.parameter("charset"));
    let text = decode(call.body, charset)?;
    let limits = Limits { elements: MOST_ELEMENTS, ..Limits::default() };
    let mut xml = Reader::new(&text, limits);
    let found = read(&mut xml)?;
    let found = found.ok_or_else(|| Failure::malformed("The document is of another type."))?;
    xml.finish()?;
    Ok(found)
}

/// A member of an object, by name in any letter case; the last of several counts.
fn member<'t>(tree: &'t Tree, name: &str) -> Option<&'t Tree> {
    let Tree::Record(members) = tree else { return None };
    let found = members.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// A scalar's text; `None` for anything else.
fn text_of(tree: &Tree) -> Option<String> {
    match tree {
        Tree::Text(text) => Some(text.clone()),
        Tree::Number(number) => Some(number.to_string()),
        Tree::Boolean(flag) => Some(flag.to_string()),
        Tree::Null | Tree::List(_) | Tree::Record(_) | Tree::Element(_) => None,
    }
}
