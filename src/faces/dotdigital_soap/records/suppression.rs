//! Contacts that must not be written to any more.

use jiff::Timestamp;
use lychgate_derive::XmlRecord;

use super::DATA;
use super::contact::{ApiContact, ApiContactStatuses};

/// A contact that must not be written to any more, since when and why.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiContactSuppression", namespace = DATA)]
pub struct ApiContactSuppression {
    #[xml(name = "SuppressedContact")]
    pub contact: Option<ApiContact>,
    /// When the contact was suppressed, in UTC.
    #[xml(name = "DateRemoved")]
    pub since: Timestamp,
    /// Why the contact was suppressed.
    #[xml(name = "Reason")]
    pub reason: ApiContactStatuses,
}

/// Several suppressions.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ArrayOfApiContactSuppression", namespace = DATA)]
pub struct ArrayOfApiContactSuppression {
    #[xml(name = "ApiContactSuppression")]
    pub items: Vec<Option<ApiContactSuppression>>,
}
