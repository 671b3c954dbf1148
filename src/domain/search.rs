//! Contacts whom rules describe, read some at a time by one who need not hold on to anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::account_settings::AccountSettings;
use super::bounce::Invalid;
use super::contact::{Contact, ContactStatus};
use super::contact_record::ContactRecord;
use super::contact_store::Stored;
use super::contacts::{Contacts, present};
use super::context::{Account, Context};
use super::data_field::Schema;
use super::error::{Error, Result};
use super::ids::{AccountId, ContactId, ListId};
use super::list::{ALL_CONTACTS, TEST};
use super::membership::MemberState;
use super::rules::{Narrowed, Rules, Subject};
use crate::store::{Entry, StoreError, Walk, tables};

/// Contacts that are named one by one and looked up together.
const NAMED_AT_ONCE: usize = 1_000;

/// Who is in the subscriber database: not opted out, not suppressed, not to confirm first. One
/// whose address bounces is.
const ACTIVE: [ContactStatus; 6] = [
    ContactStatus::Subscribed,
    ContactStatus::SoftBounced,
    ContactStatus::HardBounced,
    ContactStatus::MailBlocked,
    ContactStatus::NotAllowed,
    ContactStatus::NoMxRecord,
];

impl Rules {
    /// Active subscribers, valid or not.
    pub fn active() -> Self {
        Self::Any(ACTIVE.map(Self::Status).to_vec())
    }

    /// Whose address does not bounce at `now`, by the account's rules.
    pub fn valid(settings: &AccountSettings, now: Timestamp) -> Self {
        let days = i64::from(settings.bounce_rules.invalid_days);
        let bounced = now.checked_sub(SignedDuration::from_hours(24 * days));
        let not = |rules| Self::Not(Box::new(rules));
        Self::All(vec![
            not(Self::HardBounced),
            not(Self::Status(ContactStatus::NoMxRecord)),
            not(Self::SoftBouncedFrom(bounced.unwrap_or(Timestamp::MIN))),
        ])
    }
}

/// What to find.
#[derive(Debug, Clone)]
pub struct Sought {
    /// As for a segment: without a rule about the status, nobody who is suppressed.
    pub rules: Rules,
    /// Only these, in this order; `None` is everybody, in order of id.
    pub among: Option<Vec<ContactId>>,
    /// Contacts that match and are passed over first.
    pub skip: usize,
    /// Most contacts to find.
    pub most: usize,
    /// Whether to tell each one's lists.
    pub with_lists: bool,
}

impl Sought {
    /// All whom `rules` hold.
    pub fn new(rules: Rules) -> Self {
        Self { rules, among: None, skip: 0, most: usize::MAX, with_lists: false }
    }
}

/// A contact that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub contact: Contact,
    pub invalid: Invalid,
    /// In order of id, where they were asked for.
    pub lists: Vec<ListId>,
}

/// A walk over contacts. Holds a few blocks at most, and neither a lock nor the store: who comes or
/// changes meanwhile may be in it or not.
#[derive(Debug)]
pub struct Search {
    account: AccountId,
    sought: Sought,
    schema: Arc<Schema>,
    settings: AccountSettings,
    /// Lists to tell of.
    lists: Vec<ListId>,
    walk: Source,
    skip: usize,
    left: usize,
}

/// Where contacts come from.
#[derive(Debug)]
enum Source {
    Contacts(Walk),
    Members(Walk),
    /// Those behind the first so many of [`Sought::among`].
    Named(usize),
}

impl Contacts<'_> {
    /// Begins a search. Fields, lists and the account's rules are as they are now.
    pub async fn search(self, mut sought: Sought) -> Result<Search> {
        let account = self.account;
        if sought.among.is_none() {
            sought.among = self.named_by(&sought.rules).await?;
        }
        let lists = if sought.with_lists { self.lists_with_members().await? } else { Vec::new() };
        let mut search = Search {
            account: account.id,
            schema: account.fields().schema().await?,
            settings: account.settings().await?,
            lists: lists.into_iter().filter(|list| ![ALL_CONTACTS, TEST].contains(list)).collect(),
            walk: Source::Named(0),
            skip: sought.skip,
            left: sought.most,
            sought,
        };
        search.restart();
        Ok(search)
    }

    /// The contact that the rules name, if they name one.
    async fn named_by(self, rules: &Rules) -> Result<Option<Vec<ContactId>>> {
        let store = self.account.contact_store();
        let found = match rules.narrowed() {
            Narrowed::Address(address) => store.resolve(&[address]).await?.pop().flatten(),
            Narrowed::ExternalId(id) => store.find_external(id).await?,
            Narrowed::List(_) | Narrowed::Everybody => return Ok(None),
        };
        Ok(Some(found.into_iter().map(|(id, _)| id).collect()))
    }
}

impl Search {
    /// The account's fields, as they were when the search began.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The next contacts, some hundreds at most; none at the end.
    pub async fn next(&mut self, context: &Context) -> Result<Vec<Found>> {
        let account = context.account(self.account);
        while let Some(some) = self.next_matching(account).await? {
            let some = self.window(some);
            if !some.is_empty() {
                return self.present(account, some).await;
            }
            tokio::task::yield_now().await;
        }
        Ok(Vec::new())
    }

    /// How many contacts [`Search::next`] gives in all. The search begins again.
    pub async fn count(&mut self, context: &Context) -> Result<u64> {
        let account = context.account(self.account);
        let mut count: u64 = 0;
        self.restart();
        while let Some(some) = self.next_matching(account).await? {
            count += u64::try_from(self.window(some).len()).unwrap_or(u64::MAX);
            tokio::task::yield_now().await;
        }
        self.restart();
        Ok(count)
    }

    fn restart(&mut self) {
        let account = self.account.0;
        self.skip = self.sought.skip;
        self.left = self.sought.most;
        self.walk = match (&self.sought.among, self.sought.rules.narrowed()) {
            (Some(_), _) => Source::Named(0),
            (None, Narrowed::List(list)) if list != ALL_CONTACTS => {
                Source::Members(tables::members(account, list.0).walk())
            }
            (None, _) => Source::Contacts(tables::contacts(account).walk()),
        };
    }

    /// What of `some` belongs to the part that is sought.
    fn window(&mut self, mut some: Vec<Stored>) -> Vec<Stored> {
        let skipped = self.skip.min(some.len());
        some.drain(..skipped);
        self.skip -= skipped;
        some.truncate(self.left);
        self.left -= some.len();
        some
    }

    /// Those of the next block whom the rules hold; `None` at the end.
    async fn next_matching(&mut self, account: Account<'_>) -> Result<Option<Vec<Stored>>> {
        if self.left == 0 {
            return Ok(None);
        }
        let Some(some) = self.next_stored(account).await? else { return Ok(None) };
        let ids: Vec<ContactId> = some.iter().map(|(id, _)| *id).collect();
        let rules = &self.sought.rules;
        let named = members_of(account, rules.lists().into_iter(), &ids).await?;
        let with_suppressed = rules.name_a_status();
        let matching = some.into_iter().enumerate().filter(|(number, (id, record))| {
            let in_list = named.iter().map(|(list, members)| {
                let is_member = members.get(*number).copied().unwrap_or(false);
                (*list, is_member || *list == ALL_CONTACTS && record.is_listed())
            });
            let in_list = in_list.collect();
            let subject = Subject { id: *id, record, schema: &self.schema, in_list: &in_list };
            let counts =
                !record.transactional_only && (with_suppressed || !record.status.suppresses());
            counts && rules.match_contact(subject)
        });
        Ok(Some(matching.map(|(_, stored)| stored).collect()))
    }

    async fn next_stored(&mut self, account: Account<'_>) -> Result<Option<Vec<Stored>>> {
        let store = &*account.context.store;
        let ids: Vec<ContactId> = match &mut self.walk {
            Source::Contacts(walk) => {
                let entries = walk.next_entries(store).await.map_err(broken)?;
                return entries.map(|entries| decoded(&entries).map_err(broken)).transpose();
            }
            Source::Members(walk) => {
                let entries = walk.next_entries(store).await.map_err(broken)?;
                let Some(entries) = entries else { return Ok(None) };
                entries.iter().filter_map(|(key, _)| id_of(key)).collect()
            }
            Source::Named(done) => {
                let among = self.sought.among.as_deref().unwrap_or_default();
                let ids: Vec<_> = among.iter().skip(*done).take(NAMED_AT_ONCE).copied().collect();
                *done += ids.len();
                if ids.is_empty() {
                    return Ok(None);
                }
                ids
            }
        };
        let records = account.contact_store().load(&ids).await?;
        let stored = ids.into_iter().zip(records).filter_map(|(id, record)| Some((id, record?)));
        Ok(Some(stored.collect()))
    }

    async fn present(&self, account: Account<'_>, some: Vec<Stored>) -> Result<Vec<Found>> {
        let ids: Vec<ContactId> = some.iter().map(|(id, _)| *id).collect();
        let told = members_of(account, self.lists.iter().copied(), &ids).await?;
        let now = account.context.clock.now();
        let found = some.into_iter().enumerate().map(|(number, (id, record))| {
            let is_member = |members: &Vec<bool>| members.get(number).copied().unwrap_or(false);
            let lists = told.iter().filter(|(_, members)| is_member(members));
            let rules = self.settings.bounce_rules;
            Found {
                invalid: Invalid::judge(Some(&record), false, rules, now),
                lists: lists.map(|(list, _)| *list).collect(),
                contact: present(&self.schema, id, record),
            }
        });
        Ok(found.collect())
    }
}

/// For each list, who of these contacts has not left it. A contact whose address bounces is in its
/// lists still.
async fn members_of(
    account: Account<'_>,
    lists: impl Iterator<Item = ListId>,
    ids: &[ContactId],
) -> Result<BTreeMap<ListId, Vec<bool>>> {
    let mut members = BTreeMap::new();
    for list in lists {
        let found = account.contact_store().members(list, ids).await?.into_iter();
        let is_in = found
            .map(|member| member.is_some_and(|member| member.state != MemberState::Unsubscribed));
        members.insert(list, is_in.collect());
    }
    Ok(members)
}

fn decoded(entries: &[Entry]) -> Result<Vec<Stored>, StoreError> {
    let stored = |(key, value): &Entry| {
        let id = id_of(key)?;
        Some(ContactRecord::decode(value).map(|record| (id, record)))
    };
    entries.iter().filter_map(stored).collect()
}

fn id_of(key: &[u8]) -> Option<ContactId> {
    tables::contact_of_entry(key).map(ContactId)
}

fn broken(error: StoreError) -> Error {
    Error::store("search contacts", error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, address, contact, context, list, with_field};
    use crate::domain::{ExternalId, FieldName, FieldTest, FieldValue, NewContact};

    async fn found(account: Account<'_>, sought: Sought) -> Vec<u32> {
        let mut search = account.contacts().search(sought).await.unwrap();
        let count = search.count(account.context).await.unwrap();
        let mut ids = Vec::new();
        loop {
            let some = search.next(account.context).await.unwrap();
            if some.is_empty() {
                assert_eq!(usize::try_from(count).unwrap(), ids.len(), "as counted before");
                return ids;
            }
            ids.extend(some.iter().map(|found| found.contact.id.0));
        }
    }

    async fn event(account: Account<'_>, line: &str) {
        let event = crate::domain::Event::from_json(line).unwrap();
        account.context.events().record(&event).await.unwrap();
    }

    fn field(name: &str, test: FieldTest) -> Rules {
        Rules::Field { name: FieldName::parse(name).unwrap(), test }
    }

    #[tokio::test]
    async fn contacts_are_found_by_what_is_known_of_them() {
        let context = context().await;
        let account = account(&context, "one").await;
        let news = list(account, "News").await;
        let contacts = account.contacts();
        let external_id = ExternalId::parse("A-1").ok();
        let ann = NewContact { external_id: external_id.clone(), ..contact("ann@b.example") };
        contacts.create(ann).await.unwrap();
        contacts.add_to_list(news, with_field("bob@b.example", "FIRSTNAME", "Bob")).await.unwrap();
        contacts.create(contact("cyd@b.example")).await.unwrap();
        contacts.unsubscribe(contact("cyd@b.example")).await.unwrap();

        let text = FieldValue::Text("bob".to_owned());
        let not = |rules| Rules::Not(Box::new(rules));
        let now = context.clock.now();
        for (rules, expected) in [
            (Rules::All(vec![]), vec![1, 2]),
            (Rules::active(), vec![1, 2]),
            (Rules::Status(ContactStatus::Unsubscribed), vec![3]),
            (Rules::InList(news), vec![2]),
            (not(Rules::InList(news)), vec![1]),
            (field("FIRSTNAME", FieldTest::Equals(text)), vec![2]),
            (not(field("FIRSTNAME", FieldTest::IsSet)), vec![1]),
            (Rules::Address(address("BOB@b.example").as_compared().to_owned()), vec![2]),
            (Rules::Address("cyd@b.example".to_owned()), vec![]),
            (Rules::ExternalId(external_id.unwrap()), vec![1]),
            (Rules::All(vec![Rules::Address("ann@b.example".into()), Rules::InList(news)]), vec![]),
            (Rules::CreatedFrom(now), vec![1, 2]),
            (Rules::CreatedBefore(now), vec![]),
        ] {
            assert_eq!(found(account, Sought::new(rules.clone())).await, expected, "{rules:?}");
        }
    }

    #[tokio::test]
    async fn who_bounces_is_active_and_in_the_same_lists_but_not_valid() {
        let context = context().await;
        let account = account(&context, "one").await;
        let news = list(account, "News").await;
        for name in ["ann", "bob", "cyd"] {
            let new = contact(&format!("{name}@b.example"));
            account.contacts().add_to_list(news, new).await.unwrap();
        }
        event(
            account,
            r#"{"account":"one","type":"bounced","class":"hard","email":"bob@b.example"}"#,
        )
        .await;
        event(
            account,
            r#"{"account":"one","type":"bounced","class":"soft","email":"cyd@b.example"}"#,
        )
        .await;
        let active = || Rules::All(vec![Rules::active(), Rules::InList(news)]);
        assert_eq!(found(account, Sought::new(active())).await, [1, 2, 3]);
        let settings = account.settings().await.unwrap();
        let valid = Rules::valid(&settings, context.clock.now());
        assert_eq!(found(account, Sought::new(Rules::All(vec![active(), valid]))).await, [1]);
        let sought = Sought { with_lists: true, ..Sought::new(active()) };
        let mut search = account.contacts().search(sought).await.unwrap();
        let told = search.next(&context).await.unwrap();
        let invalid: Vec<u8> = told.iter().map(|found| found.invalid.number()).collect();
        assert_eq!(invalid, [0, 2, 1]);
        assert!(told.iter().all(|found| found.lists == [news]));
    }

    #[tokio::test]
    async fn a_part_is_found_across_blocks_and_among_some() {
        let context = context().await;
        let account = account(&context, "one").await;
        for number in 1..=700 {
            let new = contact(&format!("a-rather-long-local-part-{number}@b.example"));
            account.contacts().create(new).await.unwrap();
        }
        let all = Sought::new(Rules::active());
        assert_eq!(found(account, all.clone()).await, (1..=700).collect::<Vec<_>>());
        let part = Sought { skip: 640, most: 50, ..all.clone() };
        assert_eq!(found(account, part).await, (641..=690).collect::<Vec<_>>());
        let behind = Sought { skip: 800, ..all.clone() };
        assert!(found(account, behind).await.is_empty());
        let among = [700, 9_999, 3].map(ContactId).to_vec();
        assert_eq!(found(account, Sought { among: Some(among), ..all }).await, [700, 3]);
    }
}
