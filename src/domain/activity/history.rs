//! What became of each message to one address.

use jiff::Timestamp;

use super::{Activities, Activity, Between, Message, Of, What};
use crate::domain::address::EmailAddress;
use crate::domain::bounce::BounceReason;
use crate::domain::error::Result;

/// Sends that a history tells of: thirty a day for as long as Empower looks back.
const MOST_SENDS: usize = 3_000;
/// Opens, and clicks, that are told of one send. A link checker makes more than a person.
const MOST_TIMES: usize = 500;

/// One send of a message to an address, with what came of it, by time.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivery {
    pub message: Message,
    /// When it was sent or, where nobody recorded that, when it is first heard of.
    pub began: Timestamp,
    pub sent: Option<Timestamp>,
    pub delivered: Option<Timestamp>,
    pub bounced: Option<Bounce>,
    pub opened: Vec<Timestamp>,
    pub clicked: Vec<(Timestamp, Option<String>)>,
    pub complained: Option<Timestamp>,
    pub opted_out: Option<Timestamp>,
}

/// The last bounce of a send.
#[derive(Clone, PartialEq, Eq)]
pub struct Bounce {
    pub time: Timestamp,
    pub reason: BounceReason,
    /// In the words of the mail server.
    pub said: Option<String>,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery").field("message", &self.message).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Bounce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bounce").field("reason", &self.reason).finish_non_exhaustive()
    }
}

impl Delivery {
    fn begun_by(message: Message, activity: &Activity) -> Self {
        Self {
            message,
            began: activity.time,
            sent: None,
            delivered: None,
            bounced: None,
            opened: Vec::new(),
            clicked: Vec::new(),
            complained: None,
            opted_out: None,
        }
    }

    fn take(&mut self, activity: Activity) {
        let time = activity.time;
        match activity.what {
            What::Sent => self.sent = Some(time),
            What::Delivered => self.delivered = Some(time),
            What::Bounced { reason, said, .. } => {
                self.bounced = Some(Bounce { time, reason, said });
            }
            What::Opened if self.opened.len() < MOST_TIMES => self.opened.push(time),
            What::Clicked { url } if self.clicked.len() < MOST_TIMES => {
                self.clicked.push((time, url));
            }
            What::Opened | What::Clicked { .. } => {}
            What::Complained => self.complained = Some(time),
            What::Unsubscribed { .. } => self.opted_out = Some(time),
        }
    }
}

impl Activities<'_> {
    /// One send of a message to an address, known by the tag that it was recorded with, and what
    /// happened until the next one.
    pub async fn delivery(
        self,
        address: &EmailAddress,
        message: Message,
        tag: u32,
    ) -> Result<Option<Delivery>> {
        let mut reading = self.of_address(address, Of::Message(message), Between::default());
        let mut found: Option<Delivery> = None;
        while let Some(some) = reading.next_some(self.account).await? {
            for activity in some {
                let begins = activity.what == What::Sent;
                match &mut found {
                    None if begins && activity.tag == tag => {
                        let mut delivery = Delivery::begun_by(message, &activity);
                        delivery.take(activity);
                        found = Some(delivery);
                    }
                    None => {}
                    Some(_) if begins => return Ok(found),
                    Some(delivery) => delivery.take(activity),
                }
            }
        }
        Ok(found)
    }

    /// What was sent to an address, with what came of it: the newest send first. What has to do
    /// with no message is left out; of more than [`MOST_SENDS`] sends some are.
    pub async fn history(
        self,
        address: &EmailAddress,
        of: Of,
        between: Between,
    ) -> Result<Vec<Delivery>> {
        let mut reading = self.of_address(address, of, between);
        let mut deliveries: Vec<Delivery> = Vec::new();
        'all: while let Some(some) = reading.next_some(self.account).await? {
            for activity in some {
                let Some(message) = activity.message else { continue };
                let begins = activity.what == What::Sent
                    || deliveries.last().is_none_or(|last| last.message != message);
                if begins && deliveries.len() == MOST_SENDS {
                    break 'all;
                }
                if begins {
                    deliveries.push(Delivery::begun_by(message, &activity));
                }
                if let Some(last) = deliveries.last_mut() {
                    last.take(activity);
                }
            }
        }
        deliveries.sort_by_key(|delivery| std::cmp::Reverse(delivery.began));
        Ok(deliveries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, address, context};
    use crate::domain::{CampaignId, Event, TemplateId};

    #[tokio::test]
    async fn a_history_tells_what_came_of_each_message() {
        let context = context().await;
        let account = account(&context, "one").await;
        for (kind, time) in [
            (r#""type":"delivered","template_id":3"#, "2026-01-01T10:00:00Z"),
            (r#""type":"opened","template_id":3"#, "2026-01-01T11:00:00Z"),
            (
                r#""type":"clicked","template_id":3,"url":"https://s.example/"#,
                "2026-01-01T11:01:00Z",
            ),
            (
                r#""type":"bounced","reason":"5-Mailbox Full","campaign_id":7"#,
                "2026-01-01T12:00:00Z",
            ),
        ] {
            let quote = if kind.contains("url") { "\"" } else { "" };
            let line = format!(
                r#"{{"account":"one",{kind}{quote},"email":"a@b.example","time":"{time}"}}"#
            );
            let event = Event::from_json(&line).unwrap();
            context.events().record(&event).await.unwrap();
        }
        let a = address("A@b.example");
        let all = account.activities().history(&a, Of::All, Between::default()).await.unwrap();
        let messages: Vec<_> = all.iter().map(|one| one.message).collect();
        let (campaign, template) =
            (Message::Campaign(CampaignId(7)), Message::Template(TemplateId(3)));
        assert_eq!(messages, [campaign, template]);
        assert_eq!(all[0].bounced.as_ref().unwrap().reason, BounceReason::MailboxFull);
        let of_template = &all[1];
        assert!(of_template.delivered.is_some() && of_template.sent.is_none());
        assert_eq!((of_template.opened.len(), of_template.clicked.len()), (1, 1));
        let from = Some("2026-01-01T11:30:00Z".parse().unwrap());
        let since = Between { from, before: None };
        assert_eq!(account.activities().history(&a, Of::All, since).await.unwrap().len(), 1);
    }
}
