//! Changing and deleting messages.

use super::limits::MAX_SHORT_CHARS;
use super::record::MessageRecord;
use super::{EmailMessage, EmailMessages, Purpose};
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::{EmailMessageId, ListId};
use crate::domain::long_text::{TextRef, ensure_short, ensure_text};
use crate::store::{Record as _, Table, tables};

/// What becomes of a message. `None` keeps what is stored.
#[derive(Clone, Default)]
pub struct MessageChange {
    pub sender_name: Option<String>,
    pub sender_email: Option<String>,
    pub subject: Option<String>,
    pub html: Option<String>,
    pub plain: Option<String>,
    pub language: Option<String>,
    pub categories: Option<String>,
    /// Of a message for campaigns.
    pub list: Option<ListId>,
    /// Of a template.
    pub title: Option<String>,
    /// Of a template.
    pub description: Option<String>,
}

impl std::fmt::Debug for MessageChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MessageChange").field("list", &self.list).finish_non_exhaustive()
    }
}

impl<'a> EmailMessages<'a> {
    /// Changes a message, or a template where `is_template` says so; campaigns that were made from
    /// it keep what it said.
    ///
    /// [`Refusal::MessageNotFound`] also for the one where the other is meant,
    /// [`Refusal::ListNotFound`], [`Refusal::TextTooLong`], [`Refusal::ParameterInvalid`].
    pub async fn change(
        self,
        id: EmailMessageId,
        is_template: bool,
        change: &MessageChange,
    ) -> Result<EmailMessage> {
        change.ensure_storable()?;
        self.account
            .change("change a message", |edit| self.change_once(edit, id, is_template, change))
            .await
    }

    async fn change_once(
        self,
        mut edit: Edit<'a>,
        id: EmailMessageId,
        is_template: bool,
        change: &MessageChange,
    ) -> Result<(Edit<'a>, EmailMessage)> {
        let (stored, mut record) = self.stored(id).await?;
        if record.purpose.is_template() != is_template {
            return Err(Refusal::MessageNotFound.into());
        }
        if let Some(list) = change.list {
            self.account.lists().get(list).await?;
        }
        change.apply(&mut record);
        for (text, new) in [(&mut record.html, &change.html), (&mut record.plain, &change.plain)] {
            if let Some(new) = new {
                text.delete(self.account, &mut edit.batch);
                *text = TextRef::write(&mut edit, new);
            }
        }
        record.updated = self.account.context.clock.now();
        let value = record.encode().map_err(|error| Error::store("write a message", error))?;
        let key = tables::numbered(self.account.id.0, id.0);
        edit.batch.replace(Table::EmailMessage, key, Some(stored), value);
        Ok((edit, record.seen()))
    }

    /// Deletes a message, or a template where `is_template` says so, with all that it holds.
    /// [`Refusal::MessageNotFound`] also for the one where the other is meant.
    pub async fn delete(self, id: EmailMessageId, is_template: bool) -> Result<()> {
        self.account
            .change("delete a message", |edit| self.delete_once(edit, id, is_template))
            .await
    }

    async fn delete_once(
        self,
        mut edit: Edit<'a>,
        id: EmailMessageId,
        is_template: bool,
    ) -> Result<(Edit<'a>, ())> {
        let (stored, record) = self.stored(id).await?;
        if record.purpose.is_template() != is_template {
            return Err(Refusal::MessageNotFound.into());
        }
        let key = tables::numbered(self.account.id.0, id.0);
        edit.batch.expect(Table::EmailMessage, key.clone(), Some(stored));
        edit.batch.delete(Table::EmailMessage, key);
        record.delete_texts(self.account, &mut edit.batch);
        Ok((edit, ()))
    }
}

impl MessageChange {
    fn ensure_storable(&self) -> Result<()> {
        fn given(text: Option<&String>) -> &str {
            text.map_or("", String::as_str)
        }
        let short = [
            ("sender_name", given(self.sender_name.as_ref())),
            ("sender_email", given(self.sender_email.as_ref())),
            ("subject", given(self.subject.as_ref())),
            ("lang", given(self.language.as_ref())),
            ("categories", given(self.categories.as_ref())),
            ("title", given(self.title.as_ref())),
            ("description", given(self.description.as_ref())),
        ];
        ensure_short(&short, MAX_SHORT_CHARS)?;
        ensure_text(given(self.html.as_ref()))?;
        Ok(ensure_text(given(self.plain.as_ref()))?)
    }

    /// Changes everything but the bodies.
    fn apply(&self, record: &mut MessageRecord) {
        for (to, from) in [
            (&mut record.sender_name, &self.sender_name),
            (&mut record.sender_email, &self.sender_email),
            (&mut record.subject, &self.subject),
            (&mut record.language, &self.language),
            (&mut record.categories, &self.categories),
        ] {
            if let Some(from) = from {
                to.clone_from(from);
            }
        }
        match &mut record.purpose {
            Purpose::Campaigns { list, .. } => *list = self.list.unwrap_or(*list),
            Purpose::Template { title, description } => {
                for (to, from) in [(title, &self.title), (description, &self.description)] {
                    if let Some(from) = from {
                        to.clone_from(from);
                    }
                }
            }
            Purpose::Confirmation { .. } => {}
        }
    }
}
