//! Contacts that must not be written to any more.

use super::DATA;
use super::contact::{ApiContact, ApiContactStatuses};
use crate::protocol::xml::{DateTime, XmlRecord};

/// A contact that must not be written to any more, since when and why.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiContactSuppression", ns = DATA)]
pub struct ApiContactSuppression {
    #[xml(name = "SuppressedContact")]
    pub contact: Option<ApiContact>,
    /// When the contact was suppressed, in UTC.
    #[xml(name = "DateRemoved")]
    pub since: DateTime,
    /// Why the contact was suppressed.
    #[xml(name = "Reason")]
    pub reason: ApiContactStatuses,
}
