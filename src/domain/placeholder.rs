//! Placeholders in texts, filled with what is known of each recipient.
//!
//! A campaign says which form its texts use; texts of a form that is not theirs stay as they are.
//! [Smarty](super::template::smarty) is a language of its own and has nothing to do with it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::contact_record::ContactRecord;
use super::data_field::Schema;
use super::error::Refusal;
use super::value::FieldValue;

/// Longest name of a placeholder, in characters. Data fields have at most 20.
const MAX_NAME_CHARS: usize = 64;

/// The name under which the address stands.
pub const EMAIL: &str = "EMAIL";

/// The form of a text's placeholders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placeholders {
    /// The text is sent as it is.
    #[default]
    None,
    /// `@FIRSTNAME@`: a name of letters, digits, `_` and `-` between at signs.
    AtSigns,
    /// `{{FirstName}}`, with blanks around the name or without.
    Braces,
}

/// What placeholders stand for, by name in upper case.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values(BTreeMap<String, String>);

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Values({} redacted)", self.0.len())
    }
}

impl Values {
    /// The data fields of a contact and its address; a field without a value has its default.
    pub fn of(record: &ContactRecord, schema: &Schema) -> Self {
        let mut values = Self::default();
        for field in schema.fields() {
            if let Some(value) = record.value(field.id).or(field.default.as_ref()) {
                values.set(field.name.as_str(), text_of(value));
                values.set(field.label(), text_of(value));
            }
        }
        values.set(EMAIL, record.address.clone());
        values
    }

    /// Sets a value, instead of any of this name in any case.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_uppercase(), value.into());
    }

    /// Without the values that no one of `names` asks for.
    #[must_use]
    pub fn only(mut self, names: &BTreeSet<String>) -> Self {
        self.0.retain(|name, _| names.contains(name));
        self
    }

    /// How much they take, in bytes.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    fn get(&self, name: &str) -> &str {
        self.0.get(&name.to_uppercase()).map_or("", String::as_str)
    }
}

/// A date is its day; a moment of a day stays exact.
fn text_of(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.clone(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Date(at) => {
            let text = at.to_string();
            text.strip_suffix("T00:00:00Z").map(str::to_owned).unwrap_or(text)
        }
        FieldValue::Boolean(true) => "True".to_owned(),
        FieldValue::Boolean(false) => "False".to_owned(),
    }
}

impl Placeholders {
    /// The names that `text` asks for, in upper case.
    pub fn names(self, text: &str) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        self.each(text, |piece| {
            if let Piece::Name(name) = piece {
                names.insert(name.to_uppercase());
            }
        });
        names
    }

    /// `text` with its placeholders filled; one that nothing is known of becomes empty.
    /// [`Refusal::TextTooLong`] past `limit_bytes`.
    pub fn fill(self, text: &str, values: &Values, limit_bytes: usize) -> Result<String, Refusal> {
        let (mut filled, mut fits) = (String::with_capacity(text.len()), true);
        self.each(text, |piece| {
            let part = match piece {
                Piece::Text(text) => text,
                Piece::Name(name) => values.get(name),
            };
            fits = fits && filled.len() + part.len() <= limit_bytes;
            if fits {
                filled.push_str(part);
            }
        });
        if fits { Ok(filled) } else { Err(Refusal::TextTooLong { limit_bytes }) }
    }

    fn each<'t>(self, text: &'t str, mut take: impl FnMut(Piece<'t>)) {
        let (open, close) = match self {
            Self::None => return take(Piece::Text(text)),
            Self::AtSigns => ("@", "@"),
            Self::Braces => ("{{", "}}"),
        };
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once(open) {
            take(Piece::Text(before));
            let name = |name: &'t str| if self == Self::Braces { name.trim() } else { name };
            let found = behind.split_once(close).map(|(inside, after)| (name(inside), after));
            if let Some((name, after)) = found.filter(|(name, _)| is_name(name)) {
                take(Piece::Name(name));
                rest = after;
            } else {
                take(Piece::Text(open));
                rest = behind;
            }
        }
        take(Piece::Text(rest));
    }
}

enum Piece<'t> {
    Text(&'t str),
    Name(&'t str),
}

fn is_name(name: &str) -> bool {
    let is_part = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '-');
    (1..=MAX_NAME_CHARS).contains(&name.len()) && name.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        let mut values = Values::default();
        values.set("FirstName", "Jo");
        values.set(EMAIL, "jo@b.example");
        values
    }

    #[test]
    fn names_between_at_signs_are_filled_in_any_case_and_unknown_ones_become_empty() {
        for (text, filled) in [
            ("Dear @FIRSTNAME@,", "Dear Jo,"),
            ("@firstname@@EMAIL@", "Jojo@b.example"),
            ("Dear @LASTNAME@!", "Dear !"),
            ("ask a@b.example or c@d.example", "ask a@b.example or c@d.example"),
            ("@@ @ @FIRSTNAME", "@@ @ @FIRSTNAME"),
            ("@media print { } @import", "@media print { } @import"),
        ] {
            let done = Placeholders::AtSigns.fill(text, &values(), 100).unwrap();
            assert_eq!(done, filled, "{text}");
        }
        let as_it_is = Placeholders::None.fill("@FIRSTNAME@", &values(), 100);
        assert_eq!(as_it_is.unwrap(), "@FIRSTNAME@");
    }

    #[test]
    fn names_between_braces_are_filled() {
        for (text, filled) in [
            ("Dear {{FirstName}},", "Dear Jo,"),
            ("{{ firstname }}{{EMAIL}}", "Jojo@b.example"),
            ("Dear {{Other}}!", "Dear !"),
            ("{ {{ }} {{two words}} {{", "{ {{ }} {{two words}} {{"),
        ] {
            let done = Placeholders::Braces.fill(text, &values(), 100).unwrap();
            assert_eq!(done, filled, "{text}");
        }
    }

    #[test]
    fn a_text_that_grows_too_long_is_refused() {
        let text = "@FIRSTNAME@".repeat(50);
        let refused = Placeholders::AtSigns.fill(&text, &values(), 99);
        assert_eq!(refused, Err(Refusal::TextTooLong { limit_bytes: 99 }));
        assert_eq!(Placeholders::AtSigns.fill(&text, &values(), 100).unwrap().len(), 100);
    }

    #[test]
    fn only_the_values_that_are_asked_for_are_kept() {
        let names = Placeholders::AtSigns.names("@firstname@ @other@ @");
        assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), ["FIRSTNAME", "OTHER"]);
        let kept = values().only(&names);
        assert_eq!((kept.get("firstname"), kept.get(EMAIL)), ("Jo", ""));
    }
}
