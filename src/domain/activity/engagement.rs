//! Who a message was sent to and what they did with it, contact by contact.

use jiff::Timestamp;

use super::{Activities, Activity, Between, ContactSet, Message, Of, What};
use crate::domain::address::EmailAddress;
use crate::domain::bounce::BounceClass;
use crate::domain::contact::Contact;
use crate::domain::contacts::present;
use crate::domain::error::Result;
use crate::domain::ids::ContactId;
use crate::domain::paging::Page;

/// Contacts looked up together while a page is filled.
const CONTACTS_AT_ONCE: usize = 1_000;

/// What became of a message at one contact.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that happened or did not")]
pub struct Engagement {
    pub contact: ContactId,
    pub address: EmailAddress,
    /// When it was sent, the first time; `None` when nobody recorded that.
    pub sent: Option<Timestamp>,
    /// Kept ones, see [`MOST_KEPT`](super::record::MOST_KEPT).
    pub opens: u32,
    pub first_opened: Option<Timestamp>,
    pub last_opened: Option<Timestamp>,
    pub clicks: u32,
    pub opted_out: bool,
    pub complained: bool,
    pub bounced_softly: bool,
    pub bounced_hard: bool,
}

impl std::fmt::Debug for Engagement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engagement").field("contact", &self.contact).finish_non_exhaustive()
    }
}

impl Engagement {
    fn none(contact: ContactId, address: EmailAddress) -> Self {
        Self {
            contact,
            address,
            sent: None,
            opens: 0,
            first_opened: None,
            last_opened: None,
            clicks: 0,
            opted_out: false,
            complained: false,
            bounced_softly: false,
            bounced_hard: false,
        }
    }

    fn take(&mut self, activity: &Activity) {
        match &activity.what {
            What::Sent => self.sent = self.sent.or(Some(activity.time)),
            What::Delivered => {}
            What::Bounced { class: BounceClass::Hard, .. } => self.bounced_hard = true,
            What::Bounced { .. } => self.bounced_softly = true,
            What::Complained => self.complained = true,
            What::Unsubscribed { .. } => self.opted_out = true,
            What::Opened => {
                self.opens += 1;
                self.first_opened = self.first_opened.or(Some(activity.time));
                self.last_opened = Some(activity.time);
            }
            What::Clicked { .. } => self.clicks += 1,
        }
    }
}

impl Activities<'_> {
    /// The contacts at whom something happened with a message that `wanted` says.
    pub async fn who(
        self,
        message: Message,
        between: Between,
        wanted: impl Fn(&What) -> bool,
    ) -> Result<ContactSet> {
        let mut who = ContactSet::default();
        let others = self.of_message(message, between);
        let bounces = self.bounces_of_message(message, between);
        for mut reading in [others, bounces] {
            while let Some(some) = reading.next_some(self.account).await? {
                let them = some.into_iter().filter(|activity| wanted(&activity.what));
                for contact in them.filter_map(|activity| activity.contact) {
                    who.insert(contact);
                }
            }
        }
        Ok(who)
    }

    /// A page of what happened with a message that `wanted` says, by time; at addresses that nobody
    /// had is left out. Bounces are not among it.
    pub async fn page_of_message(
        self,
        message: Message,
        between: Between,
        page: Page,
        wanted: impl Fn(&What) -> bool,
    ) -> Result<Vec<Activity>> {
        let mut reading = self.of_message(message, between);
        let (mut found, mut skip) = (Vec::new(), page.skip());
        while let Some(some) = reading.next_some(self.account).await? {
            for activity in some {
                if found.len() >= page.select() {
                    return Ok(found);
                }
                if activity.contact.is_none() || !wanted(&activity.what) {
                    continue;
                }
                if skip > 0 {
                    skip -= 1;
                } else {
                    found.push(activity);
                }
            }
        }
        Ok(found)
    }

    /// As [`Activities::page_of_message`], at one contact. None for a contact who is gone.
    pub async fn page_at_contact(
        self,
        message: Message,
        contact: ContactId,
        page: Page,
        wanted: impl Fn(&What) -> bool,
    ) -> Result<Vec<Activity>> {
        let record = self.account.contact_store().load(&[contact]).await?.pop().flatten();
        let Some(record) = record else { return Ok(Vec::new()) };
        let address = EmailAddress::stored(record.address);
        let mut reading = self.of_address(&address, Of::Message(message), Between::default());
        let mut found = Vec::new();
        while let Some(some) = reading.next_some(self.account).await? {
            found.extend(some.into_iter().filter(|activity| wanted(&activity.what)));
        }
        Ok(page.of(found))
    }

    /// A page of contacts whom a message was sent to, ascending, with what they did with it; with
    /// `since`, of those only with whom something happened from then on. Deleted contacts are left
    /// out.
    pub async fn engagements(
        self,
        message: Message,
        since: Option<Timestamp>,
        page: Page,
    ) -> Result<Vec<Engagement>> {
        let is_sent = |what: &What| *what == What::Sent;
        let who = if since.is_none() {
            self.who(message, Between::default(), is_sent).await?
        } else {
            let between = Between { from: since, before: None };
            self.who(message, between, What::is_a_sign_of_life).await?
        };
        let mut found = Vec::new();
        for (contact, address) in self.page_of(&who, page).await? {
            found.push(self.engagement_at(message, contact, address).await?);
        }
        Ok(found)
    }

    /// What one contact did with a message; `None` for one whom it was not sent to, and with whom
    /// nothing happened.
    pub async fn engagement(
        self,
        message: Message,
        contact: ContactId,
    ) -> Result<Option<Engagement>> {
        let record = self.account.contact_store().load(&[contact]).await?.pop().flatten();
        let Some(record) = record else { return Ok(None) };
        let address = EmailAddress::stored(record.address);
        let found = self.engagement_at(message, contact, address.clone()).await?;
        Ok(Some(found).filter(|found| *found != Engagement::none(contact, address)))
    }

    /// A page of the contacts of a set who are still there, with their addresses.
    pub async fn page_of(
        self,
        who: &ContactSet,
        page: Page,
    ) -> Result<Vec<(ContactId, EmailAddress)>> {
        let (mut found, mut skip) = (Vec::new(), page.skip());
        let mut ids = who.iter();
        while found.len() < page.select() {
            let some: Vec<ContactId> = ids.by_ref().take(CONTACTS_AT_ONCE).collect();
            if some.is_empty() {
                break;
            }
            let records = self.account.contact_store().load(&some).await?;
            for (id, record) in some.into_iter().zip(records) {
                let Some(record) = record else { continue };
                if skip > 0 {
                    skip -= 1;
                } else if found.len() < page.select() {
                    found.push((id, EmailAddress::stored(record.address)));
                }
            }
        }
        Ok(found)
    }

    /// A page of the contacts at whom a message bounced for good, ascending, whatever their status
    /// is now.
    pub async fn hard_bouncing(self, message: Message, page: Page) -> Result<Vec<Contact>> {
        let is_hard = |what: &What| matches!(what, What::Bounced { class: BounceClass::Hard, .. });
        let who = self.who(message, Between::default(), is_hard).await?;
        let page = self.page_of(&who, page).await?;
        let ids: Vec<ContactId> = page.into_iter().map(|(id, _)| id).collect();
        let records = self.account.contact_store().load(&ids).await?;
        let schema = self.account.fields().schema().await?;
        let found = ids.into_iter().zip(records);
        Ok(found.filter_map(|(id, record)| Some(present(&schema, id, record?))).collect())
    }

    async fn engagement_at(
        self,
        message: Message,
        contact: ContactId,
        address: EmailAddress,
    ) -> Result<Engagement> {
        let mut reading = self.of_address(&address, Of::Message(message), Between::default());
        let mut engagement = Engagement::none(contact, address);
        while let Some(some) = reading.next_some(self.account).await? {
            for activity in &some {
                engagement.take(activity);
            }
        }
        Ok(engagement)
    }

    /// Whether anything but sending and delivery happened with a message from `since` on.
    pub async fn any_since(self, message: Message, since: Timestamp) -> Result<bool> {
        let between = Between { from: Some(since), before: None };
        let others = self.of_message(message, between);
        for mut reading in [self.bounces_of_message(message, between), others] {
            while let Some(some) = reading.next_some(self.account).await? {
                if some.iter().any(|activity| activity.what.is_a_sign_of_life()) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

impl What {
    /// Whether it tells more than that the message went out.
    pub fn is_a_sign_of_life(&self) -> bool {
        !matches!(self, Self::Sent | Self::Delivered)
    }
}
