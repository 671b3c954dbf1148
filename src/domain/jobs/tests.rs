//! Tasks from start to end over the memory store.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::work::Yielding;
use super::*;
use crate::domain::import::{DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport, Status};
use crate::domain::lease::Claim;
use crate::domain::testing::{account, contact, context, context_with, list, noon, refusal};
use crate::domain::{Clock, Context, Ids, Limits, ListId, Refusal, Rules};
use crate::store::{Front, MemoryStore, Space, Store, StoreError, Table};

fn export() -> NewTask {
    NewTask::new(Work::ExportContacts(ExportContacts::new(Rules::All(vec![]))), "everybody")
}

fn clear(lists: Vec<ListId>, delete: bool) -> NewTask {
    NewTask::new(Work::ClearLists(ClearLists::new(lists, delete)), "clear")
}

async fn drain(context: &Arc<Context>) {
    Arc::new(Runner::new(Arc::clone(context))).drain().await;
}

async fn addresses(context: &Context, mut file: ResultFile) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(lines) = file.next_lines(context).await.unwrap() {
        for line in lines {
            let Exported::Contact(contact, _) = line else { panic!("{line:?}") };
            found.push(contact.address.as_given().to_owned());
        }
    }
    found
}

#[tokio::test]
async fn an_export_holds_every_subscribed_contact_and_is_fetched_by_its_name() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    for number in 0..10 {
        let address = format!("c{number}@b.example");
        account.contacts().create(contact(&address)).await.unwrap();
    }
    account.contacts().unsubscribe(contact("c3@b.example")).await.unwrap();
    let id = account.tasks().start(export()).await.unwrap();
    assert_eq!(account.tasks().get(id).await.unwrap().status, TaskStatus::Pending);
    drain(&context).await;
    let task = account.tasks().get(id).await.unwrap();
    assert_eq!((task.status, task.done), (TaskStatus::Complete, 9));
    assert_eq!(task.output, "9 contacts exported.");
    let file = account.tasks().file(&task.file.unwrap()).await.unwrap();
    let found = addresses(&context, file).await;
    assert_eq!(found.len(), 9);
    assert!(!found.contains(&"c3@b.example".to_owned()));
}

#[tokio::test]
async fn a_file_is_found_by_its_whole_name_in_its_account_only() {
    let context = Arc::new(context().await);
    let one = account(&context, "one").await;
    let other = account(&context, "other").await;
    let id = one.tasks().start(export()).await.unwrap();
    drain(&context).await;
    let name = one.tasks().get(id).await.unwrap().file.unwrap();
    let id = other.tasks().start(export()).await.unwrap();
    drain(&context).await;
    let others = other.tasks().get(id).await.unwrap().file.unwrap();
    let guessed = format!("task-{id}-{}.xml", uuid::Uuid::nil().simple());
    for wrong in ["", "task-1.xml", &guessed, &others, name.trim_end_matches(".xml")] {
        assert_eq!(refusal(one.tasks().file(wrong).await), Refusal::TaskFileNotFound, "{wrong}");
    }
    one.tasks().file(&format!("some/folder/{name}")).await.unwrap();
}

#[tokio::test]
async fn a_cleared_list_keeps_who_unsubscribed_from_it_and_a_deleted_one_is_gone() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let (kept, gone) = (list(account, "Kept").await, list(account, "Gone").await);
    for address in ["a@b.example", "b@b.example", "c@b.example"] {
        account.contacts().add_to_list(kept, contact(address)).await.unwrap();
        account.contacts().add_to_list(gone, contact(address)).await.unwrap();
    }
    account.contacts().unsubscribe_from_list(kept, contact("c@b.example")).await.unwrap();
    let first = account.tasks().start(clear(vec![kept, ListId(99)], false)).await.unwrap();
    let second = account.tasks().start(clear(vec![gone], true)).await.unwrap();
    drain(&context).await;
    let outputs: Vec<_> = account
        .tasks()
        .list(&TaskFilter { limit: 10, ..TaskFilter::default() })
        .await
        .unwrap()
        .into_iter()
        .map(|task| (task.id, task.status, task.output))
        .collect();
    assert_eq!(
        outputs,
        [
            (first, TaskStatus::Complete, "2 members removed from 2 lists.".to_owned()),
            (
                second,
                TaskStatus::Complete,
                "3 members removed from 1 lists. 1 lists deleted.".to_owned()
            ),
        ]
    );
    assert_eq!(account.lists().contact_count(kept).await.unwrap(), 0);
    assert_eq!(refusal(account.lists().get(gone).await), Refusal::ListNotFound);
    let back = account.contacts().add_to_list(kept, contact("c@b.example")).await;
    assert_eq!(refusal(back), Refusal::ContactSuppressedForList);
    assert_eq!(crate::domain::check::check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn a_task_that_is_refused_ends_as_failed_and_says_why() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let id = account.tasks().start(clear(vec![ListId(1)], false)).await.unwrap();
    drain(&context).await;
    let task = account.tasks().get(id).await.unwrap();
    assert_eq!(task.status, TaskStatus::Failed);
    assert_eq!(task.output, "the list cannot be changed.");
    assert_eq!(context.job_activity.metrics().tasks.failed, 1);
}

#[tokio::test]
async fn an_account_has_a_bounded_number_of_active_tasks() {
    let context = context_with(Limits { active_tasks: 1, ..Limits::default() }).await;
    let context = Arc::new(context);
    let account = account(&context, "one").await;
    account.tasks().start(export()).await.unwrap();
    let refused = account.tasks().start(export()).await;
    assert_eq!(refusal(refused), Refusal::TaskTooManyActive { limit: 1 });
    drain(&context).await;
    account.tasks().start(export()).await.unwrap();
}

#[tokio::test]
async fn tasks_are_listed_by_status_and_the_newest_only() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let mut ids = Vec::new();
    for _ in 0..70 {
        ids.push(account.tasks().start(export()).await.unwrap());
    }
    let newest = TaskFilter { limit: 3, ..TaskFilter::default() };
    let listed: Vec<_> =
        account.tasks().list(&newest).await.unwrap().iter().map(|task| task.id).collect();
    assert_eq!(listed, ids[67..]);
    let complete = TaskFilter { status: Some(TaskStatus::Complete), ..newest };
    assert_eq!(account.tasks().list(&complete).await.unwrap(), []);
    assert_eq!(list_everywhere(&context, 2).await.unwrap().len(), 2);
}

/// A database that was the leader once and still answers questions, of a time without jobs.
#[derive(Debug)]
struct FormerLeader {
    store: MemoryStore,
    answers: AtomicBool,
}

impl Front for FormerLeader {
    fn below(&self) -> &dyn Store {
        &self.store
    }

    fn get<'a>(
        &'a self,
        space: Space,
        table: Table,
        key: &'a [u8],
    ) -> BoxFuture<'a, Result<Option<Bytes>, StoreError>> {
        if self.answers.load(Ordering::SeqCst) && matches!(table, Table::Import | Table::Task) {
            return Box::pin(async { Ok(None) });
        }
        self.store.get(space, table, key)
    }
}

#[tokio::test]
async fn a_job_of_which_a_former_leader_knows_nothing_stays_active() {
    let store = FormerLeader { store: MemoryStore::default(), answers: AtomicBool::new(false) };
    let store = Arc::new(store);
    let shared: Arc<dyn Store> = Arc::<FormerLeader>::clone(&store);
    let opened = Context::open(shared, Clock::Frozen(noon()), Ids::seeded(1), Limits::default());
    let context = Arc::new(opened.await.unwrap());
    let account = account(&context, "one").await;
    let file = NewImport {
        list: None,
        file: vec!["Email\na@b.example\n".into()],
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES,
    };
    let import = account.imports().accept(file).await.unwrap().id;
    let task = account.tasks().start(export()).await.unwrap();
    let jobs = active::all(&context).await.unwrap();
    assert_eq!(jobs.len(), 2);
    store.answers.store(true, Ordering::SeqCst);
    for job in &jobs {
        let yielding = Yielding { stop: CancellationToken::new(), waiting: Arc::default() };
        work::work(Arc::clone(&context), *job, Claim::alone(), yielding).await.unwrap_err();
    }
    store.answers.store(false, Ordering::SeqCst);
    assert_eq!(active::all(&context).await.unwrap(), jobs);
    drain(&context).await;
    let imported = account.imports().progress(import).await.unwrap();
    assert_eq!(imported.status, Status::Finished);
    assert_eq!(account.tasks().get(task).await.unwrap().status, TaskStatus::Complete);
}
