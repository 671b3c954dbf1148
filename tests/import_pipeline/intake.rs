//! Files that come in pieces import as they do in one, and leave nothing when they are given up.

use std::fmt::Write as _;

use lychgate::domain::import::{
    DeclaredFormat, FILE_LIMIT_BYTES, ImportState, MergeOption, NewUpload, Status, Wording,
};
use lychgate::domain::{Error, Limits, Refusal, Result};
use lychgate::store::{KeyRange, Order, Space, Table};

use crate::support::{ENGINES, Engine, World, csv, file};

fn upload() -> NewUpload {
    NewUpload { list: None, merge: MergeOption::Overwrite, limit_bytes: FILE_LIMIT_BYTES }
}

/// Takes a file in, in pieces of this size.
async fn take_in(world: &World, file: &[u8], bytes: usize, declared: &str) -> Result<ImportState> {
    let mut intake = world.account().imports().begin(upload(), Wording::default()).await?;
    for piece in file.chunks(bytes) {
        intake.write(piece).await?;
    }
    intake.finish(DeclaredFormat::from_text(declared)).await
}

/// Pieces of files in the space of every day.
async fn pieces(world: &World) -> usize {
    let store = &world.context.store;
    let mut count = 0;
    for day in store.days().await.unwrap() {
        let range = KeyRange::all();
        let scan = store.scan(Space::Day(day), Table::Bulk, range, Order::Ascending, 100_000);
        count += scan.await.unwrap().len();
    }
    count
}

/// More than 2 MB: several parts, the last one not full.
fn long_file() -> String {
    let mut file = "FIRSTNAME,Email,Notes\r\n".to_owned();
    for number in 0..30_000 {
        let address = if number % 10 == 0 { "none" } else { "a.example" };
        let notes = "some \"\"notes\"\",\nand more ".repeat(number % 5);
        write!(file, "First {number},m{number}@{address},\"{notes}\"\r\n").unwrap();
    }
    file
}

#[tokio::test]
async fn a_file_in_pieces_imports_as_in_one() {
    for engine in ENGINES {
        let file = long_file();
        let whole = World::over(engine).await.import(csv(&file)).await;
        for bytes in [10_007, 5_000_000] {
            let world = World::over(engine).await;
            let taken = take_in(&world, file.as_bytes(), bytes, "csv").await.unwrap();
            assert_eq!(taken.status, Status::NotFinished);
            assert_eq!(taken.file_bytes, u64::try_from(file.len()).unwrap());
            world.drain().await;
            let ended = world.account().imports().progress(taken.id).await.unwrap();
            assert_eq!(ended.status, Status::Finished);
            assert_eq!((ended.counters, ended.rows_total), (whole.counters, whole.rows_total));
            assert_eq!(ended.counters.new_contacts, 27_000);
        }
    }
}

#[tokio::test]
async fn workbooks_come_in_pieces_too() {
    let workbook = include_bytes!("contacts.xls");
    let whole = World::over(Engine::Memory).await.import(file(&workbook[..], "xls")).await;
    let world = World::over(Engine::Sled).await;
    let taken = take_in(&world, workbook, 1_000, "xls").await.unwrap();
    world.drain().await;
    let ended = world.account().imports().progress(taken.id).await.unwrap();
    assert_eq!((ended.status, ended.counters), (Status::Finished, whole.counters));
}

#[tokio::test]
async fn what_is_no_file_to_import_is_refused_as_in_one_piece() {
    let files: [(&[u8], &str); 7] = [
        (b"Name\nx\n", "csv"),
        (b"Name\nx\n", "xls"),
        (b"Email\n", "pdf"),
        (b"", "csv"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "csv"),
        (b"PK\x03\x04 but no archive", "xlsx"),
        (b"x", "xlsx"),
    ];
    for (bytes, declared) in files {
        let world = World::over(Engine::Memory).await;
        let whole = world.accept(file(bytes, declared)).await;
        let taken = take_in(&world, bytes, 3, declared).await;
        let say = |outcome: Result<ImportState>| match outcome {
            Ok(state) => Ok(state.file_bytes),
            Err(Error::Refused(refusal)) => Err(refusal),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(say(taken), say(whole), "{declared}: {bytes:?}");
    }
}

#[tokio::test]
async fn a_refused_or_broken_upload_leaves_no_pieces() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let imports = world.account().imports();
        let long = long_file();
        let no_header = long.replacen("Email", "Address", 1);
        let refused = take_in(&world, no_header.as_bytes(), 100_000, "csv").await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::ImportNoEmailColumn))));
        let small = NewUpload { limit_bytes: 2_000_000, ..upload() };
        let mut intake = imports.begin(small, Wording::default()).await.unwrap();
        let refused = intake.write(long.as_bytes()).await;
        let too_large = Refusal::ImportFileTooLarge { limit_bytes: 2_000_000 };
        assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal == too_large));
        drop(intake);
        let mut intake = imports.begin(upload(), Wording::default()).await.unwrap();
        intake.write(long.as_bytes()).await.unwrap();
        assert!(pieces(&world).await > 0, "pieces are stored while the file comes in");
        drop(intake);
        world.stop_at_once().await;
        assert_eq!(pieces(&world).await, 0);
    }
}

#[tokio::test]
async fn one_import_too_many_is_refused_before_and_after_its_file_came() {
    let limits = Limits { active_imports: 1, ..Limits::default() };
    let world = World::with_limits(Engine::Memory, limits).await;
    let imports = world.account().imports();
    let mut intake = imports.begin(upload(), Wording::default()).await.unwrap();
    intake.write(b"Email\na@b.example\n").await.unwrap();
    world.accept(csv("Email\nb@b.example\n")).await.unwrap();
    let too_many =
        |error: Error| matches!(error, Error::Refused(Refusal::ImportTooManyActive { limit: 1 }));
    assert!(too_many(imports.begin(upload(), Wording::default()).await.unwrap_err()));
    assert!(too_many(intake.finish(DeclaredFormat::Csv).await.unwrap_err()));
}
