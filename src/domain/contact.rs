//! Contacts: what callers give, see and ask for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::address::EmailAddress;
use super::data_field::FieldName;
use super::external_id::ExternalId;
use super::ids::ContactId;
use super::value::FieldValue;

/// How the contact agreed to be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptIn {
    Unknown,
    Single,
    Double,
    VerifiedDouble,
}

/// Which form of a message the contact wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EmailType {
    PlainText,
    Html,
}

/// Whether the contact can be written to, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum ContactStatus {
    Subscribed = 0,
    Unsubscribed = 1,
    SoftBounced = 2,
    HardBounced = 3,
    IspComplained = 4,
    MailBlocked = 5,
    /// Asked for a double opt-in that is not confirmed yet.
    PendingOptIn = 6,
    /// Complained to the operator directly.
    DirectComplaint = 7,
    Deleted = 8,
    /// On the store-wide suppression list.
    SharedSuppression = 9,
    /// Suppressed by the account's owner.
    Suppressed = 10,
    /// The provider does not take the account's messages ("Blocker").
    NotAllowed = 11,
    /// The account suppresses the whole domain.
    DomainSuppression = 12,
    /// The domain takes no mail.
    NoMxRecord = 13,
}

impl ContactStatus {
    pub const ALL: [Self; 14] = [
        Self::Subscribed,
        Self::Unsubscribed,
        Self::SoftBounced,
        Self::HardBounced,
        Self::IspComplained,
        Self::MailBlocked,
        Self::PendingOptIn,
        Self::DirectComplaint,
        Self::Deleted,
        Self::SharedSuppression,
        Self::Suppressed,
        Self::NotAllowed,
        Self::DomainSuppression,
        Self::NoMxRecord,
    ];

    /// Whether listings leave the contact out and writes to it are refused.
    ///
    /// All but `Subscribed` and `PendingOptIn`: a soft bounce counts too, since an import refuses
    /// such a row and the vendor lists it among the suppressions.
    pub fn suppresses(self) -> bool {
        !matches!(self, Self::Subscribed | Self::PendingOptIn)
    }

    /// Whether an event that says `other` changes this status: only a graver one does.
    ///
    /// Everything graver than `Unsubscribed` cannot be resubscribed, so an opt-out is not lost when
    /// such an event comes before or behind it.
    pub fn yields_to(self, other: Self) -> bool {
        other.gravity() > self.gravity()
    }

    fn gravity(self) -> u8 {
        match self {
            Self::Subscribed => 0,
            Self::PendingOptIn => 1,
            Self::SoftBounced => 2,
            Self::Unsubscribed => 3,
            Self::MailBlocked => 4,
            Self::NotAllowed => 5,
            Self::HardBounced | Self::NoMxRecord => 6,
            Self::IspComplained => 7,
            Self::DirectComplaint => 8,
            Self::DomainSuppression => 9,
            Self::Suppressed => 10,
            Self::SharedSuppression => 11,
            Self::Deleted => 12,
        }
    }
}

/// What a caller says of a contact.
#[derive(Clone, PartialEq, Eq)]
pub struct NewContact {
    pub address: EmailAddress,
    /// `None` keeps what is stored; a new contact is then `Unknown`.
    pub opt_in: Option<OptIn>,
    /// `None` keeps what is stored; a new contact then gets `Html`.
    pub email_type: Option<EmailType>,
    /// `None` keeps what is stored.
    pub external_id: Option<ExternalId>,
    /// `None` keeps what is stored, an empty one clears it.
    pub phone: Option<String>,
    /// By field name, in any case. `None` clears the value; a field not named keeps its value.
    pub fields: Vec<(String, Option<FieldValue>)>,
}

impl NewContact {
    /// Only an address.
    pub fn new(address: EmailAddress) -> Self {
        Self {
            address,
            opt_in: None,
            email_type: None,
            external_id: None,
            phone: None,
            fields: Vec::new(),
        }
    }
}

impl std::fmt::Debug for NewContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewContact(redacted)")
    }
}

/// A contact as callers see it.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    pub id: ContactId,
    pub address: EmailAddress,
    pub opt_in: OptIn,
    pub email_type: EmailType,
    pub status: ContactStatus,
    pub external_id: Option<ExternalId>,
    pub phone: Option<String>,
    /// All fields of the account in their order: the contact's value, else the field's default,
    /// else `None`.
    pub fields: Vec<(FieldName, Option<FieldValue>)>,
    pub created: Timestamp,
    pub modified: Timestamp,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contact")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// A contact who is not written to any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressedContact {
    pub contact: Contact,
    pub since: Timestamp,
    pub reason: ContactStatus,
}

/// Asks to take an unsubscribed contact back.
///
/// The vendor's locale and return address are for a confirmation mail. No mail is sent here, so
/// the domain does not ask for them.
#[derive(Debug, Clone)]
pub struct Resubscription {
    pub contact: NewContact,
}

/// How a resubscription ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResubscribeStatus {
    /// The contact is subscribed again.
    Added,
    /// A confirmation that was asked for earlier is still outstanding.
    Challenged,
    /// The contact bounced, complained, or is suppressed by others than itself.
    CannotBeUnsuppressed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resubscribed {
    pub contact: Contact,
    pub status: ResubscribeStatus,
}
