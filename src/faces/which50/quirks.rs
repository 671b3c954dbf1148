//! What this face does that its contract does not say.

use crate::faces::quirk::{Quirk, Source};

/// In the order of the README.
pub static QUIRKS: &[Quirk] = &[
    Quirk {
        name: "paths-in-any-case",
        meaning: "Paths are known in any letter case and with slashes at their end, as IIS knows \
                  them.",
        fixture: "GetContactLists/path-in-any-case",
        source: Source::Chosen,
    },
    Quirk {
        name: "basic-or-bearer",
        meaning: "No page shows how callers are known: HTTP Basic with a login and a bearer with \
                  a token are taken; a call without is challenged for either.",
        fixture: "GetContactLists/no-credentials",
        source: Source::Chosen,
    },
    Quirk {
        name: "errors-of-web-api",
        meaning: "Errors are Web API's: a Message, with a MessageDetail where it has one; the \
                  sentences of the help pages for 403, 404 and 417 are Messages.",
        fixture: "GetContactLists/no-resource",
        source: Source::Chosen,
    },
    Quirk {
        name: "json-unless-xml-is-asked-for",
        meaning: "Who accepts nothing of what there is, or anything, gets JSON.",
        fixture: "GetContactLists/unknown-accept",
        source: Source::Chosen,
    },
    Quirk {
        name: "answered-like-the-body",
        meaning: "Who sends no Accept is answered in the media type of its body.",
        fixture: "CreateImportJob/answered-like-the-body",
        source: Source::Chosen,
    },
    Quirk {
        name: "options-of-lists",
        meaning: "Lists take $filter, $orderby, $skip and $top by Id, Name and Count.",
        fixture: "GetContactLists/options",
        source: Source::Chosen,
    },
    Quirk {
        name: "fields-by-spelled-names",
        meaning: "The address is the field Email (100001), the phone Mobile (100002), the fields \
                  of every account are spelled FirstName and so on; the others have the names \
                  that were given.",
        fixture: "GetFields/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "all-values-of-a-contact",
        meaning: "A contact has a value for each field, null where there is none; \
                  ValidationWarnings is empty in listings.",
        fixture: "GetListContacts/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "select-names-values",
        meaning: "$select of contacts names values; what nothing has is passed over.",
        fixture: "GetListContacts/select",
        source: Source::Chosen,
    },
    Quirk {
        name: "filter-as-odata",
        meaning: "$filter takes eq, ne, gt, ge, lt, le, contains, substringof, startswith, \
                  endswith, and, or, not; texts without regard to case.",
        fixture: "GetListContacts/filter",
        source: Source::Chosen,
    },
    Quirk {
        name: "order-of-ten-thousand",
        meaning: "$orderby puts up to 10,000 contacts in order and refuses more; without it \
                  contacts are in order of Id, however many.",
        fixture: "GetListContacts/order-and-page",
        source: Source::Chosen,
    },
    Quirk {
        name: "contacts-by-address",
        meaning: "Without match the address decides whether a contact is made or changed.",
        fixture: "PostContact/created-json",
        source: Source::Chosen,
    },
    Quirk {
        name: "first-match-is-changed",
        meaning: "Of several contacts that match fits, the one that came first is changed.",
        fixture: "PostContact/matched",
        source: Source::Chosen,
    },
    Quirk {
        name: "values-that-cannot-be-used-are-417",
        meaning: "Values that are understood and cannot be used are 417, what cannot be \
                  understood is 400.",
        fixture: "PostContact/invalid-address",
        source: Source::Chosen,
    },
    Quirk {
        name: "custom-events-are-not-run",
        meaning: "customevents are not run; each is named in ValidationWarnings.",
        fixture: "PostContact/custom-events",
        source: Source::Chosen,
    },
    Quirk {
        name: "bad-phones-are-warnings",
        meaning: "A phone number that is no international one (+ or 00 and 7 to 15 digits) is \
                  left out of a contact and named in ValidationWarnings.",
        fixture: "PostContact/invalid-phone",
        source: Source::Chosen,
    },
    Quirk {
        name: "new-names-become-fields",
        meaning: "Names of values that no field has make fields, as texts.",
        fixture: "PostContact/new-field",
        source: Source::Chosen,
    },
    Quirk {
        name: "forms-name-their-list",
        meaning: "contactForm finds its list in the query or the form: contactListId, listId, \
                  list or lid; it is answered without a body.",
        fixture: "PostContactForm/form",
        source: Source::Chosen,
    },
    Quirk {
        name: "the-address-is-always-read",
        meaning: "An import reads Email, whether FieldNames has it or not; mobile, SMS and phone \
                  names are the phone, the clearest of several.",
        fixture: "CreateImportJob/without-email",
        source: Source::Chosen,
    },
    Quirk {
        name: "own-lists-are-403",
        meaning: "The lists that every account has, All contacts and Test, are written to by \
                  nobody: 403.",
        fixture: "CreateImportJob/reserved-list",
        source: Source::Chosen,
    },
    Quirk {
        name: "batch-answers-the-import",
        meaning: "A batch is answered with the ImportJob as it is then.",
        fixture: "PostBatch/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "an-empty-batch-ends-an-import",
        meaning: "A batch of nobody ends an import that waits for its first one.",
        fixture: "PostBatch/empty",
        source: Source::Chosen,
    },
    Quirk {
        name: "words-of-current-status",
        meaning: "CurrentStatus is Pending, InProgress, Completed or Failed.",
        fixture: "GetImportJob/completed-json",
        source: Source::Chosen,
    },
    Quirk {
        name: "no-finish-date-before-the-end",
        meaning: "FinishDate is null until every row that came is judged.",
        fixture: "GetImportJob/pending-json",
        source: Source::Chosen,
    },
    Quirk {
        name: "a-batch-after-the-end",
        meaning: "A batch for an import that was done makes it run again; its counters go on.",
        fixture: "GetImportJob/again",
        source: Source::Chosen,
    },
    Quirk {
        name: "not-updated-are-refused",
        meaning: "NotUpdatedContacts counts rows of known contacts that were refused: \
                  suppressed, named twice, with a value that does not fit; DroppedContacts stays \
                  0.",
        fixture: "GetImportJob/counters",
        source: Source::Chosen,
    },
    Quirk {
        name: "bad-phones-refuse-no-row",
        meaning: "A row with a phone number that is none is imported without it, and counts in \
                  InvalidSmsCount.",
        fixture: "GetListContacts/imported-phones",
        source: Source::Chosen,
    },
    Quirk {
        name: "empty-values-keep",
        meaning: "An import leaves what a row does not say, or says empty.",
        fixture: "GetListContacts/empty-values-keep",
        source: Source::Chosen,
    },
    Quirk {
        name: "objects-are-no-values",
        meaning: "An object or a list in Values, as the help pages print it, is no value.",
        fixture: "GetListContacts/objects-are-no-values",
        source: Source::Chosen,
    },
    Quirk {
        name: "encrypted-ids",
        meaning: "EncContactId is 32 characters that say nothing, one for each contact and list; \
                  the number is in XML only, as the vendor has it.",
        fixture: "GetContact/json",
        source: Source::Documented,
    },
    Quirk {
        name: "interactions-of-a-thousand",
        meaning: "communications and journeyactivities tell the newest 1,000 things that \
                  happened.",
        fixture: "GetContactCommunications/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "summary-of-our-own",
        meaning: "The members of a contact's summary are ours: none are documented.",
        fixture: "GetContactSummary/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "emails-are-messages",
        meaning: "emails has each send of a campaign or a template; Name is the campaign's name \
                  or the template's subject, Read whether it was opened, Link the clicks.",
        fixture: "GetContactEmails/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "nothing-to-record",
        meaning: "textmessages, landingpages and webforms are empty: there are none here.",
        fixture: "GetContactTextMessages/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "tables-of-every-list",
        meaning: "linkeddata lists the account's relational tables under each list, as Lookup.",
        fixture: "GetAllLinkedData/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "rows-of-a-thousand",
        meaning: "records answers at most 1,000 rows; $skip and $top make pages, $select=* takes \
                  all columns.",
        fixture: "GetLinkedDataRecords/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "pages-count-from-1",
        meaning: "pageNumber counts from 1, pageSize is 50 when not said and 1,000 at most.",
        fixture: "GetWebhookSubscriptions/second-page",
        source: Source::Chosen,
    },
    Quirk {
        name: "subscriptions-are-stored-only",
        meaning: "Subscriptions are kept and listed; nothing is sent to them. The body is the \
                  URL, or an object with Url, TargetUrl, CallbackUrl or HookUrl.",
        fixture: "Subscribe/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "keys-are-texts",
        meaning: "saltkey and apikey are one text each, 404 before they are set.",
        fixture: "GetSaltKey/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "journeys-are-campaigns",
        meaning: "A journey is a campaign with one e-mail; it has no landing pages, text \
                  messages, documents, tags or end.",
        fixture: "GetJourney/json",
        source: Source::Chosen,
    },
    Quirk {
        name: "reached-are-heard-of",
        meaning: "A journey's contacts are those to whom it was sent or of whom its events tell.",
        fixture: "GetJourneyContacts/json",
        source: Source::Chosen,
    },
];
