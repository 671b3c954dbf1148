//! Fills an account with something to look at.

use jiff::{SignedDuration, Timestamp};

use super::address::EmailAddress;
use super::contact::{ContactStatus, EmailType, OptIn};
use super::contact_record::ContactRecord;
use super::context::Account;
use super::data_field::{FieldName, NewDataField, Schema, Visibility};
use super::decimal::Decimal;
use super::edit::Edit;
use super::error::{Refusal, Result};
use super::ids::{ContactId, ListId};
use super::list::NewList;
use super::membership::{MemberState, Membership};
use super::segment::{FieldTest, Rules};
use super::value::{FieldKind, FieldValue};

/// Contacts that [`fill`] makes, suppressed ones among them.
pub const CONTACTS: u32 = 1_000;

const FIRST_NAMES: [&str; 20] = [
    "Ada",
    "Alan",
    "Barbara",
    "Claude",
    "Dorothy",
    "Edsger",
    "Frances",
    "Grace",
    "Hedy",
    "Ivan",
    "Jean",
    "Katherine",
    "Linus",
    "Margaret",
    "Niklaus",
    "Olga",
    "Peter",
    "Radia",
    "Sophie",
    "Tim",
];
const LAST_NAMES: [&str; 23] = [
    "Abbott", "Baker", "Carter", "Dyer", "Ellis", "Fisher", "Glover", "Hooper", "Ingram", "Joiner",
    "Kemp", "Lister", "Mason", "Napier", "Osborne", "Potter", "Quill", "Rymer", "Sawyer", "Turner",
    "Usher", "Vickers", "Weaver",
];
const TOWNS: [&str; 7] = ["Bath", "Dover", "Ely", "Leeds", "Ripon", "Truro", "Wells"];

/// Each status that is not `Subscribed`, with the place in each hundred contacts that has it.
const SUPPRESSED: [(u32, ContactStatus); 9] = [
    (3, ContactStatus::Unsubscribed),
    (13, ContactStatus::Unsubscribed),
    (23, ContactStatus::SoftBounced),
    (33, ContactStatus::HardBounced),
    (43, ContactStatus::IspComplained),
    (53, ContactStatus::MailBlocked),
    (63, ContactStatus::PendingOptIn),
    (73, ContactStatus::NotAllowed),
    (83, ContactStatus::Suppressed),
];

/// Fills a new account with contacts, lists, fields, a segment, campaigns, suppressions and
/// bounces, the same at every start but for the times, which lie in the year before now.
pub async fn fill(account: Account<'_>) -> Result<()> {
    for (name, kind) in [("TOWN", FieldKind::Text), ("AGE", FieldKind::Number)] {
        field(account, name, kind, None).await?;
    }
    field(account, "BIRTHDAY", FieldKind::Date, None).await?;
    field(account, "MEMBER", FieldKind::Boolean, Some(FieldValue::Boolean(false))).await?;
    let newsletter = list(account, "Newsletter", Visibility::Public).await?;
    let events = list(account, "Events", Visibility::Public).await?;
    let staff = list(account, "Staff", Visibility::Private).await?;
    let schema = account.fields().schema().await?;
    let lists = [newsletter, events, staff];
    account
        .change("fill the demo", |edit| {
            std::future::ready(Filling { account, schema: &schema, lists }.put(edit))
        })
        .await?;
    let now = account.context.clock.now();
    account.suppressions().add_domain("closed.example", now).await?;
    account.campaigns().create("Spring news", &[newsletter, events], Some(now)).await?;
    account.campaigns().create("Autumn news", &[newsletter], None).await?;
    let is_grown = Rules::Field {
        name: FieldName::parse("AGE")?,
        test: FieldTest::Greater(FieldValue::Number(Decimal::from(39))),
    };
    let rules = Rules::All(vec![Rules::InList(newsletter), is_grown]);
    let segment = account.segments().define("Newsletter readers over 39", rules).await?;
    account.segments().refresh(segment.id).await?;
    Ok(())
}

async fn field(
    account: Account<'_>,
    name: &str,
    kind: FieldKind,
    default: Option<FieldValue>,
) -> Result<()> {
    let visibility = Visibility::Private;
    let new = NewDataField { name: name.to_owned(), kind, visibility, default };
    account.fields().create(new).await.map(drop)
}

async fn list(account: Account<'_>, name: &str, visibility: Visibility) -> Result<ListId> {
    let new = NewList { name: name.to_owned(), visibility };
    Ok(account.lists().create(new).await?.id)
}

/// What the contacts are made of.
#[derive(Debug, Clone, Copy)]
struct Filling<'a, 's> {
    account: Account<'a>,
    schema: &'s Schema,
    lists: [ListId; 3],
}

impl<'a> Filling<'a, '_> {
    fn put(self, mut edit: Edit<'a>) -> Result<(Edit<'a>, ())> {
        for number in 0..CONTACTS {
            let record = self.contact(number)?;
            let id = edit.insert_contact(&record)?;
            self.join(&mut edit, number, id, &record);
        }
        Ok((edit, ()))
    }

    fn contact(self, number: u32) -> Result<ContactRecord, Refusal> {
        let first = pick(&FIRST_NAMES, number);
        let last = pick(&LAST_NAMES, number / 3 + number);
        let address = format!("{first}.{last}.{number}@people.example");
        let created = self.days_ago(number % 360 + 1);
        let mut record = ContactRecord::new(&EmailAddress::parse(&address)?, created);
        record.opt_in = if number.is_multiple_of(4) { OptIn::Double } else { OptIn::Single };
        if number.is_multiple_of(10) {
            record.email_type = EmailType::PlainText;
        }
        self.set_fields(&mut record, number, first, last);
        if let Some(status) = status(number) {
            let at = self.days_ago(number % 30 + 1).max(created);
            record.turn(status, at, at);
        }
        Ok(record)
    }

    fn set_fields(self, record: &mut ContactRecord, number: u32, first: &str, last: &str) {
        let text = |text: &str| Some(FieldValue::Text(text.to_owned()));
        let age = 18 + number % 60;
        let birthday = self.days_ago(age * 365 + number % 365);
        for (name, value) in [
            ("FIRSTNAME", text(first)),
            ("LASTNAME", text(last)),
            ("FULLNAME", text(&format!("{first} {last}"))),
            ("TOWN", text(pick(&TOWNS, number))),
            ("AGE", Some(FieldValue::Number(Decimal::from(i64::from(age))))),
            ("BIRTHDAY", (number.is_multiple_of(3)).then_some(FieldValue::Date(birthday))),
            ("MEMBER", (number.is_multiple_of(5)).then_some(FieldValue::Boolean(true))),
        ] {
            if let Some(field) = self.schema.named(name) {
                record.set(field.id, value);
            }
        }
    }

    /// Two of three take the newsletter, one of four the events, ten are staff; one of fifty left
    /// the newsletter.
    fn join(self, edit: &mut Edit<'a>, number: u32, id: ContactId, record: &ContactRecord) {
        let [newsletter, events, staff] = self.lists;
        let joins = [
            (newsletter, !number.is_multiple_of(3)),
            (events, number.is_multiple_of(4)),
            (staff, number < 10),
        ];
        for (list, _) in joins.into_iter().filter(|(_, joins)| *joins) {
            let mut member = Membership::joined(record.created);
            if list == newsletter && number % 50 == 1 {
                member = member.turned(MemberState::Unsubscribed, record.modified);
            } else if record.status.suppresses() {
                member = member.turned(MemberState::Suspended, record.status_since);
            }
            edit.set_member(list, id, None, Some(member));
        }
    }

    fn days_ago(self, days: u32) -> Timestamp {
        let now = self.account.context.clock.now();
        let before = SignedDuration::from_hours(i64::from(days) * 24);
        now.checked_sub(before).unwrap_or(now)
    }
}

fn status(number: u32) -> Option<ContactStatus> {
    let place = number % 100;
    SUPPRESSED.iter().find(|(at, _)| *at == place).map(|(_, status)| *status)
}

fn pick(from: &[&'static str], number: u32) -> &'static str {
    let number = usize::try_from(number).unwrap_or_default();
    from.iter().cycle().nth(number % from.len().max(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, context};
    use crate::domain::{ContactStatus, Filter, Page};

    #[tokio::test]
    async fn the_demo_has_contacts_of_every_kind() {
        let context = context().await;
        let demo = account(&context, "demo").await;
        fill(demo).await.unwrap();
        let counters = demo.counters().await.unwrap();
        assert_eq!((counters.contacts, counters.listed), (CONTACTS, CONTACTS - 80));
        let suppressed = demo.contacts().suppressed_since(Timestamp::MIN, Page::first()).await;
        let suppressed = suppressed.unwrap();
        let bounced = suppressed.iter().filter(|one| one.reason == ContactStatus::HardBounced);
        assert_eq!((suppressed.len(), bounced.count()), (80, 10));
        let shown = demo.contacts().page(Filter::All, Page::new(1, 0).unwrap()).await.unwrap();
        assert!(shown.iter().all(|contact| contact.fields.len() == 9));
        super::super::refresh::refresh_pending(&context).await.unwrap();
        let segments = demo.segments().page(Page::first()).await.unwrap();
        assert!(segments.iter().all(|segment| segment.contacts > 100), "{segments:?}");
    }
}
