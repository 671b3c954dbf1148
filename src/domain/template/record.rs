//! A template as it is stored: its short texts in one record, its bodies as long texts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Edition, Purpose, TemplateHead, Version, Welcome};
use crate::domain::TemplateId;
use crate::domain::context::Account;
use crate::domain::edit::Edit;
use crate::domain::long_text::TextRef;
use crate::store::{Batch, Record, StoreError, Table};

/// A template as it is stored.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct TemplateRecord {
    /// `None` for a transactional template.
    pub welcome: Option<Welcome>,
    pub active: bool,
    pub live: VersionRecord,
    pub test: VersionRecord,
    pub created: Timestamp,
    pub modified: Timestamp,
}

/// A version with its bodies elsewhere. Two versions may refer to the same bodies.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct VersionRecord {
    pub subject: String,
    pub from_description: String,
    pub from_email: String,
    pub reply_email: String,
    pub message_notes: String,
    pub bill_codes: String,
    pub track_links: bool,
    pub track_roi: bool,
    pub binding: String,
    pub html: TextRef,
    pub plain: TextRef,
}

impl Record for TemplateRecord {
    const TABLE: Table = Table::Template;
    const VERSION: u8 = 1;
}

impl TemplateRecord {
    pub fn head(&self, id: TemplateId) -> TemplateHead {
        let purpose = match &self.welcome {
            None => Purpose::Transactional,
            Some(welcome) => Purpose::Welcome(welcome.clone()),
        };
        let Self { active, created, modified, .. } = *self;
        TemplateHead { id, purpose, active, created, modified }
    }

    pub fn version(&self, edition: Edition) -> &VersionRecord {
        match edition {
            Edition::Live => &self.live,
            Edition::Test => &self.test,
        }
    }

    fn texts(&self) -> [TextRef; 4] {
        [self.live.html, self.live.plain, self.test.html, self.test.plain]
    }

    /// Deletes the bodies that `new`, which takes this record's place, does not refer to.
    pub fn delete_texts_not_in(&self, new: &Self, account: Account<'_>, batch: &mut Batch) {
        let kept = new.texts();
        let mut gone: Vec<TextRef> = Vec::new();
        for text in self.texts() {
            if !kept.contains(&text) && !gone.contains(&text) {
                gone.push(text);
            }
        }
        for text in gone {
            text.delete(account, batch);
        }
    }
}

impl VersionRecord {
    /// Puts the bodies of `version` into the edit.
    pub fn write(edit: &mut Edit<'_>, version: &Version) -> Self {
        let html = TextRef::write(edit, &version.html);
        let plain = TextRef::write(edit, &version.plain);
        Self::with_texts(version, html, plain)
    }

    /// Like [`Self::write`]; a body that is the same in `old` is referred to, not written again.
    pub fn rewrite(edit: &mut Edit<'_>, old: &Self, before: &Version, after: &Version) -> Self {
        let body = |edit: &mut Edit<'_>, text: TextRef, before: &str, after: &str| {
            if before == after { text } else { TextRef::write(edit, after) }
        };
        let html = body(edit, old.html, &before.html, &after.html);
        let plain = body(edit, old.plain, &before.plain, &after.plain);
        Self::with_texts(after, html, plain)
    }

    fn with_texts(version: &Version, html: TextRef, plain: TextRef) -> Self {
        Self {
            subject: version.subject.clone(),
            from_description: version.from_description.clone(),
            from_email: version.from_email.clone(),
            reply_email: version.reply_email.clone(),
            message_notes: version.message_notes.clone(),
            bill_codes: version.bill_codes.clone(),
            track_links: version.track_links,
            track_roi: version.track_roi,
            binding: version.binding.clone(),
            html,
            plain,
        }
    }

    /// The version with its bodies; `None` when they were replaced meanwhile.
    pub async fn read(self, account: Account<'_>) -> Result<Option<Version>, StoreError> {
        let Some(html) = self.html.read(account).await? else { return Ok(None) };
        let Some(plain) = self.plain.read(account).await? else { return Ok(None) };
        Ok(Some(Version {
            subject: self.subject,
            from_description: self.from_description,
            from_email: self.from_email,
            reply_email: self.reply_email,
            html,
            plain,
            message_notes: self.message_notes,
            bill_codes: self.bill_codes,
            track_links: self.track_links,
            track_roi: self.track_roi,
            binding: self.binding,
        }))
    }
}
