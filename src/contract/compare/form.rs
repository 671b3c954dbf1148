//! Forms by structure: `application/x-www-form-urlencoded` and `multipart/form-data`.
//!
//! Spelling are percent signs and pluses, the order of different keys, and the boundary. Brackets
//! nest: `a[b][0]` is the place `/a/b/0`; `[]` is the number behind the largest. A key that comes
//! again stands behind the first, and their order counts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::mem::discriminant;

use bytes::Bytes;

use super::path::Step;
use super::tree::{self, Node};
use super::walk::Walk;
use super::{Content, Kind, Unreadable, What, base64};
use crate::protocol::form::{FormError, multipart, text, urlencoded};
use crate::protocol::upload::PartHead;

/// Fields of one form; those of the largest bulk call are 30,000.
const MOST_FIELDS: usize = 200_000;

/// Brackets behind one name; deeper ones are part of the name.
const MOST_DEPTH: usize = 64;

/// Compares two forms.
pub(super) fn differences(
    expected: Content<'_>,
    found: Content<'_>,
    walk: &mut Walk<'_>,
) -> Result<(), Unreadable> {
    let expected = read(expected).map_err(|error| Unreadable::Expected(error.to_string()))?;
    // Any text can be read as a form: what is known to be something else is not.
    if !matches!(Kind::of(found), Kind::Form | Kind::Text | Kind::Binary) {
        return Err(Unreadable::Found("it is no form".to_owned()));
    }
    let found = read(found).map_err(|error| Unreadable::Found(error.to_string()))?;
    tree::members(&expected.named(), &found.named(), walk);
    Ok(())
}

fn read(content: Content<'_>) -> Result<Branch, FormError> {
    let mut form = Branch::default();
    if let Some(boundary) = multipart::boundary(content.media_type) {
        let body = Bytes::copy_from_slice(content.bytes);
        for (head, body) in multipart::parts(&body, &boundary?, MOST_FIELDS)? {
            let head = PartHead::read(head.as_bytes());
            let name = head.name.unwrap_or_default();
            let (file_name, content_type) = (head.file_name, head.content_type);
            form.put(&name, Value::Part(Part { file_name, content_type, body }));
        }
    } else {
        for field in &urlencoded::read(content.bytes.trim_ascii(), MOST_FIELDS)? {
            form.put(&field.name, Value::Text(field.value.clone()));
        }
    }
    Ok(form)
}

/// What stands under a key.
#[derive(Hash)]
enum Value {
    Text(Bytes),
    Part(Part),
    Branch(Branch),
}

/// A part of a multipart form.
#[derive(Hash)]
struct Part {
    file_name: Option<String>,
    content_type: Option<String>,
    body: Bytes,
}

/// Values by key, in the order in which they came.
#[derive(Default, Hash)]
struct Branch {
    members: Vec<(String, Value)>,
    /// Which of the members is the branch of a key.
    branches: BTreeMap<String, usize>,
    /// The number behind the largest.
    next: u32,
}

impl Branch {
    fn put(&mut self, name: &str, value: Value) {
        match keys(name) {
            Some((first, inner)) => self.put_below(first.to_owned(), &inner, value),
            None => self.push(name.to_owned(), value),
        }
    }

    /// Puts a value under a key, or further down under the keys behind it.
    fn put_below(&mut self, key: String, inner: &[&str], value: Value) {
        let Some((next, inner)) = inner.split_first() else { return self.push(key, value) };
        let at = self.branches.get(&key).copied().unwrap_or_else(|| {
            self.push(key, Value::Branch(Self::default()));
            self.members.len() - 1
        });
        if let Some((_, Value::Branch(branch))) = self.members.get_mut(at) {
            let next = if next.is_empty() { branch.next.to_string() } else { (*next).to_owned() };
            branch.put_below(next, inner, value);
        }
    }

    fn push(&mut self, key: String, value: Value) {
        if let Ok(number) = key.parse::<u32>() {
            self.next = self.next.max(number.saturating_add(1));
        }
        if matches!(value, Value::Branch(_)) {
            self.branches.insert(key.clone(), self.members.len());
        }
        self.members.push((key, value));
    }

    fn named(&self) -> Vec<(Cow<'_, str>, &Value)> {
        self.members.iter().map(|(key, value)| (Cow::Borrowed(&**key), value)).collect()
    }
}

/// `a[b][]` as `a` and then `b` and an empty key; `None` for a plain name.
fn keys(name: &str) -> Option<(&str, Vec<&str>)> {
    let (first, rest) = name.split_once('[')?;
    let inner: Vec<&str> = rest.strip_suffix(']')?.split("][").collect();
    let is_plain = |key: &&str| !key.contains(['[', ']']);
    let is_nested = !first.is_empty() && inner.len() <= MOST_DEPTH && inner.iter().all(is_plain);
    is_nested.then_some((first, inner))
}

impl Node for Value {
    fn compare(&self, found: &Self, walk: &mut Walk<'_>) {
        if !walk.spend(1) {
            return;
        }
        match (self, found) {
            (Self::Branch(one), Self::Branch(other)) => {
                tree::members(&one.named(), &other.named(), walk);
            }
            (Self::Text(one), Self::Text(other)) => field(one, other, walk),
            (Self::Part(one), Self::Part(other)) => parts(one, other, walk),
            (Self::Text(one), Self::Part(part)) if part.is_plain() => field(one, &part.body, walk),
            (Self::Part(part), Self::Text(other)) if part.is_plain() => {
                field(&part.body, other, walk);
            }
            (Self::Text(one), Self::Branch(_)) if walk.by_placeholder(&text::read(one), None) => {}
            (one, other) => tree::unlike(one, other, walk),
        }
    }

    fn begins_as(&self, _: &Self) -> bool {
        false
    }

    fn is_nothing(&self) -> bool {
        false
    }

    fn is_same_type(&self, found: &Self) -> bool {
        discriminant(self) == discriminant(found)
    }

    fn shown(&self) -> String {
        match self {
            Self::Text(value) => text::read(value).into_owned(),
            Self::Part(part) if part.is_plain() => text::read(&part.body).into_owned(),
            Self::Part(part) => format!("a file of {} bytes", part.body.len()),
            Self::Branch(branch) => format!("{} fields in brackets", branch.members.len()),
        }
    }
}

fn field(expected: &Bytes, found: &Bytes, walk: &mut Walk<'_>) {
    if expected == found && !expected.starts_with(b"${") {
        return;
    }
    let (one, other) = (text::read(expected), text::read(found));
    let simple = walk.ruled_type();
    base64::typed(&one, &other, simple, walk);
}

impl Part {
    /// A field as any other, no file.
    fn is_plain(&self) -> bool {
        self.file_name.is_none() && self.essence() == "text/plain"
    }

    /// What is said to be inside, in lower case; RFC 7578 says what it is otherwise.
    fn essence(&self) -> String {
        let content_type = self.content_type.as_deref().unwrap_or("text/plain");
        content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

fn parts(expected: &Part, found: &Part, walk: &mut Walk<'_>) {
    if expected.is_plain() && found.is_plain() {
        return field(&expected.body, &found.body, walk);
    }
    let names = (expected.file_name.as_deref(), found.file_name.as_deref());
    attribute("filename", names, walk);
    attribute("type", (Some(&*expected.essence()), Some(&*found.essence())), walk);
    let content = |part: &'_ Part| -> (String, Bytes) {
        let is_table = part.file_name.as_deref().is_some_and(is_table);
        let media_type = if is_table { Some("text/csv") } else { part.content_type.as_deref() };
        (media_type.unwrap_or_default().to_owned(), part.body.clone())
    };
    let (one, other) = (content(expected), content(found));
    let expected = Content { media_type: &one.0, bytes: &one.1 };
    super::bodies(expected, Content { media_type: &other.0, bytes: &other.1 }, walk);
}

fn is_table(file_name: &str) -> bool {
    file_name.to_ascii_lowercase().ends_with(".csv")
}

fn attribute(local: &str, (expected, found): (Option<&str>, Option<&str>), walk: &mut Walk<'_>) {
    walk.within(Step::Attribute { namespace: "", local }, |walk| match (expected, found) {
        _ if walk.is_ignored() => {}
        (Some(one), Some(other)) => walk.value(one, other, |one, other| one == other),
        (Some(one), None) => walk.differ(What::Missing, Some(one), None),
        (None, Some(other)) => walk.differ(What::Unexpected, None, Some(other)),
        (None, None) => {}
    });
}
