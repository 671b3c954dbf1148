//! Numbers and ids between the wire and the domain.

use jiff::Timestamp;

use crate::domain::{CampaignId, ContactId, ListId, PreferenceId, Refusal, SegmentId};

/// A number of the domain as the wire's `int32`; counts beyond it stay at the largest.
pub fn int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A number that no id can have is an unknown contact.
pub fn contact_id(id: i32) -> Result<ContactId, Refusal> {
    u32::try_from(id).map(ContactId).map_err(|_| Refusal::ContactNotFound)
}

/// A number that no id can have is an unknown address book.
pub fn list_id(id: i32) -> Result<ListId, Refusal> {
    u32::try_from(id).map(ListId).map_err(|_| Refusal::ListNotFound)
}

/// A number that no id can have is an unknown segment.
pub fn segment_id(id: i32) -> Result<SegmentId, Refusal> {
    u32::try_from(id).map(SegmentId).map_err(|_| Refusal::SegmentNotFound)
}

/// A number that no id can have is an unknown campaign.
pub fn campaign_id(id: i32) -> Result<CampaignId, Refusal> {
    u32::try_from(id).map(CampaignId).map_err(|_| Refusal::CampaignNotFound)
}

/// A number that no id can have is an unknown preference.
pub fn preference_id(id: i32) -> Result<PreferenceId, Refusal> {
    u32::try_from(id).map(PreferenceId).map_err(|_| Refusal::PreferenceNotFound)
}

/// A count as the wire's `int32`; what is beyond it stays at the largest.
pub fn count(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A part of a whole, of 1; nothing of nothing is 0.
pub fn share(part: u64, whole: u64) -> f64 {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

/// A time that the vendor's records always have. What never happened is .NET's first moment: its
/// clients cannot read null there.
pub fn moment(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), |time| time.to_string())
}
