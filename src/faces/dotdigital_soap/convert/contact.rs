//! Contacts, their suppression and their way back.

use super::data_field::{field_value, wire_value};
use super::int;
use crate::domain::{
    Contact, ContactId, ContactStatus, EmailAddress, EmailType, NewContact, OptIn, Refusal,
    ResubscribeStatus, Resubscribed, Resubscription, SuppressedContact,
};
use crate::faces::dotdigital_soap::records::contact::{
    ApiContact, ApiContactData, ApiContactEmailTypes, ApiContactOptInTypes, ApiContactStatuses,
};
use crate::faces::dotdigital_soap::records::resubscription::{
    ApiContactResubscription, ApiResubscribeResult, ApiResubscribeResult2013,
    ApiResubscribeStatuses,
};
use crate::faces::dotdigital_soap::records::suppression::ApiContactSuppression;
use crate::protocol::xml::DateTime;

pub fn contact_id(id: i32) -> Result<ContactId, Refusal> {
    u32::try_from(id).map(ContactId).map_err(|_| Refusal::ContactNotFound)
}

/// Several ids; none at all is for the domain to refuse. A number that no id can have stands for
/// nobody, as an unknown one does.
pub fn contact_ids(ids: Option<Vec<i32>>) -> Vec<ContactId> {
    const NOBODY: ContactId = ContactId(0);
    ids.unwrap_or_default().into_iter().map(|id| contact_id(id).unwrap_or(NOBODY)).collect()
}

/// What a caller says of a contact. Its `Status` is not read: a status is not for callers to set.
pub fn new_contact(contact: Option<ApiContact>) -> Result<NewContact, Refusal> {
    let contact = contact.ok_or(Refusal::ContactMissing)?;
    let address = EmailAddress::parse(contact.email.as_deref().unwrap_or_default())?;
    let fields = contact.data_fields.unwrap_or_default().into_iter().map(|data| {
        let value = data.value.map(field_value).transpose()?;
        Ok((data.key.unwrap_or_default(), value))
    });
    Ok(NewContact {
        opt_in: opt_in(contact.opt_in),
        email_type: email_type(contact.email_type),
        fields: fields.collect::<Result<_, Refusal>>()?,
        ..NewContact::new(address)
    })
}

/// A contact that says which one it is, and what is to become of it.
pub fn identified(contact: Option<ApiContact>) -> Result<(ContactId, NewContact), Refusal> {
    let id = contact.as_ref().map_or(0, |contact| contact.id);
    let change = new_contact(contact)?;
    Ok((contact_id(id)?, change))
}

/// Locale and return address are for a confirmation mail, which is not sent here.
pub fn resubscription(asked: Option<ApiContactResubscription>) -> Result<Resubscription, Refusal> {
    let asked = asked.ok_or(Refusal::ContactMissing)?;
    Ok(Resubscription { contact: new_contact(asked.contact)? })
}

/// A contact with the values of all its data fields.
pub fn with_data(contact: &Contact) -> ApiContact {
    let data = contact.fields.iter().map(|(name, value)| ApiContactData {
        key: Some(name.to_string()),
        value: value.as_ref().map(wire_value),
    });
    let data_fields = Some(data.collect());
    ApiContact { data_fields, ..without_data(contact) }
}

/// A contact with `DataFields` null.
pub fn without_data(contact: &Contact) -> ApiContact {
    ApiContact {
        id: int(contact.id.0),
        email: Some(contact.address.as_given().to_owned()),
        opt_in: wire_opt_in(contact.opt_in),
        email_type: wire_email_type(contact.email_type),
        data_fields: None,
        status: status(contact.status),
    }
}

/// A page of contacts in the detail that the caller asked for.
pub fn page(contacts: &[Contact], with_full_data: bool) -> Vec<ApiContact> {
    let convert = if with_full_data { with_data } else { without_data };
    contacts.iter().map(convert).collect()
}

pub fn suppression(suppressed: &SuppressedContact) -> ApiContactSuppression {
    ApiContactSuppression {
        contact: Some(without_data(&suppressed.contact)),
        since: DateTime::new(suppressed.since),
        reason: status(suppressed.reason),
    }
}

pub fn suppressions(suppressed: &[SuppressedContact]) -> Vec<ApiContactSuppression> {
    suppressed.iter().map(suppression).collect()
}

/// `Unknown` is what a proxy sends when its program says nothing, so it keeps what is stored.
fn opt_in(opt_in: ApiContactOptInTypes) -> Option<OptIn> {
    match opt_in {
        ApiContactOptInTypes::NotAvailableInThisVersion | ApiContactOptInTypes::Unknown => None,
        ApiContactOptInTypes::Single => Some(OptIn::Single),
        ApiContactOptInTypes::Double => Some(OptIn::Double),
        ApiContactOptInTypes::VerifiedDouble => Some(OptIn::VerifiedDouble),
    }
}

fn email_type(email_type: ApiContactEmailTypes) -> Option<EmailType> {
    match email_type {
        ApiContactEmailTypes::NotAvailableInThisVersion => None,
        ApiContactEmailTypes::PlainText => Some(EmailType::PlainText),
        ApiContactEmailTypes::Html => Some(EmailType::Html),
    }
}

fn wire_opt_in(opt_in: OptIn) -> ApiContactOptInTypes {
    match opt_in {
        OptIn::Unknown => ApiContactOptInTypes::Unknown,
        OptIn::Single => ApiContactOptInTypes::Single,
        OptIn::Double => ApiContactOptInTypes::Double,
        OptIn::VerifiedDouble => ApiContactOptInTypes::VerifiedDouble,
    }
}

fn wire_email_type(email_type: EmailType) -> ApiContactEmailTypes {
    match email_type {
        EmailType::PlainText => ApiContactEmailTypes::PlainText,
        EmailType::Html => ApiContactEmailTypes::Html,
    }
}

pub fn status(status: ContactStatus) -> ApiContactStatuses {
    match status {
        ContactStatus::Subscribed => ApiContactStatuses::Subscribed,
        ContactStatus::Unsubscribed => ApiContactStatuses::Unsubscribed,
        ContactStatus::SoftBounced => ApiContactStatuses::SoftBounced,
        ContactStatus::HardBounced => ApiContactStatuses::HardBounced,
        ContactStatus::IspComplained => ApiContactStatuses::IspComplained,
        ContactStatus::MailBlocked => ApiContactStatuses::MailBlocked,
        ContactStatus::PendingOptIn => ApiContactStatuses::PendingOptIn,
        ContactStatus::DirectComplaint => ApiContactStatuses::DirectComplaint,
        ContactStatus::Deleted => ApiContactStatuses::Deleted,
        ContactStatus::SharedSuppression => ApiContactStatuses::SharedSuppression,
        ContactStatus::Suppressed => ApiContactStatuses::Suppressed,
        ContactStatus::NotAllowed => ApiContactStatuses::NotAllowed,
        ContactStatus::DomainSuppression => ApiContactStatuses::DomainSuppression,
        ContactStatus::NoMxRecord => ApiContactStatuses::NoMxRecord,
    }
}

pub fn resubscribed(back: &Resubscribed) -> ApiResubscribeResult {
    let status = match back.status {
        ResubscribeStatus::Added => ApiResubscribeStatuses::ContactAdded,
        ResubscribeStatus::Challenged => ApiResubscribeStatuses::ContactChallenged,
        ResubscribeStatus::CannotBeUnsuppressed => {
            ApiResubscribeStatuses::ContactCannotBeUnsuppressed
        }
    };
    ApiResubscribeResult { contact: Some(with_data(&back.contact)), status }
}

/// The plain enumeration of 2013.
pub fn resubscribed_2013(back: &Resubscribed) -> ApiResubscribeResult2013 {
    match back.status {
        ResubscribeStatus::Added => ApiResubscribeResult2013::ContactAdded,
        ResubscribeStatus::Challenged => ApiResubscribeResult2013::ContactChallenged,
        ResubscribeStatus::CannotBeUnsuppressed => {
            ApiResubscribeResult2013::ContactCannotBeUnsuppressed
        }
    }
}
