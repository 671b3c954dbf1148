//! A message as it is stored: its bodies are long texts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::extras::StoredExtras;
use super::{Message, Origin, Recipient, Recipients};
use crate::domain::ids::{CampaignId, ContactId, TemplateId};
use crate::domain::long_text::TextRef;
use crate::domain::placeholder::Values;
use crate::domain::template::Edition;
use crate::store::{Record, Table};

#[derive(Serialize, Deserialize)]
pub(super) struct OutboxRecord {
    origin: StoredOrigin,
    recipient: Option<StoredRecipient>,
    from_description: String,
    from_email: String,
    reply_email: String,
    subject: String,
    pub html: TextRef,
    pub plain: TextRef,
    time: Timestamp,
    #[serde(default)]
    extras: StoredExtras,
    /// Of a campaign's message to one recipient: what fills its bodies.
    #[serde(default)]
    pub values: Values,
}

#[derive(Serialize, Deserialize)]
enum StoredOrigin {
    Template { id: TemplateId, is_test: bool },
    Campaign { id: CampaignId, recipients: Recipients },
    CampaignMessage { id: CampaignId },
    Direct { campaign: Option<CampaignId> },
}

#[derive(Serialize, Deserialize)]
struct StoredRecipient {
    address: String,
    name: String,
    contact: Option<ContactId>,
}

impl Record for OutboxRecord {
    const TABLE: Table = Table::Outbox;
    const VERSION: u8 = 1;
}

impl OutboxRecord {
    /// `message` with its texts and files, which are written already.
    pub fn new(
        message: &Message,
        html: TextRef,
        plain: TextRef,
        (files, values): (Vec<TextRef>, Values),
    ) -> Self {
        Self {
            origin: match message.origin {
                Origin::Template(id, edition) => {
                    StoredOrigin::Template { id, is_test: edition == Edition::Test }
                }
                Origin::Campaign(id, recipients) => StoredOrigin::Campaign { id, recipients },
                Origin::CampaignMessage(id) => StoredOrigin::CampaignMessage { id },
                Origin::Direct(campaign) => StoredOrigin::Direct { campaign },
            },
            recipient: message.recipient.as_ref().map(|recipient| StoredRecipient {
                address: recipient.address.clone(),
                name: recipient.name.clone(),
                contact: recipient.contact,
            }),
            from_description: message.from_description.clone(),
            from_email: message.from_email.clone(),
            reply_email: message.reply_email.clone(),
            subject: message.subject.clone(),
            html,
            plain,
            time: message.time,
            extras: StoredExtras::new(&message.extras, files),
            values,
        }
    }

    /// Where the attachments lie, in their order.
    pub fn files(&self) -> Vec<TextRef> {
        self.extras.files()
    }

    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The message without its bodies.
    pub fn seen(self) -> Message {
        let recipient = self.recipient.map(|stored| {
            let StoredRecipient { address, name, contact } = stored;
            Recipient { address, name, contact }
        });
        Message {
            origin: match self.origin {
                StoredOrigin::Template { id, is_test } => {
                    Origin::Template(id, if is_test { Edition::Test } else { Edition::Live })
                }
                StoredOrigin::Campaign { id, recipients } => Origin::Campaign(id, recipients),
                StoredOrigin::CampaignMessage { id } => Origin::CampaignMessage(id),
                StoredOrigin::Direct { campaign } => Origin::Direct(campaign),
            },
            recipient,
            from_description: self.from_description,
            from_email: self.from_email,
            reply_email: self.reply_email,
            subject: self.subject,
            html: String::new(),
            plain: String::new(),
            time: self.time,
            extras: self.extras.seen(),
        }
    }
}
