//! Counts of what happened between two moments, exactly.
//!
//! The counts that are kept are of US Pacific days ([`super::counts`]). Who reckons in other days
//! has them counted anew from what is stored.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Activities, Between, ContactSet, Counts, Message, What};
use crate::domain::error::{Refusal, Result};

/// Most days that are told apart: some thirty years.
const MOST_DAYS: i32 = 11_000;

/// How counts are summed up, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    All,
    Month,
    /// From Monday.
    Week,
    Day,
}

/// Counts of one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodCounts {
    /// The period's first day, as far as it was asked for.
    pub first: Date,
    /// Its last day, as far as it was asked for.
    pub last: Date,
    pub counts: Counts,
}

impl Activities<'_> {
    /// Counts of a message between two moments. An open or a click is a contact's first one when it
    /// is the first of that time.
    pub async fn tally(self, message: Message, between: Between) -> Result<Counts> {
        let (mut opened, mut clicked) = (ContactSet::default(), ContactSet::default());
        let mut counts = Counts::default();
        self.each_between(message, between, |activity| {
            let who = activity.contact;
            let is_first = match activity.what {
                What::Opened => who.is_some_and(|contact| opened.insert(contact)),
                What::Clicked { .. } => who.is_some_and(|contact| clicked.insert(contact)),
                _ => false,
            };
            counts.add(activity, is_first);
        })
        .await?;
        Ok(counts)
    }

    /// Counts of some messages together, on the UTC days from `first` to `last`, both included, by
    /// period, ascending; periods in which nothing happened are in it with nothing.
    /// [`Refusal::ParameterInvalid`] for too many of them.
    pub async fn periods(
        self,
        messages: &[Message],
        (first, last): (Date, Date),
        period: Period,
    ) -> Result<Vec<PeriodCounts>> {
        let days = first.until(last).map_or(0, |span| span.get_days());
        if period != Period::All && days > MOST_DAYS {
            return Err(Refusal::ParameterInvalid { parameter: "startDate" }.into());
        }
        let mut periods = BTreeMap::new();
        let mut day = first;
        while day <= last {
            let start = period.start(day).max(first);
            let entry = periods.entry(start).or_insert((day, Counts::default()));
            entry.0 = day;
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        let between =
            Between { from: start_of(first), before: last.tomorrow().ok().and_then(start_of) };
        for message in messages {
            self.each_between(*message, between, |activity| {
                let day = activity.time.to_zoned(TimeZone::UTC).date();
                let start = period.start(day).max(first);
                if let Some((_, counts)) = periods.get_mut(&start) {
                    counts.add(activity, false);
                }
            })
            .await?;
        }
        let told = periods.into_iter();
        Ok(told.map(|(first, (last, counts))| PeriodCounts { first, last, counts }).collect())
    }

    async fn each_between(
        self,
        message: Message,
        between: Between,
        mut take: impl FnMut(&super::Activity),
    ) -> Result<()> {
        let others = self.of_message(message, between);
        for mut reading in [others, self.bounces_of_message(message, between)] {
            while let Some(some) = reading.next_some(self.account).await? {
                some.iter().for_each(&mut take);
            }
        }
        Ok(())
    }
}

impl Period {
    /// The first day of the period that `day` lies in.
    fn start(self, day: Date) -> Date {
        match self {
            Self::All => Date::MIN,
            Self::Month => day.first_of_month(),
            Self::Week => {
                let days = i64::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(day)
            }
            Self::Day => day,
        }
    }
}

fn start_of(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp())
}
