//! Where a campaign stands, in the vendor's words.

use jiff::Timestamp;

use crate::domain::Campaign;
use crate::domain::campaign::Progress;

/// The wire's `status`. A campaign that is neither sent nor to be was canceled.
pub fn status(campaign: &Campaign, now: Timestamp) -> &'static str {
    match campaign.progress(now) {
        Progress::Unsent => "canceled",
        Progress::Scheduled(_) => "scheduled",
        Progress::Sending => "in_progress",
        Progress::Sent(_) => "completed",
    }
}

/// When its sending began, or is to begin, or else when it was made.
pub fn start(campaign: &Campaign, now: Timestamp) -> Option<Timestamp> {
    let pending = campaign.pending.iter().map(|send| send.at).min();
    campaign.sent.or(pending).or_else(|| campaign.scheduled(now)).or_else(|| made(campaign))
}

pub fn made(campaign: &Campaign) -> Option<Timestamp> {
    campaign.mailing.as_ref().map(|mailing| mailing.created).or(campaign.sent)
}
