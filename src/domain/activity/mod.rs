//! What happened to messages, and to those who got them.
//!
//! Sends record it, and events from outside do ([`crate::domain::event`]); lists of bounces,
//! exports, details and statistics read it. It is kept by address rather than by contact, so that
//! it outlives one who is deleted and is there for one who comes back.
//!
//! Each activity lies in a map of its message by time, and in a map of all addresses; messages
//! have counts by day, in US Pacific time, that are brought up to date with each write.

mod contact_set;
mod counts;
mod engagement;
mod history;
mod opt_outs;
mod read;
mod record;
mod tally;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use contact_set::ContactSet;
pub use counts::{Counts, MessageStats, pacific_day};
pub use engagement::Engagement;
pub use history::{Bounce, Delivery};
pub use opt_outs::{OptOut, OptOutMethod, OptOuts};
pub use read::{Between, Bounced, Bounces, Of, Reading};
pub use tally::{Period, PeriodCounts};

use super::address::EmailAddress;
use super::bounce::{BounceClass, BounceReason};
use super::contact::EmailType;
use super::context::Account;
use super::ids::{CampaignId, ContactId, TemplateId};
use crate::store::record::{damaged, split_version};
use crate::store::tables::Moment;
use crate::store::{StoreError, Table, tables};

/// What was sent: one template's messages, or one campaign's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Message {
    Template(TemplateId),
    Campaign(CampaignId),
    /// All messages that are sent for themselves, of no template and no campaign.
    Direct,
}

impl Message {
    const TEMPLATE: u8 = 0;
    const CAMPAIGN: u8 = 1;
    const DIRECT: u8 = 2;

    /// Kind and number, as keys have them.
    fn key(self) -> (u8, u32) {
        match self {
            Self::Template(id) => (Self::TEMPLATE, id.0),
            Self::Campaign(id) => (Self::CAMPAIGN, id.0),
            Self::Direct => (Self::DIRECT, 0),
        }
    }
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    Sent,
    Delivered,
    Bounced {
        class: BounceClass,
        reason: BounceReason,
        /// What the mail server said, cut to [`MAX_TEXT_CHARS`].
        said: Option<String>,
    },
    Complained,
    Unsubscribed {
        /// How, in the words of who reports it; cut as above.
        how: Option<String>,
    },
    Opened,
    Clicked {
        /// Cut to [`MAX_TEXT_CHARS`].
        url: Option<String>,
    },
}

/// Longest text that is kept of a server's words or of a link, in characters.
pub const MAX_TEXT_CHARS: usize = 1_000;

impl What {
    /// The number in keys.
    fn number(&self) -> u8 {
        match self {
            Self::Sent => 0,
            Self::Delivered => 1,
            Self::Bounced { .. } => 2,
            Self::Complained => 3,
            Self::Unsubscribed { .. } => 4,
            Self::Opened => 5,
            Self::Clicked { .. } => 6,
        }
    }

    /// Why it bounced, if it is a bounce.
    pub fn bounce_reason(&self) -> Option<BounceReason> {
        match self {
            Self::Bounced { reason, .. } => Some(*reason),
            _ => None,
        }
    }

    pub fn is_bounce(&self) -> bool {
        matches!(self, Self::Bounced { .. })
    }
}

impl std::fmt::Debug for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sent => "Sent",
            Self::Delivered => "Delivered",
            Self::Bounced { .. } => "Bounced",
            Self::Complained => "Complained",
            Self::Unsubscribed { .. } => "Unsubscribed",
            Self::Opened => "Opened",
            Self::Clicked { .. } => "Clicked",
        })
    }
}

/// One thing that happened.
#[derive(Clone, PartialEq, Eq)]
pub struct Activity {
    /// To the microsecond.
    pub time: Timestamp,
    /// `None` when it has to do with no message that is known here.
    pub message: Option<Message>,
    pub what: What,
    pub address: EmailAddress,
    /// Who had the address then; `None` when nobody did.
    pub contact: Option<ContactId>,
    /// The form in which the message was sent.
    pub email_type: EmailType,
    /// Tells it from others of the same kind, time, address and message: of an event its id's
    /// digest, of a send its number. Recording the same one twice keeps it once.
    pub tag: u32,
}

impl std::fmt::Debug for Activity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (what, message) = (&self.what, &self.message);
        f.debug_struct("Activity")
            .field("what", what)
            .field("message", message)
            .finish_non_exhaustive()
    }
}

/// The format of an entry.
const VERSION: u8 = 1;

/// What stands behind the version byte; the time is in the key.
#[derive(Serialize, Deserialize)]
struct Stored {
    what: What,
    message: Option<Message>,
    contact: Option<ContactId>,
    email_type: EmailType,
    tag: u32,
    /// As it was given.
    address: String,
}

impl Activity {
    fn moment(&self) -> Moment {
        Moment { micros: self.time.as_microsecond(), what: self.what.number(), tag: self.tag }
    }

    fn encode(&self) -> Result<Bytes, StoreError> {
        let stored = Stored {
            what: self.what.clone(),
            message: self.message,
            contact: self.contact,
            email_type: self.email_type,
            tag: self.tag,
            address: self.address.as_given().to_owned(),
        };
        let bytes = postcard::to_extend(&stored, vec![VERSION]);
        bytes.map(Bytes::from).map_err(|error| damaged(Table::Activity, &error.to_string()))
    }

    fn decode(micros: Option<i64>, value: &[u8]) -> Result<Self, StoreError> {
        let broken = |why: &str| damaged(Table::Activity, why);
        let (version, body) = split_version(Table::Activity, VERSION, value)?;
        if version != VERSION {
            return Err(broken("an entry has a format that never was"));
        }
        let time = micros.and_then(|micros| Timestamp::from_microsecond(micros).ok());
        let time = time.ok_or_else(|| broken("an entry has no time"))?;
        let stored = postcard::from_bytes(body).map_err(|error| broken(&error.to_string()))?;
        let Stored { what, message, contact, email_type, tag, address } = stored;
        let address = EmailAddress::stored(address);
        Ok(Self { time, message, what, address, contact, email_type, tag })
    }
}

/// `text` without what is behind its first [`MAX_TEXT_CHARS`] characters.
pub(super) fn cut(text: &str) -> String {
    text.trim().chars().take(MAX_TEXT_CHARS).collect()
}

/// What happened to an account's messages and addresses.
#[derive(Debug, Clone, Copy)]
pub struct Activities<'a> {
    account: Account<'a>,
}

impl<'a> Account<'a> {
    pub fn activities(self) -> Activities<'a> {
        Activities { account: self }
    }
}

/// The map of a message.
fn map_of(
    account: Account<'_>,
    map: tables::ActivityMap,
    message: Message,
) -> crate::store::BlockMap {
    let (kind, number) = message.key();
    tables::activity(account.id.0, map, kind, number)
}

#[cfg(test)]
mod tests;
