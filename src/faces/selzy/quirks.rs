//! What this face does that its contract does not say, each with a name, a fixture and a source.
//!
//! The README's table and a test read this list: a quirk without a fixture breaks the build.

use crate::faces::quirk::{Quirk, Source};

/// Every quirk of this face, in the order of the README.
pub static QUIRKS: &[Quirk] = &[
    Quirk {
        name: "any-language",
        meaning: "Any two letters are a language, and every language answers in English.",
        fixture: "envelope/unknown-language",
        source: Source::Chosen,
    },
    Quirk {
        name: "body-wins",
        meaning: "Arguments of the query and of the body are read together; where both say the \
                  same, the body's counts, as in PHP.",
        fixture: "envelope/body-wins",
        source: Source::Chosen,
    },
];
