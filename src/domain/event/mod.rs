//! Deliveries, bounces, opens, complaints and suppressions as they arrive from outside.
//!
//! [`Event::from_json`] reads one line and judges it; [`Events::record_many`] makes contacts,
//! suppressions and activity of many, each once: an event is known again by its id, or by its
//! contents when it has none.

mod counts;
mod line;
mod person;
mod record;

use jiff::Timestamp;

pub use counts::EventCounts;
pub use line::EventError;
pub use record::{EVENTS_AT_ONCE, Events, Outcome};

use super::activity::{Message, What};
use super::address::EmailAddress;
use super::bounce::{BounceClass, BounceReason};
use super::contact::ContactStatus;

/// What happened.
#[derive(Clone, PartialEq, Eq)]
pub enum EventKind {
    Delivered,
    Bounced {
        class: BounceClass,
        reason: BounceReason,
        /// What the mail server said, when that is more than the reason.
        said: Option<String>,
    },
    /// A complaint to the provider, by its feedback loop.
    Complained,
    Unsubscribed {
        how: Option<String>,
    },
    Opened,
    Clicked {
        url: Option<String>,
    },
    /// A provider does not take the account's messages ("Blocker").
    Block,
    PendingOptin,
    /// A complaint to the operator.
    Complaint,
    SuppressDomain,
    /// Suppresses an address in every account of the store.
    SuppressGlobal,
}

impl std::fmt::Debug for EventKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl EventKind {
    /// The `type` in a line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Bounced { .. } => "bounced",
            Self::Complained => "complained",
            Self::Unsubscribed { .. } => "unsubscribed",
            Self::Opened => "opened",
            Self::Clicked { .. } => "clicked",
            Self::Block => "block",
            Self::PendingOptin => "pending_optin",
            Self::Complaint => "complaint",
            Self::SuppressDomain => "suppress_domain",
            Self::SuppressGlobal => "suppress_global",
        }
    }

    /// What becomes of the contact; `None` when a message arrived. A bounce has rules of its own.
    fn status(&self) -> Option<ContactStatus> {
        match self {
            Self::Delivered | Self::Opened | Self::Clicked { .. } => None,
            Self::Bounced { class: BounceClass::Hard, .. } => Some(ContactStatus::HardBounced),
            Self::Bounced { class: BounceClass::Soft, .. } => Some(ContactStatus::SoftBounced),
            Self::Bounced { class: BounceClass::Block, .. } => Some(ContactStatus::MailBlocked),
            Self::Complained => Some(ContactStatus::IspComplained),
            Self::Block => Some(ContactStatus::NotAllowed),
            Self::Unsubscribed { .. } => Some(ContactStatus::Unsubscribed),
            Self::PendingOptin => Some(ContactStatus::PendingOptIn),
            Self::Complaint => Some(ContactStatus::DirectComplaint),
            Self::SuppressDomain => Some(ContactStatus::DomainSuppression),
            Self::SuppressGlobal => Some(ContactStatus::SharedSuppression),
        }
    }

    /// What is kept of it as activity; `None` for what happens to no message.
    fn what(&self) -> Option<What> {
        match self.clone() {
            Self::Delivered => Some(What::Delivered),
            Self::Bounced { class, reason, said } => Some(What::Bounced { class, reason, said }),
            Self::Complained => Some(What::Complained),
            Self::Unsubscribed { how } => Some(What::Unsubscribed { how }),
            Self::Opened => Some(What::Opened),
            Self::Clicked { url } => Some(What::Clicked { url }),
            Self::Block
            | Self::PendingOptin
            | Self::Complaint
            | Self::SuppressDomain
            | Self::SuppressGlobal => None,
        }
    }
}

/// One event. The account is its name or its number.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    pub account: Option<String>,
    pub kind: EventKind,
    pub subject: Subject,
    /// The message that it is about.
    pub message: Option<Message>,
    /// When it happened; `None` is when it arrives.
    pub time: Option<Timestamp>,
    /// Digest of its id or, without one, of its contents.
    pub key: EventKey,
}

/// By what an event is known again within its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventKey(pub [u8; 16]);

impl EventKey {
    /// Tells activity of one address, message and time apart.
    fn tag(self) -> u32 {
        self.0.first_chunk().copied().map_or(0, u32::from_be_bytes)
    }
}

/// Whom an event is about.
#[derive(Clone, PartialEq, Eq)]
pub enum Subject {
    Address(EmailAddress),
    /// Lower case.
    Domain(String),
}

impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Event").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subject(redacted)")
    }
}

#[cfg(test)]
mod tests;
