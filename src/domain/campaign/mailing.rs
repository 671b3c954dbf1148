//! What a campaign says and to whom: drafts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Campaign, Campaigns};
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::{CampaignId, EmailMessageId, ListId, SegmentId};
use crate::domain::long_text::{TextRef, ensure_short, ensure_text};
use crate::domain::outbox::Recipients;
use crate::domain::placeholder::Placeholders;
use crate::store::{Record as _, Table, tables};

/// Longest subject, description, address, note and the like, in characters.
const MAX_SHORT_CHARS: usize = 1_000;

/// Most tags of one campaign, and their longest, in characters.
const MOST_TAGS: usize = 50;
const MAX_TAG_CHARS: usize = 100;

/// Most lists, and most segments, of one campaign.
const MOST_AUDIENCES: usize = 200;

/// A campaign to be drafted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewMailing {
    /// Empty for the subject.
    pub name: String,
    pub subject: String,
    pub from_description: String,
    pub from_email: String,
    pub reply_email: String,
    pub html: String,
    pub plain: String,
    pub message_notes: String,
    pub bill_codes: String,
    /// Number of the group of campaigns that it belongs to.
    pub group: Option<u32>,
    pub track_links: bool,
    pub audience: Audience,
    /// `None` sends as soon as it is released.
    pub release: Option<Timestamp>,
    pub kind: CampaignKind,
    pub replies: Replies,
    /// Where replies go that [`Replies::Forward`] is for, if not to `reply_email`.
    pub custom_reply_email: String,
    pub tags: Vec<String>,
    pub placeholders: Placeholders,
    /// The message that it was made from.
    pub message: Option<EmailMessageId>,
}

/// What a campaign is sent for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CampaignKind {
    #[default]
    Standard,
    /// To single recipients, whenever a program asks for it.
    Triggered,
}

/// What becomes of replies; kept for who asks, since nothing is sent from here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Replies {
    #[default]
    Unset,
    Forward,
    Keep,
    Delete,
}

/// Whom a campaign is for: members of a list or a segment, but for those who are excluded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Audience {
    /// Lists stand beside, with [`Campaign::lists`].
    pub segments: Vec<SegmentId>,
    pub excluded_lists: Vec<ListId>,
    pub excluded_segments: Vec<SegmentId>,
    #[serde(skip)]
    pub lists: Vec<ListId>,
}

impl std::fmt::Debug for NewMailing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewMailing").field("audience", &self.audience).finish_non_exhaustive()
    }
}

/// What a campaign says, as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailing {
    pub subject: String,
    pub from_description: String,
    pub from_email: String,
    pub reply_email: String,
    pub(in crate::domain) html: TextRef,
    pub(in crate::domain) plain: TextRef,
    pub message_notes: String,
    pub bill_codes: String,
    pub group: Option<u32>,
    pub track_links: bool,
    pub audience: Audience,
    pub release: Option<Timestamp>,
    pub created: Timestamp,
    /// What releases it.
    pub(super) key: [u8; KEY_BYTES],
    pub state: MailingState,
    /// As far as it is sent.
    pub recipients: Recipients,
    #[serde(default)]
    pub kind: CampaignKind,
    #[serde(default)]
    pub replies: Replies,
    #[serde(default)]
    pub custom_reply_email: String,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub placeholders: Placeholders,
    /// When its content was last changed; `None` for never.
    #[serde(default)]
    pub modified: Option<Timestamp>,
    /// The message that it was made from: its files go with the campaign.
    #[serde(default)]
    pub message: Option<EmailMessageId>,
}

impl std::fmt::Debug for Mailing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailing").field("state", &self.state).finish_non_exhaustive()
    }
}

/// Where a campaign is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailingState {
    Draft,
    /// Released, and waiting for its time or for a worker.
    Released,
    /// In the hands of the task of this number.
    Sending(u32),
    Sent,
}

/// Written as 30 hexadecimal digits.
pub(super) const KEY_BYTES: usize = 15;

/// A new draft and what releases it.
#[derive(Clone, PartialEq, Eq)]
pub struct Drafted {
    pub id: CampaignId,
    /// 30 hexadecimal digits. Who has it can send the campaign.
    pub key: String,
}

impl std::fmt::Debug for Drafted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drafted").field("id", &self.id).finish_non_exhaustive()
    }
}

impl<'a> Campaigns<'a> {
    /// Stores a draft. [`Refusal::ListNotFound`], [`Refusal::SegmentNotFound`],
    /// [`Refusal::ReleaseInPast`], [`Refusal::TextTooLong`], [`Refusal::ParameterInvalid`].
    pub async fn draft(self, new: &NewMailing) -> Result<Drafted> {
        new.ensure_storable()?;
        let now = self.account.context.clock.now();
        if new.release.is_some_and(|release| release <= now) {
            return Err(Refusal::ReleaseInPast.into());
        }
        let mut random = [0; KEY_BYTES];
        self.account.context.ids.fill(&mut random);
        self.account.change("draft a campaign", |edit| self.draft_once(edit, new, random)).await
    }

    async fn draft_once(
        self,
        mut edit: Edit<'a>,
        new: &NewMailing,
        random: [u8; KEY_BYTES],
    ) -> Result<(Edit<'a>, Drafted)> {
        let Audience { lists, segments, excluded_lists, excluded_segments } = &new.audience;
        for list in lists.iter().chain(excluded_lists) {
            self.account.lists().get(*list).await?;
        }
        for segment in segments.iter().chain(excluded_segments) {
            self.account.segments().get(*segment).await?;
        }
        let campaign = self.put_draft(&mut edit, new, random)?;
        let key = hexadecimal(key_of(campaign.id, random));
        Ok((edit, Drafted { id: campaign.id, key }))
    }

    /// Puts a draft into `edit`. The caller has checked it.
    pub(super) fn put_draft(
        self,
        edit: &mut Edit<'a>,
        new: &NewMailing,
        random: [u8; KEY_BYTES],
    ) -> Result<Campaign> {
        let id = CampaignId(edit.next_campaign());
        let html = TextRef::write(edit, &new.html);
        let plain = TextRef::write(edit, &new.plain);
        let created = self.account.context.clock.now();
        let mailing = Mailing::draft(new, (html, plain), created, key_of(id, random));
        let name = if new.name.is_empty() { &new.subject } else { &new.name };
        let campaign = Campaign {
            id,
            name: name.clone(),
            lists: new.audience.lists.clone(),
            sent: None,
            mailing: Some(mailing),
            pending: Vec::new(),
        };
        let value = campaign.encode().map_err(|error| Error::store("write a campaign", error))?;
        edit.batch.put(Table::Campaign, tables::numbered(self.account.id.0, id.0), value);
        Ok(campaign)
    }
}

impl Mailing {
    fn draft(
        new: &NewMailing,
        (html, plain): (TextRef, TextRef),
        created: Timestamp,
        key: [u8; KEY_BYTES],
    ) -> Self {
        Self {
            subject: new.subject.clone(),
            from_description: new.from_description.clone(),
            from_email: new.from_email.clone(),
            reply_email: new.reply_email.clone(),
            html,
            plain,
            message_notes: new.message_notes.clone(),
            bill_codes: new.bill_codes.clone(),
            group: new.group,
            track_links: new.track_links,
            audience: new.audience.clone(),
            release: new.release,
            created,
            key,
            state: MailingState::Draft,
            recipients: Recipients::default(),
            kind: new.kind,
            replies: new.replies,
            custom_reply_email: new.custom_reply_email.clone(),
            tags: new.tags.clone(),
            placeholders: new.placeholders,
            modified: None,
            message: new.message,
        }
    }

    /// Takes another content; what happened to the campaign stays.
    pub(super) fn rewrite(&mut self, new: &NewMailing, texts: (TextRef, TextRef), now: Timestamp) {
        let fresh = Self::draft(new, texts, self.created, self.key);
        let Self { state, recipients, .. } = *self;
        *self = Self { state, recipients, modified: Some(now), ..fresh };
    }
}

impl NewMailing {
    pub(super) fn ensure_storable(&self) -> Result<()> {
        let short = [
            ("name", self.name.as_str()),
            ("subject", &self.subject),
            ("from_description", &self.from_description),
            ("from_email", &self.from_email),
            ("reply_email", &self.reply_email),
            ("message_notes", &self.message_notes),
            ("bill_codes", &self.bill_codes),
            ("custom_reply_email", &self.custom_reply_email),
        ];
        let is_long = |tag: &String| tag.chars().nth(MAX_TAG_CHARS).is_some();
        if self.tags.len() > MOST_TAGS || self.tags.iter().any(is_long) {
            return Err(Refusal::ParameterInvalid { parameter: "tags" }.into());
        }
        ensure_short(&short, MAX_SHORT_CHARS)?;
        ensure_text(&self.html)?;
        ensure_text(&self.plain)?;
        let Audience { lists, segments, excluded_lists, excluded_segments } = &self.audience;
        let counts = [lists.len(), segments.len(), excluded_lists.len(), excluded_segments.len()];
        if counts.into_iter().any(|count| count > MOST_AUDIENCES) {
            return Err(Refusal::ParameterInvalid { parameter: "audience" }.into());
        }
        Ok(())
    }
}

/// The key with the campaign's id in it, behind four random bytes that hide it, so that a campaign
/// is found by its key alone; eleven random bytes keep others from guessing one.
fn key_of(id: CampaignId, mut random: [u8; KEY_BYTES]) -> [u8; KEY_BYTES] {
    let mask = random.first_chunk::<4>().copied().unwrap_or_default();
    let hidden = id.0 ^ u32::from_be_bytes(mask);
    for (to, from) in random.iter_mut().skip(4).zip(hidden.to_be_bytes()) {
        *to = from;
    }
    random
}

/// The campaign and the key that `text` says, in any case.
pub(super) fn read_key(text: &str) -> Option<(CampaignId, [u8; KEY_BYTES])> {
    if text.len() != KEY_BYTES * 2 || !text.is_ascii() {
        return None;
    }
    let mut key = [0; KEY_BYTES];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    let mask = u32::from_be_bytes(*key.first_chunk()?);
    let hidden = u32::from_be_bytes(*key.get(4..)?.first_chunk()?);
    Some((CampaignId(hidden ^ mask), key))
}

fn hexadecimal(key: [u8; KEY_BYTES]) -> String {
    crate::domain::credential::hex(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_to_its_campaign() {
        let id = CampaignId(1_029_304);
        let key = key_of(id, std::array::from_fn(|at| u8::try_from(at * 17).unwrap()));
        let text = hexadecimal(key);
        assert_eq!(text.len(), 30);
        assert_eq!(read_key(&text.to_uppercase()), Some((id, key)));
        for wrong in ["", "8ff953dd", &"x".repeat(30), &"+1".repeat(15)] {
            assert_eq!(read_key(wrong).filter(|(found, _)| *found == id), None, "{wrong}");
        }
    }
}
