//! Imports whose rows come in several calls.

use lychgate::domain::Refusal;
use lychgate::domain::import::{BatchedState, BatchedStatus, NewColumn, RowsWritten};
use lychgate::domain::{Error, ListId};

use crate::support::{ENGINES, Engine, NOW, World};

/// Begins an import of addresses, phones, first names and what no account has a field for.
async fn begin(world: &World) -> BatchedState {
    let list = world.list("all").await;
    let columns = vec![
        ("FirstName".to_owned(), NewColumn::Field),
        ("E-Mail".to_owned(), NewColumn::Address),
        ("Mobile".to_owned(), NewColumn::Phone),
        ("sample string 1".to_owned(), NewColumn::Field),
        ("firstname".to_owned(), NewColumn::Field),
    ];
    world.account().imports().begin_batched(list, columns, "Email").await.unwrap()
}

fn batch(state: &BatchedState, rows: &[[&str; 4]]) -> RowsWritten {
    let mut batch = state.batch();
    for row in rows {
        batch.push(row.iter().copied());
    }
    batch
}

#[tokio::test]
async fn the_rows_of_every_batch_count_once_in_one_import() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let imports = world.account().imports();
        let begun = begin(&world).await;
        let names: Vec<&str> = begun.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["E-Mail", "FirstName", "Mobile", "sample string 1"]);
        assert_eq!((begun.status, begun.percent(), begun.ended), (BatchedStatus::Waiting, 0, None));

        let first = batch(
            &begun,
            &[
                ["ann@a.example", "Ann \"A\", of\r\nX", "+353 87 123 4567", "x"],
                ["bob@a.example", "Bob", "087 123 4567", ""],
                ["", "", "", ""],
                ["no address", "", "rubbish", ""],
            ],
        );
        let running = imports.add_batch(begun.number, first).await.unwrap();
        assert_eq!(
            (running.status, running.rows, running.ended),
            (BatchedStatus::Running, 4, None)
        );
        world.drain().await;
        let again = batch(&begun, &[["ann@a.example", "", "", ""], ["ANN@a.example", "", "", ""]]);
        imports.add_batch(begun.number, again).await.unwrap();
        imports
            .add_batch(begun.number, batch(&begun, &[["cid@a.example", "", "", ""]]))
            .await
            .unwrap();
        world.drain().await;

        let ended = imports.batched(begun.number).await.unwrap();
        assert_eq!((ended.status, ended.percent()), (BatchedStatus::Finished, 100), "{engine:?}");
        assert_eq!(ended.ended.unwrap().to_string(), NOW);
        assert_eq!((ended.rows, ended.rows_done), (7, 7));
        let counters = ended.counters;
        assert_eq!((counters.new_contacts, counters.updated_contacts), (3, 1));
        assert_eq!((counters.invalid_entries, counters.duplicate_emails), (2, 1));
        assert_eq!((counters.invalid_phones, counters.known_refused), (2, 1));

        let ann = world.contact("ann@a.example").await;
        assert_eq!(ann.phone.as_deref(), Some("+353871234567"));
        assert_eq!(world.value("ann@a.example", "FIRSTNAME").await, "Ann \"A\", of\r\nX");
        assert_eq!(world.value("ann@a.example", "SAMPLE_STRING_1").await, "x");
        assert_eq!(world.contact("bob@a.example").await.phone, None);
        assert_eq!(world.account().lists().contact_count(begun.list).await.unwrap(), 3);
    }
}

#[tokio::test]
async fn no_watchdog_judges_a_batch_and_an_empty_one_ends_an_import() {
    let world = World::over(Engine::Memory).await;
    let imports = world.account().imports();
    let begun = begin(&world).await;
    let ended = imports.add_batch(begun.number, begun.batch()).await.unwrap();
    assert_eq!((ended.status, ended.rows), (BatchedStatus::Finished, 0));
    assert!(ended.ended.is_some());
    let mut bad = vec![["rubbish", "", "", ""]; 500];
    bad.push(["ann@a.example", "", "", ""]);
    imports.add_batch(begun.number, batch(&begun, &bad)).await.unwrap();
    world.drain().await;
    let ended = imports.batched(begun.number).await.unwrap();
    assert_eq!(ended.status, BatchedStatus::Finished);
    assert_eq!((ended.counters.invalid_entries, ended.counters.new_contacts), (500, 1));
}

#[tokio::test]
async fn many_batches_are_summed_without_being_kept_apart() {
    let world = World::over(Engine::Memory).await;
    let imports = world.account().imports();
    let begun = begin(&world).await;
    for number in 0..60 {
        let address = format!("c{number}@a.example");
        let row = batch(&begun, &[[address.as_str(), "", "", ""]]);
        imports.add_batch(begun.number, row).await.unwrap();
        world.drain().await;
    }
    let ended = imports.batched(begun.number).await.unwrap();
    assert_eq!((ended.rows, ended.rows_done, ended.counters.new_contacts), (60, 60, 60));
}

#[tokio::test]
async fn what_does_not_exist_takes_no_batch() {
    fn refusal<T>(result: lychgate::domain::Result<T>) -> Refusal {
        match result {
            Err(Error::Refused(refusal)) => refusal,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("was taken"),
        }
    }
    let world = World::over(Engine::Memory).await;
    let imports = world.account().imports();
    let nowhere = imports.begin_batched(ListId(4711), Vec::new(), "Email").await;
    assert_eq!(refusal(nowhere), Refusal::ListNotFound);
    let begun = begin(&world).await;
    assert_eq!(refusal(imports.batched(begun.number + 1).await), Refusal::ImportNotFound);
    let other = imports.add_batch(begun.number + 1, begun.batch()).await;
    assert_eq!(refusal(other), Refusal::ImportNotFound);
    world.account().lists().delete(begun.list).await.unwrap();
    let gone = imports.add_batch(begun.number, begun.batch()).await;
    assert_eq!(refusal(gone), Refusal::ListNotFound);
    let wide = (0..251).map(|number| (format!("f{number}"), NewColumn::Field)).collect();
    let list = world.list("other").await;
    let refused = imports.begin_batched(list, wide, "Email").await;
    assert!(matches!(refusal(refused), Refusal::ParameterInvalid { .. }));
}
