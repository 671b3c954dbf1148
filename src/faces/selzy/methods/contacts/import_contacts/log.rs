//! The log of an import: what is wrong with its rows.

use std::borrow::Cow;

use serde::Serialize;

use crate::domain::ListId;
use crate::domain::people::sync::RowFault;

/// Entries that one row may have: a row of many bad cells stays small.
const MAX_ENTRIES_OF_ROW: usize = 10;

/// One entry, without its row. Codes beginning with `e_` refuse what they are about, those with
/// `w_` do not; the vendor documents three of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub code: &'static str,
    pub message: Cow<'static, str>,
}

impl Entry {
    const fn new(code: &'static str, message: &'static str) -> Self {
        Self { code, message: Cow::Borrowed(message) }
    }

    pub const EMAIL_INVALID: Self = Self::new("e_email_invalid", "Invalid email format");
    pub const PHONE_INVALID: Self = Self::new("e_phone_invalid", "Invalid telephone number format");
    pub const OVER_LIMIT: Self = Self::new(
        "w_common_overlimit",
        "The number of contacts for the current tariff plan has been exceeded (but the string has \
         been added)",
    );

    /// The documented entry of an address of a role, under the code that it is documented with.
    pub fn role(address: &str) -> Self {
        let message = format!(
            "Error (email was ignored). Role-based or technical email address: \"{address}\""
        );
        Self { code: "w_common_overlimit", message: message.into() }
    }

    pub fn trap(address: &str) -> Self {
        let message = format!(
            "Error (email was ignored). Potentially dangerous email address: \"{address}\""
        );
        Self { code: "w_common_overlimit", message: message.into() }
    }

    pub fn invalid_value(field: &str) -> Self {
        let message = format!("Invalid value of \"{field}\" (but the string has been added)");
        Self { code: "w_common_invalid_value", message: message.into() }
    }

    pub fn list_not_found(list: ListId) -> Self {
        let message = format!("There is no list {list} (but the string has been added)");
        Self { code: "w_common_list_not_found", message: message.into() }
    }

    pub fn of_fault(fault: RowFault) -> Self {
        match fault {
            RowFault::Nobody => Self::EMAIL_INVALID,
            RowFault::PhoneInUse => Self::new("e_phone_not_unique", "Duplicate telephone number"),
            RowFault::Suppressed => Self::new("e_email_blocked", "The email address is blocked"),
            RowFault::TooManyTags => {
                Self::new("e_common_tags_overlimit", "A contact can have at most 10 tags")
            }
            RowFault::TagInvalid => Self::new("e_common_tag_invalid", "Invalid tag"),
            RowFault::TooManyLists => Self::new("e_phone_lists_overlimit", "Too many lists"),
            RowFault::TooLarge => {
                Self::new("e_common_too_large", "The contact is larger than can be stored")
            }
        }
    }

    fn refuses(&self) -> bool {
        self.code.starts_with("e_")
    }
}

/// What is wrong with one row.
#[derive(Debug)]
pub struct Faults {
    index: u32,
    entries: Vec<Entry>,
}

impl Faults {
    pub fn of_row(index: u32) -> Self {
        Self { index, entries: Vec::new() }
    }

    /// One more, unless it was said already or there are many.
    pub fn add(&mut self, entry: Entry) {
        if self.entries.len() < MAX_ENTRIES_OF_ROW && !self.entries.contains(&entry) {
            self.entries.push(entry);
        }
    }

    /// What refuses the row: of a row without anybody only if nothing said why yet.
    pub fn refuse(&mut self, fault: RowFault) {
        let says_why = self.entries.iter().any(Entry::refuses);
        let is_ignored = self.entries.iter().any(|one| one.message.starts_with("Error"));
        if fault != RowFault::Nobody || !(says_why || is_ignored) {
            self.add(Entry::of_fault(fault));
        }
    }

    pub fn lines(self) -> impl Iterator<Item = Line> {
        let index = self.index;
        self.entries.into_iter().map(move |Entry { code, message }| Line { index, code, message })
    }
}

/// An entry on the wire.
#[derive(Debug, Serialize)]
pub struct Line {
    /// The row's number in `data`.
    index: u32,
    code: &'static str,
    message: Cow<'static, str>,
}
