//! Rules of segments, and whether a contact matches them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::contact::ContactStatus;
use super::contact_record::ContactRecord;
use super::data_field::{FieldName, Schema};
use super::external_id::ExternalId;
use super::ids::{ContactId, ListId};
use super::value::FieldValue;

/// Deepest nesting of rules.
const MAX_DEPTH: usize = 8;

/// Which contacts a segment holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    Not(Box<Rules>),
    /// The contact with this address, as compared.
    Address(String),
    ExternalId(ExternalId),
    NoExternalId,
    /// One of these.
    Among(BTreeSet<ContactId>),
    /// Came then or later.
    CreatedFrom(Timestamp),
    /// Came earlier.
    CreatedBefore(Timestamp),
    /// The address bounced hard, or softly too often in a row.
    HardBounced,
    /// The last soft bounce was then or later.
    SoftBouncedFrom(Timestamp),
}

/// Without what is compared: it may be personal data.
impl std::fmt::Debug for Rules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All(rules) => f.debug_tuple("All").field(rules).finish(),
            Self::Any(rules) => f.debug_tuple("Any").field(rules).finish(),
            Self::Not(rules) => f.debug_tuple("Not").field(rules).finish(),
            Self::Field { name, .. } => f.debug_tuple("Field").field(name).finish(),
            Self::InList(list) => f.debug_tuple("InList").field(list).finish(),
            Self::Status(status) => f.debug_tuple("Status").field(status).finish(),
            Self::Address(_) => f.write_str("Address"),
            Self::ExternalId(_) => f.write_str("ExternalId"),
            Self::Among(ids) => write!(f, "Among({})", ids.len()),
            Self::NoExternalId => f.write_str("NoExternalId"),
            Self::CreatedFrom(from) => f.debug_tuple("CreatedFrom").field(from).finish(),
            Self::CreatedBefore(end) => f.debug_tuple("CreatedBefore").field(end).finish(),
            Self::HardBounced => f.write_str("HardBounced"),
            Self::SoftBouncedFrom(from) => f.debug_tuple("SoftBouncedFrom").field(from).finish(),
        }
    }
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
    pub id: ContactId,
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
            Self::Not(rules) => !rules.match_contact(subject),
            Self::Address(address) => subject.record.has_address(address),
            Self::ExternalId(id) => subject.record.external_id.as_ref() == Some(id),
            Self::Among(ids) => ids.contains(&subject.id),
            Self::NoExternalId => subject.record.external_id.is_none(),
            Self::CreatedFrom(from) => subject.record.created >= *from,
            Self::CreatedBefore(end) => subject.record.created < *end,
            Self::HardBounced => {
                subject.record.hard_bounced || subject.record.status == ContactStatus::HardBounced
            }
            Self::SoftBouncedFrom(from) => subject.record.last_soft_bounce() >= Some(*from),
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
            Self::Not(rules) => rules.leaves(visit),
            leaf => visit(leaf),
        }
    }

    /// Whom the rules hold at most, when one of them names it.
    pub(super) fn narrowed(&self) -> Narrowed<'_> {
        match self {
            Self::Address(address) => Narrowed::Address(address),
            Self::ExternalId(id) => Narrowed::ExternalId(id),
            Self::InList(list) => Narrowed::List(*list),
            Self::All(rules) => {
                rules.iter().map(Self::narrowed).min_by_key(Narrowed::width).unwrap_or_default()
            }
            _ => Narrowed::Everybody,
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
            Self::Not(rules) => left > 0 && rules.depth_within(left - 1),
            _ => true,
        }
    }
}

/// Where to look for whom rules hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Narrowed<'r> {
    Address(&'r str),
    ExternalId(&'r ExternalId),
    List(ListId),
    #[default]
    Everybody,
}

impl Narrowed<'_> {
    fn width(&self) -> u8 {
        match self {
            Self::Address(_) | Self::ExternalId(_) => 0,
            Self::List(_) => 1,
            Self::Everybody => 2,
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
