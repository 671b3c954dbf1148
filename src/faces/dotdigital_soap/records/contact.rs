//! Contacts and the values of their data fields.

use super::DATA;
use crate::protocol::xml::{AnyValue, XmlRecord};

/// A contact of the account.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiContact", ns = DATA)]
pub struct ApiContact {
    /// The contact's number; 0 for a contact that is not stored yet.
    #[xml(name = "Id")]
    pub id: i32,
    /// The e-mail address.
    #[xml(name = "Email", required)]
    pub email: Option<String>,
    /// How the contact agreed to be written to.
    #[xml(name = "OptInType")]
    pub opt_in: ApiContactOptInTypes,
    /// The form of mail that the contact wants.
    #[xml(name = "EmailType")]
    pub email_type: ApiContactEmailTypes,
    /// The values of the account's data fields; null where they were not asked for.
    #[xml(name = "DataFields")]
    pub data_fields: Option<Vec<ApiContactData>>,
    /// Whether the contact can be written to, and why not.
    #[xml(name = "Status")]
    pub status: ApiContactStatuses,
}

/// The value of one data field.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiContactData", ns = DATA)]
pub struct ApiContactData {
    /// The field's name.
    #[xml(name = "Key")]
    pub key: Option<String>,
    /// The value in the field's type, which `xsi:type` says.
    #[xml(name = "Value")]
    pub value: Option<AnyValue>,
}

/// How a contact agreed to be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiContactOptInTypes", ns = DATA)]
pub enum ApiContactOptInTypes {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Unknown")]
    Unknown,
    #[xml(name = "Single")]
    Single,
    #[xml(name = "Double")]
    Double,
    #[xml(name = "VerifiedDouble")]
    VerifiedDouble,
}

/// The form of mail that a contact wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiContactEmailTypes", ns = DATA)]
pub enum ApiContactEmailTypes {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "PlainText")]
    PlainText,
    #[xml(name = "Html")]
    Html,
}

/// Whether a contact can be written to, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiContactStatuses", ns = DATA)]
pub enum ApiContactStatuses {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Subscribed")]
    Subscribed,
    #[xml(name = "Unsubscribed")]
    Unsubscribed,
    #[xml(name = "SoftBounced")]
    SoftBounced,
    #[xml(name = "HardBounced")]
    HardBounced,
    #[xml(name = "IspComplained")]
    IspComplained,
    #[xml(name = "MailBlocked")]
    MailBlocked,
    #[xml(name = "PendingOptIn")]
    PendingOptIn,
    #[xml(name = "DirectComplaint")]
    DirectComplaint,
    #[xml(name = "Deleted")]
    Deleted,
    #[xml(name = "SharedSuppression")]
    SharedSuppression,
    #[xml(name = "Suppressed")]
    Suppressed,
    #[xml(name = "NotAllowed")]
    NotAllowed,
    #[xml(name = "DomainSuppression", value = 100)]
    DomainSuppression,
    #[xml(name = "NoMxRecord", value = 255)]
    NoMxRecord,
}
