//! How a subscriber is told of: `contact_data` in replies and in files.

use jiff::tz::TimeZone;

use super::pacific;
use super::tree::Tree;
use super::{Args, Failure};
use crate::domain::bounce::Invalid;
use crate::domain::search::Found;
use crate::domain::{Contact, DataField, FieldValue, Schema};

/// A standard field: its name on the wire, and the data field that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standard {
    pub wire: &'static str,
    pub field: &'static str,
}

const fn standard(wire: &'static str, field: &'static str) -> Standard {
    Standard { wire, field }
}

/// In the order of the wire. An account gets those that it has not when they are first written.
pub static STANDARD: [Standard; 10] = [
    standard("firstname", "FIRSTNAME"),
    standard("lastname", "LASTNAME"),
    standard("address", "ADDRESS"),
    standard("city", "CITY"),
    standard("state", "STATE"),
    standard("postal_code", "POSTCODE"),
    standard("country", "COUNTRY"),
    standard("phone_hm", "PHONE_HM"),
    standard("phone_wk", "PHONE_WK"),
    standard("fax", "FAX"),
];

/// The first so many of [`STANDARD`] are basic, the others extended.
const BASIC: usize = 2;

/// What is told of each subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the wire, asked for by itself"
)]
pub struct Layout {
    /// Name, address, status, opt-in date.
    pub basic: bool,
    /// Postal address and telephone numbers.
    pub extended: bool,
    pub custom_fields: bool,
    /// Ids of the static segments that the subscriber is in.
    pub groups: bool,
}

impl Layout {
    /// What the arguments ask for. Who asks neither for basic nor for extended data gets both.
    pub fn asked(args: &Args) -> Self {
        let (basic, extended) = (args.flag("basic"), args.flag("extended"));
        let neither = !basic && !extended;
        Self {
            basic: basic || neither,
            extended: extended || neither,
            custom_fields: args.flag("custom_fields"),
            groups: args.flag("return_groups"),
        }
    }

    /// In words that [`Layout::of_words`] reads; a task keeps them until its file is asked for.
    pub fn words(self) -> String {
        let mut words = String::new();
        let parts = [
            (self.basic, "basic "),
            (self.extended, "extended "),
            (self.custom_fields, "custom_fields "),
            (self.groups, "return_groups "),
        ];
        words.extend(parts.into_iter().filter(|(is_on, _)| *is_on).map(|(_, word)| word));
        words
    }

    pub fn of_words(words: &str) -> Self {
        let says = |word: &str| words.split_whitespace().any(|one| one == word);
        Self {
            basic: says("basic"),
            extended: says("extended"),
            custom_fields: says("custom_fields"),
            groups: says("return_groups"),
        }
    }

    /// The members of one `contact_data`.
    pub fn found(self, found: &Found, schema: &Schema) -> Tree {
        let tree = self.contact(&found.contact, found.invalid, schema);
        if !self.groups {
            return tree;
        }
        let groups = found.lists.iter().map(Tree::text).collect();
        tree.with("groups", Tree::items(groups))
    }

    /// The same without segments, which a file does not have.
    pub fn contact(self, contact: &Contact, invalid: Invalid, schema: &Schema) -> Tree {
        let mut fields = vec![("email", Tree::text(contact.address.as_given()))];
        if let Some(external_id) = &contact.external_id {
            fields.push(("external_id", Tree::text(external_id.as_str())));
        }
        let standard = |fields: &mut Vec<_>, some: &[Standard]| {
            fields.extend(some.iter().map(|one| (one.wire, value_of(contact, one.field))));
        };
        let (basic, extended) = STANDARD.split_at(BASIC);
        if self.basic {
            standard(&mut fields, basic);
        }
        if self.extended {
            standard(&mut fields, extended);
        }
        fields.push(("status", Tree::text("active")));
        fields.push(("bounce_status", Tree::text(bounce_status(invalid))));
        if self.basic {
            fields.push(("optin_date", Tree::text(pacific::date(contact.created))));
        }
        let tree = Tree::fields(fields);
        if self.custom_fields { custom_fields(tree, contact, schema) } else { tree }
    }
}

/// Whether a field is the account's own: neither standard nor there from the start.
pub fn is_custom(field: &DataField) -> bool {
    !STANDARD.iter().any(|standard| standard.field == field.name.as_str())
}

fn custom_fields(tree: Tree, contact: &Contact, schema: &Schema) -> Tree {
    let custom = schema.fields().iter().filter(|field| is_custom(field));
    custom.fold(tree, |tree, field| {
        let value = value_of(contact, field.name.as_str());
        tree.with(format!("custval{}", field.id.0), value)
    })
}

fn value_of(contact: &Contact, field: &str) -> Tree {
    let of_field = contact.fields.iter().find(|(name, _)| name.as_str() == field);
    match of_field.and_then(|(_, value)| value.as_ref()) {
        Some(value) => Tree::Text(value_text(value).into()),
        None => Tree::empty(),
    }
}

/// A value as the wire has it. Dates are days, unless a time of day was given with them.
pub fn value_text(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.clone(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Boolean(flag) => u8::from(*flag).to_string(),
        FieldValue::Date(at) => {
            let at = at.to_zoned(TimeZone::UTC).datetime();
            let mut text = at.date().to_string();
            if at.time() != jiff::civil::Time::midnight() {
                text.push_str(&at.strftime(" %H:%M:%S").to_string());
            }
            text
        }
    }
}

fn bounce_status(invalid: Invalid) -> &'static str {
    match invalid {
        Invalid::No => "valid",
        Invalid::ForSomeDays => "temporarily invalid",
        Invalid::Permanently | Invalid::Suppressed | Invalid::TransactionalOnly => "invalid",
    }
}

/// What `bounce_status` asks for: `Some(true)` for valid addresses only.
pub fn asked_validity(args: &Args) -> Result<Option<bool>, Failure> {
    match args.text("bounce_status").map(str::to_lowercase).as_deref() {
        None | Some("all") => Ok(args.flag("valid").then_some(true)),
        Some("valid") => Ok(Some(true)),
        Some("invalid") => Ok(Some(false)),
        Some(_) => Err(Failure::invalid("bounce_status")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_kept_in_words() {
        for number in 0..16_u8 {
            let is = |bit: u8| number & bit != 0;
            let layout =
                Layout { basic: is(1), extended: is(2), custom_fields: is(4), groups: is(8) };
            assert_eq!(Layout::of_words(&layout.words()), layout);
        }
    }

    #[test]
    fn values_are_texts_of_the_wire() {
        let date = |text: &str| FieldValue::date(text.parse().unwrap());
        assert_eq!(value_text(&date("2014-10-08T00:00:00Z")), "2014-10-08");
        assert_eq!(value_text(&date("2014-10-08T16:06:35Z")), "2014-10-08 16:06:35");
        assert_eq!(value_text(&FieldValue::Boolean(true)), "1");
    }
}
