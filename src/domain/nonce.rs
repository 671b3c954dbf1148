//! Nonces that were used at one of several gateways, so that no other one believes them again.
//!
//! A process remembers the nonces that it saw itself; where the store is its own, that is all.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::context::{Account, Context};
use super::error::{Error, Result};
use crate::store::{
    Batch, KeyRange, Order, Record, Space, StoreError, Table, commit_durably, tables,
};

/// Nonces looked at together when those are deleted that are over.
const NONCES_AT_ONCE: usize = 1_000;

/// How long a nonce stays behind its end: gateways' clocks need not agree by more.
const SLACK: SignedDuration = SignedDuration::from_mins(5);

/// A nonce that was used.
#[derive(Debug, Serialize, Deserialize)]
struct Used {
    /// From then on its own time refuses it.
    until: Timestamp,
}

impl Record for Used {
    const TABLE: Table = Table::Nonce;
    const VERSION: u8 = 1;
}

impl Account<'_> {
    /// Uses a nonce up for all gateways; false when one of them has used it before. `key` stands for
    /// user and nonce, `until` is when its own time refuses it.
    pub async fn use_nonce(self, key: [u8; 16], until: Timestamp) -> Result<bool> {
        let context = self.context;
        if context.gateway.is_none() {
            return Ok(true);
        }
        let broken = |error| Error::store("use a nonce", error);
        let key = tables::unique(self.id.0, key);
        let stored = context.store.get(Space::Main, Table::Nonce, &key).await.map_err(broken)?;
        let known = stored.as_deref().map(Used::decode).transpose().map_err(broken)?;
        if known.is_some_and(|known| known.until >= context.clock.now()) {
            return Ok(false);
        }
        let mut batch = Batch::main();
        let used = Used { until }.encode().map_err(broken)?;
        batch.replace(Table::Nonce, key, stored, used);
        match commit_durably(&*context.store, batch).await {
            Ok(()) => Ok(true),
            // Used by another call at this very moment.
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(broken(error)),
        }
    }
}

/// Deletes the nonces that no clock believes any more, and says how many they were.
pub(super) async fn sweep(context: &Context) -> Result<usize> {
    let broken = |error| Error::store("delete nonces", error);
    let Ok(over) = context.clock.now().checked_sub(SLACK) else { return Ok(0) };
    let store = &*context.store;
    let (mut range, mut deleted) = (KeyRange::all(), 0);
    loop {
        let scan =
            store.scan(Space::Main, Table::Nonce, range.clone(), Order::Ascending, NONCES_AT_ONCE);
        let found = scan.await.map_err(broken)?;
        let mut batch = Batch::main();
        for (key, value) in &found {
            if Used::decode(value).map_err(broken)?.until < over {
                batch.expect(Table::Nonce, key.clone(), Some(value.clone()));
                batch.delete(Table::Nonce, key.clone());
            }
        }
        let some = batch.writes.len();
        let done = if some == 0 { Ok(()) } else { commit_durably(store, batch).await };
        match done {
            Ok(()) => deleted += some,
            // Another gateway sweeps, too.
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(broken(error)),
        }
        let Some((last, _)) = found.last().filter(|_| found.len() == NONCES_AT_ONCE) else {
            return Ok(deleted);
        };
        range = range.after(last);
    }
}
