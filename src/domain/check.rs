//! Checks that what is stored about contacts agrees with itself.

use super::context::Context;
use super::error::{Refusal, Result};

/// One thing that does not agree. Names accounts, lists and contacts by number only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding(pub String);

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Most findings of one check; a store with more is damaged as a whole.
pub const MAX_FINDINGS: usize = 100;

/// Holds every account's contacts, address index, members and counts against each other.
pub async fn check(context: &Context) -> Result<Vec<Finding>> {
    let _ = context;
    Err(Refusal::Unavailable.into())
}
