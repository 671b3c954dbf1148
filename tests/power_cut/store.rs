//! The store alone: what was acknowledged is there after a cut, and every batch whole or not at all.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use lychgate::store::{Durable, Store};

use super::batches::{self, State};
use super::record::{Recording, recorded};
use super::support::random::Random;
use super::trial::{DATA, Round, Trial, seed};

const FOLDER: &str = "LYCHGATE_POWER_CUT_FOLDER";
const SEED: &str = "LYCHGATE_POWER_CUT_SEED";
const BATCHES: &str = "LYCHGATE_POWER_CUT_BATCHES";
const CHILD: &str = "store::the_child_commits_and_is_recorded";

/// Most commits that are not yet waited for, as a rule.
const MOST_WAITING: u32 = 9;

/// How long each sync takes on a slow disk, in microseconds.
const SLOW_SYNC: &str = "100000";

/// Not a test of its own: the process that is recorded. Without its folder it ends.
#[test]
#[ignore = "a process of its own, recorded by the tests below"]
fn the_child_commits_and_is_recorded() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let number = |name| std::env::var(name).unwrap().parse::<u64>().unwrap();
    let (seed, many) = (number(SEED), u32::try_from(number(BATCHES)).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(commit_many(Path::new(&folder), seed, many));
    // As `kill -9`: nothing is closed, the next start finds what is there.
    let itself = std::process::id().to_string();
    Command::new("kill").args(["-9", &itself]).status().unwrap();
}

async fn commit_many(folder: &Path, seed: u64, many: u32) {
    let store = batches::open(folder);
    let first = batches::last_number(&store).await + 1;
    let mut random = Random(seed ^ u64::from(first));
    let mut waiting: Vec<(u32, Durable)> = Vec::new();
    for number in first..first + many {
        waiting.push((number, store.commit(batches::batch(seed, number)).await.unwrap()));
        if let Some(day) = batches::dropped_day(number) {
            say(&format!("dropping {day}"));
            store.drop_day(day).await.unwrap();
            say(&format!("dropped {day}"));
        }
        if let Some(day) = batches::day(number) {
            let durable = store.commit(batches::pieces(number, day)).await.unwrap();
            durable.wait().await.unwrap();
            say(&format!("pieces {number}"));
        }
        if random.below(u64::from(MOST_WAITING)) == 0 {
            for (number, durable) in waiting.drain(..) {
                durable.wait().await.unwrap();
                say(&format!("batch {number}"));
            }
        }
    }
}

fn say(what: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{what}").unwrap();
    out.flush().unwrap();
}

/// What the child said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// All batches up to this one are there.
    Batch(u32),
    /// The pieces that go with this batch are there.
    Pieces(u32),
    /// The day may be gone.
    Dropping(i32),
    /// The day is gone.
    Dropped(i32),
}

impl Said {
    fn read(line: &str) -> Option<Self> {
        let (what, number) = line.split_once(' ')?;
        match what {
            "batch" => Some(Self::Batch(number.parse().unwrap())),
            "pieces" => Some(Self::Pieces(number.parse().unwrap())),
            "dropping" => Some(Self::Dropping(number.parse().unwrap())),
            "dropped" => Some(Self::Dropped(number.parse().unwrap())),
            _ => None,
        }
    }
}

fn record(folder: &Path, seed: u64, many: u32, slow_sync: Option<&str>) -> Round<Said> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut command = recorded(log.path(), &std::env::current_exe().unwrap(), slow_sync);
    command.args([CHILD, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(FOLDER, folder.join(DATA)).env(SEED, seed.to_string());
    let mut child = command.env(BATCHES, many.to_string()).stdout(Stdio::piped()).spawn().unwrap();
    let heard = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok).count();
    child.wait().unwrap();
    assert!(heard > 0, "the child said nothing");
    let recording = Recording::read(log.path(), folder);
    let mut facts = Vec::new();
    for (line, bytes) in recording.said() {
        let text = String::from_utf8_lossy(bytes);
        facts.extend(text.lines().filter_map(Said::read).map(|said| (line, said)));
    }
    Round { recording, facts }
}

/// Opens what a cut left, compares, and goes on a little; returns the last batch that was there.
async fn verify(folder: &Path, seed: u64, said: &[Said]) {
    let store = batches::open(folder);
    let number = batches::last_number(&store).await;
    let batches = said.iter().filter_map(|said| match said {
        Said::Batch(number) => Some(*number),
        Said::Pieces(_) | Said::Dropping(_) | Said::Dropped(_) => None,
    });
    let last = batches.max().unwrap_or_default();
    assert!(number >= last, "batch {last} was acknowledged, {number} is there");
    let mut expected = State::new();
    batches::advance(&mut expected, seed, 0, number);
    ensure_same(&batches::stored(&store).await, &expected, "after the cut");
    verify_days(&store, number, said).await;
    batches::ensure_sound(&store).await;
    let more = number + 9;
    batches::write(&store, seed, number + 1..=more).await;
    store.close().await.unwrap();
    drop(store);

    let store = batches::open(folder);
    assert_eq!(batches::last_number(&store).await, more);
    batches::advance(&mut expected, seed, number, more);
    ensure_same(&batches::stored(&store).await, &expected, "after going on");
    store.close().await.unwrap();
}

fn ensure_same(found: &State, expected: &State, when: &str) {
    let differing = expected.iter().filter(|(key, value)| found.get(*key) != Some(*value)).count();
    let extra = found.keys().filter(|key| !expected.contains_key(*key)).count();
    assert_eq!((differing, extra), (0, 0), "of {} entries, {when}", expected.len());
}

async fn verify_days(store: &dyn Store, last: u32, said: &[Said]) {
    let days = store.days().await.unwrap();
    let is_back = days.iter().any(|day| said.contains(&Said::Dropped(*day)));
    assert!(!is_back, "a dropped day is back");
    for number in 1..=last + 2 * MOST_WAITING {
        let Some(day) = batches::day(number) else { continue };
        let there = batches::pieces_there(store, number, day).await;
        let must_be_there =
            said.contains(&Said::Pieces(number)) && !said.contains(&Said::Dropping(day));
        assert!(
            there == batches::all_pieces() || (there == 0 && !must_be_there),
            "{there} pieces of batch {number} are there"
        );
    }
}

fn run(trial: &Trial, batches: u32, slow_sync: Option<&str>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let seed = trial.seed;
    trial.run(&mut |folder, _| record(folder, seed, batches, slow_sync), &|folder, said| {
        runtime.block_on(verify(&folder.join(DATA), seed, said));
    });
}

#[test]
fn acknowledged_batches_survive_a_power_cut_and_none_is_there_in_part() {
    run(&Trial { seed: seed(), rounds: 2, cuts: 12 }, 120, None);
}

#[test]
fn acknowledged_batches_survive_a_power_cut_of_a_slow_disk() {
    run(&Trial { seed: seed(), rounds: 1, cuts: 12 }, 90, Some(SLOW_SYNC));
}

#[test]
#[ignore = "the long form, some minutes"]
fn acknowledged_batches_survive_hundreds_of_power_cuts() {
    run(&Trial { seed: seed(), rounds: 10, cuts: 40 }, 250, None);
}

#[test]
#[ignore = "the long form, some minutes"]
fn acknowledged_batches_survive_hundreds_of_power_cuts_of_a_slow_disk() {
    run(&Trial { seed: seed(), rounds: 6, cuts: 40 }, 120, Some(SLOW_SYNC));
}
