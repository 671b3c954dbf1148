//! Types of the faces whose records no schema describes: by the names of their members.
//!
//! Their documents (Dotdigital's REST API, Which50) give a member of one name the same type in
//! every record, or it is not listed here. What callers name themselves stands below a member
//! that is not looked into.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::super::value::Simple;
use super::{DOTDIGITAL_SOAP, Schema, Type};
use crate::protocol::xml::Member;

/// The types of members by name, whatever the case of the first letter: JSON's are in camel case.
#[derive(Debug)]
pub struct ByName {
    types: BTreeMap<String, Simple>,
    /// Below these stands what callers named.
    opaque: &'static [&'static str],
    /// The type of a document that is one text.
    alone: Option<Simple>,
}

impl Schema for ByName {
    fn element(&self, _namespace: &str, _local: &str) -> Option<Type> {
        None
    }

    fn by_names(&self, names: &[&str]) -> Option<Simple> {
        let Some((last, above)) = names.split_last() else { return self.alone };
        let is_opaque = above.iter().any(|name| self.opaque.contains(&&*key(name)));
        self.types.get(&key(last)).copied().filter(|_| !is_opaque)
    }
}

/// With a small first letter.
fn key(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// Dates of Dotdigital's REST API, where they are texts.
const REST_DATES: [&str; 14] = [
    "created",
    "dateClicked",
    "dateFirstOpened",
    "dateLastOpened",
    "dateModifed",
    "dateOpened",
    "dateRemoved",
    "dateSent",
    "endDate",
    "lastModified",
    "scheduledDate",
    "sendDate",
    "sentDate",
    "startDate",
];

/// Dotdigital's REST API. Where a member has the name of one of the SOAP API's it is the same
/// thing; names whose types differ between records are left out.
pub static DOTDIGITAL_REST: LazyLock<ByName> = LazyLock::new(|| {
    let mut types: BTreeMap<String, Option<Simple>> = BTreeMap::new();
    let members = DOTDIGITAL_SOAP.values().filter_map(|ty| match ty {
        Type::Record(members) => Some(*members),
        _ => None,
    });
    for member in members.flatten() {
        let simple = simple_of(member);
        let kept = types.entry(key(member.name)).or_insert(simple);
        *kept = kept.filter(|kept| Some(*kept) == simple);
    }
    let dates = REST_DATES.map(|name| (name.to_owned(), Some(Simple::DateTime)));
    types.extend(dates);
    types.insert("isSplitTest".to_owned(), Some(Simple::Boolean));
    let types = types.into_iter().filter_map(|(name, simple)| Some((name, simple?))).collect();
    // The server's time.
    let alone = Some(Simple::DateTime);
    ByName { types, opaque: &["dataFields", "fields", "json"], alone }
});

/// The type of a member, unless every character of it counts.
fn simple_of(member: &Member) -> Option<Simple> {
    let simple = Type::from(member.ty).simple()?;
    let counts = matches!(simple, Simple::Text | Simple::Token);
    (!counts).then_some(simple)
}

/// Which50, by its published records and those in `faces/which50/records.rs`.
pub static WHICH50: LazyLock<ByName> = LazyLock::new(|| {
    let dates = [
        "created",
        "date",
        "endDate",
        "finishDate",
        "lastEmail",
        "modified",
        "occurred",
        "startDate",
    ];
    let numbers = [
        "accountId",
        "campaignId",
        "contactListId",
        "count",
        "delivered",
        "droppedContacts",
        "insertedContacts",
        "interactions",
        "invalidEmailCount",
        "invalidSmsCount",
        "listId",
        "notUpdatedContacts",
        "position",
        "progressPercent",
        "reach",
        "totalContacts",
        "unsubscribes",
        "updatedContacts",
    ];
    let booleans = ["isPublic", "showInAgentPortal"];
    let types = dates.map(|name| (name.to_owned(), Simple::DateTime)).into_iter();
    let types = types.chain(numbers.map(|name| (name.to_owned(), Simple::Number)));
    let types = types.chain(booleans.map(|name| (name.to_owned(), Simple::Boolean))).collect();
    let opaque = &["values", "emails", "landingPages", "textMessages", "eDocuments"];
    ByName { types, opaque, alone: None }
});

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::super::schema_of;
    use super::*;
    use crate::protocol::xml::DateTime;

    /// Every moment in a document that is not below what callers name.
    fn moments(value: &Value, at: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    at.push(name.clone());
                    moments(value, at, found);
                    at.pop();
                }
            }
            Value::Array(items) => items.iter().for_each(|item| moments(item, at, found)),
            Value::String(text) if text.contains('T') && DateTime::parse(text).is_some() => {
                found.push(at.clone());
            }
            _ => {}
        }
    }

    fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else if path.file_name().is_some_and(|name| name == "response.json") {
                found.push(path);
            }
        }
    }

    #[test]
    fn the_dates_of_all_replies_on_record_are_known_as_dates() {
        // A user's own columns and fields, and the default of a field of any type.
        let is_own = |names: &[String], path: &str| {
            path.contains("GetLinkedDataRecords")
                || names.iter().any(|name| ["value", "defaultValue"].contains(&&*key(name)))
                || names.iter().any(|name| ["json", "values"].contains(&&*key(name)))
        };
        for face in ["dotdigital-rest", "which50"] {
            let schema = schema_of(face).unwrap();
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures").join(face);
            let mut replies = Vec::new();
            files(&root, &mut replies);
            let mut dates = 0;
            for path in replies {
                let Ok(value) = serde_json::from_slice(&std::fs::read(&path).unwrap()) else {
                    continue;
                };
                let mut found = Vec::new();
                moments(&value, &mut Vec::new(), &mut found);
                let path = path.to_string_lossy().into_owned();
                for names in found.iter().filter(|names| !is_own(names, &path)) {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    let known = schema.by_names(&names);
                    assert_eq!(known, Some(Simple::DateTime), "{path}: {names:?}");
                    dates += 1;
                }
            }
            assert!(dates > 5, "{face}: {dates}");
        }
    }

    #[test]
    fn texts_and_what_callers_named_have_no_type() {
        for (face, names) in [
            ("dotdigital-rest", vec!["name"]),
            ("dotdigital-rest", vec!["dataFields", "value"]),
            ("dotdigital-rest", vec!["dataFields", "dateSent"]),
            ("which50", vec!["Values", "StartDate"]),
            ("which50", vec!["Name"]),
        ] {
            assert_eq!(schema_of(face).unwrap().by_names(&names), None, "{names:?}");
        }
    }
}
