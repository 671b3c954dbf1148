//! E-mail messages that campaigns are made from, their templates, and letters of confirmation.
//!
//! A message is written once and may be sent by several campaigns, each with what it said then.
//! A template is what messages start from. A letter of confirmation belongs to a list, and asks
//! who subscribes to it whether they meant it.

mod change;
mod limits;
mod page;
mod plain_text;
mod record;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::context::Account;
use super::edit::Edit;
use super::error::{Broken, Error, Refusal, Result};
use super::ids::{EmailMessageId, ListId};
use super::long_text::TextRef;
use crate::store::{Record as _, Space, Table, tables};

pub use change::MessageChange;
pub use limits::MAX_FILES_BYTES;
pub use page::MessageFilter;
pub use plain_text::plain_text;
use record::{MessageRecord, StoredFile};

/// What a message is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// Campaigns to the members of a list: all of them, or those with a tag.
    Campaigns {
        list: ListId,
        tag: Option<String>,
    },
    Template {
        title: String,
        description: String,
    },
    /// Asking who subscribes to this list to confirm.
    Confirmation {
        list: ListId,
    },
}

/// Where the text stands on the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alignment {
    /// As the body says.
    #[default]
    Own,
    Left,
    Center,
    Right,
}

/// A message to be stored.
#[derive(Clone)]
pub struct NewEmailMessage {
    pub purpose: Purpose,
    pub sender_name: String,
    pub sender_email: String,
    pub subject: String,
    pub html: String,
    /// Empty for a message of HTML alone.
    pub plain: String,
    /// Two letters, or empty: the language of what is added to the message.
    pub language: String,
    pub alignment: Alignment,
    /// Words that tell messages apart; often empty.
    pub categories: String,
    pub files: Vec<NewFile>,
}

/// A file that goes with a message.
#[derive(Clone, PartialEq, Eq)]
pub struct NewFile {
    pub name: String,
    pub content: Bytes,
}

/// A message as callers see it, without its bodies.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailMessage {
    pub id: EmailMessageId,
    pub purpose: Purpose,
    pub sender_name: String,
    pub sender_email: String,
    pub subject: String,
    pub language: String,
    pub alignment: Alignment,
    pub categories: String,
    /// Names of its files with their bytes.
    pub files: Vec<(String, u32)>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// Both bodies of a message.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Bodies {
    pub html: String,
    /// Empty for a message of HTML alone.
    pub plain: String,
}

impl std::fmt::Debug for NewEmailMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewEmailMessage").field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for NewFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewFile({} bytes)", self.content.len())
    }
}

impl std::fmt::Debug for EmailMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmailMessage").field("id", &self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Bodies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bodies({} and {} bytes)", self.html.len(), self.plain.len())
    }
}

/// An account's e-mail messages.
#[derive(Debug, Clone, Copy)]
pub struct EmailMessages<'a> {
    account: Account<'a>,
}

impl<'a> Account<'a> {
    pub fn email_messages(self) -> EmailMessages<'a> {
        EmailMessages { account: self }
    }
}

impl<'a> EmailMessages<'a> {
    /// Stores a message. A letter of confirmation replaces the list's earlier one.
    ///
    /// [`Refusal::ListNotFound`], [`Refusal::TextTooLong`], [`Refusal::ParameterInvalid`].
    pub async fn create(self, new: &NewEmailMessage) -> Result<EmailMessage> {
        new.ensure_storable()?;
        self.account.change("store a message", |edit| self.create_once(edit, new)).await
    }

    async fn create_once(
        self,
        mut edit: Edit<'a>,
        new: &NewEmailMessage,
    ) -> Result<(Edit<'a>, EmailMessage)> {
        if let Some(list) = new.purpose.list() {
            self.account.lists().get(list).await?;
        }
        let id = edit.next_email_message();
        let place = self.place(id, &new.purpose);
        if let Purpose::Confirmation { .. } = new.purpose
            && let Some((_, old)) = self.stored_at(&place).await?
        {
            old.delete_texts(self.account, &mut edit.batch);
        }
        let now = self.account.context.clock.now();
        let record = MessageRecord {
            id,
            purpose: new.purpose.clone(),
            sender_name: new.sender_name.clone(),
            sender_email: new.sender_email.clone(),
            subject: new.subject.clone(),
            html: TextRef::write(&mut edit, &new.html),
            plain: TextRef::write(&mut edit, &new.plain),
            language: new.language.clone(),
            alignment: new.alignment,
            categories: new.categories.clone(),
            files: new.files.iter().map(|file| StoredFile::write(&mut edit, file)).collect(),
            created: now,
            updated: now,
        };
        let value = record.encode().map_err(|error| Error::store("write a message", error))?;
        edit.batch.put(Table::EmailMessage, place, value);
        Ok((edit, record.seen()))
    }

    /// One message or template. [`Refusal::MessageNotFound`].
    pub async fn get(self, id: EmailMessageId) -> Result<EmailMessage> {
        Ok(self.stored(id).await?.1.seen())
    }

    /// The letter of confirmation of a list, if it has one.
    pub async fn confirmation(self, list: ListId) -> Result<Option<EmailMessage>> {
        let place = tables::confirmation_letter(self.account.id.0, list.0);
        Ok(self.stored_at(&place).await?.map(|(_, record)| record.seen()))
    }

    /// What a message says. [`Refusal::MessageNotFound`] when it was deleted since it was read.
    pub async fn bodies(self, message: &EmailMessage) -> Result<Bodies> {
        let record = self.record_of(message).await?;
        let (html, plain) = (self.text(record.html).await?, self.text(record.plain).await?);
        Ok(Bodies { html, plain })
    }

    async fn text(self, text: TextRef) -> Result<String> {
        let text = text.read(self.account).await;
        let text = text.map_err(|error| Error::store("read a message", error))?;
        Ok(text.ok_or_else(|| Broken::new("read a message", "its body is missing"))?)
    }

    /// The files that go with a message.
    pub async fn files(self, message: &EmailMessage) -> Result<Vec<NewFile>> {
        let record = self.record_of(message).await?;
        let mut files = Vec::with_capacity(record.files.len());
        for file in &record.files {
            files.push(file.read(self.account).await?);
        }
        Ok(files)
    }

    /// One of the files that go with a message, by its place among them.
    pub async fn file(self, message: &EmailMessage, number: usize) -> Result<Option<NewFile>> {
        let record = self.record_of(message).await?;
        match record.files.get(number) {
            Some(file) => Ok(Some(file.read(self.account).await?)),
            None => Ok(None),
        }
    }

    async fn record_of(self, message: &EmailMessage) -> Result<MessageRecord> {
        let place = self.place(message.id, &message.purpose);
        let found = self.stored_at(&place).await?;
        Ok(found.ok_or(Refusal::MessageNotFound)?.1)
    }

    async fn stored(self, id: EmailMessageId) -> Result<(Bytes, MessageRecord)> {
        let place = tables::numbered(self.account.id.0, id.0);
        Ok(self.stored_at(&place).await?.ok_or(Refusal::MessageNotFound)?)
    }

    async fn stored_at(self, place: &[u8]) -> Result<Option<(Bytes, MessageRecord)>> {
        let broken = |error| Error::store("read a message", error);
        let store = &self.account.context.store;
        let stored = store.get(Space::Main, Table::EmailMessage, place).await.map_err(broken)?;
        let Some(stored) = stored else { return Ok(None) };
        let record = MessageRecord::decode(&stored).map_err(broken)?;
        Ok(Some((stored, record)))
    }

    fn place(self, id: EmailMessageId, purpose: &Purpose) -> Bytes {
        match purpose {
            Purpose::Confirmation { list } => {
                tables::confirmation_letter(self.account.id.0, list.0)
            }
            Purpose::Campaigns { .. } | Purpose::Template { .. } => {
                tables::numbered(self.account.id.0, id.0)
            }
        }
    }
}

impl Purpose {
    fn list(&self) -> Option<ListId> {
        match self {
            Self::Campaigns { list, .. } | Self::Confirmation { list } => Some(*list),
            Self::Template { .. } => None,
        }
    }

    pub fn is_template(&self) -> bool {
        matches!(self, Self::Template { .. })
    }
}
