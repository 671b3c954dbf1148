//! A turn to write, for who loses too many races against other gateways.
//!
//! Within a process the account's gate lets one change after the other be decided and committed.
//! Between gateways whoever commits first wins, and a change that takes long to decide, such as a
//! batch of an import, could lose for ever against short ones. So who has lost asks for its turn, in
//! the account's counters, which every change reads first anyway: the other gateways keep back until
//! the turn was used or given back, or for [`PATIENCE`]. Nothing rests on a turn but who is next.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::context::{ATTEMPTS, Account};
use super::counters::Counters;
use super::error::{Error, Refusal, Result};
use crate::store::{Batch, Record as _, Space, StoreError, Table, commit_durably, tables};

/// How long a turn is respected: longer than a batch of an import takes, so that who asks and then
/// dies holds nobody up for long.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often it is looked whether a turn is over.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// From this attempt on, counted from 0, a change asks for its turn.
pub(super) const ASK_FROM: usize = 3;

/// Whose turn it is to change an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    gateway: Uuid,
    /// Tells two turns of one gateway apart.
    id: Uuid,
}

impl Account<'_> {
    /// The counters as they are stored and as a change begins with, once no other gateway has asked
    /// for its turn. A change of the counters ends the own turn.
    pub(super) async fn counters_to_change(self) -> Result<(Bytes, Counters, Counters)> {
        let mut respected: Option<(Turn, Instant)> = None;
        loop {
            let (stored, before) = self.stored_counters().await?;
            let after = Counters { turn: None, ..before.clone() };
            let Some(turn) = self.turn_of_another(&before) else {
                return Ok((stored, before, after));
            };
            match respected {
                Some((known, since)) if known == turn => {
                    if since.elapsed() >= PATIENCE {
                        return Ok((stored, before, after));
                    }
                }
                _ => respected = Some((turn, Instant::now())),
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Asks the other gateways to keep back until this one has made its change. Take the account's
    /// gate first.
    pub(super) async fn ask_for_turn(self) -> Result<()> {
        let Some(gateway) = &self.context.gateway else { return Ok(()) };
        let turn = Turn { gateway: gateway.id, id: self.context.ids.uuid() };
        self.set_turn(|before| {
            // One at a time: there will be another race to lose.
            (self.turn_of_another(before).is_none()).then_some(Some(turn))
        })
        .await
    }

    /// Ends the own turn, of which no use was made.
    pub(super) async fn give_turn_back(self) -> Result<()> {
        if self.context.gateway.is_none() {
            return Ok(());
        }
        self.set_turn(|before| {
            (before.turn.is_some() && self.turn_of_another(before).is_none()).then_some(None)
        })
        .await
    }

    fn turn_of_another(self, counters: &Counters) -> Option<Turn> {
        let gateway = self.context.gateway.as_ref()?;
        counters.turn.filter(|turn| turn.gateway != gateway.id)
    }

    async fn set_turn(self, decide: impl Fn(&Counters) -> Option<Option<Turn>>) -> Result<()> {
        let broken = |error| Error::store("ask for a turn", error);
        for _ in 0..ATTEMPTS {
            let (stored, before) = self.stored_counters().await?;
            let Some(turn) = decide(&before) else { return Ok(()) };
            let after = Counters { turn, ..before };
            let mut batch = Batch::main();
            let key = tables::account(self.id.0);
            batch.replace(Table::Counter, key, Some(stored), after.encode().map_err(broken)?);
            match commit_durably(&*self.context.store, batch).await {
                Err(StoreError::Conflict) => {}
                set => return set.map_err(broken),
            }
        }
        Ok(())
    }

    async fn stored_counters(self) -> Result<(Bytes, Counters)> {
        let broken = |error| Error::store("begin a change", error);
        let store = &*self.context.store;
        let key = tables::account(self.id.0);
        let stored = store.get(Space::Main, Table::Counter, &key).await.map_err(broken)?;
        let stored = stored.ok_or(Refusal::AccountNotFound)?;
        let counters = Counters::decode(&stored).map_err(broken)?;
        Ok((stored, counters))
    }
}
