//! How invalid an address is by now.

use jiff::{SignedDuration, Timestamp};

use crate::domain::account_settings::BounceRules;
use crate::domain::contact::ContactStatus;
use crate::domain::contact_record::ContactRecord;

/// What bounces, suppressions and the subscriber database make of an address, with the numbers
/// that Empower documents for `flagged_invalid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invalid {
    /// It can be written to, as far as bounces go.
    No,
    /// It bounced softly within the days of the account's rules.
    ForSomeDays,
    /// It bounced hard, or softly too often in a row.
    Permanently,
    /// It is on the global suppression list.
    Suppressed,
    /// It only got transactional messages and is not in the subscriber database.
    TransactionalOnly,
}

impl Invalid {
    /// The documented number.
    pub fn number(self) -> u8 {
        match self {
            Self::No => 0,
            Self::ForSomeDays => 1,
            Self::Permanently => 2,
            Self::Suppressed => 3,
            Self::TransactionalOnly => 4,
        }
    }

    /// Judges an address by its contact, `None` when nobody has it (any more).
    ///
    /// A transactional recipient is that whatever bounced: the documented examples have 4 beside
    /// reasons that are hard.
    pub fn judge(
        contact: Option<&ContactRecord>,
        on_global_list: bool,
        rules: BounceRules,
        now: Timestamp,
    ) -> Self {
        let status = contact.map(|contact| contact.status);
        let suppressed =
            matches!(status, Some(ContactStatus::SharedSuppression | ContactStatus::Suppressed));
        if on_global_list || suppressed {
            return Self::Suppressed;
        }
        let Some(contact) = contact.filter(|contact| !contact.transactional_only) else {
            return Self::TransactionalOnly;
        };
        let is_hard =
            matches!(contact.status, ContactStatus::HardBounced | ContactStatus::NoMxRecord);
        if contact.hard_bounced || is_hard {
            return Self::Permanently;
        }
        let by_status = contact.status == ContactStatus::SoftBounced;
        let bounced = contact.soft_bounced.or(by_status.then_some(contact.status_since));
        match bounced {
            Some(bounced) if now < days_after(bounced, rules.invalid_days) => Self::ForSomeDays,
            _ => Self::No,
        }
    }
}

fn days_after(time: Timestamp, days: u16) -> Timestamp {
    let span = SignedDuration::from_hours(i64::from(days) * 24);
    time.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{address, noon};

    fn judged(change: impl FnOnce(&mut ContactRecord)) -> u8 {
        let mut record = ContactRecord::new(&address("a@b.example"), noon());
        change(&mut record);
        Invalid::judge(Some(&record), false, BounceRules::default(), noon()).number()
    }

    fn days_ago(days: u16) -> Timestamp {
        noon() - SignedDuration::from_hours(24 * i64::from(days))
    }

    #[test]
    fn each_documented_number_has_its_state() {
        assert_eq!(judged(|_| ()), 0);
        assert_eq!(judged(|one| one.status = ContactStatus::Unsubscribed), 0);
        assert_eq!(judged(|one| one.soft_bounced = Some(days_ago(6))), 1);
        assert_eq!(judged(|one| one.soft_bounced = Some(days_ago(7))), 0);
        assert_eq!(judged(|one| one.turn(ContactStatus::SoftBounced, days_ago(1), noon())), 1);
        assert_eq!(judged(|one| one.status = ContactStatus::HardBounced), 2);
        assert_eq!(judged(|one| one.hard_bounced = true), 2);
        assert_eq!(judged(|one| one.status = ContactStatus::SharedSuppression), 3);
        assert_eq!(judged(|one| one.transactional_only = true), 4);
        let hard_and_transactional = judged(|one| {
            one.transactional_only = true;
            one.hard_bounced = true;
            one.status = ContactStatus::HardBounced;
        });
        assert_eq!(hard_and_transactional, 4);
    }

    #[test]
    fn an_address_that_nobody_has_is_not_in_the_subscriber_database() {
        let rules = BounceRules::default();
        assert_eq!(Invalid::judge(None, false, rules, noon()).number(), 4);
        assert_eq!(Invalid::judge(None, true, rules, noon()).number(), 3);
    }
}
