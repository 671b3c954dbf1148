//! Counts of what happened to a message, by day.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Activities, Activity, Message, What, map_of};
use crate::domain::bounce::BounceClass;
use crate::domain::contact::EmailType;
use crate::domain::error::{Error, Result};
use crate::store::record::{encode, split_version};
use crate::store::tables::ActivityMap;
use crate::store::{Batch, BlockMap, Change, Store, StoreError, Table, tables};

/// The zone whose days counts go by: Empower's.
const ZONE: &str = "America/Los_Angeles";
const VERSION: u8 = 1;

/// What happened to a message in some time. `plain` ones are among the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    pub sent: u64,
    pub sent_plain: u64,
    pub delivered: u64,
    pub delivered_plain: u64,
    pub bounced_hard: u64,
    pub bounced_soft: u64,
    pub bounced_block: u64,
    pub bounced_plain: u64,
    pub opened: u64,
    /// First opens by an address, on the day of that open.
    pub opened_unique: u64,
    pub clicked: u64,
    /// First clicks by an address, on the day of that click.
    pub clicked_unique: u64,
    pub opted_out: u64,
    pub complained: u64,
    pub bounced_hard_plain: u64,
    pub bounced_soft_plain: u64,
    pub bounced_block_plain: u64,
    pub opened_plain: u64,
    pub opened_unique_plain: u64,
    pub clicked_plain: u64,
    pub clicked_unique_plain: u64,
    pub opted_out_plain: u64,
    pub complained_plain: u64,
}

impl Counts {
    pub fn bounced(&self) -> u64 {
        self.bounced_hard + self.bounced_soft + self.bounced_block
    }

    pub(super) fn add(&mut self, activity: &Activity, is_first: bool) {
        let plain = u64::from(activity.email_type == EmailType::PlainText);
        let first = u64::from(is_first);
        match &activity.what {
            What::Sent => {
                self.sent += 1;
                self.sent_plain += plain;
            }
            What::Delivered => {
                self.delivered += 1;
                self.delivered_plain += plain;
            }
            What::Bounced { class, .. } => {
                let (all, of_plain) = match class {
                    BounceClass::Hard => (&mut self.bounced_hard, &mut self.bounced_hard_plain),
                    BounceClass::Soft => (&mut self.bounced_soft, &mut self.bounced_soft_plain),
                    BounceClass::Block => (&mut self.bounced_block, &mut self.bounced_block_plain),
                };
                *all += 1;
                *of_plain += plain;
                self.bounced_plain += plain;
            }
            What::Complained => {
                self.complained += 1;
                self.complained_plain += plain;
            }
            What::Unsubscribed { .. } => {
                self.opted_out += 1;
                self.opted_out_plain += plain;
            }
            What::Opened => {
                self.opened += 1;
                self.opened_plain += plain;
                self.opened_unique += first;
                self.opened_unique_plain += first * plain;
            }
            What::Clicked { .. } => {
                self.clicked += 1;
                self.clicked_plain += plain;
                self.clicked_unique += first;
                self.clicked_unique_plain += first * plain;
            }
        }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.sent += other.sent;
        self.sent_plain += other.sent_plain;
        self.delivered += other.delivered;
        self.delivered_plain += other.delivered_plain;
        self.bounced_hard += other.bounced_hard;
        self.bounced_soft += other.bounced_soft;
        self.bounced_block += other.bounced_block;
        self.bounced_plain += other.bounced_plain;
        self.opened += other.opened;
        self.opened_unique += other.opened_unique;
        self.clicked += other.clicked;
        self.clicked_unique += other.clicked_unique;
        self.opted_out += other.opted_out;
        self.complained += other.complained;
        self.bounced_hard_plain += other.bounced_hard_plain;
        self.bounced_soft_plain += other.bounced_soft_plain;
        self.bounced_block_plain += other.bounced_block_plain;
        self.opened_plain += other.opened_plain;
        self.opened_unique_plain += other.opened_unique_plain;
        self.clicked_plain += other.clicked_plain;
        self.clicked_unique_plain += other.clicked_unique_plain;
        self.opted_out_plain += other.opted_out_plain;
        self.complained_plain += other.complained_plain;
    }
}

/// Days since 1970-01-01 of the US Pacific day that `time` lies in.
pub fn pacific_day(time: Timestamp) -> i32 {
    // The zone is built into the program.
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    let date = time.to_zoned(zone).date();
    Date::constant(1970, 1, 1).until(date).map_or(0, |span| span.get_days())
}

/// The date that many days after 1970-01-01.
fn date_of(day: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

/// Adds to a message's counts by day.
pub(super) async fn add_days(
    map: &BlockMap,
    store: &dyn Store,
    batch: &mut Batch,
    days: BTreeMap<i32, Counts>,
) -> Result<(), StoreError> {
    let keys: Vec<_> = days.keys().map(|day| tables::activity_day(*day)).collect();
    let mut loaded = map.load(store, &keys).await?;
    let mut changes = Vec::with_capacity(keys.len());
    for ((key, stored), added) in keys.iter().zip(loaded.get_many(&keys)).zip(days.into_values()) {
        let mut counts = stored.map_or(Ok(Counts::default()), |stored| decode(&stored))?;
        counts += added;
        changes.push(Change::put(key.clone(), encode(Table::Activity, VERSION, &counts)?));
    }
    loaded.edit(store, batch, &changes).await
}

fn decode(value: &[u8]) -> Result<Counts, StoreError> {
    let (_, body) = split_version(Table::Activity, VERSION, value)?;
    rmp_serde::from_slice(body)
        .map_err(|_| crate::store::record::damaged(Table::Activity, "counts cannot be read"))
}

/// Counts of one message, ascending by US Pacific day; days without any are not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageStats {
    pub days: Vec<(Date, Counts)>,
}

impl MessageStats {
    /// The sum of all days.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for (_, counts) in &self.days {
            total += *counts;
        }
        total
    }

    /// Sums by month, each under its first day.
    pub fn months(&self) -> Vec<(Date, Counts)> {
        let mut months: BTreeMap<Date, Counts> = BTreeMap::new();
        for (date, counts) in &self.days {
            *months.entry(date.first_of_month()).or_default() += *counts;
        }
        months.into_iter().collect()
    }
}

impl Activities<'_> {
    /// Counts of a message on the US Pacific days from `first` to `last`, both included; without
    /// them, on all days.
    pub async fn stats(
        self,
        message: Message,
        first: Option<Date>,
        last: Option<Date>,
    ) -> Result<MessageStats> {
        self.days_of(message, first, last)
            .await
            .map_err(|error| Error::store("read a message's counts", error))
    }

    async fn days_of(
        self,
        message: Message,
        first: Option<Date>,
        last: Option<Date>,
    ) -> Result<MessageStats, StoreError> {
        let store = &*self.account.context.store;
        let mut walk = map_of(self.account, ActivityMap::Days, message).walk();
        let mut days = Vec::new();
        while let Some(entries) = walk.next_entries(store).await? {
            for (key, value) in entries {
                let date = tables::day_of_activity(&key).and_then(date_of);
                let inside = |date: &Date| {
                    first.is_none_or(|first| *date >= first)
                        && last.is_none_or(|last| *date <= last)
                };
                if let Some(date) = date.filter(inside) {
                    days.push((date, decode(&value)?));
                }
            }
        }
        Ok(MessageStats { days })
    }
}
