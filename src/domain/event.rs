//! Bounces, complaints and suppressions as they arrive from outside.

use jiff::Timestamp;
use serde::Deserialize;

use super::address::EmailAddress;
use super::context::Context;
use super::error::{Refusal, Result};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    HardBounce,
    SoftBounce,
    IspComplaint,
    MailBlock,
    /// A provider does not take the account's messages ("Blocker").
    Block,
    Unsubscribe,
    PendingOptin,
    /// A complaint to the operator.
    Complaint,
    SuppressDomain,
    /// Suppresses an address in every account of the store.
    SuppressGlobal,
}

/// One event. The account is its name or its number.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    pub account: Option<String>,
    pub kind: EventKind,
    pub subject: Subject,
    /// When it happened; `None` is when it arrives.
    pub at: Option<Timestamp>,
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

/// Why a line is no event. Says nothing of what stood in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    #[error("the line is not a JSON object with `type`")]
    Malformed,
    #[error("the event names no valid `email`")]
    NoAddress,
    #[error("the event names no valid `domain`")]
    NoDomain,
    #[error("the event names no `account`")]
    NoAccount,
}

impl Event {
    /// Reads one line of NDJSON, such as
    /// `{"account":"demo","type":"hard_bounce","email":"a@b.example"}`.
    pub fn from_json(line: &str) -> Result<Self, EventError> {
        let _ = line;
        Err(EventError::Malformed)
    }
}

/// Events of all accounts.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    pub(super) context: &'a Context,
}

impl Events<'_> {
    /// Records one event: the contact's status and date follow. An address that no contact has
    /// becomes a contact with that status, so that a later import refuses it.
    pub async fn record(&self, event: &Event) -> Result<()> {
        self.record_many(std::slice::from_ref(event)).await
    }

    /// Records events in their order. Recording one twice changes nothing the second time.
    pub async fn record_many(&self, events: &[Event]) -> Result<()> {
        let _ = events;
        Err(Refusal::Unavailable.into())
    }
}
