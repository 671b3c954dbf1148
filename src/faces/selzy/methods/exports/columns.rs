//! The columns of an export: the vendor's own, tags, and the account's fields.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::membership::MemberState;
use crate::domain::people::{Mobile, Person, Wanted};
use crate::domain::{Account, FieldId, ListId, Schema, TagId};
use crate::faces::selzy::args::shown_time;
use crate::faces::selzy::{Failure, value, words};

/// Columns of one export.
const MOST_COLUMNS: usize = 300;

/// A column of the vendor's own, in the order of its documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    Id,
    Email,
    EmailStatus,
    EmailAvailability,
    EmailAddTime,
    EmailRequestIp,
    EmailConfirmTime,
    EmailConfirmIp,
    EmailListIds,
    EmailSubscribeTimes,
    EmailUnsubscribedListIds,
    EmailLastDeliveredAt,
    EmailLastReadAt,
    EmailLastClickedAt,
    Phone,
    PhoneStatus,
    PhoneAvailability,
    PhoneAddTime,
    PhoneRequestIp,
    PhoneListIds,
    PhoneSubscribeTimes,
    PhoneUnsubscribedListIds,
    Tags,
}

const OWN: [(&str, Own); 23] = [
    ("id", Own::Id),
    ("email", Own::Email),
    ("email_status", Own::EmailStatus),
    ("email_availability", Own::EmailAvailability),
    ("email_add_time", Own::EmailAddTime),
    ("email_request_ip", Own::EmailRequestIp),
    ("email_confirm_time", Own::EmailConfirmTime),
    ("email_confirm_ip", Own::EmailConfirmIp),
    ("email_list_ids", Own::EmailListIds),
    ("email_subscribe_times", Own::EmailSubscribeTimes),
    ("email_unsubscribed_list_ids", Own::EmailUnsubscribedListIds),
    ("email_last_delivered_at", Own::EmailLastDeliveredAt),
    ("email_last_read_at", Own::EmailLastReadAt),
    ("email_last_clicked_at", Own::EmailLastClickedAt),
    ("phone", Own::Phone),
    ("phone_status", Own::PhoneStatus),
    ("phone_availability", Own::PhoneAvailability),
    ("phone_add_time", Own::PhoneAddTime),
    ("phone_request_ip", Own::PhoneRequestIp),
    ("phone_list_ids", Own::PhoneListIds),
    ("phone_subscribe_times", Own::PhoneSubscribeTimes),
    ("phone_unsubscribed_list_ids", Own::PhoneUnsubscribedListIds),
    ("tags", Own::Tags),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Own(Own),
    Field(FieldId),
    /// A field that was there when the export was asked for.
    Gone,
}

/// Columns with what their cells are made from.
#[derive(Debug, Clone)]
pub struct Columns {
    in_order: Vec<(String, Column)>,
    schema: Arc<Schema>,
    tags: BTreeMap<TagId, String>,
}

impl Columns {
    /// The columns of these names, or all where none is given. A name that no column has is a
    /// failure.
    pub async fn named(account: Account<'_>, names: &[String]) -> Result<Self, Failure> {
        let columns = Self::of_layout(account, &names.join(",")).await?;
        let is_unknown = columns.in_order.iter().any(|(_, column)| *column == Column::Gone);
        if is_unknown || columns.in_order.len() > MOST_COLUMNS {
            return Err(Failure::invalid("field_names"));
        }
        Ok(columns)
    }

    /// As [`Columns::named`], of names that were right once: a field that is gone is empty.
    pub async fn of_layout(
        account: Account<'_>,
        layout: &str,
    ) -> Result<Self, crate::domain::Error> {
        let schema = account.fields().schema().await?;
        let tags = account.tags().all().await?.into_iter().map(|tag| (tag.id, tag.name));
        let tags = tags.collect();
        let named: Vec<&str> = layout.split(',').filter(|name| !name.is_empty()).collect();
        let columns = if named.is_empty() {
            all(&schema)
        } else {
            named.iter().map(|name| column(name, &schema)).collect()
        };
        Ok(Self { in_order: columns, schema, tags })
    }

    /// As a task keeps them.
    pub fn layout(&self) -> String {
        self.names().join(",")
    }

    pub fn names(&self) -> Vec<&str> {
        self.in_order.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// What has to be read for the cells.
    pub fn wanted(&self) -> Wanted {
        use Own::{
            EmailLastClickedAt, EmailLastDeliveredAt, EmailLastReadAt, EmailListIds,
            EmailSubscribeTimes, EmailUnsubscribedListIds,
        };
        let any = |of: &[Own]| {
            let is_one = |column: &Column| matches!(column, Column::Own(own) if of.contains(own));
            self.in_order.iter().any(|(_, column)| is_one(column))
        };
        Wanted {
            lists: any(&[EmailListIds, EmailSubscribeTimes, EmailUnsubscribedListIds]),
            last: any(&[EmailLastDeliveredAt, EmailLastReadAt, EmailLastClickedAt]),
        }
    }

    pub fn cells(&self, person: &Person) -> Vec<String> {
        let cell = |(_, column): &(String, Column)| match column {
            Column::Own(own) => self.own(*own, person),
            Column::Gone => String::new(),
            Column::Field(id) => {
                let default = || self.schema.by_id(*id)?.default.as_ref();
                let held = person.record.value(*id).or_else(default);
                held.map(value::shown).unwrap_or_default()
            }
        };
        self.in_order.iter().map(cell).collect()
    }

    fn own(&self, own: Own, person: &Person) -> String {
        let record = &person.record;
        match own {
            Own::Id => person.id.to_string(),
            Own::Tags => {
                let names = record.tags.iter().filter_map(|tag| self.tags.get(tag));
                names.map(String::as_str).collect::<Vec<_>>().join(",")
            }
            Own::Email => record.address.clone(),
            _ if record.address.is_empty() && own.is_of_address() => String::new(),
            Own::EmailStatus => record.standing().map_or("", words::standing).to_owned(),
            Own::EmailAvailability => words::availability(record.address_availability()).to_owned(),
            Own::EmailAddTime => shown_time(record.created),
            // Nobody tells this server from where contacts came, and when they confirmed.
            Own::EmailRequestIp
            | Own::EmailConfirmIp
            | Own::EmailConfirmTime
            | Own::PhoneRequestIp => String::new(),
            Own::EmailListIds => joined(subscribed(person).map(|(list, _)| list.to_string())),
            Own::EmailSubscribeTimes => joined(subscribed(person).map(|(_, at)| shown_time(at))),
            Own::EmailUnsubscribedListIds => joined(left(person).map(|list| list.to_string())),
            Own::EmailLastDeliveredAt => shown(person.last.delivered),
            Own::EmailLastReadAt => shown(person.last.read),
            Own::EmailLastClickedAt => shown(person.last.clicked),
            Own::Phone
            | Own::PhoneStatus
            | Own::PhoneAvailability
            | Own::PhoneAddTime
            | Own::PhoneListIds
            | Own::PhoneSubscribeTimes
            | Own::PhoneUnsubscribedListIds => {
                record.mobile.as_ref().map(|mobile| of_phone(own, mobile)).unwrap_or_default()
            }
        }
    }
}

impl Own {
    fn is_of_address(self) -> bool {
        OWN.iter().any(|(name, own)| *own == self && name.starts_with("email"))
    }
}

fn all(schema: &Schema) -> Vec<(String, Column)> {
    let own = OWN.iter().map(|(name, own)| ((*name).to_owned(), Column::Own(*own)));
    let fields = schema.fields().iter();
    let fields = fields.map(|field| (field.label().to_owned(), Column::Field(field.id)));
    own.chain(fields).collect()
}

fn column(name: &str, schema: &Schema) -> (String, Column) {
    let own = OWN.iter().find(|(known, _)| *known == name).map(|(_, own)| Column::Own(*own));
    let field = || schema.labeled(name).map(|field| Column::Field(field.id));
    (name.to_owned(), own.or_else(field).unwrap_or(Column::Gone))
}

/// The lists that the address is in, with when it came to them.
fn subscribed(person: &Person) -> impl Iterator<Item = (ListId, Timestamp)> {
    let is_in = |state| state != MemberState::Unsubscribed;
    let lists = person.lists.iter().filter(move |(_, member)| is_in(member.state));
    lists.map(|(list, member)| (*list, member.added))
}

/// The lists that the address unsubscribed from.
fn left(person: &Person) -> impl Iterator<Item = ListId> {
    let has_left = |state| state == MemberState::Unsubscribed;
    person.lists.iter().filter(move |(_, member)| has_left(member.state)).map(|(list, _)| *list)
}

fn of_phone(own: Own, mobile: &Mobile) -> String {
    let members = || mobile.lists.iter().filter(|member| member.left.is_none());
    match own {
        Own::Phone => mobile.number().to_owned(),
        Own::PhoneStatus => words::standing(mobile.standing()).to_owned(),
        Own::PhoneAvailability => {
            let available = crate::domain::people::Availability::Available;
            words::availability(mobile.availability.unwrap_or(available)).to_owned()
        }
        Own::PhoneAddTime => shown_time(mobile.added),
        Own::PhoneListIds => joined(members().map(|member| member.list.to_string())),
        Own::PhoneSubscribeTimes => joined(members().map(|member| shown_time(member.added))),
        Own::PhoneUnsubscribedListIds => {
            let left = mobile.lists.iter().filter(|member| member.left.is_some());
            joined(left.map(|member| member.list.to_string()))
        }
        _ => String::new(),
    }
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(",")
}

fn shown(time: Option<Timestamp>) -> String {
    time.map(shown_time).unwrap_or_default()
}
