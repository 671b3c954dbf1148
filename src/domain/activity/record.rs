//! Writes what happened, together with what else it changes.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::counts::{Counts, add_days};
use super::{Activities, Activity, Message, What, map_of, pacific_day};
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Result};
use crate::store::tables::{ActivityMap, ActivityScope};
use crate::store::{Batch, BlockMap, Change, Store, StoreError, tables};

/// Opens, and clicks, that are kept of one message by one address. Mail filters open and click
/// without end: further ones are counted, but not kept one by one.
pub const MOST_KEPT: usize = 200;

impl<'a> Activities<'a> {
    /// Adds what happened to `edit`, committed with it. Call it once per edit.
    pub async fn record(self, edit: &mut Edit<'a>, activities: &[Activity]) -> Result<()> {
        self.write(&mut edit.batch, activities)
            .await
            .map_err(|error| Error::store("record activity", error))
    }

    async fn write(self, batch: &mut Batch, activities: &[Activity]) -> Result<(), StoreError> {
        if activities.is_empty() {
            return Ok(());
        }
        let store = &*self.account.context.store;
        let mut writing =
            Writing { earlier: self.earlier(store, activities).await?, ..Writing::default() };
        for activity in activities {
            let hash = self.account.context.hash(activity.address.as_compared());
            writing.add(hash, activity)?;
        }
        let contact_map = tables::contact_activity(self.account.id.0);
        edit(&contact_map, store, batch, writing.of_contacts).await?;
        for ((message, map), changes) in writing.of_messages {
            edit(&map_of(self.account, map, message), store, batch, changes).await?;
        }
        for (message, days) in writing.days {
            let map = map_of(self.account, ActivityMap::Days, message);
            add_days(&map, store, batch, days).await?;
        }
        Ok(())
    }

    /// How often the addresses of these opens and clicks opened and clicked these messages before.
    async fn earlier(
        self,
        store: &dyn Store,
        activities: &[Activity],
    ) -> Result<BTreeMap<Repeated, usize>, StoreError> {
        let repeated: BTreeMap<Bytes, Message> = activities
            .iter()
            .filter_map(|activity| {
                let repeated = self.repeated(activity)?;
                let Repeated { hash, message, .. } = repeated;
                let scope = ActivityScope::Message(Some(message.key()));
                Some((tables::contact_activity_of(hash, scope), message))
            })
            .collect();
        let prefixes: Vec<Bytes> = repeated.keys().cloned().collect();
        let map = tables::contact_activity(self.account.id.0);
        let loaded = map.load_starting_with(store, &prefixes).await?;
        let messages: Vec<Message> = repeated.into_values().collect();
        let mut earlier = BTreeMap::new();
        loaded.each_starting_with(prefixes.iter().map(|prefix| &**prefix), |number, key, _| {
            let hash = tables::hash_of_contact_activity(&key);
            let what = key.get(21).copied();
            if let (Some(hash), Some(message), Some(what)) = (hash, messages.get(number), what) {
                let repeated = Repeated { hash, message: *message, what };
                *earlier.entry(repeated).or_default() += 1;
            }
        });
        Ok(earlier)
    }

    fn repeated(self, activity: &Activity) -> Option<Repeated> {
        let is_repeated = matches!(activity.what, What::Opened | What::Clicked { .. });
        let message = activity.message.filter(|_| is_repeated)?;
        let hash = self.account.context.hash(activity.address.as_compared());
        Some(Repeated { hash, message, what: activity.what.number() })
    }
}

/// Opens of one message by one address, or clicks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Repeated {
    hash: u64,
    message: Message,
    what: u8,
}

/// Changes of all maps as they come together.
#[derive(Default)]
struct Writing {
    earlier: BTreeMap<Repeated, usize>,
    of_contacts: Vec<Change>,
    of_messages: BTreeMap<(Message, ActivityMap), Vec<Change>>,
    days: BTreeMap<Message, BTreeMap<i32, Counts>>,
}

impl Writing {
    fn add(&mut self, hash: u64, activity: &Activity) -> Result<(), StoreError> {
        let Some(message) = activity.message else {
            return self.keep(hash, activity);
        };
        let repeated = Repeated { hash, message, what: activity.what.number() };
        let times = self.earlier.entry(repeated).or_default();
        let (is_first, kept) = (*times == 0, *times < MOST_KEPT);
        *times += 1;
        let days = self.days.entry(message).or_default();
        days.entry(pacific_day(activity.time)).or_default().add(activity, is_first);
        let is_repeated = matches!(activity.what, What::Opened | What::Clicked { .. });
        if is_repeated && !kept {
            return Ok(());
        }
        self.keep(hash, activity)
    }

    fn keep(&mut self, hash: u64, activity: &Activity) -> Result<(), StoreError> {
        let (moment, value) = (activity.moment(), activity.encode()?);
        if let Some(message) = activity.message {
            let is_bounce = activity.what.is_bounce();
            let map = if is_bounce { ActivityMap::Bounces } else { ActivityMap::Others };
            let change = Change::put(tables::activity_entry(hash, moment), value.clone());
            self.of_messages.entry((message, map)).or_default().push(change);
        }
        let message = activity.message.map(Message::key);
        let key = tables::contact_activity_entry(hash, message, moment);
        self.of_contacts.push(Change::put(key, value));
        Ok(())
    }
}

async fn edit(
    map: &BlockMap,
    store: &dyn Store,
    batch: &mut Batch,
    mut changes: Vec<Change>,
) -> Result<(), StoreError> {
    changes.sort_by(|one, other| one.key.cmp(&other.key));
    changes.dedup_by(|later, earlier| later.key == earlier.key);
    map.edit(store, batch, &changes).await
}
