//! How long uploads and faults are kept: for some days after the import ended, then not at all.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::active;
use crate::domain::{Context, Error, Result};
use crate::store::KeyRange;

/// Whether the faults of an import that ended at `ended` may not be fetched any more.
pub fn is_over(context: &Context, ended: Timestamp) -> bool {
    let kept = SignedDuration::from_hours(24 * i64::from(context.limits.faults_kept_days));
    context.clock.now().duration_since(ended) >= kept
}

/// Drops the days whose imports all ended long enough ago; returns how many.
///
/// A day that no import names any more (its account was removed, or an upload was refused in the
/// last moment) goes when an import that ended on it would go.
pub async fn sweep(context: &Context) -> Result<usize> {
    let broken = |error| Error::store("drop expired import files", error);
    let today = context.clock.today();
    let newest = today.saturating_sub(i32::from(context.limits.faults_kept_days));
    let mut days = context.store.days().await.map_err(broken)?;
    // Never today's: an upload may be on its way into it.
    days.retain(|day| *day <= newest && *day < today);
    if days.is_empty() {
        return Ok(0);
    }
    let needed = days_in_use(context).await?;
    let mut dropped = 0;
    for day in days.into_iter().filter(|day| !needed.contains(day)) {
        context.store.drop_day(day).await.map_err(broken)?;
        tracing::info!(day, "dropped the import files of a day that is over");
        dropped += 1;
    }
    Ok(dropped)
}

async fn days_in_use(context: &Context) -> Result<BTreeSet<i32>> {
    let jobs = active::jobs(context, KeyRange::all()).await?;
    let in_use = jobs.into_iter().filter(|(_, job)| {
        job.is_active() || job.ended.is_some_and(|ended| !is_over(context, ended))
    });
    Ok(in_use.map(|(_, job)| job.day).collect())
}
