//! One row: what it says of a person, and what became of it.

use jiff::Timestamp;

use crate::domain::address::EmailAddress;
use crate::domain::ids::{ContactId, FieldId, ListId};
use crate::domain::people::{Availability, Standing};
use crate::domain::phone::Phone;
use crate::domain::value::FieldValue;

/// What a row says of a person's address or phone number.
#[derive(Debug, Clone, Default)]
pub struct Channel {
    /// Of an existing one it counts only while that is active or inactive; an opt-out always does.
    pub standing: Option<Standing>,
    pub availability: Option<Availability>,
    /// Whether the caller says anything of lists, be it that there are none.
    pub says_lists: bool,
    /// Whether joining a list takes an opt-out from it back: the caller vouches for a new consent.
    pub rejoins: bool,
    /// Lists to join, with the time of joining where it is known.
    pub lists: Vec<(ListId, Option<Timestamp>)>,
    /// Lists that it unsubscribed from.
    pub left: Vec<ListId>,
    /// Lists that it shall not be in, without an opt-out.
    pub excluded: Vec<ListId>,
}

impl Channel {
    /// Every list that the row says anything of.
    pub fn named_lists(&self) -> impl Iterator<Item = ListId> {
        let joined = self.lists.iter().map(|(list, _)| *list);
        joined.chain(self.left.iter().copied()).chain(self.excluded.iter().copied())
    }
}

/// One row. Without an address and a phone number it is refused.
#[derive(Clone, Default)]
pub struct SyncRow {
    pub address: Option<EmailAddress>,
    pub phone: Option<Phone>,
    /// Delete the contact behind it.
    pub deletes: bool,
    /// The row takes somebody off lists and nothing else: suppressed ones too.
    pub only_leaves: bool,
    /// Take an opt-out from the whole account back, or a confirmation that is waited for as given:
    /// the caller vouches for the consent.
    pub resubscribes: bool,
    /// `None` says nothing of tags.
    pub tags: Option<Vec<String>>,
    pub mail: Channel,
    pub mobile: Channel,
    /// `None` clears the value.
    pub fields: Vec<(FieldId, Option<FieldValue>)>,
}

impl std::fmt::Debug for SyncRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SyncRow(redacted)")
    }
}

/// Why a row is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFault {
    /// Neither an address nor a phone number.
    Nobody,
    /// The phone number is another contact's.
    PhoneInUse,
    /// The store or the account suppresses the address.
    Suppressed,
    /// More tags than a contact may carry.
    TooManyTags,
    TagInvalid,
    /// More lists than a phone number may be in.
    TooManyLists,
    /// The contact would be larger than one may be.
    TooLarge,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    Done(RowDone),
    Refused(RowFault),
}

/// A row that was taken.
#[expect(clippy::struct_excessive_bools, reason = "each is counted on its own")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDone {
    /// `None` for a person who was made by this call: ids are given at its end.
    pub contact: Option<ContactId>,
    /// The contact was not there before the call. Said of the first row about it alone.
    pub inserted: bool,
    /// The contact was there before the call. Said of the first row about it alone.
    pub updated: bool,
    pub deleted: bool,
    /// The row has an address whose standing is new. Said of the first row about it alone.
    pub is_new: bool,
    /// Contacts of the account behind this row.
    pub contacts: u32,
    /// Lists that the row names and the account has not; the row is taken without them.
    pub unknown_lists: Vec<ListId>,
}
