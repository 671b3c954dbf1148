//! An import that was interrupted goes on where it was.

use std::sync::Arc;

use lychgate::domain::import::{NewImport, Runner, Status};
use tokio_util::sync::CancellationToken;

use crate::support::{ENGINES, Engine, World, csv, rows};

/// Runs until some rows are done, then stops.
async fn work_a_little(world: &World, id: lychgate::domain::ImportId) -> u64 {
    let stop = CancellationToken::new();
    let runner = Arc::new(Runner::new(Arc::clone(&world.context)));
    let imports = world.account().imports();
    let watching = async {
        while imports.progress(id).await.unwrap().rows_done == 0 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    tokio::join!(runner.run(stop.clone()), watching);
    imports.progress(id).await.unwrap().rows_done
}

#[tokio::test]
async fn a_parked_import_goes_on_from_its_cursor_and_counts_every_row_once() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let list = world.list("all").await;
        let mut text = rows(0, 40_000);
        text.push_str("rubbish,1\n");
        text.push_str(&rows(39_990, 40_000).replacen("Email,FIRSTNAME\n", "", 1));
        text.push_str("rubbish,2\n");
        let new = NewImport { list: Some(list), ..csv(&text) };
        let accepted = world.accept(new).await.unwrap();
        let done = work_a_little(&world, accepted.id).await;
        assert!(done > 0 && done < 80_002, "parked at {done}");
        let imports = world.account().imports();
        let parked = imports.progress(accepted.id).await.unwrap();
        assert_eq!((parked.status, parked.rows_total), (Status::NotFinished, Some(80_002)));
        world.drain().await;
        let report = imports.report(accepted.id).await.unwrap();
        assert_eq!((report.new_contacts, report.updated_contacts), (79_990, 0));
        assert_eq!((report.duplicate_emails, report.invalid_entries), (10, 2));
        let faults = imports.faults(accepted.id).await.unwrap().whole().await.unwrap();
        let faults = String::from_utf8(faults.to_vec()).unwrap();
        let expected: String = std::iter::once("\u{FEFF}Reason,email,firstname\r\n".to_owned())
            .chain(["Invalid Email,rubbish,1\r\n".to_owned()])
            .chain(
                (39_990..40_000).map(|n| format!("Duplicate,contact-{n}@example.com,Name {n}\r\n")),
            )
            .chain(["Invalid Email,rubbish,2\r\n".to_owned()])
            .collect();
        assert_eq!(faults, expected, "{engine:?}");
        let count = world.account().lists().contact_count(list).await.unwrap();
        assert_eq!(count, 79_990, "{engine:?}");
    }
}

#[tokio::test]
async fn imports_of_one_account_run_in_the_order_in_which_they_were_accepted() {
    let world = World::over(Engine::Memory).await;
    for name in 0..10 {
        let text = format!("Email,FIRSTNAME\nann@a.example,Ann {name}\n");
        world.accept(csv(&text)).await.unwrap();
    }
    world.drain().await;
    assert_eq!(world.value("ann@a.example", "FIRSTNAME").await, "Ann 9");
    let states = world.account().imports().list(20).await.unwrap();
    assert_eq!(states.iter().filter(|state| state.counters.new_contacts == 1).count(), 1);
    assert_eq!(states.iter().filter(|state| state.counters.updated_contacts == 1).count(), 9);
}

#[tokio::test]
async fn many_accounts_share_the_workers() {
    let world = World::over(Engine::Memory).await;
    let mut imports = Vec::new();
    for number in 0..8 {
        let new = lychgate::domain::NewAccount { name: format!("a{number}"), ..Default::default() };
        let id = world.context.accounts().add(new).await.unwrap().id;
        let account = world.context.account(id);
        imports.push((id, account.imports().accept(csv(&rows(0, 100))).await.unwrap().id));
    }
    world.drain().await;
    for (account, id) in imports {
        let report = world.context.account(account).imports().report(id).await.unwrap();
        assert_eq!(report.new_contacts, 100);
    }
}
