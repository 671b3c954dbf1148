//! Records events: each once, many together.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::person::Person;
use super::{Event, EventKind, Subject};
use crate::domain::address::EmailAddress;
use crate::domain::contact::ContactStatus;
use crate::domain::contact_record::ContactRecord;
use crate::domain::context::{Account, Context};
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::AccountId;
use crate::domain::suppression;
use crate::store::{Space, Table, tables};

/// Events, and contacts of a suppressed domain, that are committed together.
///
/// Addresses lie scattered over their maps, and a block is written whole: with 1,000 at once, a
/// hundred thousand events wrote more than twice as much.
pub const EVENTS_AT_ONCE: usize = 5_000;

/// Events of all accounts.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    context: &'a Context,
}

impl Context {
    /// Events from outside, of all accounts.
    pub fn events(&self) -> Events<'_> {
        Events { context: self }
    }
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Recorded,
    /// It was recorded before; nothing has changed.
    Known,
    Refused(Refusal),
}

/// Addresses (as compared) with what becomes of their contacts. Each address stands in it once,
/// since an edit changes a contact once.
type Turns = BTreeMap<String, (ContactStatus, Timestamp)>;

/// An event with its number among those of a call, and its address.
type Numbered<'e> = (usize, &'e Event, &'e EmailAddress);

/// Events of each account that wait to be committed together.
type Waiting<'e> = BTreeMap<AccountId, Vec<Numbered<'e>>>;

impl Events<'_> {
    /// Records one event; one that is known already changes nothing.
    pub async fn record(self, event: &Event) -> Result<()> {
        match self.record_many(std::slice::from_ref(event)).await?.pop() {
            Some(Outcome::Refused(refusal)) => Err(refusal.into()),
            _ => Ok(()),
        }
    }

    /// Records events, those of each account in their order, and says of each what became of it.
    /// What is recorded is on disk when this returns.
    ///
    /// A contact's status and date follow, unless a graver status is stored already; see
    /// [`ContactRecord::bounce`] and [`ContactRecord::arrive`] for bounces and what ends them.
    pub async fn record_many(self, events: &[Event]) -> Result<Vec<Outcome>> {
        let mut outcomes = vec![Outcome::Recorded; events.len()];
        let mut waiting = Waiting::new();
        let mut accounts = Names { context: self.context, known: BTreeMap::new() };
        for (number, event) in events.iter().enumerate() {
            let account = match &event.account {
                Some(name) => accounts.find(name).await?,
                None => None,
            };
            let at = event.time.unwrap_or_else(|| self.context.clock.now());
            match (&event.subject, account) {
                (Subject::Address(address), _) if event.kind == EventKind::SuppressGlobal => {
                    self.record_waiting(&mut waiting, &mut outcomes).await?;
                    self.suppress_everywhere(address, at).await?;
                }
                (Subject::Address(address), Some(account)) => {
                    let some = waiting.entry(account).or_default();
                    some.push((number, event, address));
                    if some.len() >= EVENTS_AT_ONCE {
                        self.record_waiting(&mut waiting, &mut outcomes).await?;
                    }
                }
                (Subject::Domain(domain), Some(account)) => {
                    self.record_waiting(&mut waiting, &mut outcomes).await?;
                    let suppressed = suppress_domain(self.context.account(account), domain, at);
                    let outcome = outcome(suppressed.await.map(|()| Outcome::Recorded))?;
                    put(&mut outcomes, number, outcome);
                }
                (_, None) => {
                    put(&mut outcomes, number, Outcome::Refused(Refusal::AccountNotFound));
                }
            }
        }
        self.record_waiting(&mut waiting, &mut outcomes).await?;
        for outcome in &outcomes {
            self.context.event_counts.add(outcome);
        }
        Ok(outcomes)
    }

    /// Counts a line that is no event.
    pub fn refuse_line(self) {
        self.context.event_counts.add_refused_line();
    }

    async fn record_waiting(
        self,
        waiting: &mut Waiting<'_>,
        outcomes: &mut [Outcome],
    ) -> Result<()> {
        for (account, events) in std::mem::take(waiting) {
            let account = self.context.account(account);
            let recorded = match record_all(account, &events).await {
                Ok(recorded) => recorded,
                // The account was removed meanwhile.
                Err(error) => vec![outcome(Err(error))?; events.len()],
            };
            for ((number, _, _), outcome) in events.iter().zip(recorded) {
                put(outcomes, *number, outcome);
            }
        }
        Ok(())
    }

    async fn suppress_everywhere(self, address: &EmailAddress, at: Timestamp) -> Result<()> {
        let compared = address.as_compared().to_owned();
        suppression::add_global(self.context, &BTreeMap::from([(compared.clone(), at)])).await?;
        let turns = Turns::from([(compared, (ContactStatus::SharedSuppression, at))]);
        for account in self.context.accounts().list().await? {
            turn_all(self.context.account(account.id), &turns).await?;
        }
        Ok(())
    }
}

/// A refusal of the event is its outcome; a server that cannot write is everybody's error.
fn outcome(result: Result<Outcome>) -> Result<Outcome> {
    match result {
        Err(Error::Refused(Refusal::Unavailable)) => Err(Refusal::Unavailable.into()),
        Err(Error::Refused(refusal)) => Ok(Outcome::Refused(refusal)),
        other => other,
    }
}

fn put(outcomes: &mut [Outcome], number: usize, outcome: Outcome) {
    if let Some(slot) = outcomes.get_mut(number) {
        *slot = outcome;
    }
}

/// Accounts that were looked up by name or number.
struct Names<'a> {
    context: &'a Context,
    known: BTreeMap<String, Option<AccountId>>,
}

impl Names<'_> {
    async fn find(&mut self, name: &str) -> Result<Option<AccountId>> {
        if let Some(known) = self.known.get(name) {
            return Ok(*known);
        }
        let found = match self.context.accounts().find(name).await {
            Ok(entry) => Some(entry.id),
            Err(Error::Refused(Refusal::AccountNotFound)) => None,
            Err(error) => return Err(error),
        };
        self.known.insert(name.to_owned(), found);
        Ok(found)
    }
}

async fn record_all(account: Account<'_>, events: &[Numbered<'_>]) -> Result<Vec<Outcome>> {
    account.change("record events", |edit| record_once(account, edit, events)).await
}

async fn record_once<'a>(
    account: Account<'a>,
    mut edit: Edit<'a>,
    events: &[Numbered<'_>],
) -> Result<(Edit<'a>, Vec<Outcome>)> {
    let now = account.context.clock.now();
    let rules = account.settings().await?.bounce_rules;
    let mut outcomes = known_already(account, events).await?;
    let mut people = people(&mut edit, fresh(events, &outcomes)).await?;
    for (event, address) in fresh(events, &outcomes) {
        if let Some(person) = people.get_mut(address.as_compared()) {
            person.take(event, rules, now);
        }
    }
    let refused = write(account, &mut edit, &mut people).await?;
    let mut activities = Vec::new();
    for ((_, event, address), outcome) in events.iter().zip(&mut outcomes) {
        if *outcome != Outcome::Recorded {
            continue;
        }
        if let Some(refusal) = refused.get(address.as_compared()) {
            *outcome = Outcome::Refused(refusal.clone());
            continue;
        }
        let key = tables::event_id(account.id.0, event.key.0);
        edit.batch.put_if_absent(Table::EventId, key, vec![1]);
        let person = people.get(address.as_compared());
        activities.extend(person.and_then(|person| person.activity(event, now)));
    }
    account.activities().record(&mut edit, &activities).await?;
    Ok((edit, outcomes))
}

/// The events that are to be recorded, with their addresses.
fn fresh<'e>(
    events: &[Numbered<'e>],
    outcomes: &[Outcome],
) -> impl Iterator<Item = (&'e Event, &'e EmailAddress)> {
    let judged = events.iter().zip(outcomes);
    let fresh = judged.filter(|(_, outcome)| **outcome == Outcome::Recorded);
    fresh.map(|((_, event, address), _)| (*event, *address))
}

/// Puts everybody into `edit` as they are behind the events, and says who is refused.
async fn write<'a, 'e>(
    account: Account<'a>,
    edit: &mut Edit<'a>,
    people: &mut BTreeMap<&'e str, Person>,
) -> Result<BTreeMap<&'e str, Refusal>> {
    let (mut turns, mut refused) = (Vec::new(), BTreeMap::new());
    for (address, person) in people {
        match person.write(edit) {
            Ok(turn) => turns.extend(turn),
            Err(refusal) => drop(refused.insert(*address, refusal)),
        }
    }
    account.contacts().turn(edit, turns).await?;
    Ok(refused)
}

/// [`Outcome::Known`] for events that were recorded before, or that stand among these twice.
async fn known_already(account: Account<'_>, events: &[Numbered<'_>]) -> Result<Vec<Outcome>> {
    let mut seen = BTreeSet::new();
    let mut outcomes = Vec::with_capacity(events.len());
    for (_, event, _) in events {
        let key = tables::event_id(account.id.0, event.key.0);
        let is_new = seen.insert(event.key) && {
            let stored = account.context.store.get(Space::Main, Table::EventId, &key).await;
            stored.map_err(|error| Error::store("look up an event", error))?.is_none()
        };
        outcomes.push(if is_new { Outcome::Recorded } else { Outcome::Known });
    }
    Ok(outcomes)
}

/// The addresses of some events with their contacts.
async fn people<'e>(
    edit: &mut Edit<'_>,
    events: impl Iterator<Item = (&'e Event, &'e EmailAddress)>,
) -> Result<BTreeMap<&'e str, Person>> {
    let addresses: BTreeMap<&str, &EmailAddress> =
        events.map(|(_, address)| (address.as_compared(), address)).collect();
    let compared: Vec<&str> = addresses.keys().copied().collect();
    let found = edit.resolve(&compared).await?;
    let people = addresses.into_iter().zip(found);
    Ok(people.map(|((key, address), found)| (key, Person::new(address.clone(), found))).collect())
}

async fn turn_all(account: Account<'_>, turns: &Turns) -> Result<()> {
    account.change("record suppressions", |edit| turn_once(account, edit, turns)).await
}

async fn turn_once<'a>(
    account: Account<'a>,
    mut edit: Edit<'a>,
    turns: &Turns,
) -> Result<(Edit<'a>, ())> {
    let addresses: Vec<&str> = turns.keys().map(String::as_str).collect();
    let found = edit.resolve(&addresses).await?;
    let now = account.context.clock.now();
    let mut changed = Vec::new();
    for ((status, at), stored) in turns.values().zip(found) {
        let Some((id, old)) = stored else { continue };
        let mut new = old.clone();
        new.turn_to_graver(*status, *at, now);
        if new != old {
            changed.push((id, old, new));
        }
    }
    account.contacts().turn(&mut edit, changed).await?;
    Ok((edit, ()))
}

/// Suppresses a domain: what comes later is refused by it, the contacts who are there are turned.
async fn suppress_domain(account: Account<'_>, domain: &str, at: Timestamp) -> Result<()> {
    let broken = |error| Error::store("list contacts", error);
    account.suppressions().add_domain(domain, at).await?;
    let mut walk = tables::contacts(account.id.0).walk();
    let mut turns = Turns::new();
    loop {
        let entries = walk.next_entries(&*account.context.store).await.map_err(broken)?;
        let at_end = entries.is_none();
        for (_, value) in entries.unwrap_or_default() {
            let address = ContactRecord::decode(&value).map_err(broken)?.address;
            let address = EmailAddress::stored(address);
            if address.domain() == domain {
                let compared = address.as_compared().to_owned();
                turns.insert(compared, (ContactStatus::DomainSuppression, at));
            }
        }
        if turns.len() >= EVENTS_AT_ONCE || at_end {
            turn_all(account, &std::mem::take(&mut turns)).await?;
        }
        if at_end {
            return Ok(());
        }
    }
}
