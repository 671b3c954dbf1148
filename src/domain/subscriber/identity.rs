//! Whom an edit is about, and what they are called afterwards.

use super::SubscriberEdit;
use crate::domain::address::EmailAddress;
use crate::domain::contact_record::ContactRecord;
use crate::domain::contact_store::Stored;
use crate::domain::contacts::Contacts;
use crate::domain::edit::Edit;
use crate::domain::error::{Refusal, Result};
use crate::domain::external_id::ExternalId;
use crate::domain::ids::ContactId;

impl<'a> Contacts<'a> {
    /// The contact that has the address, the external id, or both.
    ///
    /// An address that nobody has but that is to be changed stands for the one who has the new
    /// address: a caller who repeats a change that was made finds the contact again.
    pub(super) async fn identify(
        self,
        edit: &mut Edit<'a>,
        asked: &SubscriberEdit,
    ) -> Result<Option<Stored>> {
        let by_external_id = match &asked.external_id {
            Some(external_id) => edit.resolve_external(external_id).await?,
            None => None,
        };
        let Some(address) = &asked.address else {
            return match (&asked.external_id, by_external_id) {
                (None, _) => Err(Refusal::ContactMissing.into()),
                (Some(_), None) => Err(Refusal::ContactNotFound.into()),
                (Some(_), found) => Ok(found),
            };
        };
        let mut by_address = resolve(edit, address).await?;
        if by_address.is_none()
            && let Some(new_address) = &asked.new_address
        {
            by_address = resolve(edit, new_address).await?;
        }
        agreed(by_address, by_external_id.as_ref(), asked.external_id.as_ref())
    }

    /// The contact as it is called afterwards, or a new one; otherwise as it was.
    pub(super) async fn renamed(
        self,
        edit: &mut Edit<'a>,
        found: Option<&Stored>,
        asked: &SubscriberEdit,
    ) -> Result<ContactRecord> {
        let now = self.account.context.clock.now();
        let address = asked.new_address.as_ref().or(asked.address.as_ref());
        let mut record = match (found, address) {
            (Some((_, old)), _) => old.clone(),
            (None, Some(address)) => ContactRecord::new(address, now),
            (None, None) => return Err(Refusal::ContactNotFound.into()),
        };
        record.modified = now;
        record.become_subscriber(now);
        let own = found.map(|(id, _)| *id);
        if let Some(address) = address {
            free_address(edit, own, &record, address).await?;
            address.as_given().clone_into(&mut record.address);
        }
        let external_id = asked.new_external_id.as_ref().or(asked.external_id.as_ref());
        if let Some(external_id) = external_id {
            let holder = edit.resolve_external(external_id).await?.map(|(holder, _)| holder);
            if holder.is_some() && holder != own {
                return Err(Refusal::ExternalIdInUse.into());
            }
            record.external_id = Some(external_id.clone());
        }
        Ok(record)
    }
}

async fn resolve(edit: &mut Edit<'_>, address: &EmailAddress) -> Result<Option<Stored>> {
    Ok(edit.resolve(&[address.as_compared()]).await?.pop().flatten())
}

/// Both ways must lead to the same contact; a contact without an external id gets it.
fn agreed(
    by_address: Option<Stored>,
    by_external_id: Option<&Stored>,
    asked: Option<&ExternalId>,
) -> Result<Option<Stored>> {
    match (&by_address, by_external_id) {
        (Some((one, _)), Some((other, _))) if one == other => Ok(by_address),
        (_, Some(_)) => Err(Refusal::ExternalIdInUse.into()),
        (Some((_, record)), None) if asked.is_some() && record.external_id.is_some() => {
            Err(Refusal::ContactNotFound.into())
        }
        (_, None) => Ok(by_address),
    }
}

/// Sees to it that nobody else has the address.
async fn free_address(
    edit: &mut Edit<'_>,
    own: Option<ContactId>,
    record: &ContactRecord,
    address: &EmailAddress,
) -> Result<()> {
    if record.has_address(address.as_compared()) {
        return Ok(());
    }
    match resolve(edit, address).await? {
        Some((id, _)) if Some(id) == own => Ok(()),
        // Nobody sees it, so nobody could free the address.
        Some((id, holder)) if holder.transactional_only && !holder.status.suppresses() => {
            edit.delete_contact(id, &holder);
            Ok(())
        }
        Some(_) => Err(Refusal::AddressInUse.into()),
        None => Ok(()),
    }
}
