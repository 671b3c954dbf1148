//! Servers on one core, the driver on another. A child inherits the core of who starts it.

use anyhow::{Context as _, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// This process drives, on the last core that it may use.
pub fn drive() -> Result<()> {
    stay_on(cores()?.last().copied().context("no core")?)
}

/// Runs `start` so that the processes which it starts serve: on the first core.
///
/// With one core only, server and driver share it, and throughput means little.
pub fn serving<T>(start: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = sched_getaffinity(None).context("cannot read the cores of this thread")?;
    stay_on(FIRST)?;
    let started = start();
    sched_setaffinity(None, &before).context("cannot change the core of this thread")?;
    started
}

const FIRST: usize = 0;

fn cores() -> Result<Vec<usize>> {
    let may_use = sched_getaffinity(None).context("cannot read the cores of this thread")?;
    Ok((0..CpuSet::MAX_CPU).filter(|core| may_use.is_set(*core)).collect())
}

fn stay_on(core: usize) -> Result<()> {
    let mut only = CpuSet::new();
    only.set(core);
    sched_setaffinity(None, &only).with_context(|| format!("cannot stay on core {core}"))
}
