//! Soft bounces in a row, and what ends them.

use jiff::Timestamp;

use super::BounceClass;
use crate::domain::account_settings::BounceRules;
use crate::domain::contact::ContactStatus;
use crate::domain::contact_record::ContactRecord;

impl ContactRecord {
    /// Counts a bounce, and turns the status unless a graver one is stored already.
    ///
    /// A contact whose opt-in is pending stays so for a soft bounce: a delivery later on would
    /// else make it a subscriber who never confirmed.
    pub fn bounce(
        &mut self,
        class: BounceClass,
        rules: BounceRules,
        at: Timestamp,
        now: Timestamp,
    ) {
        match class {
            BounceClass::Hard => self.bounce_hard(at, now),
            BounceClass::Block => self.turn_to_graver(ContactStatus::MailBlocked, at, now),
            BounceClass::Soft => {
                self.soft_bounces = self.soft_bounces.saturating_add(1);
                self.soft_bounced = self.soft_bounced.max(Some(at));
                let most = rules.soft_bounces_in_a_row;
                if most > 0 && self.soft_bounces >= most {
                    self.bounce_hard(at, now);
                } else if self.status != ContactStatus::PendingOptIn {
                    self.turn_to_graver(ContactStatus::SoftBounced, at, now);
                }
            }
        }
    }

    fn bounce_hard(&mut self, at: Timestamp, now: Timestamp) {
        self.hard_bounced = true;
        self.turn_to_graver(ContactStatus::HardBounced, at, now);
    }

    /// A message arrived at `at`: ends the row of soft bounces before it, and what they made of
    /// the status.
    pub fn arrive(&mut self, at: Timestamp, now: Timestamp) {
        let by_status = self.status == ContactStatus::SoftBounced;
        let bounced = self.soft_bounced.or(by_status.then_some(self.status_since));
        if bounced.is_none_or(|bounced| at < bounced) {
            return;
        }
        self.soft_bounces = 0;
        self.soft_bounced = None;
        if by_status {
            self.turn(ContactStatus::Subscribed, at, now);
        }
    }

    /// The status from `at` on, unless a graver one is stored already.
    pub fn turn_to_graver(&mut self, status: ContactStatus, at: Timestamp, now: Timestamp) {
        if self.status.yields_to(status) {
            self.turn(status, at, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::testing::{address, noon};

    fn record() -> ContactRecord {
        ContactRecord::new(&address("a@b.example"), noon())
    }

    fn at(minutes: i64) -> Timestamp {
        noon() + SignedDuration::from_mins(minutes)
    }

    fn soft(record: &mut ContactRecord, minutes: i64) {
        record.bounce(BounceClass::Soft, BounceRules::default(), at(minutes), at(minutes));
    }

    #[test]
    fn three_soft_bounces_in_a_row_are_as_good_as_a_hard_one() {
        let mut record = record();
        soft(&mut record, 1);
        soft(&mut record, 2);
        assert_eq!((record.status, record.hard_bounced), (ContactStatus::SoftBounced, false));
        soft(&mut record, 3);
        assert_eq!((record.status, record.hard_bounced), (ContactStatus::HardBounced, true));
        record.arrive(at(4), at(4));
        assert_eq!(record.status, ContactStatus::HardBounced);
    }

    #[test]
    fn a_message_that_arrives_ends_the_row_but_not_one_that_arrived_before() {
        let mut record = record();
        soft(&mut record, 1);
        soft(&mut record, 2);
        record.arrive(at(1), at(3));
        assert_eq!((record.status, record.soft_bounces), (ContactStatus::SoftBounced, 2));
        record.arrive(at(3), at(3));
        assert_eq!((record.status, record.soft_bounces), (ContactStatus::Subscribed, 0));
        soft(&mut record, 4);
        soft(&mut record, 5);
        assert_eq!(record.status, ContactStatus::SoftBounced);
    }

    #[test]
    fn rules_of_zero_never_make_soft_bounces_hard() {
        let rules = BounceRules { soft_bounces_in_a_row: 0, ..BounceRules::default() };
        let mut record = record();
        for minute in 0..300 {
            record.bounce(BounceClass::Soft, rules, at(minute), at(minute));
        }
        assert_eq!(record.status, ContactStatus::SoftBounced);
    }

    #[test]
    fn a_pending_opt_in_outlives_a_soft_bounce_and_a_delivery() {
        let mut record = record();
        record.turn(ContactStatus::PendingOptIn, noon(), noon());
        soft(&mut record, 1);
        record.arrive(at(2), at(2));
        assert_eq!(record.status, ContactStatus::PendingOptIn);
    }

    #[test]
    fn a_graver_status_stays_and_the_row_is_counted_beside_it() {
        let mut record = record();
        record.turn(ContactStatus::Unsubscribed, noon(), noon());
        soft(&mut record, 1);
        assert_eq!((record.status, record.soft_bounces), (ContactStatus::Unsubscribed, 1));
        record.turn(ContactStatus::IspComplained, at(2), at(2));
        record.bounce(BounceClass::Hard, BounceRules::default(), at(3), at(3));
        assert_eq!((record.status, record.hard_bounced), (ContactStatus::IspComplained, true));
    }
}
