//! A contact's place in a list.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a contact stands to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum MemberState {
    /// Listed and counted.
    Active = 0,
    /// Left this list: adding and importing into it are refused until resubscribed.
    Unsubscribed = 1,
    /// In the list, but the contact is suppressed in the whole account: neither listed nor counted.
    Suspended = 2,
}

/// A stored membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub state: MemberState,
    /// When the contact joined the list first.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub added: Timestamp,
    /// When `state` became what it is.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub since: Timestamp,
}

impl Membership {
    /// A contact who joins at `now`.
    pub fn joined(now: Timestamp) -> Self {
        Self { state: MemberState::Active, added: now, since: now }
    }

    /// The same membership in another state from `now` on.
    #[must_use]
    pub fn turned(self, state: MemberState, now: Timestamp) -> Self {
        Self { state, since: now, ..self }
    }
}
