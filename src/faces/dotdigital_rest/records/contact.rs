//! A contact.

use serde::{Deserialize, Serialize};

use super::contact_data::{ApiContactData, field_value};
use crate::domain::{Contact, ContactStatus, EmailAddress, EmailType, NewContact, OptIn, Refusal};
use crate::faces::dotdigital_rest::convert::int;

/// A contact of the account.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiContact {
    /// The contact's number; 0 for one that is not stored yet.
    pub id: i32,
    /// The e-mail address.
    pub email: Option<String>,
    /// How the contact agreed to be written to.
    pub opt_in_type: ApiContactOptInTypes,
    /// The form of mail that the contact wants.
    pub email_type: ApiContactEmailTypes,
    /// The values of the account's data fields; null where they were not asked for.
    pub data_fields: Option<Vec<ApiContactData>>,
    /// Whether the contact can be written to, and why not. Not read: it is not for callers to set.
    pub status: ApiContactStatuses,
}

impl std::fmt::Debug for ApiContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiContact").field("id", &self.id).finish_non_exhaustive()
    }
}

/// How a contact agreed to be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ApiContactOptInTypes {
    #[default]
    Unknown,
    Single,
    Double,
    VerifiedDouble,
    NotAvailableInThisVersion,
}

/// The form of mail that a contact wants. The default is for callers who leave it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ApiContactEmailTypes {
    PlainText,
    Html,
    #[default]
    NotAvailableInThisVersion,
}

/// Whether a contact can be written to, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ApiContactStatuses {
    Subscribed,
    Unsubscribed,
    SoftBounced,
    HardBounced,
    IspComplained,
    MailBlocked,
    PendingOptIn,
    DirectComplaint,
    Deleted,
    SharedSuppression,
    Suppressed,
    NotAllowed,
    DomainSuppression,
    NoMxRecord,
    #[default]
    NotAvailableInThisVersion,
}

impl ApiContact {
    /// With the values of all data fields, by name as the vendor's examples have them.
    pub fn full(contact: &Contact) -> Self {
        let data = contact.fields.iter();
        let data = data.map(|(name, value)| ApiContactData::of(name, value.as_ref()));
        let mut data: Vec<_> = data.collect();
        data.sort_by(|one, other| one.key.cmp(&other.key));
        Self { data_fields: Some(data), ..Self::bare(contact) }
    }

    /// With `dataFields` null.
    pub fn bare(contact: &Contact) -> Self {
        Self {
            id: int(contact.id.0),
            email: Some(contact.address.as_given().to_owned()),
            opt_in_type: contact.opt_in.into(),
            email_type: contact.email_type.into(),
            data_fields: None,
            status: contact.status.into(),
        }
    }

    /// A page of contacts in the detail that the caller asked for.
    pub fn page(contacts: &[Contact], with_full_data: bool) -> Vec<Self> {
        let convert = if with_full_data { Self::full } else { Self::bare };
        contacts.iter().map(convert).collect()
    }

    /// What a caller says of a contact.
    pub fn into_new(self) -> Result<NewContact, Refusal> {
        let address = EmailAddress::parse(self.email.as_deref().unwrap_or_default())?;
        let fields = self.data_fields.unwrap_or_default().into_iter().map(|data| {
            let value = data.value.as_ref().map(field_value).transpose()?.flatten();
            Ok((data.key.unwrap_or_default(), value))
        });
        Ok(NewContact {
            opt_in: self.opt_in_type.into(),
            email_type: self.email_type.into(),
            fields: fields.collect::<Result<_, Refusal>>()?,
            ..NewContact::new(address)
        })
    }
}

impl From<OptIn> for ApiContactOptInTypes {
    fn from(opt_in: OptIn) -> Self {
        match opt_in {
            OptIn::Unknown => Self::Unknown,
            OptIn::Single => Self::Single,
            OptIn::Double => Self::Double,
            OptIn::VerifiedDouble => Self::VerifiedDouble,
        }
    }
}

/// `Unknown` is what a client sends when its program says nothing, so it keeps what is stored.
impl From<ApiContactOptInTypes> for Option<OptIn> {
    fn from(opt_in: ApiContactOptInTypes) -> Self {
        match opt_in {
            ApiContactOptInTypes::Unknown | ApiContactOptInTypes::NotAvailableInThisVersion => None,
            ApiContactOptInTypes::Single => Some(OptIn::Single),
            ApiContactOptInTypes::Double => Some(OptIn::Double),
            ApiContactOptInTypes::VerifiedDouble => Some(OptIn::VerifiedDouble),
        }
    }
}

impl From<EmailType> for ApiContactEmailTypes {
    fn from(email_type: EmailType) -> Self {
        match email_type {
            EmailType::PlainText => Self::PlainText,
            EmailType::Html => Self::Html,
        }
    }
}

impl From<ApiContactEmailTypes> for Option<EmailType> {
    fn from(email_type: ApiContactEmailTypes) -> Self {
        match email_type {
            ApiContactEmailTypes::PlainText => Some(EmailType::PlainText),
            ApiContactEmailTypes::Html => Some(EmailType::Html),
            ApiContactEmailTypes::NotAvailableInThisVersion => None,
        }
    }
}

impl From<ContactStatus> for ApiContactStatuses {
    fn from(status: ContactStatus) -> Self {
        match status {
            ContactStatus::Subscribed => Self::Subscribed,
            ContactStatus::Unsubscribed => Self::Unsubscribed,
            ContactStatus::SoftBounced => Self::SoftBounced,
            ContactStatus::HardBounced => Self::HardBounced,
            ContactStatus::IspComplained => Self::IspComplained,
            ContactStatus::MailBlocked => Self::MailBlocked,
            ContactStatus::PendingOptIn => Self::PendingOptIn,
            ContactStatus::DirectComplaint => Self::DirectComplaint,
            ContactStatus::Deleted => Self::Deleted,
            ContactStatus::SharedSuppression => Self::SharedSuppression,
            ContactStatus::Suppressed => Self::Suppressed,
            ContactStatus::NotAllowed => Self::NotAllowed,
            ContactStatus::DomainSuppression => Self::DomainSuppression,
            ContactStatus::NoMxRecord => Self::NoMxRecord,
        }
    }
}
