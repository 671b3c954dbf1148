//! What holds for all gateways over one store together.

use std::fmt::Write as _;
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::SignedDuration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::campaign::{Addressees, NewMailing, start_due};
use super::import::{DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport, Runner, Status};
use super::jobs::{ExportContacts, NewTask, TaskFilter, Work};
use super::nonce;
use super::seats::World;
use super::testing::{account, contact, list, noon};
use super::{AccountId, Context, Error, Limits, RefreshStatus, Refusal, Rules};
use super::{check, refresh, run_segment_refreshes};

fn rows(text: String) -> NewImport {
    NewImport {
        list: None,
        file: vec![text.into()],
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES,
    }
}

fn export() -> NewTask {
    NewTask::new(Work::ExportContacts(ExportContacts::new(Rules::All(vec![]))), "everybody")
}

/// Two gateways with these limits, and an account.
async fn two(limits: &Limits) -> (World, [Arc<Context>; 2], AccountId) {
    let world = World::new();
    let gateways = [world.seat(1, limits).await.0, world.seat(2, limits).await.0];
    let id = account(&gateways[0], "one").await.id;
    (world, gateways, id)
}

#[tokio::test]
async fn a_nonce_is_used_once_whichever_gateway_it_comes_to() {
    let (world, [one, other], id) = two(&Limits::default()).await;
    let until = noon() + SignedDuration::from_mins(10);
    assert!(one.account(id).use_nonce([1; 16], until).await.unwrap());
    assert!(!other.account(id).use_nonce([1; 16], until).await.unwrap());
    assert!(other.account(id).use_nonce([2; 16], until).await.unwrap());
    assert!(other.account(AccountId(99)).use_nonce([1; 16], until).await.unwrap());
    let used: Vec<bool> = join_all(
        [&one, &other, &one, &other]
            .map(async |context| context.account(id).use_nonce([3; 16], until).await.unwrap()),
    )
    .await;
    assert_eq!(used.iter().filter(|used| **used).count(), 1);
    assert_eq!(nonce::sweep(&one).await.unwrap(), 0);
    // When its time is over, and some minutes more for clocks that are wrong.
    let over = noon() - SignedDuration::from_mins(10);
    assert!(one.account(id).use_nonce([4; 16], over).await.unwrap());
    assert_eq!(nonce::sweep(&other).await.unwrap(), 1);
    drop(world);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_has_its_number_of_active_imports_and_tasks_over_all_gateways() {
    let limits = Limits { active_imports: 5, active_tasks: 3, ..Limits::default() };
    for _ in 0..10 {
        let (_world, gateways, id) = two(&limits).await;
        let mut calls = JoinSet::new();
        for number in 0..24 {
            let context = Arc::clone(&gateways[number % 2]);
            calls.spawn(async move {
                let of = context.account(id);
                let import = of.imports().accept(rows("Email\na@b.example\n".to_owned())).await;
                let task = of.tasks().start(export()).await;
                (import.map(drop), task.map(drop))
            });
        }
        let answers = calls.join_all().await;
        let is_full = |error: &Error| {
            matches!(
                error,
                Error::Refused(
                    Refusal::ImportTooManyActive { limit: 5 }
                        | Refusal::TaskTooManyActive { limit: 3 }
                )
            )
        };
        let mut accepted = (0, 0);
        for (import, task) in answers {
            accepted.0 += i32::from(import.is_ok());
            accepted.1 += i32::from(task.is_ok());
            for refused in [import, task].into_iter().filter_map(Result::err) {
                assert!(is_full(&refused), "{refused:?}");
            }
        }
        assert_eq!(accepted, (5, 3));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_due_is_started_once_by_one_of_the_gateways() {
    for _ in 0..10 {
        let (_world, gateways, id) = two(&Limits::default()).await;
        let of = gateways[0].account(id);
        of.contacts().create(contact("a@b.example")).await.unwrap();
        let letter = NewMailing {
            name: "News".to_owned(),
            html: "Hello".to_owned(),
            ..NewMailing::default()
        };
        let campaign = of.campaigns().compose(&letter).await.unwrap().campaign.id;
        for _ in 0..3 {
            of.campaigns().send(campaign, Addressees::default(), None).await.unwrap();
        }
        let mut starts = JoinSet::new();
        for context in &gateways {
            let context = Arc::clone(context);
            starts.spawn(async move { start_due(&context).await.unwrap() });
        }
        assert_eq!(starts.join_all().await.into_iter().sum::<usize>(), 3);
        let all = TaskFilter { limit: 10, ..TaskFilter::default() };
        assert_eq!(of.tasks().list(&all).await.unwrap().len(), 3);
    }
}

/// The other gateway's changes are short, and there is always one more: without turns the import
/// would hardly ever find the account as it was when it began a batch.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_import_gets_its_turn_against_another_gateways_changes() {
    let (_world, [one, other], id) = two(&Limits::default()).await;
    let mut text = "Email\n".to_owned();
    for row in 0..40_000 {
        writeln!(text, "row{row}@b.example").unwrap();
    }
    let import = one.account(id).imports().accept(rows(text)).await.unwrap().id;
    let stop = CancellationToken::new();
    let mut busy = JoinSet::new();
    let (context, stopped) = (Arc::clone(&other), stop.clone());
    busy.spawn(async move {
        let mut created = 0;
        while !stopped.is_cancelled() {
            let new = contact(&format!("single{created}@b.example"));
            context.account(id).contacts().create(new).await.unwrap();
            created += 1;
        }
        created
    });
    let (runner, of) = (Arc::new(Runner::new(Arc::clone(&one))), other.account(id));
    let mut running = JoinSet::new();
    running.spawn(runner.run(stop.clone()));
    let begun = std::time::Instant::now();
    while of.imports().progress(import).await.unwrap().ended.is_none() {
        assert!(begun.elapsed().as_secs() < 60, "it starves");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    stop.cancel();
    let created: u32 = busy.join_all().await.into_iter().sum();
    running.join_all().await;
    assert_eq!(of.imports().progress(import).await.unwrap().status, Status::Finished);
    assert_eq!(of.imports().report(import).await.unwrap().new_contacts, 40_000);
    assert!(created > 0);
    assert_eq!(
        of.lists().contact_count(super::list::ALL_CONTACTS).await.unwrap(),
        40_000 + created
    );
    assert_eq!(check::check(&other).await.unwrap(), []);
}

#[tokio::test]
async fn a_turn_that_nobody_uses_is_not_respected_for_long() {
    let (_world, [one, other], id) = two(&Limits::default()).await;
    one.account(id).ask_for_turn().await.unwrap();
    // The own changes need not wait, and end the turn.
    one.account(id).contacts().create(contact("a@b.example")).await.unwrap();
    let begun = std::time::Instant::now();
    other.account(id).contacts().create(contact("b@b.example")).await.unwrap();
    assert!(begun.elapsed().as_secs() < 2);
    one.account(id).ask_for_turn().await.unwrap();
    other.account(id).contacts().create(contact("c@b.example")).await.unwrap();
    assert!((4..20).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    one.account(id).ask_for_turn().await.unwrap();
    one.account(id).give_turn_back().await.unwrap();
    let begun = std::time::Instant::now();
    other.account(id).contacts().create(contact("d@b.example")).await.unwrap();
    assert!(begun.elapsed().as_secs() < 2);
}

#[tokio::test]
async fn a_refresh_that_one_gateway_was_asked_for_is_worked_by_another() {
    let (_world, [one, other], id) = two(&Limits::default()).await;
    let of = one.account(id);
    list(of, "Some").await;
    of.contacts().create(contact("a@b.example")).await.unwrap();
    let segment = of.segments().define("All", Rules::All(vec![])).await.unwrap();
    let working = run_segment_refreshes(Arc::clone(&other));
    let worked = async {
        // The other gateway has found nothing to do before it is asked for.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        of.segments().refresh(segment.id).await.unwrap();
        while of.segments().refresh_progress(segment.id).await.unwrap() != RefreshStatus::Finished {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = working => {}
        () = worked => {}
    }
    assert_eq!(refresh::refresh_pending(&one).await.unwrap(), 0);
}
