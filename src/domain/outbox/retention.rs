//! Messages go when they have had their days.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Outbox;
use crate::domain::context::Context;
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Result};
use crate::store::{KeyRange, Order, Table, tables};

/// How often it is looked for messages to drop.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Messages dropped in one commit: at most 200 bodies, mostly of a few pieces.
const MESSAGES_AT_ONCE: usize = 100;

/// Drops messages for as long as it is polled. To stop, drop it.
pub async fn run_retention(context: Arc<Context>) {
    let mut interval = tokio::time::interval(SWEEP_EVERY);
    loop {
        interval.tick().await;
        if let Err(error) = sweep(&context).await {
            tracing::error!(?error, "could not drop old messages: {error}");
        }
    }
}

/// Drops the messages of all accounts whose days are over, and says how many they were.
pub async fn sweep(context: &Context) -> Result<usize> {
    let days = SignedDuration::from_hours(24 * i64::from(context.limits.outbox_kept_days));
    let Ok(oldest) = context.clock.now().checked_sub(days) else { return Ok(0) };
    let mut dropped = 0;
    for account in context.accounts().list().await? {
        let account = context.account(account.id);
        loop {
            let some =
                account.change("drop messages", |edit| account.outbox().drop_some(edit, oldest));
            let some = some.await?;
            dropped += some;
            if some < MESSAGES_AT_ONCE {
                break;
            }
        }
    }
    Ok(dropped)
}

impl<'a> Outbox<'a> {
    /// Drops the oldest messages as far as they are older than `oldest`. Ids ascend with time, but
    /// for those that are to be sent later: they hold up the ones behind them for their delay.
    async fn drop_some(self, mut edit: Edit<'a>, oldest: Timestamp) -> Result<(Edit<'a>, usize)> {
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let found = self.entries(range, Order::Ascending, MESSAGES_AT_ONCE).await?;
        let mut dropped = 0;
        for (id, record) in found.iter().take_while(|(_, record)| record.time() < oldest) {
            let key = tables::numbered(self.account.id.0, id.0);
            edit.batch.delete(Table::Outbox, key);
            record.html.delete(self.account, &mut edit.batch);
            record.plain.delete(self.account, &mut edit.batch);
            for file in record.files() {
                file.delete(self.account, &mut edit.batch);
            }
            dropped += 1;
        }
        Ok::<_, Error>((edit, dropped))
    }
}
