//! The journal as a whole: written by calls, read by pages, within its bounds, after a crash.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use super::testing::{exchange, facts};
use super::*;
use crate::contract::Exchange;
use crate::contract::doctor::lint::{Lint, Settings};
use crate::contract::redact::{Obstacle, Place, Redacted, Secrets, Unredactable};
use crate::domain::Clock;

const AT: &str = "2026-01-01T00:00:00.123456Z";

fn options(folder: &Path, most_bytes: u64) -> Options {
    let most_age = Duration::from_secs(3_600);
    let bounds = Bounds { folder: folder.to_owned(), most_bytes, most_age };
    Options { bounds, body_bytes: 10_000 }
}

fn open(folder: &Path, most_bytes: u64) -> Journal {
    open_at(folder, most_bytes, AT)
}

fn open_at(folder: &Path, most_bytes: u64, now: &str) -> Journal {
    let redact: Redact = Box::new(|exchange: &Exchange| match exchange.request.body.as_ref() {
        b"cannot" => Err(Unredactable { place: Place::RequestBody, obstacle: Obstacle::Binary }),
        b"panic" => panic!("on purpose"),
        _ => Ok(as_it_is(exchange)),
    });
    let clock = Clock::Frozen(now.parse().unwrap());
    Journal::start(options(folder, most_bytes), redact, None, clock).unwrap()
}

fn as_it_is(exchange: &Exchange) -> Redacted {
    Redacted { exchange: exchange.clone(), secrets_seen: Secrets::default() }
}

fn tell(journal: &Journal, number: u64, asked: &str) {
    let heard = Heard { facts: facts(number), exchange: exchange(asked, "fine"), whole: true };
    journal.heard(&Arc::new(heard));
}

fn ids(folder: &Path) -> Vec<u64> {
    let mut ids = Vec::new();
    let mut ask = Ask::of(Start::From(Position::default()));
    loop {
        let page = page(folder, &ask).unwrap();
        ids.extend(page.entries().map(|entry| u64::from_str_radix(&entry.id, 16).unwrap()));
        ask.start = Start::From(page.next);
        if page.at_end {
            return ids;
        }
    }
}

fn bytes_in(folder: &Path) -> u64 {
    segment::all(folder).unwrap().iter().map(|segment| segment.bytes).sum()
}

#[test]
fn calls_are_found_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 1 << 20);
    for number in 0..3 {
        tell(&journal, number, "<asked/>");
    }
    journal.close();
    assert_eq!(journal.counts()[0], ("written", 3));
    drop(journal);
    let journal = open(folder.path(), 1 << 20);
    tell(&journal, 3, "<asked/>");
    journal.close();
    assert_eq!(ids(folder.path()), [0, 1, 2, 3]);
    let found = find(folder.path(), "0000000000000002").unwrap().unwrap();
    assert_eq!(found.exchange().unwrap().request.body, "<asked/>");
    assert_eq!(find(folder.path(), "0000000000000009").unwrap(), None);
}

#[test]
fn what_cannot_be_redacted_is_kept_as_facts_alone() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 1 << 20);
    for (number, asked) in ["cannot", "panic", "fine"].into_iter().enumerate() {
        tell(&journal, u64::try_from(number).unwrap(), asked);
    }
    journal.close();
    let counts = [("written", 1), ("facts_alone", 1), ("dropped", 0), ("failed", 1)];
    assert_eq!(journal.counts(), counts);
    assert_eq!(ids(folder.path()), [0, 2]);
    let found = find(folder.path(), "0000000000000000").unwrap().unwrap();
    assert!(found.kept.is_none() && found.left_out.unwrap().contains("cannot be redacted"));
}

#[test]
fn the_bound_is_held_at_every_moment_and_the_newest_calls_stay() {
    const MOST_BYTES: u64 = 64 * 1024;
    let folder = tempfile::tempdir().unwrap();
    let now = AT.parse().unwrap();
    let mut writer = Writer::open(options(folder.path(), MOST_BYTES).bounds, now).unwrap();
    let line = |number: u64| {
        let exchange = exchange(&"x".repeat(usize::try_from(number % 700).unwrap()), "fine");
        let facts = facts(number);
        Entry::of(&facts, "POST", 200, Some(&exchange), None).to_line(usize::MAX).unwrap()
    };
    for number in 0..5_000 {
        writer.append(&line(number), now).unwrap();
        if number % 7 == 0 {
            writer.flush().unwrap();
            assert!(bytes_in(folder.path()) <= MOST_BYTES);
        }
    }
    writer.flush().unwrap();
    let kept = bytes_in(folder.path());
    assert!(kept <= MOST_BYTES && kept > MOST_BYTES * 3 / 4, "{kept} bytes");
    let ids = ids(folder.path());
    assert_eq!(ids.last(), Some(&4_999));
    assert!(ids.windows(2).all(|pair| pair[0] + 1 == pair[1]) && ids.len() > 40);
}

/// Run with `cargo test --release -- --ignored`.
#[test]
#[ignore = "a million calls take a while"]
fn the_bound_is_held_over_a_million_calls() {
    const MOST_BYTES: u64 = 8 << 20;
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), MOST_BYTES);
    for number in 0..1_000_000 {
        while journal.queue.waiting_bytes.load(Ordering::Relaxed) > QUEUE_BYTES / 2 {
            std::thread::sleep(Duration::from_millis(1));
        }
        tell(&journal, number, "<asked/>");
        if number % 10_000 == 0 {
            assert!(bytes_in(folder.path()) <= MOST_BYTES);
        }
    }
    journal.close();
    assert_eq!(journal.counts()[0], ("written", 1_000_000));
    assert!(bytes_in(folder.path()) <= MOST_BYTES);
}

#[test]
fn a_full_queue_drops_calls_and_counts_them() {
    let folder = tempfile::tempdir().unwrap();
    let (hold, held) = channel::<()>();
    let held = Mutex::new(held);
    let redact: Redact = Box::new(move |exchange: &Exchange| {
        // The test holds the thread until it lets the sender go.
        assert!(held.lock().unwrap().recv().is_err());
        Ok(as_it_is(exchange))
    });
    let clock = Clock::Frozen(AT.parse().unwrap());
    let journal = Journal::start(options(folder.path(), 1 << 28), redact, None, clock).unwrap();
    let body = "x".repeat(1 << 20);
    for number in 0..40 {
        tell(&journal, number, &body);
    }
    let [.., (_, dropped), _] = journal.counts();
    assert!((20..=25).contains(&dropped), "{dropped} dropped");
    assert!(journal.queue.waiting_bytes.load(Ordering::Relaxed) <= QUEUE_BYTES + (2 << 20));
    drop(hold);
    journal.close();
    assert_eq!(journal.queue.waiting_bytes.load(Ordering::Relaxed), 0);
    assert_eq!(journal.counts()[0].1 + dropped, 40);
    let page = page(folder.path(), &Ask { messages: true, ..Ask::of(Start::Last(1_000)) }).unwrap();
    let gap = Gap { missing: dropped, at: AT.parse().unwrap() };
    assert_eq!(page.told().last(), Some(Line::Gap(gap)));
    assert_eq!(page.told().count() - 1, page.entries().count());
}

#[test]
fn a_full_queue_takes_calls_again_when_half_of_it_is_free_and_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let (next, redacted) = channel::<()>();
    let redacted = Mutex::new(redacted);
    let redact: Redact = Box::new(move |exchange: &Exchange| {
        // One call for each that the test lets through, and all when it has gone.
        redacted.lock().unwrap().recv().unwrap_or(());
        Ok(as_it_is(exchange))
    });
    let clock = Clock::Frozen(AT.parse().unwrap());
    let journal = Journal::start(options(folder.path(), 1 << 28), redact, None, clock).unwrap();
    let body = "x".repeat(1 << 20);
    let dropped = |journal: &Journal| journal.counts()[2].1;
    let mut number = 0;
    while dropped(&journal) == 0 {
        tell(&journal, number, &body);
        number += 1;
    }
    let mut missing = 1;
    let mut let_through = 0;
    loop {
        let before = journal.queue.waiting_bytes.load(Ordering::Relaxed);
        tell(&journal, number, &body);
        if dropped(&journal) == missing {
            break;
        }
        missing += 1;
        let_through += 1;
        next.send(()).unwrap();
        while journal.queue.waiting_bytes.load(Ordering::Relaxed) >= before {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    assert!((7..=10).contains(&let_through), "{let_through} let through");
    drop(next);
    journal.close();
    let page = page(folder.path(), &Ask::of(Start::Last(1_000))).unwrap();
    let told: Vec<Line> = page.told().collect();
    let (last, before) = (told.last().unwrap(), &told[told.len() - 2]);
    assert!(matches!(last, Line::Call(entry) if entry.id == format!("{number:016x}")), "{told:?}");
    assert!(matches!(before, Line::Gap(gap) if gap.missing == missing), "{told:?}");
    drop(journal);
    // A file that begins with a gap is read like any other.
    let gap = Gap { missing: 3, at: AT.parse().unwrap() }.to_line().unwrap();
    std::fs::write(segment::path_of(folder.path(), 99), gap).unwrap();
    drop(open(folder.path(), 1 << 28));
    assert_eq!(segment::all(folder.path()).unwrap().pop().unwrap().number, 99);
}

#[test]
fn what_the_doctor_finds_stands_in_the_entry() {
    let folder = tempfile::tempdir().unwrap();
    let doctor = Arc::new(Lint::without_thread(Settings { calls_per_second: 1_000 }));
    let redact: Redact = Box::new(|exchange: &Exchange| Ok(as_it_is(exchange)));
    let clock = Clock::Frozen(AT.parse().unwrap());
    let options = options(folder.path(), 1 << 20);
    let journal = Journal::start(options, redact, Some(Arc::clone(&doctor)), clock).unwrap();
    tell(&journal, 1, "<s:Envelope");
    journal.close();
    let page = page(folder.path(), &Ask::of(Start::Last(1))).unwrap();
    let entry = page.entries().next().unwrap();
    assert!(entry.doctor.iter().any(|code| code == "malformed-xml"), "{:?}", entry.doctor);
    assert_eq!(doctor.troubles().now().len(), entry.doctor.len());
}

#[test]
fn a_torn_end_is_cut_off_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 1 << 20);
    for number in 0..5 {
        tell(&journal, number, "<asked/>");
    }
    journal.close();
    drop(journal);
    let newest = segment::all(folder.path()).unwrap().pop().unwrap();
    let whole = std::fs::read(&newest.path).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for torn in [last + 1, last + 30, whole.len() - 1] {
        std::fs::write(&newest.path, &whole[..torn]).unwrap();
        assert_eq!(ids(folder.path()), [0, 1, 2, 3]);
        let journal = open(folder.path(), 1 << 20);
        assert_eq!(std::fs::read(&newest.path).unwrap(), &whole[..last]);
        tell(&journal, 9, "<asked/>");
        journal.close();
        assert_eq!(ids(folder.path()), [0, 1, 2, 3, 9]);
    }
}

#[test]
fn rubbish_in_a_file_costs_that_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(segment::path_of(folder.path(), 1), "no line of ours\n").unwrap();
    let journal = open(folder.path(), 1 << 20);
    tell(&journal, 1, "<asked/>");
    journal.close();
    assert_eq!(ids(folder.path()), [1]);
}

#[test]
fn what_is_too_old_goes_at_the_start_and_while_running() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 1 << 20);
    tell(&journal, 1, "<asked/>");
    journal.close();
    drop(journal);
    drop(open_at(folder.path(), 1 << 20, "2026-01-01T01:00:00Z"));
    assert_eq!(ids(folder.path()), [1]);
    let now = "2026-01-01T01:00:01.2Z".parse().unwrap();
    let mut writer = loop {
        // The thread of the journal that was dropped gives its lock back when it ends.
        let bounds = options(folder.path(), 1 << 20).bounds;
        match Writer::open(bounds, AT.parse().unwrap()) {
            Ok(writer) => break writer,
            Err(_) => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    writer.expire(now).unwrap();
    assert!(ids(folder.path()).is_empty());
    assert_eq!(bytes_in(folder.path()), 0);
}

#[test]
fn one_process_writes_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _journal = open(folder.path(), 1 << 20);
    let again = Writer::open(options(folder.path(), 1 << 20).bounds, AT.parse().unwrap());
    assert_eq!(again.unwrap_err().kind(), io::ErrorKind::ResourceBusy);
}

#[test]
fn the_last_calls_and_those_after_them_are_read_by_position() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 64 * 1024);
    for number in 0..40 {
        tell(&journal, number, "<asked/>");
    }
    journal.close();
    drop(journal);
    let last = page(folder.path(), &Ask::of(Start::Last(3))).unwrap();
    let found: Vec<_> = last.entries().collect();
    assert_eq!(found.iter().map(|entry| &*entry.id).collect::<Vec<_>>().len(), 3);
    assert_eq!(found[2].id, format!("{:016x}", 39));
    assert!(found.iter().all(|entry| entry.kept.is_none()));
    let journal = open(folder.path(), 64 * 1024);
    tell(&journal, 40, "<asked/>");
    journal.close();
    let mut ask = Ask::of(Start::From(last.next));
    ask.messages = true;
    let next = page(folder.path(), &ask).unwrap();
    let found: Vec<_> = next.entries().collect();
    assert_eq!(found.len(), 1);
    assert!(found[0].kept.is_some() && next.at_end);
    ask.limit = 7;
    ask.start = Start::From(Position::default());
    let first = page(folder.path(), &ask).unwrap();
    assert_eq!((first.entries().count(), first.at_end), (7, false));
}

#[test]
fn a_filter_shows_what_it_takes() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path(), 1 << 20);
    for (number, (operation, status)) in
        [("GetServerTime", 200_u16), ("ListContacts", 500), ("ListContacts", 200)]
            .into_iter()
            .enumerate()
    {
        let mut facts = facts(u64::try_from(number).unwrap());
        facts.operation = operation;
        let mut exchange = exchange("<asked/>", "fine");
        exchange.response.status = status.try_into().unwrap();
        journal.heard(&Arc::new(Heard { facts, exchange, whole: true }));
    }
    journal.close();
    let count = |change: &dyn Fn(&mut Filter)| {
        let mut ask = Ask::of(Start::Last(10));
        change(&mut ask.filter);
        page(folder.path(), &ask).unwrap().entries().count()
    };
    assert_eq!(count(&|_| {}), 3);
    assert_eq!(count(&|filter| filter.operation = Some("listcontacts".to_owned())), 2);
    assert_eq!(count(&|filter| filter.failed = true), 1);
    assert_eq!(count(&|filter| filter.status = Some(StatusFilter::Class(2))), 2);
    assert_eq!(count(&|filter| filter.status = Some(StatusFilter::Exactly(404))), 0);
    assert_eq!(count(&|filter| filter.account = Some(2)), 0);
    assert_eq!(count(&|filter| filter.since = Some("2026-01-02T00:00:00Z".parse().unwrap())), 0);
}

#[test]
fn a_line_that_is_being_written_is_read_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (facts, exchange) = (facts(1), exchange("<asked/>", "fine"));
    let line = Entry::of(&facts, "POST", 200, Some(&exchange), None).to_line(usize::MAX).unwrap();
    let (begin, end) = line.split_at(30);
    let path = segment::path_of(folder.path(), 1);
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(&line).unwrap();
    file.write_all(begin).unwrap();
    let ask = Ask::of(Start::From(Position::default()));
    let first = page(folder.path(), &ask).unwrap();
    assert_eq!((first.entries().count(), first.at_end), (1, true));
    file.write_all(end).unwrap();
    let second = page(folder.path(), &Ask::of(Start::From(first.next))).unwrap();
    assert_eq!(second.entries().count(), 1);
}
