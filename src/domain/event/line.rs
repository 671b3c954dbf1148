//! Events as they are written down: one JSON object a line.

use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{Event, EventKey, EventKind, Subject};
use crate::domain::activity::{Message, cut};
use crate::domain::address::{EmailAddress, is_domain_name};
use crate::domain::bounce::{BounceClass, BounceReason};
use crate::domain::ids::{CampaignId, TemplateId};

/// Longest `id`, in bytes.
const MAX_ID_BYTES: usize = 256;

/// Why a line is no event. Says nothing of what stood in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    #[error("the line is not a JSON object with a known `type`")]
    Malformed,
    #[error("the event has a member that is unknown or of the wrong type")]
    Member,
    #[error("the event names no valid `email`")]
    NoAddress,
    #[error("the event names no valid `domain`")]
    NoDomain,
    #[error("the event names no `account`")]
    NoAccount,
    #[error("`id` is empty or longer than {MAX_ID_BYTES} bytes")]
    Id,
    #[error("an event has one of `template_id`, `campaign_id` and `direct`, and not 0 or false")]
    Message,
    #[error("`{member}` does not belong to an event of this type")]
    Misplaced { member: &'static str },
    #[error("a bounce says its `class`, its `reason`, or both")]
    NoClass,
}

/// An event as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: Option<String>,
    account: Option<String>,
    #[serde(rename = "type")]
    kind: Kind,
    class: Option<BounceClass>,
    email: Option<String>,
    domain: Option<String>,
    template_id: Option<u32>,
    campaign_id: Option<u32>,
    /// About a message that was sent for itself, of no template and no campaign.
    direct: Option<bool>,
    reason: Option<String>,
    url: Option<String>,
    time: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Delivered,
    Bounced,
    Complained,
    Unsubscribed,
    Opened,
    Clicked,
    Block,
    PendingOptin,
    Complaint,
    SuppressDomain,
    SuppressGlobal,
}

impl Kind {
    fn is_about_a_message(self) -> bool {
        !matches!(
            self,
            Self::Block
                | Self::PendingOptin
                | Self::Complaint
                | Self::SuppressDomain
                | Self::SuppressGlobal
        )
    }
}

impl Event {
    /// Reads one line of NDJSON, such as `{"account":"demo","type":"bounced","class":"hard",
    /// "email":"a@b.example","template_id":7,"reason":"550 5.1.1 user unknown"}`.
    ///
    /// `id`, `time` (RFC 3339), `template_id`, `campaign_id` or `direct` (true), and `url` (of a
    /// click) may be left out; so may one of a bounce's `class` and `reason`. `suppress_domain` has `domain` instead
    /// of `email`; `suppress_global` needs no `account`. A member that is unknown, or that its
    /// type has no use for, is an error: nothing is ignored.
    pub fn from_json(line: &str) -> Result<Self, EventError> {
        // serde would take an array for an object, member by member.
        if !line.trim_start().starts_with('{') {
            return Err(EventError::Malformed);
        }
        let line: Line = serde_json::from_str(line).map_err(|error| {
            if error.is_data() { EventError::Member } else { EventError::Malformed }
        })?;
        line.ensure_nothing_misplaced()?;
        let subject = line.subject()?;
        if line.account.is_none() && line.kind != Kind::SuppressGlobal {
            return Err(EventError::NoAccount);
        }
        let key = line.key(&subject)?;
        let message = line.message()?;
        let kind = line.event_kind()?;
        Ok(Self { account: line.account, kind, subject, message, time: line.time, key })
    }
}

impl Line {
    fn ensure_nothing_misplaced(&self) -> Result<(), EventError> {
        let kind = self.kind;
        let ids = [self.template_id, self.campaign_id];
        let has_message = ids.iter().any(Option::is_some) || self.direct.is_some();
        let takes_reason = matches!(kind, Kind::Bounced | Kind::Complained | Kind::Unsubscribed);
        let of_domain = kind == Kind::SuppressDomain;
        for (member, given, taken) in [
            ("class", self.class.is_some(), kind == Kind::Bounced),
            ("reason", self.reason.is_some(), takes_reason),
            ("url", self.url.is_some(), kind == Kind::Clicked),
            ("domain", self.domain.is_some(), of_domain),
            ("email", self.email.is_some(), !of_domain),
            ("template_id, campaign_id or direct", has_message, kind.is_about_a_message()),
        ] {
            if given && !taken {
                return Err(EventError::Misplaced { member });
            }
        }
        Ok(())
    }

    fn subject(&self) -> Result<Subject, EventError> {
        if self.kind == Kind::SuppressDomain {
            let domain = self.domain.as_ref().map(|domain| domain.trim().to_lowercase());
            let domain = domain.filter(|domain| is_domain_name(domain));
            return domain.map(Subject::Domain).ok_or(EventError::NoDomain);
        }
        let address = self.email.as_ref().and_then(|email| EmailAddress::parse(email).ok());
        address.map(Subject::Address).ok_or(EventError::NoAddress)
    }

    fn message(&self) -> Result<Option<Message>, EventError> {
        match (self.template_id, self.campaign_id, self.direct) {
            (None, None, None) => Ok(None),
            (Some(id), None, None) if id > 0 => Ok(Some(Message::Template(TemplateId(id)))),
            (None, Some(id), None) if id > 0 => Ok(Some(Message::Campaign(CampaignId(id)))),
            (None, None, Some(true)) => Ok(Some(Message::Direct)),
            _ => Err(EventError::Message),
        }
    }

    fn event_kind(&self) -> Result<EventKind, EventError> {
        let given =
            |text: &Option<String>| text.as_deref().map(cut).filter(|text| !text.is_empty());
        Ok(match self.kind {
            Kind::Bounced => return self.bounced(given(&self.reason)),
            Kind::Delivered => EventKind::Delivered,
            Kind::Complained => EventKind::Complained,
            Kind::Unsubscribed => EventKind::Unsubscribed { how: given(&self.reason) },
            Kind::Opened => EventKind::Opened,
            Kind::Clicked => EventKind::Clicked { url: given(&self.url) },
            Kind::Block => EventKind::Block,
            Kind::PendingOptin => EventKind::PendingOptin,
            Kind::Complaint => EventKind::Complaint,
            Kind::SuppressDomain => EventKind::SuppressDomain,
            Kind::SuppressGlobal => EventKind::SuppressGlobal,
        })
    }

    fn bounced(&self, said: Option<String>) -> Result<EventKind, EventError> {
        match (self.class, said) {
            (None, None) => Err(EventError::NoClass),
            (Some(class), None) => {
                Ok(EventKind::Bounced { class, reason: BounceReason::of_class(class), said: None })
            }
            (class, Some(said)) => {
                let (reason, by_reason) = BounceReason::read(&said);
                let class = class.unwrap_or(by_reason);
                let said = Some(said).filter(|said| said != reason.text());
                Ok(EventKind::Bounced { class, reason, said })
            }
        }
    }

    fn key(&self, subject: &Subject) -> Result<EventKey, EventError> {
        if let Some(id) = &self.id {
            let fits = !id.is_empty() && id.len() <= MAX_ID_BYTES;
            return if fits { Ok(digest(&["id", id])) } else { Err(EventError::Id) };
        }
        let about = match subject {
            Subject::Address(address) => address.as_compared(),
            Subject::Domain(domain) => domain,
        };
        let number = |number: Option<u32>| number.map(|number| number.to_string());
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(digest(&[
            "contents",
            about,
            &format!("{:?} {:?}", self.kind, self.class),
            &number(self.template_id).unwrap_or_default(),
            &number(self.campaign_id)
                .unwrap_or_else(|| self.direct.map_or_else(String::new, |_| "direct".to_owned())),
            &self.time.map(|time| time.to_string()).unwrap_or_default(),
            &text(&self.reason),
            &text(&self.url),
        ]))
    }
}

/// 128 bits of SHA-256 over the parts, each with its length in front.
fn digest(parts: &[&str]) -> EventKey {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let whole: [u8; 32] = hasher.finalize().into();
    EventKey(whole.first_chunk().copied().unwrap_or_default())
}
