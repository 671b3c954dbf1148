//! A clock that jumps back.

use std::path::Path;
use std::sync::Arc;

use jiff::{Timestamp, ToSpan as _};
use lychgate::domain::import::{
    DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport, Runner, Status,
};
use lychgate::domain::jobs::sweep;
use lychgate::domain::{
    AccountId, Clock, Contact, Context, EmailAddress, HandClock, Ids, Limits, NewAccount,
    NewContact,
};
use lychgate::store::{SledOptions, SledStore};

async fn open(folder: &Path, clock: &HandClock) -> Arc<Context> {
    let store = Arc::new(SledStore::open(folder, SledOptions::default()).unwrap());
    let clock = Clock::ByHand(clock.clone());
    Arc::new(Context::open(store, clock, Ids::random(), Limits::default()).await.unwrap())
}

async fn create(context: &Context, account: AccountId, name: &str) -> Contact {
    let address = EmailAddress::parse(&format!("{name}@clock.example")).unwrap();
    context.account(account).contacts().create(NewContact::new(address)).await.unwrap()
}

#[tokio::test]
async fn a_clock_that_jumps_back_harms_no_id_no_import_and_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let now: Timestamp = "2026-05-05T12:00:00Z".parse().unwrap();
    let clock = HandClock::new(now);
    let context = open(folder.path(), &clock).await;
    let new = NewAccount { name: "clock".to_owned(), ..NewAccount::default() };
    let id = context.accounts().add(new).await.unwrap().id;
    let first = create(&context, id, "first").await;
    let new = NewImport {
        list: None,
        file: vec!["Email\na@clock.example\nrubbish\nb@clock.example\n".into()],
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES,
    };
    let import = context.account(id).imports().accept(new).await.unwrap().id;

    // Three days back, and a restart there.
    clock.set(now - 72.hours());
    let second = create(&context, id, "second").await;
    assert!(second.id > first.id);
    context.store.close().await.unwrap();
    drop(context);
    let context = open(folder.path(), &clock).await;
    Arc::new(Runner::new(Arc::clone(&context))).drain().await;
    let account = context.account(id);
    let imports = account.imports();
    assert_eq!(imports.progress(import).await.unwrap().status, Status::Finished);
    let report = imports.report(import).await.unwrap();
    assert_eq!((report.new_contacts, report.invalid_entries), (2, 1));
    // The day of the file lies ahead now: it is not dropped.
    assert_eq!(sweep(&context).await.unwrap(), 0);
    assert!(!imports.faults(import).await.unwrap().whole().await.unwrap().is_empty());

    // Forward again: the order of ids goes on, and files are kept as long as ever.
    clock.set(now + 24.hours());
    let third = create(&context, id, "third").await;
    assert!(third.id > second.id);
    assert_eq!(sweep(&context).await.unwrap(), 0);
    assert!(!imports.faults(import).await.unwrap().whole().await.unwrap().is_empty());
    clock.set(now + (24 * 30).hours());
    assert_eq!(sweep(&context).await.unwrap(), 1);
    let findings = lychgate::domain::check::check(&context).await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    context.store.close().await.unwrap();
}
