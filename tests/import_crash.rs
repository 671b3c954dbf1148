//! `kill -9` at random moments of imports over sled: every row counts once, whenever it falls.
//!
//! The parent accepts an import, then starts a child that works on it and kills it, again and
//! again, until a child gets to the end.

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use lychgate::domain::data_field::Visibility;
    use lychgate::domain::import::{
        DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport, Runner, Status,
    };
    use lychgate::domain::list::NewList;
    use lychgate::domain::{AccountId, Clock, Context, Ids, ImportId, Limits, ListId, NewAccount};
    use lychgate::store::{SledOptions, SledStore};

    /// Kills that the test wants to see, over as many imports as that takes.
    const KILLS: u32 = 30;

    /// Good rows of a file: three batches and a bit.
    const GOOD_ROWS: u32 = 100_000;

    /// Every so many rows a bad one is put in.
    const BAD_EVERY: u32 = 997;

    /// Where the child finds its store.
    const CHILD_FOLDER: &str = "LYCHGATE_IMPORT_CRASH_FOLDER";

    async fn open(folder: &Path) -> Arc<Context> {
        let store = Arc::new(SledStore::open(folder, SledOptions::default()).unwrap());
        let context = Context::open(store, Clock::System, Ids::random(), Limits::default()).await;
        Arc::new(context.unwrap())
    }

    #[test]
    #[ignore = "a process of its own, started and killed by the test below"]
    fn the_child_that_imports_until_it_is_killed() {
        let Ok(folder) = std::env::var(CHILD_FOLDER) else { return };
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let context = open(Path::new(&folder)).await;
            Arc::new(Runner::new(Arc::clone(&context))).drain().await;
            context.store.close().await.unwrap();
        });
    }

    /// A file whose every row says what must become of it, and the faults file that must come of it.
    fn file(round: u32) -> (String, String) {
        let mut file = "Email,FIRSTNAME\n".to_owned();
        let mut faults = "\u{FEFF}Reason,email,firstname\r\n".to_owned();
        for row in 0..GOOD_ROWS {
            writeln!(file, "c{row}@example.com,Name {round}").unwrap();
            if row % BAD_EVERY == 0 {
                write!(file, "bad {row},x\nC{row}@example.com,again\n").unwrap();
                write!(faults, "Invalid Email,bad {row},x\r\n").unwrap();
                write!(faults, "Duplicate,C{row}@example.com,again\r\n").unwrap();
            }
        }
        (file, faults)
    }

    struct Accepted {
        account: AccountId,
        list: ListId,
        import: ImportId,
    }

    /// A new store with one accepted import in it, closed again.
    async fn accept(folder: &Path, text: String) -> Accepted {
        let context = open(folder).await;
        let new = NewAccount { name: "crash".to_owned(), ..NewAccount::default() };
        let account = context.accounts().add(new).await.unwrap().id;
        let new = NewList { name: "crash".to_owned(), visibility: Visibility::Private };
        let list = context.account(account).lists().create(new).await.unwrap().id;
        let new = NewImport {
            list: Some(list),
            file: text.into(),
            format: DeclaredFormat::Csv,
            merge: MergeOption::Overwrite,
            limit_bytes: FILE_LIMIT_BYTES,
        };
        let import = context.account(account).imports().accept(new).await.unwrap().id;
        context.store.close().await.unwrap();
        Accepted { account, list, import }
    }

    /// Whether the child got to its end before `life` was over.
    fn run_child(folder: &Path, life: Duration) -> bool {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "tests::the_child_that_imports_until_it_is_killed"])
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

    async fn verify(folder: &Path, accepted: &Accepted, faults: &str) {
        let context = open(folder).await;
        let account = context.account(accepted.account);
        let imports = account.imports();
        let state = imports.progress(accepted.import).await.unwrap();
        assert_eq!(state.status, Status::Finished);
        assert_eq!(Some(state.rows_done), state.rows_total);
        let bad = GOOD_ROWS.div_ceil(BAD_EVERY);
        let report = imports.report(accepted.import).await.unwrap();
        assert_eq!((report.new_contacts, report.updated_contacts), (GOOD_ROWS, 0));
        assert_eq!((report.invalid_entries, report.duplicate_emails), (bad, bad));
        assert_eq!(report.refused(), u64::from(2 * bad));
        let written = imports.faults(accepted.import).await.unwrap();
        assert!(written == faults.as_bytes(), "the faults file has other rows than it must have");
        let members = account.lists().contact_count(accepted.list).await.unwrap();
        assert_eq!(members, GOOD_ROWS);
        let findings = lychgate::domain::check::check(&context).await.unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        context.store.close().await.unwrap();
    }

    #[test]
    fn an_import_killed_again_and_again_counts_every_row_once() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let ids = Ids::random();
        let (mut kills, mut round, mut whole) = (0, 0, Duration::from_secs(60));
        while kills < KILLS {
            let folder = tempfile::tempdir().unwrap();
            let (text, faults) = file(round);
            let accepted = runtime.block_on(accept(folder.path(), text));
            // The first import is not killed: it shows how long one takes.
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
            runtime.block_on(verify(folder.path(), &accepted, &faults));
            round += 1;
        }
        println!("{kills} kills in {round} imports");
    }
}
