//! Who gets a campaign, and why others do not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::mailing::Audience;
use crate::domain::contact::ContactStatus;
use crate::domain::contact_record::ContactRecord;
use crate::domain::contact_store::Stored;
use crate::domain::context::Account;
use crate::domain::data_field::Schema;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::{ContactId, ListId, TagId};
use crate::domain::list::ALL_CONTACTS;
use crate::domain::membership::{MemberState, Membership};
use crate::domain::rules::{Rules, Subject};
use crate::domain::suppression::Suppression;
use crate::store::{Entry, StoreError, tables};

/// What becomes of one who is in the audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Sent,
    GloballySuppressed,
    Suppressed,
    Withheld,
}

/// An audience made ready to judge contacts by.
#[derive(Debug)]
pub struct Judge<'a> {
    account: Account<'a>,
    lists: Vec<ListId>,
    excluded_lists: Vec<ListId>,
    segments: Vec<Rules>,
    excluded_segments: Vec<Rules>,
    /// Who is in it by name, ascending.
    contacts: Vec<ContactId>,
    /// Who does not carry it is not in it.
    tag: Option<TagId>,
    schema: Arc<Schema>,
}

impl<'a> Judge<'a> {
    /// Reads what the audience names. A list that is gone has nobody in it, as has a segment.
    pub async fn new(account: Account<'a>, lists: &[ListId], audience: &Audience) -> Result<Self> {
        let rules_of = async |ids: &[crate::domain::SegmentId]| {
            let mut all = Vec::new();
            for id in ids {
                match account.segments().rules(*id).await {
                    Ok(rules) => all.push(rules),
                    Err(Error::Refused(Refusal::SegmentNotFound)) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(all)
        };
        Ok(Self {
            account,
            lists: lists.to_vec(),
            excluded_lists: audience.excluded_lists.clone(),
            segments: rules_of(&audience.segments).await?,
            excluded_segments: rules_of(&audience.excluded_segments).await?,
            contacts: Vec::new(),
            tag: None,
            schema: account.fields().schema().await?,
        })
    }

    /// With these contacts (ascending) in the audience too.
    #[must_use]
    pub fn and(self, contacts: &[ContactId]) -> Self {
        Self { contacts: contacts.to_vec(), ..self }
    }

    /// Without those who do not carry this tag.
    #[must_use]
    pub fn tagged(self, tag: Option<TagId>) -> Self {
        Self { tag, ..self }
    }

    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Those of some stored contacts who are in the audience, each with what becomes of them.
    pub async fn judge(&self, entries: &[Entry]) -> Result<Vec<(Stored, Fate)>> {
        let broken = |error: StoreError| Error::store("work out an audience", error);
        let mut contacts = Vec::new();
        for (key, value) in entries {
            let Some(id) = tables::contact_of_entry(key).map(ContactId) else { continue };
            contacts.push((id, ContactRecord::decode(value).map_err(broken)?));
        }
        let ids: Vec<ContactId> = contacts.iter().map(|(id, _)| *id).collect();
        let members = self.memberships(&ids).await?;
        let mut chosen = Vec::new();
        for (number, contact) in contacts.into_iter().enumerate() {
            if self.includes(&contact, number, &members) {
                chosen.push(contact);
            }
        }
        self.with_fates(chosen).await
    }

    /// Of each list that is named, the membership of each contact.
    async fn memberships(
        &self,
        ids: &[ContactId],
    ) -> Result<BTreeMap<ListId, Vec<Option<Membership>>>> {
        let of_rules = self.segments.iter().chain(&self.excluded_segments).flat_map(Rules::lists);
        let named: BTreeSet<ListId> =
            self.lists.iter().chain(&self.excluded_lists).copied().chain(of_rules).collect();
        let mut members = BTreeMap::new();
        for list in named.into_iter().filter(|list| *list != ALL_CONTACTS) {
            members.insert(list, self.account.contact_store().members(list, ids).await?);
        }
        Ok(members)
    }

    fn includes(
        &self,
        (id, record): &Stored,
        number: usize,
        members: &BTreeMap<ListId, Vec<Option<Membership>>>,
    ) -> bool {
        let has_tag = self.tag.is_none_or(|tag| record.tags.contains(&tag));
        if record.transactional_only || !has_tag {
            return false;
        }
        let membership = |list: &ListId| members.get(list).and_then(|of| of.get(number)).copied();
        // Who is suppressed in the account is suspended in its lists, and counted as suppressed.
        let belongs = |list: &ListId| {
            let state = membership(list).flatten().map(|member| member.state);
            *list == ALL_CONTACTS || state.is_some_and(|state| state != MemberState::Unsubscribed)
        };
        let mut in_list: BTreeMap<ListId, bool> = members
            .keys()
            .map(|list| (*list, membership(list).flatten().is_some_and(Membership::is_active)))
            .collect();
        in_list.insert(ALL_CONTACTS, record.is_listed());
        let subject = Subject { id: *id, record, schema: &self.schema, in_list: &in_list };
        let matches = |rules: &Rules| {
            (record.is_listed() || rules.name_a_status()) && rules.match_contact(subject)
        };
        let is_in = self.lists.iter().any(belongs)
            || self.segments.iter().any(matches)
            || self.contacts.binary_search(id).is_ok();
        let is_out =
            self.excluded_lists.iter().any(belongs) || self.excluded_segments.iter().any(matches);
        is_in && !is_out
    }

    async fn with_fates(&self, chosen: Vec<Stored>) -> Result<Vec<(Stored, Fate)>> {
        let compared: Vec<String> =
            chosen.iter().map(|(_, record)| record.address.to_lowercase()).collect();
        let compared: Vec<&str> = compared.iter().map(String::as_str).collect();
        let suppressed = self.account.suppressions().judge(&compared).await?;
        let fates = chosen.into_iter().zip(suppressed);
        Ok(fates
            .map(|(contact, why)| {
                let fate = fate(contact.1.status, why);
                (contact, fate)
            })
            .collect())
    }
}

fn fate(status: ContactStatus, suppression: Option<Suppression>) -> Fate {
    match (status, suppression) {
        (ContactStatus::SharedSuppression, _) | (_, Some(Suppression::Global)) => {
            Fate::GloballySuppressed
        }
        (_, Some(Suppression::Domain)) => Fate::Suppressed,
        (ContactStatus::PendingOptIn | ContactStatus::SoftBounced, None) => Fate::Withheld,
        (status, None) if status.suppresses() => Fate::Suppressed,
        (_, None) => Fate::Sent,
    }
}
