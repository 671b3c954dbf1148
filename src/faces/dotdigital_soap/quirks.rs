//! What this face does that its contract does not say, each with a name, a fixture and a source.
//!
//! The README's table and a test read this list: a quirk without a fixture breaks the build.

use crate::faces::quirk::{Quirk, Source};

/// Every quirk of this face, in the order of the README.
pub static QUIRKS: &[Quirk] = &[
    Quirk {
        name: "challenge-not-fault",
        meaning: "Missing or wrong HTTP credentials get 401 with a Basic challenge, not a fault: \
                  .NET proxies post without credentials first.",
        fixture: "GetServerTime/without-credentials",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "edition-2013",
        meaning: "By the host names of 2013, or below the path /2013/, resubscribe answers a plain \
                  enumeration and unsubscribe answers nothing.",
        fixture: "ResubscribeContact/edition-2013",
        source: Source::Documented,
    },
    Quirk {
        name: "retired-operations-answer",
        meaning: "Operations which the vendor withdrew in 2013 answer in both editions, and are \
                  named in the WSDL of 2013 only.",
        fixture: "GetContactStatusByEmail/found",
        source: Source::Chosen,
    },
    Quirk {
        name: "create-updates",
        meaning: "Creating a contact whose address is stored already updates that contact.",
        fixture: "CreateContact/existing",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "unknown-opt-in-keeps",
        meaning: "An OptInType of Unknown, which proxies send unasked, keeps the stored one.",
        fixture: "CreateContact/opt-in-unknown",
        source: Source::Chosen,
    },
    Quirk {
        name: "omitted-values-are-defaults",
        meaning: "A parameter that is left out reads as 0, false or null, as with proxies of 2013.",
        fixture: "GetContacts/omitted-values",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "email-type-left-out",
        meaning: "An EmailType that is left out reads as PlainText, .NET's default, and is stored.",
        fixture: "UpdateContact/email-type-left-out",
        source: Source::Chosen,
    },
    Quirk {
        name: "untyped-value-is-text",
        meaning: "A data-field value without xsi:type reads as text and is checked by its field.",
        fixture: "CreateContact/untyped-value",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "members-in-any-order",
        meaning: "Members of a record are read in any order; they are written in schema order only.",
        fixture: "CreateContact/any-order",
        source: Source::SeenInClients,
    },
    Quirk {
        name: "null-data-without-full-data",
        meaning: "Without withFullData, DataFields is null rather than an empty array.",
        fixture: "GetContacts/page",
        source: Source::Chosen,
    },
    Quirk {
        name: "select-over-1000-refused",
        meaning: "A select above 1000 is refused with ERROR_PARAMETER_INVALID.",
        fixture: "GetContacts/too-many",
        source: Source::Chosen,
    },
    Quirk {
        name: "unknown-import-refused",
        meaning: "Progress of an unknown import is ERROR_IMPORT_NOT_FOUND, not the status Unknown.",
        fixture: "GetContactImportProgress/unknown",
        source: Source::Documented,
    },
    Quirk {
        name: "no-faults-is-a-header",
        meaning: "An import without refused rows has a faults file of its header row alone.",
        fixture: "GetContactImportReportFaults/none",
        source: Source::Chosen,
    },
    Quirk {
        name: "reasons-of-the-document",
        meaning: "Reasons in the faults file are spelled as in the vendor's page, not as in its \
                  Magento code.",
        fixture: "GetContactImportReportFaults/every-reason",
        source: Source::Documented,
    },
    Quirk {
        name: "data-type-is-liberal",
        meaning: "dataType is csv, xls or xlsx in any case, also behind a slash as in text/csv and \
                  the misprinted test/csv.",
        fixture: "ImportContacts/test-csv",
        source: Source::Documented,
    },
    Quirk {
        name: "contact-by-address",
        meaning: "A contact to unsubscribe or resubscribe is found by its Email; its Id is not read.",
        fixture: "UnsubscribeContact/by-address",
        source: Source::Chosen,
    },
    Quirk {
        name: "opt-out-before-contact",
        meaning: "Unsubscribing an address that nobody has stores it as unsubscribed.",
        fixture: "UnsubscribeContact/unknown-address",
        source: Source::Chosen,
    },
    Quirk {
        name: "suppressed-hidden-by-id",
        meaning: "Listings and GetContactById leave suppressed contacts out; GetContactByEmail \
                  answers them with their status.",
        fixture: "GetContactById/suppressed",
        source: Source::Documented,
    },
    Quirk {
        name: "decimal-values",
        meaning: "Numeric data-field values are written as xsd:decimal.",
        fixture: "GetContactById/typed-values",
        source: Source::Chosen,
    },
    Quirk {
        name: "path-in-any-case",
        meaning: "The path is read in any letter case, and api.svc may be spelled ApiService.svc.",
        fixture: "GetServerTime/path-in-any-case",
        source: Source::SeenInClients,
    },
];
