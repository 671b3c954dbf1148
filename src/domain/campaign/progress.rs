//! Where a campaign stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Campaign, CampaignKind, MailingState};
use crate::domain::ids::{ListId, SendId};
use crate::domain::placeholder::Placeholders;

/// A send that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub id: SendId,
    pub at: Timestamp,
    /// The lists it is for: they are in use.
    pub lists: Vec<ListId>,
}

/// Where a campaign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Never sent, and nobody asked for it.
    Unsent,
    /// Never sent, and to be sent at that time.
    Scheduled(Timestamp),
    Sending,
    /// Sent, the first time at that time.
    Sent(Timestamp),
}

impl Campaign {
    /// Where the campaign stands at `now`.
    pub fn progress(&self, now: Timestamp) -> Progress {
        let state = self.mailing.as_ref().map(|mailing| mailing.state);
        let released = matches!(state, Some(MailingState::Released));
        let under_way = matches!(state, Some(MailingState::Sending(_)))
            || (released && self.scheduled(now).is_none())
            || self.pending.iter().any(|send| send.at <= now);
        match (under_way, self.sent, self.scheduled(now)) {
            (true, _, _) => Progress::Sending,
            (false, Some(sent), _) => Progress::Sent(sent),
            (false, None, Some(at)) => Progress::Scheduled(at),
            (false, None, None) => Progress::Unsent,
        }
    }

    /// When it is to be sent next.
    pub fn scheduled(&self, now: Timestamp) -> Option<Timestamp> {
        let mailing = self.mailing.as_ref();
        let released = mailing.filter(|mailing| mailing.state == MailingState::Released);
        let release = released.and_then(|mailing| mailing.release);
        let pending = self.pending.iter().map(|send| send.at);
        pending.chain(release).filter(|at| *at > now).min()
    }

    /// Whether its content may be changed: nobody was sent it, and nobody is to be.
    pub fn is_open(&self) -> bool {
        let draft = |state| state == MailingState::Draft;
        let is_draft = self.mailing.as_ref().is_none_or(|mailing| draft(mailing.state));
        is_draft && self.sent.is_none() && self.pending.is_empty()
    }

    pub fn kind(&self) -> CampaignKind {
        self.mailing.as_ref().map_or(CampaignKind::Standard, |mailing| mailing.kind)
    }

    /// The form of the placeholders in its texts.
    pub fn placeholders(&self) -> Placeholders {
        self.mailing.as_ref().map_or(Placeholders::None, |mailing| mailing.placeholders)
    }
}
