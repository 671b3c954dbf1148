//! What the kernel says of a process.

use std::fmt;
use std::fs;
use std::path::PathBuf;

/// What a process holds now.
#[derive(Debug, Clone, Copy)]
pub struct Holdings {
    pub resident_bytes: u64,
    pub descriptors: usize,
    pub threads: usize,
}

impl Holdings {
    pub fn is_within(self, bound: Self) -> bool {
        self.resident_bytes <= bound.resident_bytes
            && self.descriptors <= bound.descriptors
            && self.threads <= bound.threads
    }

    pub fn of(process: u32) -> Self {
        let proc = PathBuf::from(format!("/proc/{process}"));
        let status = fs::read_to_string(proc.join("status")).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let resident: u64 = resident.trim().trim_end_matches(" kB").parse().unwrap();
        Self {
            resident_bytes: resident * 1024,
            descriptors: fs::read_dir(proc.join("fd")).unwrap().count(),
            threads: fs::read_dir(proc.join("task")).unwrap().count(),
        }
    }
}

impl fmt::Display for Holdings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resident_bytes, descriptors, threads } = self;
        let resident = mega(*resident_bytes);
        write!(f, "{resident:.1} MiB, {descriptors} descriptors, {threads} threads")
    }
}

pub fn mega(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes >> 10).unwrap()) / 1024.0
}
