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
    Quirk {
        name: "notify-url",
        meaning: "An address to be called when a task is done is taken, and not called: the reply \
                  warns of that.",
        fixture: "async.exportContacts/notify-url",
        source: Source::Chosen,
    },
    Quirk {
        name: "message-by-id",
        meaning: "`getMessage` answers an object for one id and a list for several: clients of \
                  either kind are known.",
        fixture: "getMessage/one",
        source: Source::Chosen,
    },
    Quirk {
        name: "start-in-the-past",
        meaning: "A campaign whose `start_time` is over begins at once: clocks of clients differ.",
        fixture: "createCampaign/in-the-past",
        source: Source::Chosen,
    },
];
