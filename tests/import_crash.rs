//! `kill -9` at random moments of imports over sled: every row counts once, whenever it falls.

#![cfg(test)]

#[path = "support/faulty_file.rs"]
mod faulty_file;
mod killed;

use std::path::Path;
use std::sync::Arc;

use faulty_file::{bad, file};
use killed::{Trial, close_clean, open};
use lychgate::domain::data_field::Visibility;
use lychgate::domain::import::{
    BatchedStatus, DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewColumn, NewImport, Status,
};
use lychgate::domain::list::NewList;
use lychgate::domain::{AccountId, Context, ImportId, ListId, NewAccount};

/// Good rows of a file: three batches of the pipeline and a bit.
const GOOD_ROWS: u32 = 100_000;

/// Calls of a batched import, and good rows of each, of which one has a bad address besides.
const CALLS: u32 = 12;
const ROWS_OF_CALL: u32 = 10_000;

#[test]
#[ignore = "a process of its own, started and killed by the tests below"]
fn the_child_that_imports_until_it_is_killed() {
    killed::work();
}

fn trial(kills: u32) -> Trial {
    Trial { child: "the_child_that_imports_until_it_is_killed", kills }
}

/// A new store with an account and a list in it.
async fn begin(folder: &Path) -> (Arc<Context>, AccountId, ListId) {
    let context = open(folder).await;
    let new = NewAccount { name: "crash".to_owned(), ..NewAccount::default() };
    let account = context.accounts().add(new).await.unwrap().id;
    let new = NewList { name: "crash".to_owned(), visibility: Visibility::Private };
    let list = context.account(account).lists().create(new).await.unwrap().id;
    (context, account, list)
}

struct Accepted {
    account: AccountId,
    list: ListId,
    import: ImportId,
    faults: String,
}

async fn accept(folder: &Path, round: u32) -> Accepted {
    let (context, account, list) = begin(folder).await;
    let (text, faults) = file(GOOD_ROWS, &round.to_string());
    let new = NewImport {
        list: Some(list),
        file: vec![text.into()],
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES,
    };
    let import = context.account(account).imports().accept(new).await.unwrap().id;
    context.store.close().await.unwrap();
    Accepted { account, list, import, faults }
}

async fn verify(context: Arc<Context>, accepted: &Accepted) {
    let account = context.account(accepted.account);
    let imports = account.imports();
    let state = imports.progress(accepted.import).await.unwrap();
    assert_eq!(state.status, Status::Finished);
    assert_eq!(Some(state.rows_done), state.rows_total);
    let bad = bad(GOOD_ROWS);
    let report = imports.report(accepted.import).await.unwrap();
    assert_eq!((report.new_contacts, report.updated_contacts), (GOOD_ROWS, 0));
    assert_eq!((report.invalid_entries, report.duplicate_emails), (bad, bad));
    assert_eq!(report.refused(), u64::from(2 * bad));
    let written = imports.faults(accepted.import).await.unwrap().whole().await.unwrap();
    let is_right = written == accepted.faults.as_bytes();
    assert!(is_right, "the faults file has other rows than it must have");
    let members = account.lists().contact_count(accepted.list).await.unwrap();
    assert_eq!(members, GOOD_ROWS);
    close_clean(context).await;
}

#[test]
fn an_import_killed_again_and_again_counts_every_row_once() {
    trial(30).run(&accept, &verify);
}

struct Begun {
    account: AccountId,
    list: ListId,
    number: u32,
}

/// Of each call's rows half are known from the call before.
async fn begin_batched(folder: &Path, round: u32) -> Begun {
    let (context, account, list) = begin(folder).await;
    let imports = context.account(account).imports();
    let columns =
        vec![("Email".to_owned(), NewColumn::Address), ("FirstName".to_owned(), NewColumn::Field)];
    let begun = imports.begin_batched(list, columns, "Email").await.unwrap();
    let name = format!("Name {round}");
    for call in 0..CALLS {
        let mut batch = begun.batch();
        batch.push(["no address", "x"].into_iter());
        let first = call * ROWS_OF_CALL / 2;
        for row in first..first + ROWS_OF_CALL {
            batch.push([format!("c{row}@example.com").as_str(), &name].into_iter());
        }
        imports.add_batch(begun.number, batch).await.unwrap();
    }
    context.store.close().await.unwrap();
    Begun { account, list, number: begun.number }
}

async fn verify_batched(context: Arc<Context>, begun: &Begun) {
    let account = context.account(begun.account);
    let state = account.imports().batched(begun.number).await.unwrap();
    let rows = u64::from(CALLS * (ROWS_OF_CALL + 1));
    assert_eq!((state.status, state.rows, state.rows_done), (BatchedStatus::Finished, rows, rows));
    let contacts = (CALLS + 1) * ROWS_OF_CALL / 2;
    let known = CALLS * ROWS_OF_CALL - contacts;
    let counted = &state.counters;
    assert_eq!((counted.new_contacts, counted.updated_contacts), (contacts, known));
    assert_eq!((counted.invalid_entries, counted.duplicate_emails), (CALLS, 0));
    assert_eq!(account.lists().contact_count(begun.list).await.unwrap(), contacts);
    close_clean(context).await;
}

#[test]
fn the_batches_of_an_import_killed_again_and_again_count_every_row_once() {
    trial(10).run(&begin_batched, &verify_batched);
}
