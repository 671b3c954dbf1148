//! How an address or a phone number stands to being written to, in one word.

use serde::{Deserialize, Serialize};

use super::{Availability, Mobile, Stage};
use crate::domain::contact::ContactStatus;
use crate::domain::contact_record::ContactRecord;

/// How an address or a phone number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Nothing is known of it yet.
    New,
    /// Asked to confirm, and did not answer.
    Invited,
    Active,
    /// Switched off, or bounced for good.
    Inactive,
    Unsubscribed,
    /// Complained, or is suppressed.
    Blocked,
}

impl From<Stage> for Standing {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::New => Self::New,
            Stage::Active => Self::Active,
            Stage::Inactive => Self::Inactive,
        }
    }
}

impl ContactRecord {
    /// How the address stands; `None` for a contact without one.
    pub fn standing(&self) -> Option<Standing> {
        (!self.address.is_empty()).then(|| match self.status {
            ContactStatus::Subscribed | ContactStatus::SoftBounced => self.stage().into(),
            ContactStatus::PendingOptIn => Standing::Invited,
            ContactStatus::Unsubscribed => Standing::Unsubscribed,
            ContactStatus::HardBounced | ContactStatus::NoMxRecord => Standing::Inactive,
            ContactStatus::IspComplained
            | ContactStatus::MailBlocked
            | ContactStatus::DirectComplaint
            | ContactStatus::Deleted
            | ContactStatus::SharedSuppression
            | ContactStatus::Suppressed
            | ContactStatus::NotAllowed
            | ContactStatus::DomainSuppression => Standing::Blocked,
        })
    }

    /// Whether messages arrive: by what happened to them, else as somebody said.
    pub fn address_availability(&self) -> Availability {
        let said = self.availability.unwrap_or(Availability::Available);
        match self.status {
            ContactStatus::HardBounced | ContactStatus::NoMxRecord => Availability::Unreachable,
            ContactStatus::SoftBounced => Availability::TemporarilyUnreachable,
            ContactStatus::MailBlocked => Availability::SpamRejected,
            _ => said,
        }
    }
}

impl Mobile {
    pub fn standing(&self) -> Standing {
        if self.unsubscribed.is_some() { Standing::Unsubscribed } else { self.stage.into() }
    }
}
