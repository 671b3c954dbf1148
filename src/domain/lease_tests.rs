//! Several gateways over one store in memory: who works, who takes over, and who wakes up late.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::import::{DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport, Runner, Status};
use super::jobs::{ClearLists, ExportContacts, Exported, NewTask, TaskStatus, Work};
use super::lease::{Claim, Duty};
use super::seats::{Moment, World};
use super::testing::{account, list};
use super::{AccountId, Context, ImportId, Limits, Rules};
use crate::store::{
    Batch, Entry, KeyRange, Order, Space, Store as _, StoreError, Table, commit_durably,
};

const ACCOUNT: AccountId = AccountId(7);

async fn claim(context: &Context) -> Option<Claim> {
    context.claim(ACCOUNT, Duty::Jobs).await.unwrap()
}

async fn write_with(context: &Context, claim: &Claim) -> Result<(), StoreError> {
    let mut batch = Batch::main();
    batch.put(Table::Campaign, &b"x"[..], &b"1"[..]);
    claim.guard(&mut batch);
    commit_durably(&*context.store, batch).await
}

#[tokio::test]
async fn a_duty_is_one_gateways_until_its_term_ends() {
    let world = World::new();
    let ((one, _), (other, _)) = (world.gateway(1).await, world.gateway(2).await);
    let first = claim(&one).await.unwrap();
    assert!(claim(&other).await.is_none());
    assert!(other.claim(AccountId(8), Duty::Jobs).await.unwrap().is_some());
    assert!(other.claim(ACCOUNT, Duty::Refreshes).await.unwrap().is_some());
    write_with(&one, &first).await.unwrap();
    world.pass(15);
    let second = claim(&other).await.unwrap();
    assert!(matches!(write_with(&one, &first).await, Err(StoreError::Conflict)));
    assert!(first.is_lost(&one).await.unwrap());
    write_with(&other, &second).await.unwrap();
    assert!(!second.is_lost(&other).await.unwrap());
    // Who has lost it gives nothing back.
    one.release(&first).await;
    assert!(claim(&one).await.is_none());
}

#[tokio::test]
async fn a_duty_that_is_given_back_may_be_claimed_at_once() {
    let world = World::new();
    let ((one, _), (other, _)) = (world.gateway(1).await, world.gateway(2).await);
    let first = claim(&one).await.unwrap();
    one.release(&first).await;
    let second = claim(&other).await.unwrap();
    assert!(matches!(write_with(&one, &first).await, Err(StoreError::Conflict)));
    write_with(&other, &second).await.unwrap();
}

#[tokio::test]
async fn a_term_is_renewed_and_commits_do_not_notice() {
    let world = World::new();
    let limits = Limits { lease_seconds: 3, ..Limits::default() };
    let (one, other) = (world.seat(1, &limits).await.0, world.seat(2, &limits).await.0);
    let first = claim(&one).await.unwrap();
    let kept = async {
        for _ in 0..3 {
            // There is a renewal every second.
            tokio::time::sleep(Duration::from_millis(1_200)).await;
            world.pass(2);
            assert!(claim(&other).await.is_none());
            write_with(&one, &first).await.unwrap();
        }
    };
    tokio::select! {
        () = one.keep(first.clone()) => panic!("it was lost"),
        () = kept => {}
    }
    // One that is not renewed is taken over, and its keeper hears of it.
    world.pass(15);
    assert!(claim(&other).await.is_some());
    one.keep(first.clone()).await;
    assert!(first.is_known_lost());
}

#[tokio::test]
async fn a_store_of_ones_own_has_no_leases() {
    let context = Arc::new(super::testing::context().await);
    let of = account(&context, "one").await;
    of.tasks().start(export()).await.unwrap();
    Arc::new(Runner::new(Arc::clone(&context))).drain().await;
    let all = context.store.scan(
        Space::Main,
        Table::Lease,
        KeyRange::all(),
        Order::Ascending,
        usize::MAX,
    );
    assert_eq!(all.await.unwrap(), []);
}

/// Three batches of the pipeline.
const ROWS: u32 = 36_000;
const BAD_EVERY: u32 = 499;

fn file() -> (String, String) {
    let mut file = "Email,FIRSTNAME\n".to_owned();
    let mut faults = "\u{FEFF}Reason,email,firstname\r\n".to_owned();
    for row in 0..ROWS {
        writeln!(file, "c{row}@example.com,Name").unwrap();
        if row % BAD_EVERY == 0 {
            write!(file, "bad {row},x\nC{row}@example.com,again\n").unwrap();
            write!(faults, "Invalid Email,bad {row},x\r\n").unwrap();
            write!(faults, "Duplicate,C{row}@example.com,again\r\n").unwrap();
        }
    }
    (file, faults)
}

fn export() -> NewTask {
    NewTask::new(Work::ExportContacts(ExportContacts::new(Rules::All(vec![]))), "everybody")
}

/// A worker, until it is told to stop.
fn at_work(context: &Arc<Context>) -> (CancellationToken, JoinSet<()>) {
    let (stop, mut worker) = (CancellationToken::new(), JoinSet::new());
    worker.spawn(Arc::new(Runner::new(Arc::clone(context))).run(stop.clone()));
    (stop, worker)
}

/// The first gateway freezes, the second takes over and ends the jobs, and then the first goes on.
async fn wake_up_late(moment: Moment) {
    let world = World::new();
    let ((one, freezer), (other, _)) = (world.gateway(1).await, world.gateway(2).await);
    let of = account(&one, "one").await;
    let (id, list) = (of.id, list(of, "List").await);
    let (text, faults) = file();
    let new = NewImport {
        list: Some(list),
        file: vec![text.into()],
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES,
    };
    let import = of.imports().accept(new).await.unwrap().id;
    let export = of.tasks().start(export()).await.unwrap();
    let clear = Work::ClearLists(ClearLists::new(vec![list], false));
    let clear = of.tasks().start(NewTask::new(clear, "clear")).await.unwrap();
    freezer.freeze_at(moment);
    let (stop, worker) = at_work(&one);
    tokio::select! {
        () = freezer.froze.notified() => {}
        () = ended(&other, id, clear) => panic!("it ends before {moment:?}"),
    }
    world.pass(16);
    Arc::new(Runner::new(Arc::clone(&other))).drain().await;
    let rows_before = read(&world, id).await;
    freezer.thaw();
    // It has nothing to do any more, finds that out, and stops.
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.cancel();
    worker.join_all().await;

    let of = other.account(id);
    let state = of.imports().progress(import).await.unwrap();
    assert_eq!((state.status, Some(state.rows_done)), (Status::Finished, state.rows_total));
    let report = of.imports().report(import).await.unwrap();
    let bad = ROWS.div_ceil(BAD_EVERY);
    assert_eq!((report.new_contacts, report.updated_contacts), (ROWS, 0));
    assert_eq!((report.invalid_entries, report.duplicate_emails), (bad, bad));
    assert_eq!(faults_of(&other, id, import).await, faults);
    for (task, done) in [(export, ROWS), (clear, ROWS)] {
        let task = of.tasks().get(task).await.unwrap();
        assert_eq!((task.status, task.done), (TaskStatus::Complete, u64::from(done)));
    }
    assert_eq!(exported(&other, id, export).await, usize::try_from(ROWS).unwrap());
    assert_eq!(of.lists().contact_count(list).await.unwrap(), 0);
    assert_eq!(super::check::check(&other).await.unwrap(), []);
    assert!(read(&world, id).await == rows_before, "who woke up late has changed something");
    let metrics = one.job_activity.metrics();
    assert_eq!((metrics.not_finished, metrics.tasks.failed), (0, 0));
}

async fn ended(context: &Context, id: AccountId, task: super::jobs::TaskId) {
    while context.account(id).tasks().get(task).await.unwrap().ended.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Everything of an account but its leases.
async fn read(world: &World, id: AccountId) -> Vec<Entry> {
    let range = KeyRange::prefix(crate::store::tables::account(id.0));
    let mut all = Vec::new();
    for table in Table::ALL.into_iter().filter(|table| *table != Table::Lease) {
        let spaces = match table {
            Table::Bulk => world.store.days().await.unwrap().into_iter().map(Space::Day).collect(),
            _ => vec![Space::Main],
        };
        for space in spaces {
            let scan = world.store.scan(space, table, range.clone(), Order::Ascending, usize::MAX);
            all.extend(scan.await.unwrap());
        }
    }
    all
}

async fn faults_of(context: &Context, id: AccountId, import: ImportId) -> String {
    let file = context.account(id).imports().faults(import).await.unwrap().whole().await.unwrap();
    String::from_utf8(file.to_vec()).unwrap()
}

async fn exported(context: &Context, id: AccountId, task: super::jobs::TaskId) -> usize {
    let tasks = context.account(id).tasks();
    let name = tasks.get(task).await.unwrap().file.unwrap();
    let mut file = tasks.file(&name).await.unwrap();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(lines) = file.next_lines(context).await.unwrap() {
        for line in lines {
            let Exported::Contact(contact, _) = line else { panic!("{line:?}") };
            assert!(seen.insert(contact.id), "a contact is there twice");
        }
    }
    seen.len()
}

/// The claim is the first commit; then come survey, batches with their faults, and tasks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_wakes_up_late_changes_nothing_whichever_commit_it_fell_asleep_at() {
    for commit in [1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 18, 24] {
        wake_up_late(Moment::Commit(commit)).await;
    }
}

/// Who falls asleep between two reads decides the rest of a step on what another has written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_wakes_up_late_changes_nothing_whatever_it_had_read() {
    for call in [8, 14, 18, 22, 26, 30, 34, 38, 42, 46] {
        wake_up_late(Moment::Call(call)).await;
    }
}
