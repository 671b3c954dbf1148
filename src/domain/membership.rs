//! A contact's place in a list.

use bytes::Bytes;
use jiff::Timestamp;

use crate::store::record::{damaged, split_version};
use crate::store::{StoreError, Table};

const VERSION: u8 = 1;
/// Version, state and two times of eight bytes.
const ENCODED_BYTES: usize = 18;

/// How a contact stands to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberState {
    /// Listed and counted.
    Active,
    /// Left this list: adding and importing into it are refused until resubscribed.
    Unsubscribed,
    /// In the list, but the contact is suppressed in the whole account: neither listed nor
    /// counted, and active again when the contact is subscribed again.
    Suspended,
}

/// A stored membership. Times are kept to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    pub state: MemberState,
    /// When the contact joined the list first.
    pub added: Timestamp,
    /// When `state` became what it is.
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

    pub fn is_active(self) -> bool {
        self.state == MemberState::Active
    }

    pub fn encode(self) -> Bytes {
        let state = match self.state {
            MemberState::Active => 0,
            MemberState::Unsubscribed => 1,
            MemberState::Suspended => 2,
        };
        let mut bytes = Vec::with_capacity(ENCODED_BYTES);
        bytes.extend_from_slice(&[VERSION, state]);
        bytes.extend_from_slice(&self.added.as_microsecond().to_be_bytes());
        bytes.extend_from_slice(&self.since.as_microsecond().to_be_bytes());
        bytes.into()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let (_, body) = split_version(Table::Member, VERSION, bytes)?;
        Self::decode_body(body).ok_or_else(|| damaged(Table::Member, "a membership is malformed"))
    }

    fn decode_body(body: &[u8]) -> Option<Self> {
        let (state, times) = body.split_first()?;
        let state = match state {
            0 => MemberState::Active,
            1 => MemberState::Unsubscribed,
            2 => MemberState::Suspended,
            _ => return None,
        };
        let (added, since) = times.split_first_chunk()?;
        Some(Self { state, added: time(*added)?, since: time(since.try_into().ok()?)? })
    }
}

fn time(bytes: [u8; 8]) -> Option<Timestamp> {
    Timestamp::from_microsecond(i64::from_be_bytes(bytes)).ok()
}
