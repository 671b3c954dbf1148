//! Numbers and ids between the wire and the domain.

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
