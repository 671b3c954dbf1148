//! Rules of segments, and whether a contact matches them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::contact::ContactStatus;
use super::contact_record::ContactRecord;
use super::data_field::{FieldName, Schema};
use super::ids::ListId;
use super::value::FieldValue;

/// Deepest nesting of rules.
const MAX_DEPTH: usize = 8;

/// Which contacts a segment holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rules {
    /// All of them match; an empty one holds everybody.
    All(Vec<Rules>),
    /// One of them matches; an empty one holds nobody.
    Any(Vec<Rules>),
    Field {
        name: FieldName,
        test: FieldTest,
    },
    InList(ListId),
    /// Without such a rule a segment holds no suppressed contacts.
    Status(ContactStatus),
}

/// What a field's value is held against. A field without a value passes none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldTest {
    IsSet,
    /// Texts without regard to case.
    Equals(FieldValue),
    /// The value's text holds this text, without regard to case.
    Contains(String),
    Greater(FieldValue),
    Less(FieldValue),
}

/// A contact and what rules look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'s> {
    pub record: &'s ContactRecord,
    pub schema: &'s Schema,
    /// Whether the contact is subscribed to the lists that the rules name.
    pub in_list: &'s BTreeMap<ListId, bool>,
}

impl Rules {
    pub(super) fn match_contact(&self, subject: Subject<'_>) -> bool {
        match self {
            Self::All(rules) => rules.iter().all(|rules| rules.match_contact(subject)),
            Self::Any(rules) => rules.iter().any(|rules| rules.match_contact(subject)),
            Self::InList(list) => subject.in_list.get(list).copied().unwrap_or(false),
            Self::Status(status) => subject.record.status == *status,
            Self::Field { name, test } => {
                let field = subject.schema.named(name.as_str());
                let value = field
                    .and_then(|field| subject.record.value(field.id).or(field.default.as_ref()));
                value.is_some_and(|value| test.passes(value))
            }
        }
    }

    /// Every rule that is not made of others.
    fn leaves<'r>(&'r self, visit: &mut dyn FnMut(&'r Self)) {
        match self {
            Self::All(rules) | Self::Any(rules) => {
                for rules in rules {
                    rules.leaves(visit);
                }
            }
            leaf => visit(leaf),
        }
    }

    pub(super) fn lists(&self) -> BTreeSet<ListId> {
        let mut lists = BTreeSet::new();
        self.leaves(&mut |leaf| {
            if let Self::InList(list) = leaf {
                lists.insert(*list);
            }
        });
        lists
    }

    pub(super) fn fields(&self) -> BTreeSet<&FieldName> {
        let mut fields = BTreeSet::new();
        self.leaves(&mut |leaf| {
            if let Self::Field { name, .. } = leaf {
                fields.insert(name);
            }
        });
        fields
    }

    pub(super) fn name_a_status(&self) -> bool {
        let mut found = false;
        self.leaves(&mut |leaf| found |= matches!(leaf, Self::Status(_)));
        found
    }

    pub(super) fn are_shallow(&self) -> bool {
        self.depth_within(MAX_DEPTH)
    }

    fn depth_within(&self, left: usize) -> bool {
        match self {
            Self::All(rules) | Self::Any(rules) => {
                left > 0 && rules.iter().all(|rules| rules.depth_within(left - 1))
            }
            _ => true,
        }
    }
}

impl FieldTest {
    fn passes(&self, value: &FieldValue) -> bool {
        match self {
            Self::IsSet => true,
            Self::Equals(other) => same(value, other),
            Self::Contains(part) => text_of(value).to_lowercase().contains(&part.to_lowercase()),
            Self::Greater(bound) => order(value, bound).is_some_and(std::cmp::Ordering::is_gt),
            Self::Less(bound) => order(value, bound).is_some_and(std::cmp::Ordering::is_lt),
        }
    }
}

fn same(value: &FieldValue, other: &FieldValue) -> bool {
    match (value, other) {
        (FieldValue::Text(one), FieldValue::Text(other)) => {
            one.to_lowercase() == other.to_lowercase()
        }
        (one, other) => one == other,
    }
}

/// Values of different types have no order.
fn order(one: &FieldValue, other: &FieldValue) -> Option<std::cmp::Ordering> {
    match (one, other) {
        (FieldValue::Text(one), FieldValue::Text(other)) => Some(one.cmp(other)),
        (FieldValue::Number(one), FieldValue::Number(other)) => Some(one.cmp(other)),
        (FieldValue::Date(one), FieldValue::Date(other)) => Some(one.cmp(other)),
        (FieldValue::Boolean(one), FieldValue::Boolean(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

fn text_of(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.clone(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Date(date) => date.to_string(),
        FieldValue::Boolean(flag) => flag.to_string(),
    }
}
