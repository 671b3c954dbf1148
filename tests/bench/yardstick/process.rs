//! What a server's process has used, as the kernel counts it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::numbers::float;

/// Threads of the gateway that make commits durable: its own, and those of its engine that write.
const DISK: [&str; 2] = ["store-sync", "sled-io"];
/// Threads of the gateway that work on imports and tasks, behind the calls that asked for them.
const JOBS: &str = "jobs";

/// What each thread of a process and of its children has computed so far.
#[derive(Debug, Default)]
pub struct Cpu(BTreeMap<u32, Thread>);

#[derive(Debug, Clone)]
struct Thread {
    name: String,
    nanoseconds: u64,
}

/// CPU time that a server spent in a round.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    /// On calls.
    pub calls: Duration,
    /// On writing to the disk and waiting for it.
    pub disk: Duration,
    /// On jobs that go on behind the calls.
    pub jobs: Duration,
}

impl Spent {
    pub fn all(self) -> Duration {
        self.calls + self.disk + self.jobs
    }
}

impl Cpu {
    /// Of the process `id` with all that it started.
    pub fn of(id: u32) -> Result<Self> {
        let mut cpu = Self::default();
        cpu.add(id)?;
        Ok(cpu)
    }

    fn add(&mut self, id: u32) -> Result<()> {
        let tasks = format!("/proc/{id}/task");
        let entries = std::fs::read_dir(&tasks).with_context(|| format!("cannot read {tasks}"))?;
        for entry in entries {
            let path = entry?.path();
            // A thread may end while it is looked at; what it did is then lost.
            if let Some((number, thread, children)) = thread(&path) {
                self.0.insert(number, thread);
                children.into_iter().try_for_each(|child| self.add(child))?;
            }
        }
        Ok(())
    }

    pub fn since(&self, earlier: &Self) -> Spent {
        let mut spent = Spent::default();
        for (number, thread) in &self.0 {
            let before = earlier.0.get(number).map_or(0, |thread| thread.nanoseconds);
            let time = Duration::from_nanos(thread.nanoseconds.saturating_sub(before));
            if DISK.iter().any(|name| thread.name.starts_with(name)) {
                spent.disk += time;
            } else if thread.name.starts_with(JOBS) {
                spent.jobs += time;
            } else {
                spent.calls += time;
            }
        }
        spent
    }
}

fn thread(path: &Path) -> Option<(u32, Thread, Vec<u32>)> {
    let number = path.file_name()?.to_str()?.parse().ok()?;
    let name = std::fs::read_to_string(path.join("comm")).ok()?.trim().to_owned();
    let statistics = std::fs::read_to_string(path.join("schedstat")).ok()?;
    let nanoseconds = statistics.split_whitespace().next()?.parse().ok()?;
    let children = std::fs::read_to_string(path.join("children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok()).collect();
    Some((number, Thread { name, nanoseconds }, children))
}

/// A figure of `/proc/<id>/status` in MiB.
pub fn mebibytes(id: u32, figure: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(figure));
    let kibibytes = line.and_then(|line| line.trim_start_matches(':').split_whitespace().next());
    let kibibytes: u64 = kibibytes.context("the kernel does not tell the figure")?.parse()?;
    Ok(float(kibibytes) / 1024.0)
}

/// From now on `VmHWM` is the peak since now.
pub fn forget_peak(id: u32) -> Result<()> {
    std::fs::write(format!("/proc/{id}/clear_refs"), "5").context("cannot reset the peak")
}
