//! What each kind does to the store and to its file.

use std::sync::Arc;

use bytes::Bytes;

use super::*;
use crate::domain::activity::{Between, Message};
use crate::domain::display::{DateFormat, NumberFormat, Separators};
use crate::domain::jobs::{Exported, NewTask, NewUpload, Recipient, Runner, TaskState};
use crate::domain::relational::{ColumnKind, NewTable};
use crate::domain::testing::{account, contact, context, list, refusal};
use crate::domain::{Context, Event, FieldValue, Refusal, TemplateId};

async fn done(context: &Arc<Context>, account: Account<'_>, new: NewTask) -> TaskState {
    let id = account.tasks().start(new).await.unwrap();
    Arc::new(Runner::new(Arc::clone(context))).drain().await;
    account.tasks().get(id).await.unwrap()
}

fn with_file(work: Work, file: &'static [u8]) -> NewTask {
    let upload = Some(NewUpload { file: Bytes::from_static(file) });
    NewTask { upload, ..NewTask::new(work, "test") }
}

async fn delete(
    context: &Arc<Context>,
    account: Account<'_>,
    file: &'static [u8],
    opt_out: bool,
) -> TaskState {
    let order = DeleteContacts::of(&Bytes::from_static(file), opt_out).unwrap();
    done(context, account, with_file(Work::DeleteContacts(order), file)).await
}

#[tokio::test]
async fn a_file_of_addresses_deletes_its_contacts_and_keeps_opt_outs() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    for name in ["a@b.example", "b@b.example", "c@b.example"] {
        account.contacts().add_to_list(news, contact(name)).await.unwrap();
    }
    account.contacts().unsubscribe(contact("b@b.example")).await.unwrap();
    let file = b"name;EMAIL\nx;A@b.example\ny;b@b.example\nz;no\nz;q@b.example\nx;a@b.example\n";
    let task = delete(&context, account, file, false).await;
    assert_eq!(task.output, "2 contacts deleted, 1 addresses unknown, 1 rows invalid.");
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 1);
    let again = account.contacts().create(contact("b@b.example")).await;
    assert_eq!(refusal(again), Refusal::ContactSuppressed);
    account.contacts().create(contact("a@b.example")).await.unwrap();
    assert_eq!(crate::domain::check::check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn a_file_without_a_header_opts_its_addresses_out() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    account.contacts().add_to_list(news, contact("a@b.example")).await.unwrap();
    let task = delete(&context, account, b"\xEF\xBB\xBFa@b.example\r\nnew@b.example", true).await;
    assert_eq!(task.output, "1 contacts unsubscribed, 1 addresses unknown, 0 rows invalid.");
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
    for name in ["a@b.example", "new@b.example"] {
        let again = account.contacts().create(contact(name)).await;
        assert_eq!(refusal(again), Refusal::ContactSuppressed, "{name}");
    }
    assert_eq!(crate::domain::check::check(&context).await.unwrap(), []);
}

#[test]
fn a_file_without_addresses_is_no_order() {
    for file in [&b"name,phone\nx,1\n"[..], b"", b"\n\n"] {
        let refused = DeleteContacts::of(&Bytes::from_static(file), false);
        assert_eq!(refused, Err(Refusal::ImportNoEmailColumn), "{file:?}");
    }
    let binary = DeleteContacts::of(&Bytes::from_static(b"\x89PNG\0\0\0\r"), false);
    assert_eq!(binary, Err(Refusal::ImportFormatUnsupported));
}

async fn event(context: &Context, kind: &str, email: &str, time: &str, more: &str) {
    let line = format!(
        r#"{{"id":"{kind}{email}{time}","account":"one","type":"{kind}","email":"{email}","template_id":7,"time":"{time}"{more}}}"#
    );
    context.events().record(&Event::from_json(&line).unwrap()).await.unwrap();
}

async fn recipients(
    context: &Arc<Context>,
    account: Account<'_>,
    between: Between,
    actions: &[Action],
) -> Vec<Recipient> {
    let message = Message::Template(TemplateId(7));
    let order = ExportActivity::new(message, between, actions.to_vec());
    let task = done(context, account, NewTask::new(Work::ExportActivity(order), "test")).await;
    let mut file = account.tasks().file(&task.file.unwrap()).await.unwrap();
    let mut found = Vec::new();
    while let Some(lines) = file.next_lines(context).await.unwrap() {
        found.extend(lines.into_iter().map(|line| match line {
            Exported::Recipient(recipient) => *recipient,
            other => panic!("{other:?}"),
        }));
    }
    found
}

#[tokio::test]
async fn each_recipient_of_a_message_is_exported_once_with_all_that_happened() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    account.contacts().create(contact("a@b.example")).await.unwrap();
    for (kind, email, time, more) in [
        ("delivered", "a@b.example", "2026-01-01T00:00:00Z", ""),
        ("opened", "a@b.example", "2026-01-01T01:00:00Z", ""),
        ("opened", "a@b.example", "2026-01-01T02:00:00Z", ""),
        ("clicked", "a@b.example", "2026-01-01T02:00:00Z", r#","url":"https://x.example/""#),
        ("bounced", "b@b.example", "2026-01-01T00:00:00Z", r#","class":"hard","reason":"550 no""#),
        ("opened", "c@b.example", "2026-01-01T01:00:00Z", ""),
        ("unsubscribed", "c@b.example", "2026-01-01T03:00:00Z", ""),
    ] {
        event(&context, kind, email, time, more).await;
    }
    let all = recipients(&context, account, Between::default(), &Action::ALL).await;
    let seen: Vec<_> = all
        .iter()
        .map(|one| {
            let Recipient { address, is_listed, bounced, opened, clicked, opted_out, .. } = one;
            let ends = (bounced.is_some(), opted_out.is_some());
            (address.as_str(), *is_listed, opened.len(), clicked.len(), ends)
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("a@b.example", true, 2, 1, (false, false)),
            ("c@b.example", false, 1, 0, (false, true)),
            ("b@b.example", false, 0, 0, (true, false)),
        ]
    );
    let bounced = recipients(&context, account, Between::default(), &[Action::Bounce]).await;
    assert_eq!(bounced.len(), 1);
    let late = Between { from: Some("2026-01-01T02:30:00Z".parse().unwrap()), before: None };
    let late = recipients(&context, account, late, &Action::ALL).await;
    assert_eq!(late.iter().map(|one| one.opened.len()).collect::<Vec<_>>(), [0]);
}

#[tokio::test]
async fn recipients_past_one_step_are_each_exported_once() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let lines: Vec<Event> = (0..1_300)
        .map(|number| {
            // Many at the same moment.
            let line = format!(
                r#"{{"id":"{number}","account":"one","type":"opened","email":"c{}@b.example","template_id":7,"time":"2026-01-01T00:00:0{}Z"}}"#,
                number % 900,
                number % 2,
            );
            Event::from_json(&line).unwrap()
        })
        .collect();
    context.events().record_many(&lines).await.unwrap();
    let all = recipients(&context, account, Between::default(), &Action::ALL).await;
    let addresses: std::collections::BTreeSet<_> = all.iter().map(|one| &one.address).collect();
    assert_eq!((all.len(), addresses.len()), (900, 900));
}

async fn table(account: Account<'_>) {
    let column = |name: &str, kind| crate::domain::relational::Column {
        name: name.to_owned(),
        display_name: name.to_owned(),
        kind,
    };
    let number = NumberFormat { decimals: 2, separators: Separators::Point };
    let columns = vec![
        column("sku", ColumnKind::Text),
        column("bought", ColumnKind::Date(DateFormat::YearMonthDay)),
        column("price", ColumnKind::Number(number)),
    ];
    let (name, display_name) = ("orders".to_owned(), "Orders".to_owned());
    account.relational_tables().create(NewTable { name, display_name, columns }).await.unwrap();
}

async fn load(context: &Arc<Context>, account: Account<'_>, file: &'static [u8]) -> String {
    let order = LoadTable::of(account, "ORDERS", b'|', &Bytes::from_static(file)).await.unwrap();
    done(context, account, with_file(Work::LoadTable(order), file)).await.output
}

async fn skus(account: Account<'_>) -> Vec<String> {
    let (_, rows) = account.relational_tables().rows("orders", 0, 10).await.unwrap();
    rows.into_iter()
        .map(|row| match row.first() {
            Some(Some(FieldValue::Text(sku))) => sku.clone(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn a_load_replaces_all_rows_and_a_bad_row_replaces_none() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    table(account).await;
    let first = load(&context, account, b"Price|SKU|Bought\n1.5|a|2026-01-01\n|b|\n").await;
    assert_eq!(first, "2 rows loaded.");
    assert_eq!(skus(account).await, ["a", "b"]);
    let bad = load(&context, account, b"sku|bought\nc|2026-01-01\nd|01/02/2026\n").await;
    let why = "row 2, column bought: the value does not fit the data field's type";
    assert_eq!(bad, format!("Nothing was loaded: {why}."));
    assert_eq!(skus(account).await, ["a", "b"]);
    assert_eq!(load(&context, account, b"sku\nc\n").await, "1 rows loaded.");
    assert_eq!(skus(account).await, ["c"]);
    let rows = context.store.scan(
        crate::store::Space::Main,
        crate::store::Table::RelationalRow,
        crate::store::KeyRange::all(),
        crate::store::Order::Ascending,
        10,
    );
    assert_eq!(rows.await.unwrap().len(), 1, "the sets before are gone");
}

#[tokio::test]
async fn a_load_needs_a_table_and_a_column_of_it() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let file = Bytes::from_static(b"x\n1\n");
    let refused = LoadTable::of(account, "orders", b',', &file).await;
    assert_eq!(refusal(refused), Refusal::RelationalTableNotFound);
    table(account).await;
    let refused = LoadTable::of(account, "orders", b',', &file).await;
    assert_eq!(refusal(refused), Refusal::RelationalColumnNotFound);
}
