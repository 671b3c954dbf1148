//! Rounds of recorded work, each cut at many moments, and what each cut left held against what
//! was acknowledged before it.

use std::fmt;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::disk::{Disk, Unsynced};
use super::record::{Recording, ensure_strace};
use super::support::random::Random;

/// Name of the data folder in the recorded one: also its own entry can be lost.
pub const DATA: &str = "data";

/// What a round did, and what was acknowledged at which line.
#[derive(Debug)]
pub struct Round<F> {
    pub recording: Recording,
    pub facts: Vec<(usize, F)>,
}

/// How much to try.
#[derive(Debug)]
pub struct Trial {
    pub seed: u64,
    pub rounds: u32,
    /// Cuts of each round.
    pub cuts: u32,
}

/// One cut, to be had again by its numbers.
#[derive(Clone, Copy)]
struct Cut {
    round: u32,
    line: usize,
    chance: u64,
}

/// `POWER_CUT_SEED`, or another one each time.
pub fn seed() -> u64 {
    let given = std::env::var("POWER_CUT_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| u64::from(std::process::id()))
}

impl Trial {
    /// Each round begins with what a cut of the one before left, so that a store is also cut while
    /// it repairs itself. `work` works below a folder and is recorded; `verify` panics.
    pub fn run<F: Clone>(
        &self,
        work: &mut impl FnMut(&Path, u32) -> Round<F>,
        verify: &impl Fn(&Path, &[F]),
    ) {
        ensure_strace();
        println!("POWER_CUT_SEED={}", self.seed);
        let mut random = Random(self.seed);
        let mut before = tempfile::tempdir().unwrap();
        let mut known = Vec::new();
        let (mut cuts, mut unsynced, mut failures) = (0, Unsynced::default(), Vec::new());
        for round in 0..self.rounds {
            let folder = tempfile::tempdir().unwrap();
            copy(before.path(), folder.path());
            let worked = work(folder.path(), round);
            println!("round {round}: {}", worked.recording);
            assert_eq!(worked.recording.ranges_without_barrier, 0, "sled syncs without a barrier");
            let mut next = None;
            for _ in 0..self.cuts {
                let line = random.index(worked.recording.lines + 1);
                let cut = Cut { round, line, chance: random.below(u64::MAX) };
                let disk = Disk::cut(before.path(), &worked.recording, line);
                let of_round = worked.facts.iter().filter(|(said, _)| *said < line);
                let known: Vec<F> =
                    known.iter().chain(of_round.map(|(_, fact)| fact)).cloned().collect();
                cuts += 1;
                unsynced.add(disk.unsynced());
                match cut.try_out(&disk, |folder| verify(folder, &known)) {
                    // The first facts are what the work of later rounds needs.
                    Ok(()) if !known.is_empty() => next = Some((cut.rebuilt(&disk), known)),
                    Ok(()) => {}
                    Err(why) => failures.push(format!("{cut}: {why}")),
                }
            }
            let Some((folder, facts)) = next else { break };
            (before, known) = (folder, facts);
        }
        println!("{cuts} cuts, {unsynced}, {} failures", failures.len());
        assert!(failures.is_empty(), "{}", failures.join("\n"));
        assert!(unsynced.bytes > 0, "nothing was ever unsynced: the trial says nothing");
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "round {}, line {}, chance {}", self.round, self.line, self.chance)
    }
}

impl Cut {
    fn try_out(self, disk: &Disk<'_>, verify: impl FnOnce(&Path)) -> Result<(), String> {
        let folder = self.rebuilt(disk);
        let verified = catch_unwind(AssertUnwindSafe(|| verify(folder.path())));
        verified.map_err(|why| {
            let text = why.downcast_ref::<String>().map(String::as_str);
            text.or(why.downcast_ref::<&str>().copied()).unwrap_or_default().to_owned()
        })
    }

    fn rebuilt(self, disk: &Disk<'_>) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        disk.rebuild(folder.path(), &mut Random(self.chance));
        folder
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
