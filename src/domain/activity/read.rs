//! Reads what happened, some at a time.

use jiff::Timestamp;

use super::{Activities, Activity, Message, What, map_of};
use crate::domain::address::EmailAddress;
use crate::domain::bounce::Invalid;
use crate::domain::contact_record::ContactRecord;
use crate::domain::context::Account;
use crate::domain::error::{Error, Result};
use crate::domain::external_id::ExternalId;
use crate::domain::ids::ContactId;
use crate::domain::suppression::Suppression;
use crate::store::tables::{ActivityMap, ActivityScope};
use crate::store::{Entry, StoreError, Walk, tables};

/// Bounces whose contacts are looked up together: few at first, so that an answer begins soon.
const FIRST_BOUNCES: usize = 64;
const BOUNCES_AT_ONCE: usize = 512;

/// A stretch of time; its end is not in it. A side left out is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Between {
    pub from: Option<Timestamp>,
    pub before: Option<Timestamp>,
}

impl Between {
    pub fn contains(&self, time: Timestamp) -> bool {
        self.from.is_none_or(|from| time >= from) && self.before.is_none_or(|before| time < before)
    }
}

/// A walk over activity. Holds a few blocks at most, however much there is, and neither a lock nor
/// the store: what is recorded meanwhile may be in it or not.
#[derive(Debug)]
pub struct Reading {
    walk: Walk,
    by: By,
    between: Between,
    only_bounces: bool,
    ended: bool,
}

/// Which messages a look at an address is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// All, and what has to do with none.
    All,
    /// Transactional and welcome messages.
    Templates,
    Message(Message),
}

impl Of {
    fn scope(self) -> ActivityScope {
        match self {
            Self::All => ActivityScope::All,
            Self::Templates => ActivityScope::Kind(Message::TEMPLATE),
            Self::Message(message) => ActivityScope::Message(Some(message.key())),
        }
    }
}

#[derive(Debug)]
enum By {
    /// One map of a message, by time.
    Message,
    /// An address, and what its keys begin with.
    Address { address: EmailAddress, prefix: bytes::Bytes },
}

impl Reading {
    /// What comes next, at most a block of it; `None` at the end. `account` is the one that this
    /// was made by.
    pub async fn next_some(&mut self, account: Account<'_>) -> Result<Option<Vec<Activity>>> {
        self.read_on(account).await.map_err(|error| Error::store("read activity", error))
    }

    async fn read_on(&mut self, account: Account<'_>) -> Result<Option<Vec<Activity>>, StoreError> {
        while !self.ended {
            let Some(entries) = self.walk.next_entries(&*account.context.store).await? else {
                self.ended = true;
                break;
            };
            let some = self.wanted(&entries)?;
            if !some.is_empty() {
                return Ok(Some(some));
            }
        }
        Ok(None)
    }

    fn wanted(&mut self, entries: &[Entry]) -> Result<Vec<Activity>, StoreError> {
        let mut wanted = Vec::new();
        for (key, value) in entries {
            let micros = match &self.by {
                By::Message => tables::micros_of_activity(key),
                By::Address { prefix, .. } if !key.starts_with(prefix) => {
                    self.ended = true;
                    break;
                }
                By::Address { .. } => tables::micros_of_contact_activity(key),
            };
            let activity = Activity::decode(micros, value)?;
            let is_late = self.between.before.is_some_and(|before| activity.time >= before);
            if is_late && matches!(self.by, By::Message) {
                self.ended = true;
                break;
            }
            if self.wants(&activity) {
                wanted.push(activity);
            }
        }
        Ok(wanted)
    }

    fn wants(&self, activity: &Activity) -> bool {
        let of_it = match &self.by {
            By::Message => true,
            // Two addresses may have one hash.
            By::Address { address, .. } => activity.address.as_compared() == address.as_compared(),
        };
        of_it
            && self.between.contains(activity.time)
            && (!self.only_bounces || activity.what.is_bounce())
    }
}

impl Activities<'_> {
    /// What happened to a message but for its bounces, by time.
    pub fn of_message(self, message: Message, between: Between) -> Reading {
        self.of_map(ActivityMap::Others, message, between)
    }

    /// Bounces of a message, by time. Costs no more than they are.
    pub fn bounces_of_message(self, message: Message, between: Between) -> Reading {
        self.of_map(ActivityMap::Bounces, message, between)
    }

    fn of_map(self, map: ActivityMap, message: Message, between: Between) -> Reading {
        let map = map_of(self.account, map, message);
        let walk = match between.from {
            Some(from) => map.walk_from(&tables::activity_from(from.as_microsecond())),
            None => map.walk(),
        };
        Reading { walk, by: By::Message, between, only_bounces: false, ended: false }
    }

    /// The contacts who opened a message, ascending by id.
    pub async fn who_opened(self, message: Message) -> Result<Vec<ContactId>> {
        let mut reading = self.of_message(message, Between::default());
        let mut who = Vec::new();
        while let Some(some) = reading.next_some(self.account).await? {
            let opens = some.into_iter().filter(|activity| activity.what == What::Opened);
            who.extend(opens.filter_map(|activity| activity.contact));
            // Most who open a message open it again.
            if who.len() == who.capacity() {
                who.sort_unstable();
                who.dedup();
            }
        }
        who.sort_unstable();
        who.dedup();
        Ok(who)
    }

    /// What happened to an address, message by message, each by time.
    pub fn of_address(self, address: &EmailAddress, of: Of, between: Between) -> Reading {
        let hash = self.account.context.hash(address.as_compared());
        let prefix = tables::contact_activity_of(hash, of.scope());
        let walk = tables::contact_activity(self.account.id.0).walk_from(&prefix);
        let by = By::Address { address: address.clone(), prefix };
        Reading { walk, by, between, only_bounces: false, ended: false }
    }

    /// A message's bounces with what became of their addresses.
    pub fn bounces_of(self, message: Message, between: Between) -> Bounces {
        Bounces::over(self.bounces_of_message(message, between))
    }

    /// Bounces of an address, message by message, with what became of it.
    pub fn bounces_at(self, address: &EmailAddress, of: Of, between: Between) -> Bounces {
        let mut reading = self.of_address(address, of, between);
        reading.only_bounces = true;
        Bounces::over(reading)
    }
}

/// A bounce with what its address is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounced {
    pub activity: Activity,
    pub invalid: Invalid,
    /// That of the contact who has the address now.
    pub external_id: Option<ExternalId>,
}

/// A walk over bounces, some at a time.
#[derive(Debug)]
pub struct Bounces {
    reading: Reading,
    at_once: usize,
}

impl Bounces {
    fn over(reading: Reading) -> Self {
        Self { reading, at_once: FIRST_BOUNCES }
    }
}

impl Bounces {
    /// How many are left.
    pub async fn count(mut self, account: Account<'_>) -> Result<u64> {
        let mut count = 0;
        while let Some(some) = self.reading.next_some(account).await? {
            count += u64::try_from(some.len()).unwrap_or(u64::MAX);
        }
        Ok(count)
    }

    /// The next bounces, at most some hundred; `None` at the end.
    pub async fn next_some(&mut self, account: Account<'_>) -> Result<Option<Vec<Bounced>>> {
        let mut some = Vec::new();
        while some.len() < self.at_once {
            let Some(more) = self.reading.next_some(account).await? else { break };
            some.extend(more);
        }
        self.at_once = (self.at_once * 2).min(BOUNCES_AT_ONCE);
        if some.is_empty() {
            return Ok(None);
        }
        account.activities().judged(some).await.map(Some)
    }
}

impl Activities<'_> {
    async fn judged(self, bounces: Vec<Activity>) -> Result<Vec<Bounced>> {
        let addresses: Vec<&str> =
            bounces.iter().map(|bounce| bounce.address.as_compared()).collect();
        let contacts = self.contacts_of(&bounces).await?;
        let suppressed = self.account.suppressions().judge(&addresses).await?;
        let rules = self.account.settings().await?.bounce_rules;
        let now = self.account.context.clock.now();
        let judge = |((activity, contact), suppressed): (
            (Activity, Option<ContactRecord>),
            Option<Suppression>,
        )| {
            let on_global_list = suppressed == Some(Suppression::Global);
            let invalid = Invalid::judge(contact.as_ref(), on_global_list, rules, now);
            let external_id = contact.and_then(|contact| contact.external_id);
            Bounced { activity, invalid, external_id }
        };
        Ok(bounces.into_iter().zip(contacts).zip(suppressed).map(judge).collect())
    }

    /// Who has the addresses now. Most still are the contacts who had them then, and lie together.
    async fn contacts_of(self, bounces: &[Activity]) -> Result<Vec<Option<ContactRecord>>> {
        let store = self.account.contact_store();
        let ids: Vec<_> = bounces.iter().map(|bounce| bounce.contact.unwrap_or(NOBODY)).collect();
        let mut contacts = store.load(&ids).await?;
        let mut others = Vec::new();
        for (number, (bounce, contact)) in bounces.iter().zip(&mut contacts).enumerate() {
            let address = bounce.address.as_compared();
            if !contact.as_ref().is_some_and(|contact| contact.has_address(address)) {
                *contact = None;
                others.push((number, address));
            }
        }
        let addresses: Vec<&str> = others.iter().map(|(_, address)| *address).collect();
        let found = store.resolve(&addresses).await?;
        for ((number, _), found) in others.iter().zip(found) {
            if let Some(slot) = contacts.get_mut(*number) {
                *slot = found.map(|(_, record)| record);
            }
        }
        Ok(contacts)
    }
}

/// Contacts are numbered from 1.
const NOBODY: ContactId = ContactId(0);
