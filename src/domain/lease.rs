//! Leases: who of several gateways over one store does what only one may do at a time.
//!
//! A duty, such as the jobs of an account, has two records in [`Table::Lease`]. The *fence* has the
//! owner and a number that grows with every claim; every commit that the duty does has the owner's
//! fence as a condition, so that one who was given up for dead and goes on changes nothing any more.
//! The *term* says until when, by the store's time, others keep away; renewing it leaves the fence
//! as it is. Order rests on the fence alone: a term that ends too early costs work, not truth.
//!
//! Where the store is not shared nobody else is there: a claim is granted without a look at the
//! store, and nothing is written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::context::Context;
use super::error::{Error, Result};
use super::ids::{AccountId, Ids};
use super::jobs::JobKey;
use crate::store::tables::{self, BulkFile};
use crate::store::{Batch, Order, Record, Space, StoreError, Table, commit_durably};

/// How long to wait before a renewal that failed is tried again.
const RENEW_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How often it is looked for work that other gateways took in or let go.
pub(super) const LOOK_EVERY: Duration = Duration::from_secs(1);

/// One process among those over a shared store.
#[derive(Debug)]
pub(super) struct Gateway {
    /// Random.
    pub id: Uuid,
}

impl Gateway {
    pub fn new(ids: &Ids) -> Self {
        Self { id: ids.uuid() }
    }
}

/// What one gateway at a time does for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    /// Its imports and tasks, one after the other.
    Jobs,
    /// Counting its segments.
    Refreshes,
}

impl Duty {
    fn byte(self) -> u8 {
        match self {
            Self::Jobs => 0,
            Self::Refreshes => 1,
        }
    }
}

/// Who has the duty. Commits have all of it as a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fence {
    /// Grows with every claim.
    number: u64,
    owner: Uuid,
}

impl Record for Fence {
    const TABLE: Table = Table::Lease;
    const VERSION: u8 = 1;
}

/// Until when the owner is taken for alive, by the store's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Term {
    until: Timestamp,
}

impl Record for Term {
    const TABLE: Table = Table::Lease;
    const VERSION: u8 = 1;
}

/// The right to a duty for as long as nobody else has claimed it since.
#[derive(Debug, Clone)]
pub(super) struct Claim(Option<Arc<Held>>);

#[derive(Debug)]
struct Held {
    fence_key: Bytes,
    term_key: Bytes,
    number: u64,
    /// The fence as it is stored.
    fence: Bytes,
    is_lost: AtomicBool,
    /// Whether it is this claim's turn to write the job's files.
    has_files: AtomicBool,
}

impl Claim {
    /// What nobody else can take: of a store that is not shared, or before anybody else knows of it.
    pub fn alone() -> Self {
        Self(None)
    }

    /// Nothing of `batch` is written once somebody else has the duty.
    pub fn guard(&self, batch: &mut Batch) {
        if let Some(held) = &self.0 {
            batch.expect(Table::Lease, held.fence_key.clone(), Some(held.fence.clone()));
        }
    }

    /// Whether somebody is known to have taken the duty over.
    pub fn is_known_lost(&self) -> bool {
        self.0.as_ref().is_some_and(|held| held.is_lost.load(Ordering::Relaxed))
    }

    /// Whether somebody has taken the duty over: asked after a conflict.
    pub async fn is_lost(&self, context: &Context) -> Result<bool> {
        let Some(held) = &self.0 else { return Ok(false) };
        if !self.is_known_lost() {
            let stored = context.store.get(Space::Main, Table::Lease, &held.fence_key).await;
            let stored = stored.map_err(|error| Error::store("look at a lease", error))?;
            held.is_lost.store(stored.as_ref() != Some(&held.fence), Ordering::Relaxed);
        }
        Ok(self.is_known_lost())
    }

    /// Nothing of `batch`, which writes files of `job` into the space of `day`, is written once
    /// somebody else has the duty. Conditions see one space only, so the fence's number stands
    /// beside the files, too, from the first that the owner writes.
    pub async fn guard_files(
        &self,
        context: &Context,
        job: JobKey,
        day: i32,
        batch: &mut Batch,
    ) -> Result<(), StoreError> {
        let Some(held) = &self.0 else { return Ok(()) };
        let key = tables::bulk_piece(job.account.0, job.id.into_bytes(), BulkFile::Turn, 0);
        let mine = Bytes::copy_from_slice(&held.number.to_be_bytes());
        if !held.has_files.load(Ordering::Relaxed) {
            let stored = context.store.get(Space::Day(day), Table::Bulk, &key).await?;
            // Big-endian: bytes sort as numbers do.
            if stored.as_ref().is_some_and(|stored| *stored > mine) {
                held.is_lost.store(true, Ordering::Relaxed);
                return Err(StoreError::Conflict);
            }
            let mut take = Batch::new(Space::Day(day));
            take.replace(Table::Bulk, key.clone(), stored, mine.clone());
            commit_durably(&*context.store, take).await?;
            held.has_files.store(true, Ordering::Relaxed);
        }
        batch.expect(Table::Bulk, key, Some(mine));
        Ok(())
    }
}

impl Context {
    /// Claims a duty of an account; `None` while another gateway has it.
    pub(super) async fn claim(&self, account: AccountId, duty: Duty) -> Result<Option<Claim>> {
        let Some(gateway) = &self.gateway else { return Ok(Some(Claim::alone())) };
        match self.claim_once(gateway, account, duty).await {
            Ok(claim) => Ok(claim),
            // Somebody else was faster, or has renewed just now.
            Err(StoreError::Conflict) => Ok(None),
            Err(error) => Err(Error::store("claim a lease", error)),
        }
    }

    async fn claim_once(
        &self,
        gateway: &Gateway,
        account: AccountId,
        duty: Duty,
    ) -> Result<Option<Claim>, StoreError> {
        let key = |part| tables::lease(account.0, duty.byte(), part);
        let (fence_key, term_key) = (key(0), key(1));
        let range = crate::store::KeyRange { start: fence_key.clone(), end: Some(key(2)) };
        let scan = self.store.scan(Space::Main, Table::Lease, range, Order::Ascending, 2);
        let found = scan.await?;
        let find = |key: &Bytes| found.iter().find(|(at, _)| at == key).map(|(_, value)| value);
        let (old_fence, old_term) = (find(&fence_key), find(&term_key));
        let fence = old_fence.map(|value| Fence::decode(value)).transpose()?;
        let term = old_term.map(|value| Term::decode(value)).transpose()?;
        let now = self.store.now(self.clock.now()).await?;
        let is_other = fence.as_ref().is_some_and(|fence| fence.owner != gateway.id);
        if is_other && term.is_some_and(|term| term.until > now) {
            return Ok(None);
        }
        let number = fence.map_or(1, |fence| fence.number.saturating_add(1));
        let fence = Fence { number, owner: gateway.id }.encode()?;
        let mut batch = Batch::main();
        batch.replace(Table::Lease, fence_key.clone(), old_fence.cloned(), fence.clone());
        let term = Term { until: self.term_from(now) }.encode()?;
        batch.replace(Table::Lease, term_key.clone(), old_term.cloned(), term);
        commit_durably(&*self.store, batch).await?;
        let held = Held {
            fence_key,
            term_key,
            number,
            fence,
            is_lost: AtomicBool::new(false),
            has_files: AtomicBool::new(false),
        };
        Ok(Some(Claim(Some(Arc::new(held)))))
    }

    fn term_from(&self, now: Timestamp) -> Timestamp {
        let life = SignedDuration::from_secs(self.limits.lease_seconds.into());
        now.checked_add(life).unwrap_or(Timestamp::MAX)
    }

    /// Renews the claim again and again, until somebody takes it over.
    pub(super) async fn keep(&self, claim: Claim) {
        let Some(held) = &claim.0 else { return std::future::pending().await };
        let third = Duration::from_secs(self.limits.lease_seconds.into()) / 3;
        let mut pause = third;
        loop {
            tokio::time::sleep(pause).await;
            pause = match self.renew(held).await {
                Ok(()) => third,
                Err(StoreError::Conflict) => {
                    held.is_lost.store(true, Ordering::Relaxed);
                    return;
                }
                Err(error) => {
                    tracing::debug!("a lease was not renewed: {error}");
                    RENEW_AGAIN_AFTER.min(third)
                }
            };
        }
    }

    async fn renew(&self, held: &Held) -> Result<(), StoreError> {
        let now = self.store.now(self.clock.now()).await?;
        self.put_term(held, self.term_from(now)).await
    }

    async fn put_term(&self, held: &Held, until: Timestamp) -> Result<(), StoreError> {
        let mut batch = Batch::main();
        batch.expect(Table::Lease, held.fence_key.clone(), Some(held.fence.clone()));
        batch.put(Table::Lease, held.term_key.clone(), Term { until }.encode()?);
        commit_durably(&*self.store, batch).await
    }

    /// Gives the duty back, so that another gateway may claim it at once. Where that fails, the term
    /// ends by itself.
    pub(super) async fn release(&self, claim: &Claim) {
        let Some(held) = &claim.0 else { return };
        if claim.is_known_lost() {
            return;
        }
        match self.put_term(held, Timestamp::UNIX_EPOCH).await {
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => tracing::debug!("a lease ends by itself, it was not given back: {error}"),
        }
    }
}
