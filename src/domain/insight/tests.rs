use std::sync::Arc;

use super::*;
use crate::domain::jobs::{Runner, TaskStatus};
use crate::domain::testing::{account, contact, context, refusal};
use crate::domain::{Context, Page, Refusal};
use crate::store::{KeyRange, Order, Space, Table};

fn new(key: &str, identifier: &str, json: &str) -> NewInsight {
    NewInsight { key: key.to_owned(), identifier: identifier.to_owned(), json: json.to_owned() }
}

async fn person(account: Account<'_>, address: &str) -> ContactId {
    account.contacts().create(contact(address)).await.unwrap().id
}

/// Entries of a table, whoever they belong to.
async fn count(context: &Context, table: Table) -> usize {
    let store = &context.store;
    let found = store.scan(Space::Main, table, KeyRange::all(), Order::Ascending, usize::MAX);
    found.await.unwrap().len()
}

async fn drain(context: &Arc<Context>) {
    Arc::new(Runner::new(Arc::clone(context))).drain().await;
}

#[tokio::test]
async fn a_record_comes_back_as_it_was_given_and_is_replaced_by_its_holder_only() {
    let context = context().await;
    let account = account(&context, "one").await;
    let ann = person(account, "ann@b.example").await;
    person(account, "bob@b.example").await;
    let insights = account.insights();
    let json = "{ \"total\" : 111.2000000000 }";
    let put = insights.put("Orders", new("O-1", "ANN@b.example", json)).await.unwrap();
    assert_eq!((put.holder, &*put.json), (Holder::Contact(ann), json));
    assert_eq!(insights.get("orders", "O-1").await.unwrap(), put);
    let again = insights.put("ORDERS", new("O-1", &ann.to_string(), "{}")).await.unwrap();
    assert_eq!(again.json, "{}");
    let other = insights.put("Orders", new("O-1", "bob@b.example", "{}")).await;
    assert_eq!(refusal(other), Refusal::InsightRecordInvalid);
    let collections = insights.collections(Page::first()).await.unwrap();
    assert_eq!(collections, [Collection { id: 1, name: "Orders".to_owned() }]);
}

#[tokio::test]
async fn long_json_lies_in_pieces_and_leaves_none_behind() {
    let context = context().await;
    let account = account(&context, "one").await;
    let insights = account.insights();
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(MAX_JSON_BYTES - 11));
    assert_eq!(long.len(), MAX_JSON_BYTES);
    for _ in 0..2 {
        let put = insights.put("Catalog", new("A", "account", &long)).await.unwrap();
        assert_eq!((put.holder, put.json), (Holder::Account, long.clone()));
        assert_eq!(count(&context, Table::Text).await, MAX_JSON_BYTES.div_ceil(4096));
    }
    insights.replace("Catalog", "A", "{\"a\":1}").await.unwrap();
    assert_eq!(count(&context, Table::Text).await, 0);
    let longer = format!("{long} ");
    let refused = insights.put("Catalog", new("B", "account", &longer)).await;
    assert_eq!(refusal(refused), Refusal::InsightRecordInvalid);
}

#[tokio::test]
async fn what_is_no_record_is_refused_and_makes_no_record() {
    let context = context().await;
    let account = account(&context, "one").await;
    let insights = account.insights();
    let long = "k".repeat(MAX_KEY_BYTES + 1);
    let records = [
        (new(&long, "account", "{}"), Refusal::InsightRecordInvalid),
        (new("a\nb", "account", "{}"), Refusal::InsightRecordInvalid),
        (new("A", "nobody", "{}"), Refusal::InsightRecordInvalid),
        (new("A", "", "{}"), Refusal::InsightRecordInvalid),
        (new("A", "account", "[]"), Refusal::InsightRecordInvalid),
        (new("A", "account", "{"), Refusal::InsightRecordInvalid),
        (new("A", "account", ""), Refusal::InsightRecordInvalid),
        (new("A", "99", "{}"), Refusal::ContactNotFound),
        (new("A", "99999999999", "{}"), Refusal::ContactNotFound),
        (new("A", "ann@b.example", "{}"), Refusal::ContactNotFound),
    ];
    for (record, expected) in records {
        let (key, json) = (record.key.clone(), record.json.clone());
        assert_eq!(refusal(insights.put("Orders", record).await), expected, "{key}: {json}");
    }
    for name in ["", "1st", "two words", "sch\u{f6}n", &"n".repeat(MAX_NAME_CHARS + 1)] {
        let refused = insights.put(name, new("A", "account", "{}")).await;
        assert_eq!(refusal(refused), Refusal::InsightCollectionInvalid, "{name}");
    }
    assert_eq!(count(&context, Table::InsightRecord).await, 0);
    assert!(!insights.put("a-1_b", new("", "account", "{}")).await.unwrap().key.is_empty());
}

#[tokio::test]
async fn records_are_listed_by_holder_and_by_collection_in_the_order_of_their_keys() {
    let context = context().await;
    let account = account(&context, "one").await;
    let (ann, bob) =
        (person(account, "ann@b.example").await, person(account, "bob@b.example").await);
    let insights = account.insights();
    for (key, holder) in [("c", ann), ("a", ann), ("b", bob)] {
        insights.put("Orders", new(key, &holder.to_string(), "{}")).await.unwrap();
        insights.put("Carts", new(key, "account", "{}")).await.unwrap();
    }
    let keys = |found: Vec<Insight>| found.into_iter().map(|one| one.key).collect::<String>();
    let page = |select, skip| Page::new(select, skip).unwrap();
    let of_ann = |collection, page| insights.of_holder(Holder::Contact(ann), collection, page);
    assert_eq!(keys(of_ann("Orders", Page::first()).await.unwrap()), "ac");
    assert_eq!(keys(of_ann("Carts", Page::first()).await.unwrap()), "");
    assert_eq!(refusal(of_ann("None", Page::first()).await), Refusal::InsightCollectionNotFound);
    let nobody = insights.of_holder(Holder::Contact(ContactId(99)), "Orders", Page::first()).await;
    assert_eq!(refusal(nobody), Refusal::ContactNotFound);
    let of_account = insights.of_holder(Holder::Account, "Carts", page(1, 1)).await.unwrap();
    assert_eq!(keys(of_account), "b");
    assert_eq!(keys(insights.of_collection("Orders", None, 2).await.unwrap()), "ab");
    assert_eq!(keys(insights.of_collection("Orders", Some("a"), 9).await.unwrap()), "bc");
}

#[tokio::test]
async fn what_is_deleted_is_gone_from_every_index() {
    let context = context().await;
    let account = account(&context, "one").await;
    let (ann, bob) =
        (person(account, "ann@b.example").await, person(account, "bob@b.example").await);
    let insights = account.insights();
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(9_000));
    for number in 0..1_200 {
        let holder = if number % 2 == 0 { ann } else { bob };
        let json = if number < 4 { &long } else { "{}" };
        let record = new(&number.to_string(), &holder.to_string(), json);
        insights.put("Orders", record).await.unwrap();
    }
    insights.delete("Orders", "0").await.unwrap();
    assert_eq!(refusal(insights.delete("Orders", "0").await), Refusal::InsightRecordNotFound);
    assert_eq!(refusal(insights.get("Orders", "0").await), Refusal::InsightRecordNotFound);
    insights.delete_of_contact(ann, "Orders").await.unwrap();
    assert_eq!(count(&context, Table::InsightRecord).await, 600);
    account.contacts().delete(bob).await.unwrap();
    for table in [Table::InsightRecord, Table::InsightOfContact, Table::Text] {
        assert_eq!(count(&context, table).await, 0, "{table:?}");
    }
    insights.put("Orders", new("A", "account", &long)).await.unwrap();
    insights.empty("Orders").await.unwrap();
    for table in [Table::InsightRecord, Table::InsightOfContact, Table::Text] {
        assert_eq!(count(&context, table).await, 0, "{table:?}");
    }
    assert_eq!(insights.collections(Page::first()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_import_puts_what_is_good_and_tells_what_is_not() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let ann = person(account, "ann@b.example").await;
    person(account, "bob@b.example").await;
    let insights = account.insights();
    insights.put("Orders", new("taken", "bob@b.example", "{}")).await.unwrap();
    let long = format!("{{\"{}\":1}}", "m".repeat(256));
    let records = vec![
        new("good", "ann@b.example", "{\"text\":\"say \\\"hi\\\",\\r\\nbye\"}"),
        new("ours", "Account", "{}"),
        new("good", "ann@b.example", "{}"),
        new("", "account", "{}"),
        new("whose", "nobody", "{}"),
        new("json", "account", "no"),
        new("member", "account", &long),
        new("long", "account", &format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_JSON_BYTES))),
        new("id", "4711", "{}"),
        new("address", "cy@b.example", "{}"),
        new("taken", "ann@b.example", "{}"),
    ];
    let asked = insights.start_import("Orders", records).await.unwrap();
    assert_eq!(asked.status, TaskStatus::Pending);
    assert_eq!(refusal(insights.import_report(asked.id).await), Refusal::ImportReportNotFound);
    drain(&context).await;
    assert_eq!(insights.import(asked.id).await.unwrap().status, TaskStatus::Complete);
    let report = insights.import_report(asked.id).await.unwrap();
    assert_eq!((report.imported, report.rejected), (2, 9));
    let faults: Vec<_> = report.faults.iter().map(|one| (one.key.as_str(), one.fault)).collect();
    let expected = [
        ("good", Fault::KeyRepeated),
        ("", Fault::KeyInvalid),
        ("whose", Fault::IdentifierInvalid),
        ("json", Fault::JsonInvalid),
        ("member", Fault::MemberTooLong),
        ("long", Fault::JsonTooLong),
        ("id", Fault::NoContactOfId),
        ("address", Fault::NoContactOfAddress),
        ("taken", Fault::KeyOfAnother),
    ];
    assert_eq!(faults, expected);
    let good = insights.get("Orders", "good").await.unwrap();
    assert_eq!(good.holder, Holder::Contact(ann));
    assert_eq!(good.json, "{\"text\":\"say \\\"hi\\\",\\r\\nbye\"}");
    assert_eq!(refusal(insights.import(uuid::Uuid::nil()).await), Refusal::ImportNotFound);
}

#[tokio::test]
async fn an_import_of_many_records_goes_in_steps() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let insights = account.insights();
    let json = format!("{{\"text\":\"{}\"}}", "x".repeat(500));
    let records = (0..6_000).map(|number| new(&number.to_string(), "account", &json)).collect();
    let asked = insights.start_import("Orders", records).await.unwrap();
    drain(&context).await;
    let report = insights.import_report(asked.id).await.unwrap();
    assert_eq!((report.imported, report.rejected), (6_000, 0));
    assert_eq!(count(&context, Table::InsightRecord).await, 6_000);
}

#[tokio::test]
async fn accounts_see_their_own_only() {
    let context = context().await;
    let (one, other) = (account(&context, "one").await, account(&context, "other").await);
    one.insights().put("Orders", new("A", "account", "{}")).await.unwrap();
    let refused = other.insights().get("Orders", "A").await;
    assert_eq!(refusal(refused), Refusal::InsightCollectionNotFound);
    assert_eq!(other.insights().collections(Page::first()).await.unwrap(), []);
}
