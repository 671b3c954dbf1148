//! A message as it is stored: its bodies and files are long texts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Alignment, EmailMessage, NewFile, Purpose};
use crate::domain::context::Account;
use crate::domain::edit::Edit;
use crate::domain::error::{Broken, Error, Result};
use crate::domain::ids::EmailMessageId;
use crate::domain::long_text::TextRef;
use crate::store::{Batch, Record, Table};

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct MessageRecord {
    pub id: EmailMessageId,
    pub purpose: Purpose,
    pub sender_name: String,
    pub sender_email: String,
    pub subject: String,
    pub html: TextRef,
    pub plain: TextRef,
    pub language: String,
    pub alignment: Alignment,
    pub categories: String,
    pub files: Vec<StoredFile>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

impl Record for MessageRecord {
    const TABLE: Table = Table::EmailMessage;
    const VERSION: u8 = 1;
}

impl MessageRecord {
    pub fn seen(self) -> EmailMessage {
        let size = |file: StoredFile| (file.name, file.content.bytes());
        EmailMessage {
            id: self.id,
            purpose: self.purpose,
            sender_name: self.sender_name,
            sender_email: self.sender_email,
            subject: self.subject,
            language: self.language,
            alignment: self.alignment,
            categories: self.categories,
            files: self.files.into_iter().map(size).collect(),
            created: self.created,
            updated: self.updated,
        }
    }

    /// Deletes the bodies and the files with `batch`.
    pub fn delete_texts(&self, account: Account<'_>, batch: &mut Batch) {
        self.html.delete(account, batch);
        self.plain.delete(account, batch);
        for file in &self.files {
            file.content.delete(account, batch);
        }
    }
}

/// A file where it lies.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredFile {
    name: String,
    content: TextRef,
}

impl StoredFile {
    /// Puts the file into the edit. The caller has checked it.
    pub fn write(edit: &mut Edit<'_>, file: &NewFile) -> Self {
        let content = TextRef::write_bytes(edit, &file.content);
        Self { name: file.name.clone(), content }
    }

    pub async fn read(&self, account: Account<'_>) -> Result<NewFile> {
        let broken = |error| Error::store("read a message's file", error);
        let content = self.content.read_bytes(account).await.map_err(broken)?;
        let lost = || Broken::new("read a message's file", "it is missing");
        Ok(NewFile { name: self.name.clone(), content: content.ok_or_else(lost)?.into() })
    }
}
