//! What this face does that its contract does not say, each with a name, a fixture and a source.
//!
//! The README's table and a test read this list: a quirk without a fixture breaks the build.

use crate::faces::quirk::Quirk;

/// Every quirk of this face, in the order of the README.
pub static QUIRKS: &[Quirk] = &[];
