//! Taking an unsubscribed contact back.

use serde::{Deserialize, Serialize};

use super::contact::ApiContact;
use crate::domain::{Refusal, ResubscribeStatus, Resubscribed, Resubscription};

/// An unsubscribed contact that is to be taken back. What the vendor's record says of a challenge
/// by mail (`preferredLocale`, `returnUrlToUseIfChallenged`) is passed over: none is sent.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiContactResubscription {
    pub unsubscribed_contact: Option<ApiContact>,
}

impl ApiContactResubscription {
    pub fn into_asked(self) -> Result<Resubscription, Refusal> {
        let contact = self.unsubscribed_contact.ok_or(Refusal::ContactMissing)?;
        Ok(Resubscription { contact: contact.into_new()? })
    }
}

/// How a resubscription ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiResubscribeResult {
    pub contact: Option<ApiContact>,
    pub status: ApiResubscribeStatuses,
}

/// Whether the contact came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiResubscribeStatuses {
    ContactAdded,
    ContactChallenged,
    ContactCannotBeUnsuppressed,
}

impl ApiResubscribeResult {
    pub fn of(back: &Resubscribed) -> Self {
        let status = match back.status {
            ResubscribeStatus::Added => ApiResubscribeStatuses::ContactAdded,
            ResubscribeStatus::Challenged => ApiResubscribeStatuses::ContactChallenged,
            ResubscribeStatus::CannotBeUnsuppressed => {
                ApiResubscribeStatuses::ContactCannotBeUnsuppressed
            }
        };
        Self { contact: Some(ApiContact::bare(&back.contact)), status }
    }
}
