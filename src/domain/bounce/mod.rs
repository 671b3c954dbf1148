//! Bounces: their classes, their documented reasons, and what they make of an address.
//!
//! [`reason`] turns what mail servers say into the reasons that clients know; [`row`] counts soft
//! bounces in a row; [`invalid`] says how invalid an address is by now.

pub mod invalid;
pub mod reason;
pub mod row;

use serde::{Deserialize, Serialize};

pub use invalid::Invalid;
pub use reason::BounceReason;

/// How lasting a bounce is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BounceClass {
    /// The address takes no mail, now or later.
    Hard,
    /// It may take mail later.
    Soft,
    /// The provider does not take this mail or its sender.
    Block,
}
