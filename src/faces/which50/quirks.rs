//! What this face does that its contract does not say.

use crate::faces::quirk::Quirk;

/// In the order of the README.
pub static QUIRKS: &[Quirk] = &[];
