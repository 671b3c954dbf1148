//! What became of a message, in the vendor's words.

use jiff::Timestamp;

use crate::domain::activity::Delivery;
use crate::domain::bounce::BounceReason;
use crate::domain::jobs::Recipient;

/// What became of a message to one address, and when it last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub word: &'static str,
    pub at: Option<Timestamp>,
}

/// What happened, as far as it did; the furthest counts.
#[derive(Debug, Clone, Copy, Default)]
struct Happened {
    sent: Option<Timestamp>,
    delivered: Option<Timestamp>,
    bounced: Option<(Timestamp, BounceReason)>,
    opened: Option<Timestamp>,
    clicked: Option<Timestamp>,
    complained: Option<Timestamp>,
    opted_out: Option<Timestamp>,
}

impl Happened {
    fn outcome(self) -> Outcome {
        let further = [
            (self.complained, "ok_fbl"),
            (self.opted_out, "ok_unsubscribed"),
            (self.clicked, "ok_link_visited"),
            (self.opened, "ok_read"),
            (self.bounced.map(|(at, _)| at), self.bounced.map_or("", |(_, why)| bounced(why))),
            (self.delivered, "ok_delivered"),
            (self.sent, "ok_sent"),
        ];
        let found = further.into_iter().find(|(at, _)| at.is_some());
        let (at, word) = found.unwrap_or((None, "not_sent"));
        Outcome { word, at }
    }
}

fn bounced(reason: BounceReason) -> &'static str {
    match reason {
        BounceReason::InvalidRecipient => "err_user_unknown",
        BounceReason::MailboxFull => "err_mailbox_full",
        BounceReason::SpamBlock => "err_spam_rejected",
        BounceReason::DnsFailure => "err_domain_inactive",
        BounceReason::Timeout => "err_will_retry",
        BounceReason::MailBlock | BounceReason::RelayingDenied | BounceReason::Undetermined => {
            "err_delivery_failed"
        }
    }
}

impl From<&Delivery> for Outcome {
    fn from(delivery: &Delivery) -> Self {
        let happened = Happened {
            sent: delivery.sent,
            delivered: delivery.delivered,
            bounced: delivery.bounced.as_ref().map(|bounce| (bounce.time, bounce.reason)),
            opened: delivery.opened.iter().max().copied(),
            clicked: delivery.clicked.iter().map(|(at, _)| *at).max(),
            complained: delivery.complained,
            opted_out: delivery.opted_out,
        };
        happened.outcome()
    }
}

impl From<&Recipient> for Outcome {
    fn from(recipient: &Recipient) -> Self {
        let happened = Happened {
            sent: recipient.sent,
            bounced: recipient.bounced,
            opened: recipient.opened.iter().max().copied(),
            clicked: recipient.clicked.iter().map(|(at, _)| *at).max(),
            opted_out: recipient.opted_out,
            ..Happened::default()
        };
        happened.outcome()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::noon;

    #[test]
    fn the_furthest_that_happened_is_the_outcome() {
        let at = Some(noon());
        let sent = Happened { sent: at, ..Happened::default() };
        let read = Happened { opened: at, delivered: at, ..sent };
        for (happened, word) in [
            (Happened::default(), "not_sent"),
            (sent, "ok_sent"),
            (read, "ok_read"),
            (Happened { clicked: at, ..read }, "ok_link_visited"),
            (Happened { opted_out: at, ..read }, "ok_unsubscribed"),
            (Happened { complained: at, opted_out: at, ..read }, "ok_fbl"),
            (
                Happened { bounced: Some((noon(), BounceReason::MailboxFull)), ..sent },
                "err_mailbox_full",
            ),
        ] {
            assert_eq!(happened.outcome().word, word);
        }
    }
}
