//! What this face does that its contract does not say, each with a name, a fixture and a source.
//!
//! The README's table and a test read this list: a quirk without a fixture breaks the build.

use crate::faces::quirk::{Quirk, Source};

/// Every quirk of this face, in the order of the README.
pub static QUIRKS: &[Quirk] =
    &[DATA_FIELD_IN_USE, SERVER_TIME_IS_JSON, FILE_MUST_BE_VALID, FILE_NAME_SAYS_THE_FORMAT];

/// The OpenAPI has a 409 of another record, the newer documents show 200 and `result` false:
/// programs that look at the status and programs that look at the member both learn of it.
pub const DATA_FIELD_IN_USE: Quirk = Quirk {
    name: "data-field-in-use",
    meaning: "A data field that a segment uses is not deleted: 409, with the vendor's record of \
              what uses it and `result` false.",
    fixture: "DeleteDataField/in-use",
    source: Source::Chosen,
};

/// The documents show the bare text; Web API, which the vendor's service is, writes a JSON string
/// for every program that does not ask for plain text.
pub const SERVER_TIME_IS_JSON: Quirk = Quirk {
    name: "server-time-is-json",
    meaning: "The server's time is a JSON string with its quotes, or an XML element.",
    fixture: "GetServerTime/now",
    source: Source::Chosen,
};

/// The page prints `{ message: 'file must be valid' }`, which no JSON parser reads. What clients
/// can have seen is an object with this message, like every other error's.
pub const FILE_MUST_BE_VALID: Quirk = Quirk {
    name: "file-must-be-valid",
    meaning: "An upload without a file is answered 400 with the message `file must be valid` and \
              no code.",
    fixture: "ImportContacts/multipart-without-file-name",
    source: Source::Documented,
};

/// The vendor's codes have both: one for the call, and a status for a file that is found out later.
pub const FILE_NAME_SAYS_THE_FORMAT: Quirk = Quirk {
    name: "file-name-says-the-format",
    meaning: "A file name with an extension that is neither of CSV nor of Excel refuses an import; \
              otherwise the file's first bytes decide.",
    fixture: "ImportContacts/foreign-format",
    source: Source::Chosen,
};
