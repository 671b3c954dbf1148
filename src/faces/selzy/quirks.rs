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
        name: "errors-are-html-encoded",
        meaning: "The text of an error is HTML-encoded within its JSON, as the documents say.",
        fixture: "envelope/unknown-method",
        source: Source::Documented,
    },
    Quirk {
        name: "built-in-lists-hidden",
        meaning: "The lists \"All Contacts\" and \"Test\", which every account has for the SOAP \
                  face, are not shown and cannot be joined.",
        fixture: "getLists/all",
        source: Source::Chosen,
    },
    Quirk {
        name: "list-urls-are-not-kept",
        meaning: "before_subscribe_url and after_subscribe_url are taken and not kept: no \
                  subscription form is served here.",
        fixture: "createList/urls",
        source: Source::Chosen,
    },
    Quirk {
        name: "invited-in-its-lists",
        meaning: "Without a consent (double_optin 0) a new contact is in its lists as invited \
                  until the link of its letter is followed or a confirmation is reported.",
        fixture: "subscribe/waits",
        source: Source::Chosen,
    },
    Quirk {
        name: "opt-out-waits-for-consent",
        meaning: "Subscribing who unsubscribed changes nothing with double_optin 0 or 4, and \
                  answers its number; with 3 the caller vouches for a new consent and the \
                  contact comes back.",
        fixture: "subscribe/opt-out-stays",
        source: Source::Chosen,
    },
    Quirk {
        name: "phones-without-plus",
        meaning: "A phone number without + in front of its country code is taken as an \
                  international one.",
        fixture: "subscribe/phone",
        source: Source::Chosen,
    },
    Quirk {
        name: "unsubscribe-from-everything",
        meaning: "unsubscribe without list_ids is an opt-out from the whole account, which every \
                  other face heeds; of an unknown address it is remembered.",
        fixture: "unsubscribe/everywhere",
        source: Source::Chosen,
    },
    Quirk {
        name: "lists-and-fields-twice",
        meaning: "getContact has lists and fields within email, as documented, and beside it, \
                  where one client looks.",
        fixture: "getContact/whole",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "rows-in-counts",
        meaning: "A deleted row counts as inserted or updated too, which alone explains the \
                  documented result; a contact counts once, however many rows name it.",
        fixture: "importContacts/documented-result",
        source: Source::Documented,
    },
    Quirk {
        name: "channels-are-taken-apart",
        meaning: "A bad or refused address leaves its row's phone number to be imported alone, \
                  and the other way around; both identities of one row must be one contact's.",
        fixture: "importContacts/role-with-phone",
        source: Source::Chosen,
    },
    Quirk {
        name: "codes-of-the-log",
        meaning: "Codes of the log that are not documented are e_ for a row that is refused and \
                  w_ for one that is taken without what is wrong.",
        fixture: "importContacts/unknown-list",
        source: Source::Chosen,
    },
    Quirk {
        name: "index-is-the-sent-number",
        meaning: "The index of a log entry is the row's number in data as sent, also where \
                  numbers are left out.",
        fixture: "importContacts/sparse",
        source: Source::Chosen,
    },
    Quirk {
        name: "own-columns-are-passed-over",
        meaning: "Columns of the vendor's exports that cannot be imported (id, email_add_time \
                  and the like) are passed over.",
        fixture: "importContacts/legacy-columns",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "imports-keep-opt-outs",
        meaning: "An import takes no opt-out back, neither of the account nor of a list, be \
                  lists overwritten or not; what else a row says is stored.",
        fixture: "importContacts/opted-out",
        source: Source::Chosen,
    },
    Quirk {
        name: "opt-outs-are-taken",
        meaning: "email_status unsubscribed is taken whatever the address stood like; other \
                  changes only from active and inactive, as documented.",
        fixture: "importContacts/takes-opt-out",
        source: Source::Chosen,
    },
    Quirk {
        name: "deleted-opt-outs-stay",
        meaning: "Of a deleted contact who had opted out or bounced, the bare address stays with \
                  that.",
        fixture: "importContacts/deletes-opted-out",
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
    Quirk {
        name: "no-confirmation-letter",
        meaning: "A contact that is to confirm waits for it also where its list has no letter of \
                  confirmation: the reply warns in the words of the vendor's error.",
        fixture: "subscribe/no-letter",
        source: Source::Chosen,
    },
];
