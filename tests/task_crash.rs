//! `kill -9` at random moments of tasks over sled: each goes on and counts everything once.
//!
//! The parent starts tasks, then a child that works on them and kills it, again and again, until a
//! child gets to the end.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use bytes::Bytes;
    use lychgate::domain::data_field::Visibility;
    use lychgate::domain::import::{DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport};
    use lychgate::domain::jobs::{
        ClearLists, DeleteContacts, ExportContacts, Exported, NewTask, NewUpload, Runner, TaskId,
        TaskStatus, Work,
    };
    use lychgate::domain::list::NewList;
    use lychgate::domain::{AccountId, Clock, Context, Ids, Limits, ListId, NewAccount, Rules};
    use lychgate::store::{SledOptions, SledStore};

    /// Kills that the test wants to see.
    const KILLS: u32 = 12;

    const CONTACTS: u32 = 60_000;

    /// Every so many contacts one is in the file of those to delete.
    const DELETED_EVERY: u32 = 3;

    /// Where the child finds its store.
    const CHILD_FOLDER: &str = "LYCHGATE_TASK_CRASH_FOLDER";

    async fn open(folder: &Path) -> Arc<Context> {
        let store = Arc::new(SledStore::open(folder, SledOptions::default()).unwrap());
        let context = Context::open(store, Clock::System, Ids::random(), Limits::default()).await;
        Arc::new(context.unwrap())
    }

    #[test]
    #[ignore = "a process of its own, started and killed by the test below"]
    fn the_child_that_works_until_it_is_killed() {
        let Ok(folder) = std::env::var(CHILD_FOLDER) else { return };
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let context = open(Path::new(&folder)).await;
            Arc::new(Runner::new(Arc::clone(&context))).drain().await;
            context.store.close().await.unwrap();
        });
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
            file: all.into(),
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

    /// Whether the child got to its end before `life` was over.
    fn run_child(folder: &Path, life: Duration) -> bool {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "tests::the_child_that_works_until_it_is_killed"])
            .env(CHILD_FOLDER, folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let born = Instant::now();
        while born.elapsed() < life {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "the child failed: {status}");
                return true;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        false
    }

    fn random_below(ids: &Ids, bound: Duration) -> Duration {
        let (high, _) = ids.uuid().as_u64_pair();
        bound.mul_f64(f64::from(u32::try_from(high >> 32).unwrap()) / f64::from(u32::MAX))
    }

    async fn verify(folder: &Path, started: &Started) {
        let context = open(folder).await;
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
        let findings = lychgate::domain::check::check(&context).await.unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        context.store.close().await.unwrap();
    }

    #[test]
    fn tasks_killed_again_and_again_count_everything_once() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let ids = Ids::random();
        let (mut kills, mut round, mut whole) = (0, 0, Duration::from_secs(120));
        while kills < KILLS {
            let folder = tempfile::tempdir().unwrap();
            let started = runtime.block_on(start(folder.path()));
            // The first round is not killed: it shows how long one takes.
            let mut life = match round {
                0 => whole,
                _ => random_below(&ids, whole),
            };
            let born = Instant::now();
            while !run_child(folder.path(), life) {
                kills += 1;
                life = random_below(&ids, whole);
            }
            if round == 0 {
                whole = born.elapsed();
            }
            runtime.block_on(verify(folder.path(), &started));
            round += 1;
        }
        println!("{kills} kills in {round} rounds");
    }
}
