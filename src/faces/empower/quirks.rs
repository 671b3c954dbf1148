//! What this face does that its contract does not say, each with a name, a fixture and a source.
//!
//! The README's table and a test read this list: a quirk without a fixture breaks the build.

use crate::faces::quirk::{Quirk, Source};

/// Every quirk of this face, in the order of the README.
pub static QUIRKS: &[Quirk] = &[
    Quirk {
        name: "plain-method-name",
        meaning: "Every leaf of a reply is CDATA but methodName, which one client compares as \
                  plain text; others match the bytes of responseCode's CDATA.",
        fixture: "utilities.checkEmail/valid",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "error-code-in-data",
        meaning: "An error's code stands in responseData, as in the one error that was recorded.",
        fixture: "utilities.checkEmail/missing-email",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "malformed-is-446",
        meaning: "A document that cannot be read answers 446 like a missing one, with what is \
                  wrong and where.",
        fixture: "envelope/malformed",
        source: Source::Chosen,
    },
    Quirk {
        name: "not-combinable",
        meaning: "A method that must stand alone fails as that call's own item when it does not.",
        fixture: "envelope/not-combinable",
        source: Source::Chosen,
    },
    Quirk {
        name: "method-not-allowed-is-445",
        meaning: "A method outside a Custom user's list answers 445 with the method's name.",
        fixture: "envelope/method-not-allowed",
        source: Source::Chosen,
    },
];
