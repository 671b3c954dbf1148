//! What contacts chose of the preferences.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jiff::Timestamp;

use super::record::read_all;
use super::{Branch, Preferences};
use crate::domain::address::EmailAddress;
use crate::domain::contact::Contact;
use crate::domain::contact_record::ContactRecord;
use crate::domain::contacts::present;
use crate::domain::context::Account;
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::{ContactId, ListId, PreferenceId};
use crate::domain::list::ALL_CONTACTS;
use crate::domain::membership::Membership;
use crate::store::record::{damaged, split_version};
use crate::store::{Batch, Change, StoreError, Table, tables};

const VERSION: u8 = 1;

/// Most contacts of one listing, as the vendor documents it.
const MAX_HOLDERS: usize = 1_000;

/// What a contact is to choose of one preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    pub preference: PreferenceId,
    /// The category that the preference is in, as far as the caller says; one that it is not in is
    /// refused.
    pub category: Option<PreferenceId>,
    pub opted_in: bool,
}

/// What becomes of a stored choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewChoice {
    Made(bool),
    /// As [`NewChoice::Made`], unless the contact has chosen before.
    First(bool),
    /// Who is opted in is so no more.
    Withdrawn,
}

impl NewChoice {
    /// What is to be stored in the place of `old`; `None` when that stays.
    fn over(self, old: Option<bool>) -> Option<bool> {
        let new = match (self, old) {
            (Self::Made(new), _) | (Self::First(new), None) => new,
            (Self::Withdrawn, Some(true)) => false,
            (Self::First(_) | Self::Withdrawn, _) => return None,
        };
        (old != Some(new)).then_some(new)
    }
}

/// All preferences, and which of them a contact is opted in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceTree {
    pub tree: Vec<Branch>,
    pub opted_in: BTreeSet<PreferenceId>,
}

/// What a contact chose of one preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    pub preference: PreferenceId,
    pub opted_in: bool,
    /// When `opted_in` became what it is, to the microsecond.
    pub at: Timestamp,
    /// The list that the choice came in with, if one was named.
    pub list: Option<ListId>,
}

/// A contact and what it chose of the preference that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub contact: Contact,
    pub chosen: Chosen,
}

impl<'a> Preferences<'a> {
    /// The tree, as a contact sees it.
    pub async fn seen_by(self, contact: ContactId) -> Result<ChoiceTree> {
        let chosen = self.of_contact(contact).await?.into_iter();
        let opted_in = chosen.filter(|one| one.opted_in).map(|one| one.preference).collect();
        Ok(ChoiceTree { tree: self.tree().await?, opted_in })
    }

    /// Everything that a contact chose, in order of the preferences' ids.
    pub async fn of_contact(self, contact: ContactId) -> Result<Vec<Chosen>> {
        let store = &*self.account.context.store;
        let key = tables::contact_entry(contact.0);
        let mut chosen = Vec::new();
        for one in self.stored().await?.into_iter().filter(|one| !one.record.is_category) {
            let value = tables::choices(self.account.id.0, one.id.0).get(store, &key).await;
            if let Some(value) = value.map_err(broken)? {
                chosen.push(Chosen::decode(one.id, &value).map_err(broken)?);
            }
        }
        Ok(chosen)
    }

    /// Opts a contact in to preferences or out of them; of several choices of one preference the
    /// last one counts. [`Refusal::PreferenceNotFound`], [`Refusal::PreferenceInvalid`] for a
    /// category and for one that is in another category, [`Refusal::ContactNotFound`] for one who is not there or suppressed; then nothing
    /// has changed.
    pub async fn choose(self, contact: ContactId, wanted: &[Choice]) -> Result<()> {
        self.account
            .change("choose preferences", |edit| self.choose_once(edit, contact, wanted))
            .await
    }

    /// As [`Preferences::choose`], of the contact who has this address.
    pub async fn choose_by_address(self, address: &EmailAddress, wanted: &[Choice]) -> Result<()> {
        let contact = self.account.contacts().get_by_address(address).await?;
        self.choose(contact.id, wanted).await
    }

    async fn choose_once(
        self,
        mut edit: Edit<'a>,
        contact: ContactId,
        wanted: &[Choice],
    ) -> Result<(Edit<'a>, ())> {
        crate::domain::contacts::listed(&mut edit, contact).await?;
        self.put_all(&mut edit, contact, wanted).await?;
        Ok((edit, ()))
    }

    /// As [`Preferences::choose`], of a contact that the edit writes. Once an edit.
    pub(in crate::domain) async fn put_all(
        self,
        edit: &mut Edit<'_>,
        contact: ContactId,
        wanted: &[Choice],
    ) -> Result<()> {
        for choice in wanted {
            if let Some(category) = choice.category {
                self.find(category).await?;
                let preference = self.find(choice.preference).await?;
                if preference.record.category != Some(category) {
                    return Err(Refusal::PreferenceInvalid.into());
                }
            }
        }
        let wanted = wanted.iter().map(|choice| (choice.preference, choice.opted_in));
        for (preference, opted_in) in wanted.collect::<BTreeMap<PreferenceId, bool>>() {
            let choices = BTreeMap::from([(contact, NewChoice::Made(opted_in))]);
            self.put(edit, preference, &choices, None).await?;
        }
        Ok(())
    }

    /// Puts what contacts chose of one preference into the edit; once an edit for a preference. A
    /// choice that is made again keeps its time.
    pub(in crate::domain) async fn put(
        self,
        edit: &mut Edit<'_>,
        preference: PreferenceId,
        choices: &BTreeMap<ContactId, NewChoice>,
        list: Option<ListId>,
    ) -> Result<()> {
        let store = &*self.account.context.store;
        let held = self.choosable(preference).await?;
        let at = self.account.context.clock.now();
        let keys: Vec<Bytes> = choices.keys().map(|id| tables::contact_entry(id.0)).collect();
        let map = tables::choices(self.account.id.0, preference.0);
        let mut loaded = map.load(store, &keys).await.map_err(broken)?;
        let mut changes = Vec::new();
        for (key, choice) in keys.into_iter().zip(choices.values()) {
            let old = loaded.get(&key).map(|value| Chosen::decode(preference, &value));
            let old = old.transpose().map_err(broken)?;
            if let Some(opted_in) = choice.over(old.map(|old| old.opted_in)) {
                let chosen = Chosen { preference, opted_in, at, list };
                changes.push(Change::put(key, chosen.encode()));
            }
        }
        if !changes.is_empty() {
            self.hold(&mut edit.batch, &held);
            loaded.edit(store, &mut edit.batch, &changes).await.map_err(broken)?;
        }
        Ok(())
    }

    /// The first contacts, from an id on, who are opted in to a preference and not suppressed, nor
    /// off `list` when one is named. At most 1,000.
    pub async fn holders(
        self,
        preference: PreferenceId,
        list: Option<ListId>,
        from: ContactId,
    ) -> Result<Vec<Holder>> {
        self.walk(preference, list, from, |chosen| chosen.opted_in).await
    }

    /// As [`Preferences::holders`], of those who opted in or out since then, the bound included.
    pub async fn changed_since(
        self,
        preference: PreferenceId,
        list: Option<ListId>,
        from: ContactId,
        since: Timestamp,
    ) -> Result<Vec<Holder>> {
        self.walk(preference, list, from, |chosen| chosen.at >= since).await
    }

    async fn walk(
        self,
        preference: PreferenceId,
        list: Option<ListId>,
        from: ContactId,
        wanted: impl Fn(&Chosen) -> bool,
    ) -> Result<Vec<Holder>> {
        self.choosable(preference).await?;
        if let Some(list) = list {
            self.account.lists().get(list).await?;
        }
        let store = &*self.account.context.store;
        let schema = self.account.fields().schema().await?;
        let start = tables::contact_entry(from.0);
        let mut walk = tables::choices(self.account.id.0, preference.0).walk_from(&start);
        let mut found = Vec::new();
        while found.len() < MAX_HOLDERS {
            let Some(entries) = walk.next_entries(store).await.map_err(broken)? else { break };
            let mut chosen = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                let id = tables::contact_of_entry(&key).map_or(ContactId(0), ContactId);
                chosen.push((id, Chosen::decode(preference, &value).map_err(broken)?));
            }
            chosen.retain(|(_, chosen)| wanted(chosen));
            let records = self.listed(&chosen, list).await?;
            let shown = chosen.into_iter().zip(records).filter_map(|((id, chosen), record)| {
                Some(Holder { contact: present(&schema, id, record?), chosen })
            });
            found.extend(shown);
        }
        found.truncate(MAX_HOLDERS);
        Ok(found)
    }

    /// The contacts of some choices; `None` for those who are not to be shown.
    async fn listed(
        self,
        chosen: &[(ContactId, Chosen)],
        list: Option<ListId>,
    ) -> Result<Vec<Option<ContactRecord>>> {
        let ids: Vec<ContactId> = chosen.iter().map(|(id, _)| *id).collect();
        let mut records = self.account.contact_store().load(&ids).await?;
        for record in &mut records {
            record.take_if(|record| !record.is_listed());
        }
        let Some(list) = list.filter(|list| *list != ALL_CONTACTS) else { return Ok(records) };
        let members = self.account.contact_store().members(list, &ids).await?;
        for (record, member) in records.iter_mut().zip(members) {
            record.take_if(|_| !member.is_some_and(Membership::is_active));
        }
        Ok(records)
    }
}

/// Takes away what contacts chose who are gone.
pub(in crate::domain) async fn forget(
    account: Account<'_>,
    batch: &mut Batch,
    gone: &[ContactId],
) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    let store = &*account.context.store;
    let keys = tables::contact_entries(gone.iter().map(|id| id.0).collect::<BTreeSet<_>>());
    for one in read_all(account).await?.into_iter().filter(|one| !one.record.is_category) {
        let mut loaded = tables::choices(account.id.0, one.id.0).load(store, &keys).await?;
        let held = keys.iter().filter(|key| loaded.get(key).is_some());
        let changes: Vec<Change> = held.cloned().map(Change::delete).collect();
        if !changes.is_empty() {
            loaded.edit(store, batch, &changes).await?;
        }
    }
    Ok(())
}

impl Chosen {
    fn encode(self) -> Bytes {
        let mut bytes = Vec::with_capacity(14);
        bytes.extend([VERSION, u8::from(self.opted_in)]);
        bytes.extend(self.at.as_microsecond().to_be_bytes());
        bytes.extend(self.list.map_or(0, |list| list.0).to_be_bytes());
        bytes.into()
    }

    fn decode(preference: PreferenceId, bytes: &[u8]) -> Result<Self, StoreError> {
        let (_, body) = split_version(Table::ContactPreference, VERSION, bytes)?;
        let damage = || damaged(Table::ContactPreference, "a choice is malformed");
        Self::decode_body(preference, body).ok_or_else(damage)
    }

    fn decode_body(preference: PreferenceId, body: &[u8]) -> Option<Self> {
        let (opted_in, body) = body.split_first()?;
        let (at, list) = body.split_first_chunk()?;
        let at = Timestamp::from_microsecond(i64::from_be_bytes(*at)).ok()?;
        let list = u32::from_be_bytes(list.try_into().ok()?);
        let list = (list != 0).then_some(ListId(list));
        Some(Self { preference, opted_in: *opted_in != 0, at, list })
    }
}

fn broken(error: StoreError) -> Error {
    Error::store("read choices of preferences", error)
}
