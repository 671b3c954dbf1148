//! A contact who is not written to any more.

use serde::Serialize;

use super::contact::{ApiContact, ApiContactStatuses};
use crate::domain::SuppressedContact;

/// A contact who is not written to any more, since when and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiContactSuppression {
    pub suppressed_contact: Option<ApiContact>,
    /// When the contact was suppressed or left the address book.
    pub date_removed: String,
    pub reason: ApiContactStatuses,
}

impl ApiContactSuppression {
    /// With `dataFields` null, as the vendor shows it.
    pub fn of(suppressed: &SuppressedContact) -> Self {
        Self {
            suppressed_contact: Some(ApiContact::bare(&suppressed.contact)),
            date_removed: suppressed.since.to_string(),
            reason: suppressed.reason.into(),
        }
    }
}
