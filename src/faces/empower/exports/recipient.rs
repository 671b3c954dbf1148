//! A recipient of a message, as the two exports of activity have it.
//!
//! Clients find the address by going back from `bounce`, `opens` or `optout` to an earlier sibling
//! (from a click, of its parent), so it stands before them.

use jiff::Timestamp;

use crate::domain::jobs::Recipient;
use crate::faces::empower::message_contact::MessageContact;
use crate::faces::empower::{Tree, pacific};

/// Word of a layout: as `statistics.getMessageSubscriberData` has it.
pub const MESSAGE_CONTACTS: &str = "contact";
/// Word of a layout: as `transactional.getMessageContactActivity` has it.
pub const MESSAGE_CONTACT_ACTIVITY: &str = "messagecontact";
/// Word of a layout: with the element for an id that the gateway does not know.
pub const SALESFORCE: &str = "salesforce";

/// How recipients are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    is_transactional: bool,
    has_salesforce: bool,
}

impl Layout {
    /// Reads the words that a task kept.
    pub fn of(words: &str) -> Self {
        let says = |word: &str| words.split_whitespace().any(|one| one == word);
        let is_transactional = says(MESSAGE_CONTACT_ACTIVITY);
        Self { is_transactional, has_salesforce: says(SALESFORCE) }
    }

    pub fn root(self) -> &'static str {
        if self.is_transactional { "messagecontacts" } else { "contacts" }
    }

    pub fn element(self) -> &'static str {
        if self.is_transactional { MESSAGE_CONTACT_ACTIVITY } else { MESSAGE_CONTACTS }
    }

    pub fn tree(self, recipient: &Recipient) -> Tree {
        let email = ("email", Tree::text(&recipient.address));
        let named = recipient.contact.map(|contact| {
            let message = recipient.message;
            Tree::text(MessageContact { message, contact })
        });
        let number = ("mes_cont_id", named.unwrap_or_else(Tree::empty));
        let mut fields =
            if self.is_transactional { vec![number, email] } else { vec![email, number] };
        fields.push(("external_id", Tree::text(recipient.external_id.as_deref().unwrap_or(""))));
        let current = ("current", Tree::text(u8::from(recipient.is_listed)));
        let salesforce = self.has_salesforce.then(|| ("salesforce_id", Tree::empty()));
        if self.is_transactional {
            fields.extend(salesforce);
            fields.push(current);
        } else {
            fields.push(current);
            fields.extend(salesforce);
        }
        fields.extend(recipient.sent.map(|sent| ("sent", self.sent(sent))));
        fields.extend(self.bounce(recipient));
        if !recipient.opened.is_empty() {
            let dates = recipient.opened.iter().map(|at| time(*at)).collect();
            fields.push(("opens", Tree::repeated("date", dates)));
        }
        if !recipient.clicked.is_empty() {
            fields.push(("clicks", clicks(recipient)));
        }
        fields.extend(recipient.opted_out.map(|at| ("optout", time(at))));
        Tree::fields(fields)
    }

    /// One export says that it was sent, the other when.
    fn sent(self, at: Timestamp) -> Tree {
        if self.is_transactional { time(at) } else { Tree::text(1) }
    }

    fn bounce(self, recipient: &Recipient) -> Option<(&'static str, Tree)> {
        let (at, reason) = recipient.bounced?;
        let (date, reason) = (("date", time(at)), ("reason", Tree::text(reason.text())));
        let fields = if self.is_transactional { vec![date, reason] } else { vec![reason, date] };
        Some(("bounce", Tree::fields(fields)))
    }
}

fn clicks(recipient: &Recipient) -> Tree {
    let click = |(at, url): &(Timestamp, Option<String>)| {
        let url = url.as_ref().map(|url| ("url", Tree::text(url)));
        Tree::fields(std::iter::once(("date", time(*at))).chain(url).collect())
    };
    Tree::repeated("click", recipient.clicked.iter().map(click).collect())
}

fn time(at: Timestamp) -> Tree {
    Tree::text(pacific::date_time(at))
}
