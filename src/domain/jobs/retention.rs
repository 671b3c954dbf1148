//! How long files of jobs are kept: for some days after the job ended, then not at all.

use std::collections::BTreeSet;

use super::active::each;
use super::file;
use super::task::Task;
use crate::domain::{Context, Error, Result, import};
use crate::store::{KeyRange, Record as _, Table};

/// Drops the days whose jobs all ended long enough ago; returns how many.
///
/// A day that no job names any more (its account was removed, or an upload was refused in the
/// last moment) goes when a job that ended on it would go.
pub async fn sweep(context: &Context) -> Result<usize> {
    let broken = |error| Error::store("drop expired files of jobs", error);
    let today = context.clock.today();
    let limits = &context.limits;
    let kept_days = limits.faults_kept_days.min(limits.task_files_kept_days);
    let newest = today.saturating_sub(i32::from(kept_days));
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
        tracing::info!(day, "dropped the files of jobs of a day that is over");
        dropped += 1;
    }
    Ok(dropped)
}

async fn days_in_use(context: &Context) -> Result<BTreeSet<i32>> {
    let mut days = import::days_in_use(context).await?;
    each(context, Table::Task, KeyRange::all(), |(_, value)| {
        let task = Task::decode(value)?;
        let is_kept = task.ended.is_none_or(|ended| !file::is_over(context, ended));
        if is_kept {
            days.insert(task.day);
        }
        Ok(())
    })
    .await?;
    Ok(days)
}
