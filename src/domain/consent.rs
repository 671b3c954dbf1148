//! What contacts consented to: the words that they read, when, where, and from which device.
//!
//! A consent is evidence, so none is changed and none makes room for another: a contact has a
//! bounded number of them, and the same one given again is kept once.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::clock;
use super::context::Account;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::ContactId;
use super::value::{FieldKind, FieldValue};
use crate::store::record::{damaged, split_version};
use crate::store::{Batch, Change, Loaded, StoreError, Table, tables};

/// Consents of one contact.
pub const MAX_PER_CONTACT: usize = 50;

/// Longest text that was consented to, in bytes.
pub const MAX_TEXT_BYTES: usize = 16 * 1024;

/// Longest address of a page, network address or name of a device, in bytes.
pub const MAX_DETAIL_BYTES: usize = 2 * 1024;

const VERSION: u8 = 1;

/// A consent to be recorded; a part that nobody gave is `None`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewConsent {
    /// The words that the contact agreed to.
    pub text: Option<String>,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::optional")]
    pub consented: Option<Timestamp>,
    /// The page on which it happened.
    pub url: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
}

impl std::fmt::Debug for NewConsent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewConsent(redacted)")
    }
}

impl NewConsent {
    /// Whether no part is too long.
    pub(super) fn fits(&self) -> bool {
        self.checked().is_ok()
    }

    /// The consent as it is kept: parts without their surrounding blanks, blank ones not at all.
    /// `None` when nothing is left; [`Refusal::ConsentInvalid`] for a part that is too long.
    fn checked(&self) -> Result<Option<Self>, Refusal> {
        let part = |part: &Option<String>, max_bytes: usize| {
            let trimmed = part.as_deref().map(str::trim).filter(|part| !part.is_empty());
            match trimmed {
                Some(part) if part.len() > max_bytes => Err(Refusal::ConsentInvalid),
                part => Ok(part.map(str::to_owned)),
            }
        };
        let checked = Self {
            text: part(&self.text, MAX_TEXT_BYTES)?,
            consented: self.consented.map(clock::as_stored),
            url: part(&self.url, MAX_DETAIL_BYTES)?,
            ip_address: part(&self.ip_address, MAX_DETAIL_BYTES)?,
            user_agent: part(&self.user_agent, MAX_DETAIL_BYTES)?,
        };
        Ok((checked != Self::default()).then_some(checked))
    }
}

/// A part of a consent, as callers and columns of files name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConsentPart {
    Text,
    Consented,
    Url,
    IpAddress,
    UserAgent,
}

impl ConsentPart {
    /// The part called `name`, in any case: as records show it, or as columns of files do.
    pub fn named(name: &str) -> Option<Self> {
        match name.trim().to_ascii_uppercase().as_str() {
            "TEXT" | "CONSENTTEXT" => Some(Self::Text),
            "DATETIMECONSENTED" | "CONSENTDATETIME" => Some(Self::Consented),
            "URL" | "CONSENTURL" => Some(Self::Url),
            "IPADDRESS" | "CONSENTIP" => Some(Self::IpAddress),
            "USERAGENT" | "CONSENTUSERAGENT" => Some(Self::UserAgent),
            _ => None,
        }
    }

    /// The column of a file that holds the part.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Text => "ConsentText",
            Self::Consented => "ConsentDateTime",
            Self::Url => "ConsentUrl",
            Self::IpAddress => "ConsentIp",
            Self::UserAgent => "ConsentUserAgent",
        }
    }

    /// Puts the part into a consent. [`Refusal::ConsentInvalid`] for a time that is none.
    pub fn put(self, consent: &mut NewConsent, value: &str) -> Result<(), Refusal> {
        let text = Some(value.to_owned());
        match self {
            Self::Text => consent.text = text,
            Self::Consented => match FieldValue::parse(FieldKind::Date, value) {
                Ok(Some(FieldValue::Date(at))) => consent.consented = Some(at),
                Ok(None) => consent.consented = None,
                _ => return Err(Refusal::ConsentInvalid),
            },
            Self::Url => consent.url = text,
            Self::IpAddress => consent.ip_address = text,
            Self::UserAgent => consent.user_agent = text,
        }
        Ok(())
    }
}

/// A recorded consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Counts the contact's consents from 1.
    #[serde(skip)]
    pub number: u32,
    /// When it was recorded.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub created: Timestamp,
    pub given: NewConsent,
}

impl Consent {
    fn encode(&self) -> Result<Bytes, StoreError> {
        let encoded = postcard::to_extend(self, vec![VERSION]);
        encoded.map(Bytes::from).map_err(|error| damaged(Table::Consent, &error.to_string()))
    }

    fn decode(key: &[u8], bytes: &[u8]) -> Result<Self, StoreError> {
        let (_, body) = split_version(Table::Consent, VERSION, bytes)?;
        let number = tables::number_of_consent(key).unwrap_or_default();
        let decoded: Result<Self, _> = postcard::from_bytes(body);
        let decoded = decoded.map_err(|error| damaged(Table::Consent, &error.to_string()));
        decoded.map(|consent| Self { number, ..consent })
    }
}

/// What an account's contacts consented to.
#[derive(Debug, Clone, Copy)]
pub struct Consents<'a> {
    pub(super) account: Account<'a>,
}

impl Consents<'_> {
    /// A contact's consents in the order in which they were recorded.
    pub async fn of_contact(self, contact: ContactId) -> Result<Vec<Consent>> {
        let store = &*self.account.context.store;
        let of_contact = tables::contact_entry(contact.0);
        let map = tables::consents(self.account.id.0);
        let loaded = map.load_starting_with(store, &[of_contact]).await.map_err(broken)?;
        recorded(&loaded, contact).map_err(broken)
    }

    /// Puts consents of contacts into the edit, once an edit; one that a contact has given before
    /// is passed over. [`Refusal::ConsentInvalid`] for a part that is too long, and past
    /// [`MAX_PER_CONTACT`].
    pub(super) async fn put(
        self,
        edit: &mut Edit<'_>,
        given: &BTreeMap<ContactId, Vec<NewConsent>>,
    ) -> Result<()> {
        self.put_each(edit, given, false).await
    }

    /// As [`Consents::put`]; what would be refused is passed over.
    pub(super) async fn put_what_fits(
        self,
        edit: &mut Edit<'_>,
        given: &BTreeMap<ContactId, Vec<NewConsent>>,
    ) -> Result<()> {
        self.put_each(edit, given, true).await
    }

    async fn put_each(
        self,
        edit: &mut Edit<'_>,
        given: &BTreeMap<ContactId, Vec<NewConsent>>,
        what_fits: bool,
    ) -> Result<()> {
        let store = &*self.account.context.store;
        let prefixes: Vec<Bytes> = given.keys().map(|id| tables::contact_entry(id.0)).collect();
        let map = tables::consents(self.account.id.0);
        let mut loaded = map.load_starting_with(store, &prefixes).await.map_err(broken)?;
        let mut changes = Vec::new();
        for (contact, given) in given {
            let recorded = recorded(&loaded, *contact).map_err(broken)?;
            let added = match self.added(recorded, given) {
                Err(_) if what_fits => continue,
                added => added?,
            };
            for consent in added {
                let key = tables::consent_entry(contact.0, consent.number);
                changes.push(Change::put(key, consent.encode().map_err(broken)?));
            }
        }
        if !changes.is_empty() {
            loaded.edit(store, &mut edit.batch, &changes).await.map_err(broken)?;
        }
        Ok(())
    }

    /// What of `given` is to be added to what a contact has.
    fn added(
        self,
        mut recorded: Vec<Consent>,
        given: &[NewConsent],
    ) -> Result<Vec<Consent>, Refusal> {
        let before = recorded.len();
        let created = self.account.context.clock.now();
        for given in given {
            let Some(given) = given.checked()? else { continue };
            if recorded.iter().any(|consent| consent.given == given) {
                continue;
            }
            if recorded.len() >= MAX_PER_CONTACT {
                return Err(Refusal::ConsentInvalid);
            }
            let number = recorded.last().map_or(1, |last| last.number.saturating_add(1));
            recorded.push(Consent { number, created, given });
        }
        Ok(recorded.split_off(before))
    }
}

fn recorded(loaded: &Loaded, contact: ContactId) -> Result<Vec<Consent>, StoreError> {
    let entries = loaded.starting_with(&tables::contact_entry(contact.0));
    entries.iter().map(|(key, value)| Consent::decode(key, value)).collect()
}

/// Takes away what contacts consented to who are gone.
pub(super) async fn forget(
    account: Account<'_>,
    batch: &mut Batch,
    gone: &[ContactId],
) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    let store = &*account.context.store;
    let prefixes = tables::contact_entries(gone.iter().map(|id| id.0).collect::<BTreeSet<_>>());
    let map = tables::consents(account.id.0);
    let mut loaded = map.load_starting_with(store, &prefixes).await?;
    let held = prefixes.iter().flat_map(|prefix| loaded.starting_with(prefix));
    let changes: Vec<Change> = held.map(|(key, _)| Change::delete(key)).collect();
    if !changes.is_empty() {
        loaded.edit(store, batch, &changes).await?;
    }
    Ok(())
}

fn broken(error: StoreError) -> Error {
    Error::store("read consents", error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, contact, context, refusal};
    use crate::domain::{Contact, NewContactWith};

    fn words(text: &str) -> NewConsent {
        NewConsent { text: Some(text.to_owned()), ..NewConsent::default() }
    }

    async fn give(account: Account<'_>, given: Vec<NewConsent>) -> Result<Contact> {
        let new = NewContactWith {
            contact: contact("ann@b.example"),
            consents: given,
            choices: Vec::new(),
        };
        account.contacts().create_with(new).await
    }

    #[tokio::test]
    async fn a_consent_comes_back_as_it_was_given_and_once_however_often() {
        let context = context().await;
        let account = account(&context, "one").await;
        let whole = NewConsent {
            text: Some("Yes, write to me".to_owned()),
            consented: Some("2018-01-26T21:29:00Z".parse().unwrap()),
            url: Some("https://shop.example/signup".to_owned()),
            ip_address: Some("127.0.0.1".to_owned()),
            user_agent: Some("Mozilla/5.0".to_owned()),
        };
        let ann = give(account, vec![whole.clone(), words(" again ")]).await.unwrap();
        give(account, vec![words("again"), whole.clone()]).await.unwrap();
        let stored = account.consents().of_contact(ann.id).await.unwrap();
        let given: Vec<_> = stored.iter().map(|one| (one.number, one.given.clone())).collect();
        assert_eq!(given, [(1, whole), (2, words("again"))]);
        assert!(stored.iter().all(|one| one.created == context.clock.now()));
    }

    #[tokio::test]
    async fn an_empty_consent_is_none_and_an_overlong_one_is_refused_with_the_contact() {
        let context = context().await;
        let account = account(&context, "one").await;
        let long = words(&"x".repeat(MAX_TEXT_BYTES + 1));
        assert_eq!(refusal(give(account, vec![long]).await), Refusal::ConsentInvalid);
        assert_eq!(account.counters().await.unwrap().contacts, 0);
        let ann = give(account, vec![words("  "), NewConsent::default()]).await.unwrap();
        assert_eq!(account.consents().of_contact(ann.id).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_contact_has_a_bounded_number_of_consents_and_none_makes_room() {
        let context = context().await;
        let account = account(&context, "one").await;
        let many = (0..MAX_PER_CONTACT).map(|number| words(&number.to_string())).collect();
        let ann = give(account, many).await.unwrap();
        let more = give(account, vec![words("one more")]).await;
        assert_eq!(refusal(more), Refusal::ConsentInvalid);
        give(account, vec![words("7")]).await.unwrap();
        let stored = account.consents().of_contact(ann.id).await.unwrap();
        assert_eq!(stored.len(), MAX_PER_CONTACT);
    }

    #[tokio::test]
    async fn who_is_deleted_leaves_no_consent_behind() {
        let context = context().await;
        let account = account(&context, "one").await;
        let ann = give(account, vec![words("yes")]).await.unwrap();
        account.contacts().delete(ann.id).await.unwrap();
        assert_eq!(account.consents().of_contact(ann.id).await.unwrap(), []);
    }
}
