//! One person at a time: joins lists, leaves them, opts out.

use super::sync::{Channel, RowFault, RowOutcome, SyncOptions, SyncRow, Work};
use super::{Identity, People, Standing};
use crate::domain::contact::{ContactStatus, NewContact};
use crate::domain::contact_record::ContactRecord;
use crate::domain::edit::Edit;
use crate::domain::error::{Refusal, Result};
use crate::domain::ids::{ContactId, ListId};

/// What a caller knows of the consent of who subscribes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// It is to be asked for: a new contact waits for a confirmation, and an opt-out stays.
    Ask,
    /// The caller vouches for it: opt-outs are taken back.
    Given,
}

impl<'a> People<'a> {
    /// Adds or updates a person and lets it join the row's lists; answers whose contact it is.
    ///
    /// Refused are [`Refusal::ListNotFound`], [`Refusal::PhoneInUse`] when address and number are
    /// two contacts', [`Refusal::ContactSuppressed`] who cannot come back by consent, and what is
    /// wrong with tags and fields.
    pub async fn subscribe(
        self,
        row: SyncRow,
        consent: Consent,
        options: SyncOptions,
    ) -> Result<ContactId> {
        self.ensure_open(row.mail.named_lists().chain(row.mobile.named_lists())).await?;
        let identity = identity(&row)?;
        self.account
            .change("subscribe a person", |edit| {
                self.subscribe_once(edit, row.clone(), consent, options)
            })
            .await?;
        let (id, _) = self.find(&identity).await?.ok_or(Refusal::ContactNotFound)?;
        Ok(id)
    }

    async fn subscribe_once(
        self,
        mut edit: Edit<'a>,
        mut row: SyncRow,
        consent: Consent,
        options: SyncOptions,
    ) -> Result<(Edit<'a>, ())> {
        let known = match &row.address {
            Some(address) => edit.resolve(&[address.as_compared()]).await?.pop().flatten(),
            None => None,
        };
        let status = known.map(|(_, record): (_, ContactRecord)| record.status);
        let is_opt_out = status == Some(ContactStatus::Unsubscribed);
        if status.is_some_and(ContactStatus::suppresses) && !is_opt_out {
            return Err(Refusal::ContactSuppressed.into());
        }
        match consent {
            // Nobody confirmed anything yet: an opt-out stays what it is, with all that is stored.
            Consent::Ask if is_opt_out => return Ok((edit, ())),
            Consent::Ask => row.mail.standing = Some(Standing::Invited),
            Consent::Given => {
                (row.mail.rejoins, row.mobile.rejoins, row.resubscribes) = (true, true, true);
                row.mail.standing = row.mail.standing.or(Some(Standing::New));
            }
        }
        self.apply(edit, &row, options).await
    }

    /// Opts a person out: from lists, or without any from the whole account. The opt-out of an
    /// address that nobody has is remembered for the account, but not for a list.
    pub async fn unsubscribe(self, who: &Identity, lists: &[ListId]) -> Result<()> {
        if let (Identity::Address(address), []) = (who, lists) {
            let contact = NewContact::new(address.clone());
            return self.account.contacts().unsubscribe(contact).await.map(drop);
        }
        let standing = lists.is_empty().then_some(Standing::Unsubscribed);
        let channel = Channel { standing, left: lists.to_vec(), ..Channel::default() };
        self.leave(who, channel, lists, SyncOptions::default()).await
    }

    /// Takes a person off lists, or without any off all of them, without an opt-out.
    pub async fn exclude(self, who: &Identity, lists: &[ListId]) -> Result<()> {
        let channel = Channel { says_lists: true, excluded: lists.to_vec(), ..Channel::default() };
        let options = SyncOptions { replaces_lists: lists.is_empty(), ..SyncOptions::default() };
        self.leave(who, channel, lists, options).await
    }

    async fn leave(
        self,
        who: &Identity,
        channel: Channel,
        lists: &[ListId],
        options: SyncOptions,
    ) -> Result<()> {
        self.ensure_open(lists.iter().copied()).await?;
        let row = SyncRow { only_leaves: true, ..SyncRow::default() };
        let row = match who.clone() {
            Identity::Address(address) => SyncRow { address: Some(address), mail: channel, ..row },
            Identity::Phone(phone) => SyncRow { phone: Some(phone), mobile: channel, ..row },
        };
        self.account
            .change("take a person off lists", |edit| self.leave_once(edit, &row, options))
            .await
    }

    async fn leave_once(
        self,
        mut edit: Edit<'a>,
        row: &SyncRow,
        options: SyncOptions,
    ) -> Result<(Edit<'a>, ())> {
        let known = match (&row.address, &row.phone) {
            (Some(address), _) => edit.resolve(&[address.as_compared()]).await?.pop().flatten(),
            (None, Some(phone)) => edit.resolve_phone(phone).await?,
            (None, None) => None,
        };
        let known = known.filter(|(_, one)| !one.transactional_only || one.mobile.is_some());
        known.ok_or(Refusal::ContactNotFound)?;
        self.apply(edit, row, options).await
    }

    async fn apply(
        self,
        mut edit: Edit<'a>,
        row: &SyncRow,
        options: SyncOptions,
    ) -> Result<(Edit<'a>, ())> {
        let rows = std::slice::from_ref(row);
        let mut work = Work::begin(self.account, &mut edit, rows, options).await?;
        if let RowOutcome::Refused(fault) = work.take(&mut edit, row)? {
            return Err(refusal(fault).into());
        }
        work.finish(&mut edit).await?;
        Ok((edit, ()))
    }

    async fn ensure_open(self, lists: impl Iterator<Item = ListId>) -> Result<()> {
        let open = self.open_lists().await?;
        for list in lists {
            if !open.contains(&list) {
                return Err(Refusal::ListNotFound.into());
            }
        }
        Ok(())
    }
}

fn identity(row: &SyncRow) -> Result<Identity, Refusal> {
    let address = row.address.clone().map(Identity::Address);
    address.or(row.phone.clone().map(Identity::Phone)).ok_or(Refusal::ContactMissing)
}

fn refusal(fault: RowFault) -> Refusal {
    match fault {
        RowFault::Nobody => Refusal::ContactMissing,
        RowFault::PhoneInUse => Refusal::PhoneInUse,
        RowFault::Suppressed => Refusal::ContactSuppressed,
        RowFault::TooManyTags | RowFault::TagInvalid => Refusal::TagInvalid,
        RowFault::TooManyLists => Refusal::ListLimit,
        RowFault::TooLarge => Refusal::DataFieldValueTooLong,
    }
}
