//! `kill -9` at random moments of tasks over sled: each goes on and counts everything once.

#![cfg(test)]

mod killed;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use killed::{Trial, close_clean, open};
use lychgate::domain::data_field::Visibility;
use lychgate::domain::import::{DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport};
use lychgate::domain::jobs::{
    ClearLists, DeleteContacts, ExportContacts, Exported, NewTask, NewUpload, Runner, TaskId,
    TaskStatus, Work,
};
use lychgate::domain::list::NewList;
use lychgate::domain::{AccountId, Context, ListId, NewAccount, Rules};

/// Kills that the test wants to see.
const KILLS: u32 = 12;

const CONTACTS: u32 = 60_000;

/// Every so many contacts one is in the file of those to delete.
const DELETED_EVERY: u32 = 3;

#[test]
#[ignore = "a process of its own, started and killed by the test below"]
fn the_child_that_works_until_it_is_killed() {
    killed::work();
}

struct Started {
    account: AccountId,
    list: ListId,
    export: TaskId,
    clear: TaskId,
    delete: TaskId,
}

/// A new store with contacts in a list, and three tasks that wait.
async fn start(folder: &Path) -> Started {
    let context = open(folder).await;
    let new = NewAccount { name: "crash".to_owned(), ..NewAccount::default() };
    let account = context.accounts().add(new).await.unwrap().id;
    let of_account = context.account(account);
    let new = NewList { name: "crash".to_owned(), visibility: Visibility::Private };
    let list = of_account.lists().create(new).await.unwrap().id;
    let (mut all, mut some) = ("email\n".to_owned(), "email\n".to_owned());
    for number in 0..CONTACTS {
        writeln!(all, "c{number}@example.com").unwrap();
        if number % DELETED_EVERY == 0 {
            writeln!(some, "c{number}@example.com").unwrap();
        }
    }
    let new = NewImport {
        list: Some(list),
        file: vec![all.into()],
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES,
    };
    of_account.imports().accept(new).await.unwrap();
    Arc::new(Runner::new(Arc::clone(&context))).drain().await;
    let tasks = of_account.tasks();
    let work = Work::ExportContacts(ExportContacts::new(Rules::All(vec![])));
    let export = tasks.start(NewTask::new(work, "export")).await.unwrap();
    let work = Work::ClearLists(ClearLists::new(vec![list], false));
    let clear = tasks.start(NewTask::new(work, "clear")).await.unwrap();
    let file = Bytes::from(some);
    let work = Work::DeleteContacts(DeleteContacts::of(&file, false).unwrap());
    let upload = Some(NewUpload { file });
    let new = NewTask { upload, ..NewTask::new(work, "delete") };
    let delete = tasks.start(new).await.unwrap();
    context.store.close().await.unwrap();
    Started { account, list, export, clear, delete }
}

async fn verify(context: Arc<Context>, started: &Started) {
    let account = context.account(started.account);
    let deleted = CONTACTS.div_ceil(DELETED_EVERY);
    for (id, done) in
        [(started.export, CONTACTS), (started.clear, CONTACTS), (started.delete, deleted)]
    {
        let task = account.tasks().get(id).await.unwrap();
        assert_eq!((task.status, task.done), (TaskStatus::Complete, u64::from(done)));
    }
    let name = account.tasks().get(started.export).await.unwrap().file.unwrap();
    let mut file = account.tasks().file(&name).await.unwrap();
    let (mut lines, mut seen) = (0, BTreeSet::new());
    while let Some(some) = file.next_lines(&context).await.unwrap() {
        for line in some {
            let Exported::Contact(contact, _) = line else { panic!("{line:?}") };
            seen.insert(contact.id);
            lines += 1;
        }
    }
    assert_eq!((lines, seen.len()), (CONTACTS, usize::try_from(CONTACTS).unwrap()));
    assert_eq!(account.lists().contact_count(started.list).await.unwrap(), 0);
    let left = account.lists().contact_count(ListId(1)).await.unwrap();
    assert_eq!(left, CONTACTS - deleted);
    close_clean(context).await;
}

#[test]
fn tasks_killed_again_and_again_count_everything_once() {
    let trial = Trial { child: "the_child_that_works_until_it_is_killed", kills: KILLS };
    trial.run(&async |folder: &Path, _| start(folder).await, &verify);
}
