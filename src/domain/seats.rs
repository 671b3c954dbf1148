//! Several gateways over one store in memory, for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use super::testing::noon;
use super::{Clock, Context, HandClock, Ids, Limits};
use crate::store::{
    Batch, Durable, Entry, Front, KeyRange, MemoryStore, Order, Space, Store, StoreError, Table,
};

/// One gateway's way to the store that all share.
#[derive(Debug)]
pub struct Seat {
    store: Arc<MemoryStore>,
    time: HandClock,
    freezer: Arc<Freezer>,
}

/// Holds a gateway's calls up from one of them on, as if its process had been stopped.
#[derive(Debug, Default)]
pub struct Freezer {
    /// Calls until then; 0 is never.
    calls_left: AtomicUsize,
    /// Whether all calls count, and not only commits.
    counts_all: AtomicBool,
    is_frozen: AtomicUsize,
    pub froze: Notify,
    thawed: Notify,
}

/// Before which of its calls a gateway freezes.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    Commit(usize),
    Call(usize),
}

impl Freezer {
    pub fn freeze_at(&self, moment: Moment) {
        let (calls, all) = match moment {
            Moment::Commit(number) => (number, false),
            Moment::Call(number) => (number, true),
        };
        self.counts_all.store(all, Ordering::SeqCst);
        self.calls_left.store(calls, Ordering::SeqCst);
    }

    pub fn thaw(&self) {
        self.is_frozen.store(0, Ordering::SeqCst);
        self.thawed.notify_waiters();
    }

    async fn pass(&self, is_commit: bool) {
        let counts = is_commit || self.counts_all.load(Ordering::SeqCst);
        if counts && self.calls_left.load(Ordering::SeqCst) > 0 {
            let left = self.calls_left.fetch_sub(1, Ordering::SeqCst) - 1;
            if left == 0 {
                self.is_frozen.store(1, Ordering::SeqCst);
                self.froze.notify_one();
            }
        }
        loop {
            let thawed = self.thawed.notified();
            tokio::pin!(thawed);
            thawed.as_mut().enable();
            if self.is_frozen.load(Ordering::SeqCst) == 0 {
                return;
            }
            thawed.await;
        }
    }
}

impl Front for Seat {
    fn below(&self) -> &dyn Store {
        &*self.store
    }

    fn get<'a>(
        &'a self,
        space: Space,
        table: Table,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        Box::pin(async move {
            self.freezer.pass(false).await;
            self.store.get(space, table, key).await
        })
    }

    fn scan(
        &self,
        space: Space,
        table: Table,
        range: KeyRange,
        order: Order,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        Box::pin(async move {
            self.freezer.pass(false).await;
            self.store.scan(space, table, range, order, limit).await
        })
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<Durable, StoreError>> {
        Box::pin(async move {
            self.freezer.pass(true).await;
            self.store.commit(batch).await
        })
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn now(&self, _own: Timestamp) -> BoxFuture<'_, Result<Timestamp, StoreError>> {
        Box::pin(async move {
            self.freezer.pass(false).await;
            Ok(Clock::ByHand(self.time.clone()).now())
        })
    }
}

/// A store and the time that its gateways agree on.
pub struct World {
    pub store: Arc<MemoryStore>,
    pub time: HandClock,
}

impl World {
    pub fn new() -> Self {
        Self { store: Arc::new(MemoryStore::default()), time: HandClock::new(noon()) }
    }

    pub async fn gateway(&self, seed: u64) -> (Arc<Context>, Arc<Freezer>) {
        self.seat(seed, &Limits::default()).await
    }

    pub async fn seat(&self, seed: u64, limits: &Limits) -> (Arc<Context>, Arc<Freezer>) {
        let freezer = Arc::new(Freezer::default());
        let (store, time) = (Arc::clone(&self.store), self.time.clone());
        let seat = Seat { store, time: time.clone(), freezer: Arc::clone(&freezer) };
        // Each gateway's own clock is wrong: nothing may rest on it.
        let own =
            Clock::Frozen(noon() + SignedDuration::from_secs(60) * i32::try_from(seed).unwrap());
        let context = Context::open(Arc::new(seat), own, Ids::seeded(seed), limits.clone());
        (Arc::new(context.await.unwrap()), freezer)
    }

    pub fn pass(&self, seconds: i64) {
        let now = Clock::ByHand(self.time.clone()).now();
        self.time.set(now + SignedDuration::from_secs(seconds));
    }
}
