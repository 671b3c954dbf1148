//! Contacts and the values of their data fields.

use lychgate_derive::XmlRecord;

use super::DATA;
use crate::protocol::xml::AnyValue;

/// A contact of the account.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiContact", namespace = DATA)]
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
    pub data_fields: Option<ArrayOfApiContactData>,
    /// Whether the contact can be written to, and why not.
    #[xml(name = "Status")]
    pub status: ApiContactStatuses,
}

/// Several contacts.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ArrayOfApiContact", namespace = DATA)]
pub struct ArrayOfApiContact {
    #[xml(name = "ApiContact")]
    pub items: Vec<Option<ApiContact>>,
}

/// The value of one data field.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiContactData", namespace = DATA)]
pub struct ApiContactData {
    /// The field's name.
    #[xml(name = "Key")]
    pub key: Option<String>,
    /// The value in the field's type, which `xsi:type` says.
    #[xml(name = "Value")]
    pub value: Option<AnyValue>,
}

/// The values of a contact's data fields.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ArrayOfApiContactData", namespace = DATA)]
pub struct ArrayOfApiContactData {
    #[xml(name = "ApiContactData")]
    pub items: Vec<Option<ApiContactData>>,
}

/// How a contact agreed to be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiContactOptInTypes", namespace = DATA)]
pub enum ApiContactOptInTypes {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Unknown", value = 0)]
    Unknown,
    #[xml(name = "Single", value = 1)]
    Single,
    #[xml(name = "Double", value = 2)]
    Double,
    #[xml(name = "VerifiedDouble", value = 3)]
    VerifiedDouble,
}

/// The form of mail that a contact wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiContactEmailTypes", namespace = DATA)]
pub enum ApiContactEmailTypes {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "PlainText", value = 0)]
    PlainText,
    #[xml(name = "Html", value = 1)]
    Html,
}

/// Whether a contact can be written to, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiContactStatuses", namespace = DATA)]
pub enum ApiContactStatuses {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Subscribed", value = 0)]
    Subscribed,
    #[xml(name = "Unsubscribed", value = 1)]
    Unsubscribed,
    #[xml(name = "SoftBounced", value = 2)]
    SoftBounced,
    #[xml(name = "HardBounced", value = 3)]
    HardBounced,
    #[xml(name = "IspComplained", value = 4)]
    IspComplained,
    #[xml(name = "MailBlocked", value = 5)]
    MailBlocked,
    #[xml(name = "PendingOptIn", value = 6)]
    PendingOptIn,
    #[xml(name = "DirectComplaint", value = 7)]
    DirectComplaint,
    #[xml(name = "Deleted", value = 8)]
    Deleted,
    #[xml(name = "SharedSuppression", value = 9)]
    SharedSuppression,
    #[xml(name = "Suppressed", value = 10)]
    Suppressed,
    #[xml(name = "NotAllowed", value = 11)]
    NotAllowed,
    #[xml(name = "DomainSuppression", value = 100)]
    DomainSuppression,
    #[xml(name = "NoMxRecord", value = 255)]
    NoMxRecord,
}
