//! Names of messages to contacts: `mes_cont_id`, and with the day of the send `message_detail_id`.
//!
//! The original's have three numbers whose meaning is not known, such as `619-295-1856`, and clients
//! send back what they were given. Here they are the kind of message, its id, and the contact's.

use std::fmt;
use std::str::FromStr;

use crate::domain::activity::Message;
use crate::domain::{CampaignId, ContactId, TemplateId};

/// The first number of a campaign's messages.
const CAMPAIGN: &str = "1";
/// The first number of a template's messages.
const TEMPLATE: &str = "2";
/// What other APIs send is told of too.
const DIRECT: &str = "3";

/// A message and who got it: the wire's `mes_cont_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageContact {
    pub message: Message,
    pub contact: ContactId,
}

impl fmt::Display for MessageContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let contact = self.contact.0;
        match self.message {
            Message::Campaign(id) => write!(f, "{CAMPAIGN}-{}-{contact}", id.0),
            Message::Template(id) => write!(f, "{TEMPLATE}-{}-{contact}", id.0),
            Message::Direct => write!(f, "{DIRECT}-0-{contact}"),
        }
    }
}

/// The text is no `mes_cont_id` of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoMessageContact;

impl FromStr for MessageContact {
    type Err = NoMessageContact;

    fn from_str(text: &str) -> Result<Self, NoMessageContact> {
        let mut parts = text.split('-');
        let (kind, message, contact) = (parts.next(), parts.next(), parts.next());
        let number = |text: Option<&str>| text?.parse::<u32>().ok();
        let (message, contact) = number(message).zip(number(contact)).ok_or(NoMessageContact)?;
        let message = match kind {
            Some(CAMPAIGN) => Message::Campaign(CampaignId(message)),
            Some(TEMPLATE) => Message::Template(TemplateId(message)),
            Some(DIRECT) if message == 0 => Message::Direct,
            _ => return Err(NoMessageContact),
        };
        let is_whole = parts.next().is_none();
        is_whole.then_some(Self { message, contact: ContactId(contact) }).ok_or(NoMessageContact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for message in
            [Message::Campaign(CampaignId(7)), Message::Template(TemplateId(7)), Message::Direct]
        {
            let one = MessageContact { message, contact: ContactId(9) };
            assert_eq!(one.to_string().parse(), Ok(one));
        }
        for text in ["", "1-2", "3-1-1", "1-2-3-4", "1-x-3", "1--3"] {
            assert_eq!(text.parse::<MessageContact>(), Err(NoMessageContact), "{text}");
        }
    }
}
