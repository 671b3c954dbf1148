//! What this face does that its contract does not say, each with a name, a fixture and a source.
//!
//! The README's table and a test read this list: a quirk without a fixture breaks the build.

use crate::faces::quirk::{Quirk, Source};

/// Every quirk of this face, in the order of the README.
pub static QUIRKS: &[Quirk] = &[
    Quirk {
        name: "null-data-without-full-data",
        meaning: "Without withFullData, dataFields is null rather than an empty array.",
        fixture: "GetContacts/page",
        source: Source::Documented,
    },
    Quirk {
        name: "select-defaults-to-1000",
        meaning: "A listing without select answers up to 1000 entries, the most there are \
                  in a page.",
        fixture: "GetContacts/select-left-out",
        source: Source::Chosen,
    },
    Quirk {
        name: "names-in-any-case",
        meaning: "Members of requests, words of paths and parameters of queries are read \
                  in any letter case; unknown ones are passed over.",
        fixture: "CreateContact/names-in-any-case",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "numbers-for-names",
        meaning: "An enumeration may be a number: its place in the list of the contract, \
                  from 0.",
        fixture: "CreateContact/numbers-for-names",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "last-of-several",
        meaning: "Of a member that is in a record more than once the last one counts.",
        fixture: "CreateContact/members-twice",
        source: Source::Chosen,
    },
    Quirk {
        name: "unknown-opt-in-keeps",
        meaning: "An OptInType of Unknown, or none, keeps the stored one; so does an \
                  EmailType that is left out.",
        fixture: "CreateContact/opt-in-unknown",
        source: Source::Chosen,
    },
    Quirk {
        name: "create-updates",
        meaning: "Creating a contact whose address is stored already updates that contact.",
        fixture: "CreateContact/existing",
        source: Source::Documented,
    },
    Quirk {
        name: "forms",
        meaning: "A body of the type application/x-www-form-urlencoded is read as a flat \
                  record.",
        fixture: "CreateContact/form",
        source: Source::Chosen,
    },
    Quirk {
        name: "content-type-left-out",
        meaning: "A body without a Content-Type is read as XML if it begins with <, else \
                  as JSON.",
        fixture: "CreateContact/no-content-type",
        source: Source::Chosen,
    },
    Quirk {
        name: "json-when-nothing-fits",
        meaning: "A caller whose Accept names neither JSON nor XML gets JSON, not 406.",
        fixture: "GetContacts/not-acceptable",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "xml-for-who-sends-xml",
        meaning: "Without an Accept, a caller who sends XML gets XML.",
        fixture: "CreateContact/xml",
        source: Source::Chosen,
    },
    Quirk {
        name: "xml-items-as-in-the-wadl",
        meaning: "In XML an item of a list is named after its type with a small letter in \
                  front, as in the vendor's WADL.",
        fixture: "GetContacts/xml-full-data",
        source: Source::Documented,
    },
    Quirk {
        name: "xml-nil",
        meaning: "In XML a null member is there, with i:nil.",
        fixture: "GetContacts/xml",
        source: Source::Chosen,
    },
    Quirk {
        name: "xml-error",
        meaning: "In XML a failure is an Error with a Message.",
        fixture: "GetContacts/denied-as-xml",
        source: Source::Chosen,
    },
    Quirk {
        name: "suppressed-hidden-by-id",
        meaning: "Listings and GetContactById leave suppressed contacts out; \
                  GetContactByEmail answers them with their status.",
        fixture: "GetContactById/suppressed",
        source: Source::Documented,
    },
    Quirk {
        name: "count-without-suppressed",
        meaning: "The count of contacts leaves suppressed ones out, as listings do.",
        fixture: "GetAllContactsCount/count",
        source: Source::Chosen,
    },
    Quirk {
        name: "collection-with-suppressed",
        meaning: "retrieve-collection answers suppressed contacts too, with their status.",
        fixture: "GetMultipleContacts/some",
        source: Source::Chosen,
    },
    Quirk {
        name: "collections-to-1000",
        meaning: "retrieve-collection and suppress-contacts take up to 1000 contacts.",
        fixture: "GetMultipleContacts/too-many",
        source: Source::Chosen,
    },
    Quirk {
        name: "opt-out-before-contact",
        meaning: "Unsubscribing an address that nobody has stores it as unsubscribed.",
        fixture: "UnsubscribeContact/unknown-address",
        source: Source::Chosen,
    },
    Quirk {
        name: "resubscribed-without-a-challenge",
        meaning: "Resubscribing never asks the contact by mail: preferredLocale and \
                  returnUrlToUseIfChallenged are not read.",
        fixture: "ResubscribeContact/unsubscribed",
        source: Source::Chosen,
    },
    Quirk {
        name: "no-code-for-removals",
        meaning: "Asking after a removal that is not there is ERROR_PARAMETER_INVALID: the \
                  vendor has no code for it.",
        fixture: "GetBulkContactDeletionProgress/unknown",
        source: Source::Chosen,
    },
    Quirk {
        name: "features-not-active",
        meaning: "Scores, surveys, images, programs, text messages and figures of shops \
                  are refused as features that are not active.",
        fixture: "GetContactsScore/inactive",
        source: Source::Documented,
    },
    // The OpenAPI has a 409 of another record, the newer documents show 200 and `result` false:
    // programs that look at the status and programs that look at the member both learn of it.
    Quirk {
        name: "data-field-in-use",
        meaning: "A data field that a segment uses is not deleted: 409, with the vendor's record of \
                  what uses it and `result` false.",
        fixture: "DeleteDataField/in-use",
        source: Source::Chosen,
    },
    // The documents show the bare text; Web API, which the vendor's service is, writes a JSON string
    // for every program that does not ask for plain text.
    Quirk {
        name: "server-time-is-json",
        meaning: "The server's time is a JSON string with its quotes, or an XML element.",
        fixture: "GetServerTime/now",
        source: Source::Chosen,
    },
    // Programs read the address of the API and the limits; there are no credits and no wallet here.
    Quirk {
        name: "properties-that-mean-something",
        meaning: "The account's properties are those that there is something to say of: no \
                  credits, no wallet, no sub-accounts.",
        fixture: "GetCurrentAccountInfo/properties",
        source: Source::Chosen,
    },
    // The OpenAPI has 200, the newer documents 202: nothing is left to be done later.
    Quirk {
        name: "bin-always-empty",
        meaning: "What is deleted is gone at once, so emptying the bin is done when it is \
                  asked for: 200 without a body.",
        fixture: "EmptyRecycleBin/empty",
        source: Source::Chosen,
    },
    Quirk {
        name: "preference-keeps-what-is-not-said",
        meaning: "An update of a preference without its place, visibility or category keeps \
                  these; one into another kind is refused.",
        fixture: "UpdatePreference/kept",
        source: Source::Chosen,
    },
    // A consent is evidence: none may get lost without a word.
    Quirk {
        name: "unknown-part-of-a-consent",
        meaning: "A consent with a part that consents do not have is refused, where unknown \
                  members of other records are passed over.",
        fixture: "CreateContactWithConsent/unknown-part",
        source: Source::Chosen,
    },
    // The page prints `{ message: 'file must be valid' }`, which no JSON parser reads. What clients
    // can have seen is an object with this message, like every other error's.
    Quirk {
        name: "file-must-be-valid",
        meaning: "An upload without a file is answered 400 with the message `file must be valid` and \
                  no code.",
        fixture: "ImportContacts/multipart-without-file-name",
        source: Source::Documented,
    },
    // The vendor's codes have both: one for the call, and a status for a file that is found out later.
    Quirk {
        name: "file-name-says-the-format",
        meaning: "A file name with an extension that is neither of CSV nor of Excel refuses an import; \
                  otherwise the file's first bytes decide.",
        fixture: "ImportContacts/foreign-format",
        source: Source::Chosen,
    },
    Quirk {
        name: "account-is-minus-one",
        meaning: "A record of insight data that belongs to the account, put for `account`, comes \
                  back with the contactIdentifier -1.",
        fixture: "AddTransactionalData/for-the-account",
        source: Source::Documented,
    },
    Quirk {
        name: "json-as-it-is",
        meaning: "A record's json may be the JSON itself, as newer pages show it, or a text with \
                  JSON in it, as clients send it; it comes back as a text.",
        fixture: "AddTransactionalData/json-as-it-is",
        source: Source::Documented,
    },
    Quirk {
        name: "key-of-its-own",
        meaning: "A single record of insight data without a key gets a random one.",
        fixture: "AddTransactionalData/without-a-key",
        source: Source::Chosen,
    },
    Quirk {
        name: "from-id-is-a-key",
        meaning: "fromId is the key of the last record that the caller has seen: those behind it \
                  are answered, at most 100.",
        fixture: "GetTransactionalDataByCollectionFromId/behind-a-key",
        source: Source::Chosen,
    },
    // The vendor numbers address books and segments together, and its documents let a segment's number
    // stand in `addressBookIds`. Here each has numbers of its own.
    Quirk {
        name: "segments-among-address-books",
        meaning: "A number in addressBookIds is an address book or, when there is none of it, a \
                  segment.",
        fixture: "SendCampaign/segment",
        source: Source::Chosen,
    },
    // The documents' own example asks for a send in 2015.
    Quirk {
        name: "past-send-date-is-now",
        meaning: "A send whose date is over begins at once, and shows when that is.",
        fixture: "SendCampaign/past",
        source: Source::Chosen,
    },
    // The vendor's pages show the form, and say nothing of names that no data field has. A name in a
    // mail's text helps nobody.
    Quirk {
        name: "at-sign-placeholders",
        meaning: "@NAME@ in a campaign becomes the data field of that name in any case, the \
                  address for @EMAIL@, or a given value; what is not known becomes nothing. Links \
                  such as http://$UNSUB$ stay.",
        fixture: "GetCampaignByIdWithCompiledContentForTransactionalEmail/contact",
        source: Source::Chosen,
    },
    // The documents' figures add up so: 18 sent, one bounced hard and one softly, 16 delivered;
    // bounces that are hard are a share of what was sent, everything else of what was delivered.
    Quirk {
        name: "delivered-is-not-bounced",
        meaning: "In figures of campaigns and of transactional mail what was sent and did not \
                  bounce is delivered, whether anybody told of its delivery or not.",
        fixture: "GetCampaignSummary/figures",
        source: Source::Chosen,
    },
    // The OpenAPI does not let these dates be null, and .NET's proxies cannot read null there.
    Quirk {
        name: "no-date-is-year-one",
        meaning: "A date that is not there yet (never sent, never opened) is 0001-01-01T00:00:00Z \
                  where the OpenAPI has no null.",
        fixture: "GetCampaignSummary/unsent",
        source: Source::Chosen,
    },
    // Programs that collect all figures of a campaign would stop at a feature that is not active.
    Quirk {
        name: "never-seen-is-empty",
        meaning: "Page views, replies, views of bookmarks and what visits brought in are empty \
                  lists; revenue, split tests and sends at the time that suits each contact are \
                  features that are not active.",
        fixture: "GetCampaignPageViewsSinceDate/none",
        source: Source::Chosen,
    },
    // Known is the sentence for ToAddresses.
    Quirk {
        name: "fields-of-a-message",
        meaning: "The other members of a transactional message that are missing or wrong are named \
                  in the sentence that is known of ToAddresses.",
        fixture: "SendTransactionalEmail/no-subject",
        source: Source::Chosen,
    },
    // The vendor takes such a message and drops it; a program had better learn of it.
    Quirk {
        name: "nobody-left-to-write-to",
        meaning: "A transactional message is refused when all its recipients bounced for good or \
                  are suppressed everywhere; otherwise those are left out.",
        fixture: "SendTransactionalEmail/bounced",
        source: Source::Chosen,
    },
    // Campaigns that were made without a type would all be refused.
    Quirk {
        name: "any-campaign-is-triggered",
        meaning: "Transactional mail takes the content of any campaign, not only of one of the \
                  type Triggered.",
        fixture: "SendTransactionalEmailTriggeredCampaign/ordinary-campaign",
        source: Source::Chosen,
    },
];
