//! Tickets of commits: how to find out whether a commit was done whose answer was lost.
//!
//! Every commit puts a row with its ticket into `lychgate_commit`, in its own transaction. When the
//! answer is lost, a row with the same ticket is put there from elsewhere. Either the ticket is
//! there already, and the commit was done; or it is not, and from now on the commit's own row is in
//! the way of itself: should its transaction still be on its way, it fails. The new row is marked
//! as a fence, so that the question can be asked again when its own answer is lost.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::{Instant, sleep, timeout_at};

use super::commit::pause;
use super::pool::Pool;
use super::trouble::Trouble;
use crate::store::seam::StoreError;

/// Puts the row of a commit.
pub const TAKE: &str =
    "insert into lychgate_commit (gateway, number, fence) values ($1, $2, false)";

/// Takes away the rows of commits that are known to be done.
pub const FORGET: &str =
    "delete from lychgate_commit where gateway = $1 and number < $2 and not fence";

const FENCE: &str = "insert into lychgate_commit (gateway, number, fence) values ($1, $2, true) \
                     on conflict (gateway, number) do nothing";
const LOOK: &str = "select fence from lychgate_commit where gateway = $1 and number = $2";

/// No commit is on its way for a day.
const FORGET_OLD: &str =
    "delete from lychgate_commit where made < current_timestamp - interval '1 day'";

/// After so many commits the rows of those that are done are taken away.
const FORGET_EVERY: i64 = 256;

/// The tickets of one store that is open.
#[derive(Debug)]
pub struct Tickets {
    gateway: i64,
    issued: Mutex<Issued>,
}

#[derive(Debug, Default)]
struct Issued {
    last: i64,
    under_way: BTreeSet<i64>,
}

/// A commit's ticket, until the commit's end is known.
#[derive(Debug)]
pub struct Ticket<'t> {
    tickets: &'t Tickets,
    pub gateway: i64,
    pub number: i64,
}

impl Tickets {
    pub fn new() -> Result<Self, StoreError> {
        Ok(Self { gateway: random_number()?, issued: Mutex::default() })
    }

    pub fn issue(&self) -> Ticket<'_> {
        let mut issued = self.issued();
        issued.last += 1;
        let number = issued.last;
        issued.under_way.insert(number);
        drop(issued);
        Ticket { tickets: self, gateway: self.gateway, number }
    }

    /// Takes away what gateways left behind that are gone; if not now, then at another start.
    pub async fn forget_old(&self, pool: &Pool) {
        if let Err(trouble) = pool.transact(FORGET_OLD).await {
            let error = trouble.at("take away old tickets");
            tracing::debug!(%error, "old tickets stay until another start");
        }
    }

    fn issued(&self) -> MutexGuard<'_, Issued> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket<'_> {
    /// Now and then, the number below which every commit is known to be done or undone.
    pub fn all_ended_below(&self) -> Option<i64> {
        let is_due = self.number % FORGET_EVERY == 0;
        is_due.then(|| self.tickets.issued().under_way.first().copied().unwrap_or(self.number))
    }

    /// Whether this ticket's commit was done; if not, it never will be. Asks until `deadline`.
    pub async fn was_done(&self, pool: &Pool, deadline: Instant) -> Result<bool, StoreError> {
        for turn in 0.. {
            let trouble = match timeout_at(deadline, self.ask(pool)).await {
                Ok(Ok(was_done)) => return Ok(was_done),
                Ok(Err(trouble)) => trouble,
                Err(_) => pool.fell_silent(),
            };
            if Instant::now() >= deadline || matches!(trouble, Trouble::Closed) {
                return Err(trouble.at("find out whether a commit was done"));
            }
            sleep(pause(turn)).await;
        }
        Err(StoreError::Closed)
    }

    async fn ask(&self, pool: &Pool) -> Result<bool, Trouble> {
        let lease = pool.lease().await?;
        let fence = lease.prepare_cached(FENCE).await?;
        lease.batch_execute("begin read write").await?;
        lease.execute(&fence, &[&self.gateway, &self.number]).await?;
        lease.batch_execute("commit").await?;
        let look = lease.prepare_cached(LOOK).await?;
        let row = lease.query_one(&look, &[&self.gateway, &self.number]).await?;
        let is_fence: bool = row.try_get(0)?;
        lease.give_back();
        Ok(!is_fence)
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.tickets.issued().under_way.remove(&self.number);
    }
}

pub fn random_number() -> Result<i64, StoreError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Io {
        doing: "draw a random number",
        source: std::io::Error::other(error.to_string()),
    })?;
    Ok(i64::from_be_bytes(bytes))
}
