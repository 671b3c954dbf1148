//! Bounces, complaints and suppressions as they arrive from outside.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::address::{EmailAddress, is_domain_name};
use super::contact::ContactStatus;
use super::contact_record::ContactRecord;
use super::context::{Account, Context};
use super::edit::Edit;
use super::error::{Error, Result};
use super::suppression;
use crate::store::tables;

/// Events that are committed together.
const EVENTS_AT_ONCE: usize = 1_000;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    HardBounce,
    SoftBounce,
    IspComplaint,
    MailBlock,
    /// A provider does not take the account's messages ("Blocker").
    Block,
    Unsubscribe,
    PendingOptin,
    /// A complaint to the operator.
    Complaint,
    SuppressDomain,
    /// Suppresses an address in every account of the store.
    SuppressGlobal,
}

impl EventKind {
    /// What becomes of the contact.
    fn status(self) -> ContactStatus {
        match self {
            Self::HardBounce => ContactStatus::HardBounced,
            Self::SoftBounce => ContactStatus::SoftBounced,
            Self::IspComplaint => ContactStatus::IspComplained,
            Self::MailBlock => ContactStatus::MailBlocked,
            Self::Block => ContactStatus::NotAllowed,
            Self::Unsubscribe => ContactStatus::Unsubscribed,
            Self::PendingOptin => ContactStatus::PendingOptIn,
            Self::Complaint => ContactStatus::DirectComplaint,
            Self::SuppressDomain => ContactStatus::DomainSuppression,
            Self::SuppressGlobal => ContactStatus::SharedSuppression,
        }
    }
}

/// One event. The account is its name or its number.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    pub account: Option<String>,
    pub kind: EventKind,
    pub subject: Subject,
    /// When it happened; `None` is when it arrives.
    pub at: Option<Timestamp>,
}

/// Whom an event is about.
#[derive(Clone, PartialEq, Eq)]
pub enum Subject {
    Address(EmailAddress),
    /// Lower case.
    Domain(String),
}

impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Event").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subject(redacted)")
    }
}

/// Why a line is no event. Says nothing of what stood in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    #[error("the line is not a JSON object with a known `type`")]
    Malformed,
    #[error("the event names no valid `email`")]
    NoAddress,
    #[error("the event names no valid `domain`")]
    NoDomain,
    #[error("the event names no `account`")]
    NoAccount,
}

/// An event as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    account: Option<String>,
    #[serde(rename = "type")]
    kind: EventKind,
    email: Option<String>,
    domain: Option<String>,
    at: Option<Timestamp>,
}

impl Event {
    /// Reads one line of NDJSON, such as
    /// `{"account":"demo","type":"hard_bounce","email":"a@b.example"}`.
    ///
    /// `at` (RFC 3339) is optional. `suppress_domain` has `domain` instead of `email`;
    /// `suppress_global` needs no `account`. An unknown member is an error: nothing is ignored.
    pub fn from_json(line: &str) -> Result<Self, EventError> {
        let line: Line = serde_json::from_str(line).map_err(|_| EventError::Malformed)?;
        let subject = if line.kind == EventKind::SuppressDomain {
            let domain = line.domain.map(|domain| domain.trim().to_lowercase());
            let domain = domain.filter(|domain| is_domain_name(domain));
            Subject::Domain(domain.ok_or(EventError::NoDomain)?)
        } else {
            let address = line.email.and_then(|email| EmailAddress::parse(&email).ok());
            Subject::Address(address.ok_or(EventError::NoAddress)?)
        };
        if line.account.is_none() && line.kind != EventKind::SuppressGlobal {
            return Err(EventError::NoAccount);
        }
        Ok(Self { account: line.account, kind: line.kind, subject, at: line.at })
    }
}

/// Events of all accounts.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    pub(super) context: &'a Context,
}

/// Addresses (as compared) with what becomes of their contacts. Each address stands in it once,
/// since an edit changes a contact once.
type Turns = BTreeMap<String, (EmailAddress, ContactStatus, Timestamp)>;

impl Events<'_> {
    /// Records one event: the contact's status and date follow, unless a graver status is stored
    /// already. An address that no contact has becomes a contact with that status, so that a
    /// later import refuses it.
    pub async fn record(self, event: &Event) -> Result<()> {
        self.record_many(std::slice::from_ref(event)).await
    }

    /// Records events in their order, up to the first that is refused. Recording one twice
    /// changes nothing the second time.
    pub async fn record_many(self, events: &[Event]) -> Result<()> {
        let now = self.context.clock.now();
        let mut rest = events;
        while let Some(event) = rest.first() {
            let at = event.at.unwrap_or(now);
            let account = match &event.account {
                Some(account) => Some(self.context.accounts().find(account).await?.id),
                None => None,
            };
            let taken = match (&event.subject, account) {
                (Subject::Address(address), _) if event.kind == EventKind::SuppressGlobal => {
                    self.suppress_everywhere(address, at).await?;
                    1
                }
                (Subject::Address(_), Some(account)) => {
                    let (turns, taken) = gather(rest, now);
                    turn_all(self.context.account(account), &turns, Unknown::Create).await?;
                    taken
                }
                (Subject::Domain(domain), Some(account)) => {
                    suppress_domain(self.context.account(account), domain, at).await?;
                    1
                }
                (_, None) => 1,
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    async fn suppress_everywhere(self, address: &EmailAddress, at: Timestamp) -> Result<()> {
        let compared = address.as_compared().to_owned();
        suppression::add_global(self.context, &BTreeMap::from([(compared.clone(), at)])).await?;
        let status = ContactStatus::SharedSuppression;
        let turns = Turns::from([(compared, (address.clone(), status, at))]);
        for account in self.context.accounts().list().await? {
            turn_all(self.context.account(account.id), &turns, Unknown::PassOver).await?;
        }
        Ok(())
    }
}

/// The events at the head of `events` that are about different contacts of one account, and how
/// many they are.
fn gather(events: &[Event], now: Timestamp) -> (Turns, usize) {
    let mut turns = Turns::new();
    let account = events.first().and_then(|event| event.account.as_ref());
    for event in events.iter().take(EVENTS_AT_ONCE) {
        let Subject::Address(address) = &event.subject else { break };
        let same = event.account.as_ref() == account && event.kind != EventKind::SuppressGlobal;
        if !same || turns.contains_key(address.as_compared()) {
            break;
        }
        let turn = (address.clone(), event.kind.status(), event.at.unwrap_or(now));
        turns.insert(address.as_compared().to_owned(), turn);
    }
    let taken = turns.len();
    (turns, taken)
}

/// What becomes of an address that no contact has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Create,
    PassOver,
}

async fn turn_all(account: Account<'_>, turns: &Turns, unknown: Unknown) -> Result<()> {
    account.change("record events", |edit| turn_once(account, edit, turns, unknown)).await
}

async fn turn_once<'a>(
    account: Account<'a>,
    mut edit: Edit<'a>,
    turns: &Turns,
    unknown: Unknown,
) -> Result<(Edit<'a>, ())> {
    let addresses: Vec<&str> = turns.keys().map(String::as_str).collect();
    let found = edit.resolve(&addresses).await?;
    let now = account.context.clock.now();
    let mut changed = Vec::new();
    for ((address, status, at), stored) in turns.values().zip(found) {
        match stored {
            Some((id, old)) if old.status.yields_to(*status) => {
                let mut new = old.clone();
                new.turn(*status, *at, now);
                changed.push((id, old, new));
            }
            None if unknown == Unknown::Create => {
                let mut record = ContactRecord::new(address, now);
                record.turn(*status, *at, now);
                edit.insert_contact(&record)?;
            }
            _ => {}
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
                turns.insert(compared, (address, ContactStatus::DomainSuppression, at));
            }
        }
        if turns.len() >= EVENTS_AT_ONCE || at_end {
            turn_all(account, &std::mem::take(&mut turns), Unknown::PassOver).await?;
        }
        if at_end {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, address, contact, context, noon, refusal};
    use crate::domain::{Page, Refusal};

    fn event(line: &str) -> Event {
        Event::from_json(line).unwrap()
    }

    #[test]
    fn a_line_that_says_too_little_or_too_much_is_refused() {
        for (line, error) in [
            ("", EventError::Malformed),
            (r#"{"type":"sneeze","email":"a@b.example"}"#, EventError::Malformed),
            (r#"{"type":"block","email":"a@b.example","x":1}"#, EventError::Malformed),
            (r#"{"account":"one","type":"block","email":"a"}"#, EventError::NoAddress),
            (r#"{"account":"one","type":"suppress_domain"}"#, EventError::NoDomain),
            (r#"{"type":"block","email":"a@b.example"}"#, EventError::NoAccount),
        ] {
            assert_eq!(Event::from_json(line), Err(error), "{line}");
        }
    }

    #[tokio::test]
    async fn each_kind_of_event_gives_its_status_and_date() {
        let context = context().await;
        let contacts = account(&context, "One").await.contacts();
        contacts.create(contact("hard_bounce@b.example")).await.unwrap();
        let at = "2026-01-01T00:00:00Z".parse().unwrap();
        for (kind, status) in [
            ("hard_bounce", ContactStatus::HardBounced),
            ("soft_bounce", ContactStatus::SoftBounced),
            ("isp_complaint", ContactStatus::IspComplained),
            ("mail_block", ContactStatus::MailBlocked),
            ("block", ContactStatus::NotAllowed),
            ("unsubscribe", ContactStatus::Unsubscribed),
            ("complaint", ContactStatus::DirectComplaint),
        ] {
            let line = format!(
                r#"{{"account":"one","type":"{kind}","email":"{kind}@b.example","at":"{at}"}}"#
            );
            context.events().record(&event(&line)).await.unwrap();
            let found = contacts.suppressed_since(at, Page::first()).await.unwrap();
            let found: Vec<_> = found.iter().filter(|one| one.reason == status).collect();
            assert_eq!(found.iter().map(|one| one.since).collect::<Vec<_>>(), [at], "{kind}");
        }
    }

    #[tokio::test]
    async fn events_of_one_call_are_taken_in_order_and_a_lighter_one_changes_nothing() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        let lines = ["soft_bounce", "hard_bounce", "soft_bounce"].map(|kind| {
            event(&format!(r#"{{"account":"1","type":"{kind}","email":"a@b.example"}}"#))
        });
        context.events().record_many(&lines).await.unwrap();
        let status = contacts.status_by_address(&address("A@b.example")).await.unwrap();
        assert_eq!(status, ContactStatus::HardBounced);
    }

    #[tokio::test]
    async fn a_suppressed_domain_turns_its_contacts_and_refuses_new_ones() {
        let context = context().await;
        let contacts = account(&context, "one").await.contacts();
        let other = account(&context, "other").await.contacts();
        let ann = contacts.create(contact("ann@Shut.example")).await.unwrap();
        let bob = contacts.create(contact("bob@open.example")).await.unwrap();
        let line = r#"{"account":"one","type":"suppress_domain","domain":"SHUT.example"}"#;
        context.events().record(&event(line)).await.unwrap();
        assert_eq!(refusal(contacts.get(ann.id).await), Refusal::ContactNotFound);
        assert_eq!(contacts.get(bob.id).await.unwrap(), bob);
        let new = contacts.create(contact("new@shut.example")).await;
        assert_eq!(refusal(new), Refusal::ContactSuppressed);
        other.create(contact("new@shut.example")).await.unwrap();
    }

    #[tokio::test]
    async fn a_global_suppression_is_seen_in_every_account() {
        let context = context().await;
        let one = account(&context, "one").await;
        let other = account(&context, "other").await;
        one.contacts().create(contact("a@b.example")).await.unwrap();
        let line = event(r#"{"type":"suppress_global","email":"A@b.example"}"#);
        context.events().record_many(&[line.clone(), line]).await.unwrap();
        let status = one.contacts().status_by_address(&address("a@b.example")).await.unwrap();
        assert_eq!(status, ContactStatus::SharedSuppression);
        let gone = one.contacts().suppressed_since(noon(), Page::first()).await.unwrap();
        assert_eq!(gone.len(), 1);
        let new = other.contacts().create(contact("a@b.example")).await;
        assert_eq!(refusal(new), Refusal::ContactSuppressed);
    }

    #[tokio::test]
    async fn an_event_of_an_unknown_account_is_refused() {
        let context = context().await;
        let line = event(r#"{"account":"two","type":"block","email":"a@b.example"}"#);
        let refused = context.events().record(&line).await;
        assert_eq!(refusal(refused), Refusal::AccountNotFound);
    }
}
