//! Every status that an import can end with, and what is refused before it is accepted.

use lychgate::domain::import::{
    DeclaredFormat, NewImport, Runner, Status, find_everywhere, list_everywhere,
};
use lychgate::domain::{Error, ImportId, Limits, ListId, Refusal};
use lychgate::store::tables::{BulkFile, bulk_piece};
use lychgate::store::{Batch, Space, Table, commit_durably};
use std::fs;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use crate::support::{ENGINES, Engine, World, csv, file, rows};

async fn refusal(world: &World, new: NewImport) -> Refusal {
    match world.accept(new).await {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn an_accepted_import_is_not_finished_and_then_finished() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let accepted = world.accept(csv("Email\nann@a.example\n")).await.unwrap();
        assert_eq!(accepted.status, Status::NotFinished);
        let imports = world.account().imports();
        let waiting = imports.progress(accepted.id).await.unwrap();
        assert_eq!(
            (waiting.status, waiting.percent(), waiting.rows_total),
            (Status::NotFinished, 0, None)
        );
        let early = imports.report(accepted.id).await.unwrap_err();
        assert!(matches!(early, Error::Refused(Refusal::ImportReportNotFound)));
        let early = imports.faults(accepted.id).await.unwrap_err();
        assert!(matches!(early, Error::Refused(Refusal::ImportReportNotFound)));
        world.drain().await;
        let ended = imports.progress(accepted.id).await.unwrap();
        assert_eq!((ended.status, ended.percent()), (Status::Finished, 100));
        assert_eq!((ended.rows_done, ended.rows_total), (1, Some(1)));
        assert_eq!(imports.list(10).await.unwrap(), std::slice::from_ref(&ended));
        assert_eq!(list_everywhere(&world.context, 10).await.unwrap(), [(world.id, ended.clone())]);
        assert_eq!(find_everywhere(&world.context, ended.id).await.unwrap(), (world.id, ended));
    }
}

#[tokio::test]
async fn an_unknown_import_is_not_found() {
    let world = World::over(Engine::Memory).await;
    let id = ImportId(world.context.ids.uuid());
    let imports = world.account().imports();
    let errors = [
        imports.progress(id).await.unwrap_err(),
        imports.report(id).await.unwrap_err(),
        imports.faults(id).await.unwrap_err(),
        find_everywhere(&world.context, id).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, Error::Refused(Refusal::ImportNotFound)), "{error}");
    }
}

#[tokio::test]
async fn the_watchdog_rejects_a_file_of_bad_addresses_before_anything_is_written() {
    let limits =
        Limits { watchdog_min_rows: 10, watchdog_invalid_percent: 50, ..Limits::default() };
    for engine in ENGINES {
        let world = World::with_limits(engine, limits.clone()).await;
        let mut text = rows(0, 5);
        text.push_str(&"rubbish\n".repeat(5));
        let half = world.import(csv(&text)).await;
        assert_eq!((half.status, half.counters.invalid_entries), (Status::Finished, 5));
        text = rows(100, 5);
        text.push_str(&"rubbish\n".repeat(6));
        let rejected = world.import(csv(&text)).await;
        assert_eq!((rejected.status, rejected.rows_done), (Status::RejectedByWatchdog, 0));
        let info = world.account().imports().report(rejected.id).await.unwrap_err();
        assert!(matches!(info, Error::Refused(Refusal::ImportReportNotFound)));
        let again = world.import(csv(&rows(100, 5))).await;
        assert_eq!(again.counters.new_contacts, 5, "nothing of the rejected file stayed");
    }
}

#[tokio::test]
async fn a_file_that_is_neither_csv_nor_excel_ends_as_invalid() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        for bytes in [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], b"PK\x03\x04\0\0 broken"] {
            let ended = world.import(file(bytes.to_vec(), "csv")).await;
            assert_eq!(ended.status, Status::InvalidFileFormat);
        }
        let ended = world.import(file("no workbook at all", "xls")).await;
        assert_eq!(ended.status, Status::InvalidFileFormat);
    }
}

#[tokio::test]
async fn an_import_past_the_contact_limit_ends_without_its_batch() {
    let limits = Limits { contacts_per_account: 10, ..Limits::default() };
    for engine in ENGINES {
        let world = World::with_limits(engine, limits.clone()).await;
        let full = world.import(csv(&rows(0, 10))).await;
        assert_eq!((full.status, full.counters.new_contacts), (Status::Finished, 10));
        let more = world.import(csv(&rows(9, 2))).await;
        assert_eq!((more.status, more.rows_done), (Status::ExceedsAllowedContactLimit, 0));
        let same = world.import(csv(&rows(0, 10))).await;
        assert_eq!((same.status, same.counters.updated_contacts), (Status::Finished, 10));
    }
}

#[tokio::test]
async fn an_import_whose_file_is_damaged_fails() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let accepted = world.accept(csv(&rows(0, 5_000))).await.unwrap();
        let day = Space::Day(world.context.clock.today());
        let key = bulk_piece(world.id.0, accepted.id.0.into_bytes(), BulkFile::Upload, 1);
        let mut batch = Batch::new(day);
        batch.delete(Table::Bulk, key.clone());
        commit_durably(world.context.store.as_ref(), batch).await.unwrap();
        world.drain().await;
        let lost = world.account().imports().progress(accepted.id).await.unwrap();
        assert_eq!(lost.status, Status::Failed);
    }
    let world = World::over(Engine::Sled).await;
    let accepted = world.accept(csv(&rows(0, 5_000))).await.unwrap();
    let day = fs::read_dir(world.folder.path().join("bulk")).unwrap().next().unwrap().unwrap();
    let data = fs::OpenOptions::new().read(true).write(true).open(day.path().join("data")).unwrap();
    let (middle, mut byte) = (data.metadata().unwrap().len() / 2, [0]);
    data.read_exact_at(&mut byte, middle).unwrap();
    data.write_all_at(&[byte[0] ^ 1], middle).unwrap();
    world.drain().await;
    let flipped = world.account().imports().progress(accepted.id).await.unwrap();
    assert_eq!(flipped.status, Status::Failed);
}

#[tokio::test]
async fn an_import_whose_list_is_deleted_meanwhile_fails() {
    let world = World::over(Engine::Memory).await;
    let list = world.list("short-lived").await;
    let accepted = world.accept(NewImport { list: Some(list), ..csv(&rows(0, 5)) }).await.unwrap();
    world.account().lists().delete(list).await.unwrap();
    world.drain().await;
    let ended = world.account().imports().progress(accepted.id).await.unwrap();
    assert_eq!(ended.status, Status::Failed);
}

#[tokio::test]
async fn what_cannot_be_imported_is_refused_at_once_and_leaves_nothing() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let good = "Email\nann@a.example\n";
        assert_eq!(refusal(&world, csv("Name\nAnn\n")).await, Refusal::ImportNoEmailColumn);
        let unsupported = NewImport { format: DeclaredFormat::from_text("pdf"), ..csv(good) };
        assert_eq!(refusal(&world, unsupported).await, Refusal::ImportFormatUnsupported);
        let large = NewImport { limit_bytes: 10, ..csv(good) };
        let limit_bytes = 10;
        assert_eq!(refusal(&world, large).await, Refusal::ImportFileTooLarge { limit_bytes });
        let nowhere = NewImport { list: Some(ListId(4711)), ..csv(good) };
        assert_eq!(refusal(&world, nowhere).await, Refusal::ListNotFound);
        for reserved in [lychgate::domain::list::ALL_CONTACTS, lychgate::domain::list::TEST] {
            let into = NewImport { list: Some(reserved), ..csv(good) };
            assert_eq!(refusal(&world, into).await, Refusal::ListNotWritable);
        }
        assert_eq!(world.account().imports().list(10).await.unwrap(), []);
    }
}

#[tokio::test]
async fn one_import_too_many_is_refused_until_one_has_ended() {
    let limits = Limits { active_imports: 2, ..Limits::default() };
    for engine in ENGINES {
        let world = World::with_limits(engine, limits.clone()).await;
        let accept = || world.accept(csv("Email\nann@a.example\n"));
        // At the same time, so that all of them count before one is registered.
        let all = futures_util::future::join_all((0..8).map(|_| accept())).await;
        assert_eq!(all.iter().filter(|accepted| accepted.is_ok()).count(), 2);
        let limit = 2;
        let refused = refusal(&world, csv("Email\nann@a.example\n")).await;
        assert_eq!(refused, Refusal::ImportTooManyActive { limit });
        world.drain().await;
        accept().await.unwrap();
        let numbers: Vec<u32> =
            world.account().imports().list(9).await.unwrap().iter().map(|i| i.number).collect();
        assert_eq!(numbers.len(), 3);
        assert!(numbers.is_sorted_by(|one, other| one > other), "{numbers:?}");
    }
}

#[tokio::test]
async fn a_running_runner_is_woken_by_an_accepted_import_and_counts_what_it_does() {
    let world = World::over(Engine::Memory).await;
    let stop = CancellationToken::new();
    let runner = Arc::new(Runner::new(Arc::clone(&world.context)));
    let running = runner.run(stop.clone());
    let watching = async {
        let accepted = world.accept(csv("Email\nann@a.example\nrubbish\n")).await.unwrap();
        let imports = world.account().imports();
        while imports.progress(accepted.id).await.unwrap().status == Status::NotFinished {
            tokio::task::yield_now().await;
        }
        // The worker still has to come home before it is counted; stopping waits for that.
        stop.cancel();
    };
    tokio::join!(running, watching);
    let metrics = world.context.job_activity.metrics();
    assert_eq!((metrics.accepted, metrics.finished, metrics.not_finished), (1, 1, 0));
    assert_eq!((metrics.running, metrics.rows, metrics.rows_refused), (0, 2, 1));
}
