//! Tasks through the methods of the wire, from the call to the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;

use crate::domain::files::{FileError, FilePlace, Files};
use crate::domain::jobs::Runner;
use crate::domain::testing::contact;
use crate::domain::{ContactStatus, Event, FieldTest, FieldValue, Rules};
use crate::faces::empower::tests::World;

/// Files by their names.
#[derive(Debug, Default)]
struct Shelf(BTreeMap<&'static str, Bytes>);

impl Files for Shelf {
    fn fetch<'a>(&'a self, place: &'a FilePlace) -> BoxFuture<'a, Result<Bytes, FileError>> {
        let file = place.path.last().and_then(|name| self.0.get(name.as_str()));
        Box::pin(std::future::ready(file.cloned().ok_or(FileError::NotFound)))
    }

    fn limit_bytes(&self) -> u64 {
        1024 * 1024
    }
}

async fn world(name: &'static str, file: &'static [u8]) -> World {
    let shelf = Shelf(BTreeMap::from([(name, Bytes::from_static(file))]));
    World::with_files(Arc::new(shelf)).await
}

async fn drain(world: &World) {
    Arc::new(Runner::new(Arc::clone(&world.context))).drain().await;
}

/// The text of the only element called `name`.
fn text_of<'t>(reply: &'t str, name: &str) -> &'t str {
    let (_, rest) = reply.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("{reply}"));
    let (text, _) = rest.split_once(&format!("</{name}>")).unwrap();
    text.trim_start_matches("<![CDATA[").trim_end_matches("]]>")
}

async fn tasks(world: &World) -> String {
    drain(world).await;
    world.ask("utilities.getTasks", &[]).await
}

async fn event(world: &World, kind: &str, email: &str, more: &str) {
    let line = format!(
        r#"{{"id":"{kind}{email}","account":"one","type":"{kind}","email":"{email}","campaign_id":9,"time":"2026-01-01T20:00:00Z"{more}}}"#
    );
    world.context.events().record(&Event::from_json(&line).unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_message_is_exported_in_the_documented_shape() {
    let world = World::new().await;
    world.account().contacts().create(contact("a&b@b.example")).await.unwrap();
    event(&world, "opened", "a&b@b.example", "").await;
    event(&world, "clicked", "a&b@b.example", r#","url":"https://x.example/?a&b""#).await;
    event(&world, "bounced", "c@b.example", r#","class":"hard","reason":"550 5.1.1 no""#).await;
    let asked = world
        .ask("statistics.getMessageSubscriberData", &[("mess_id", "9"), ("salesforce", "1")])
        .await;
    assert_eq!(text_of(&asked, "responseCode"), "101");
    let pending = world.ask("utilities.getTasks", &[("status", "PENDING")]).await;
    assert_eq!(text_of(&pending, "responseText"), "1 tasks retrieved");
    let listed = tasks(&world).await;
    assert_eq!(text_of(&listed, "task_id"), text_of(&asked, "task_id"));
    assert_eq!(text_of(&listed, "type"), "EXPORT_MESSAGE_CONTACTS");
    assert_eq!(text_of(&listed, "status"), "COMPLETE");
    assert_eq!(text_of(&listed, "run_date"), "2026-01-02 04:00:00");
    let name = text_of(&listed, "file_name");
    let file = world.ask("utilities.getFile", &[("file", name)]).await;
    assert_eq!(
        file,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<contacts>\n\
         <contact><email>a&amp;b@b.example</email><mes_cont_id>1-9-1</mes_cont_id>\
         <external_id></external_id><current>1</current><salesforce_id></salesforce_id>\
         <opens><date>2026-01-01 12:00:00</date></opens>\
         <clicks><click><date>2026-01-01 12:00:00</date><url>https://x.example/?a&amp;b</url>\
         </click></clicks></contact>\n\
         <contact><email>c@b.example</email><mes_cont_id>1-9-2</mes_cont_id>\
         <external_id></external_id><current>0</current><salesforce_id></salesforce_id>\
         <bounce><reason>5-Invalid Recipient</reason><date>2026-01-01 12:00:00</date></bounce>\
         </contact>\n</contacts>\n"
    );
    let unknown = world.ask("utilities.getFile", &[("file", "task-1-x.xml")]).await;
    assert!(unknown.contains("<error><![CDATA[1]]></error>"), "{unknown}");
}

#[tokio::test]
async fn tasks_are_filtered_by_every_argument() {
    let world = World::new().await;
    world.ask("statistics.getMessageSubscriberData", &[("mess_id", "9")]).await;
    drain(&world).await;
    for (args, count) in [
        (vec![("task_id", "1, 2")], 1),
        (vec![("task_id", "2")], 0),
        (vec![("status", "all"), ("type", "ALL")], 1),
        (vec![("status", "complete")], 1),
        (vec![("status", "ERROR")], 0),
        (vec![("type", "EXPORT_MESSAGE_CONTACTS")], 1),
        (vec![("type", "EXPORT")], 0),
        (vec![("type", "COUPON_IMPORT")], 0),
        (vec![("start_date", "2026-01-02"), ("end_date", "2026-01-02")], 1),
        (vec![("start_date", "2026-01-03")], 0),
        (vec![("end_date", "2026-01-01")], 0),
    ] {
        let listed = world.ask("utilities.getTasks", &args).await;
        let said = text_of(&listed, "responseText");
        assert_eq!(said, format!("{count} tasks retrieved"), "{args:?}");
    }
    for args in [("status", "DONE"), ("type", "x"), ("task_id", "x"), ("start_date", "x")] {
        let refused = world.ask("utilities.getTasks", &[args]).await;
        assert!(refused.contains(&format!("Invalid value for {}", args.0)), "{refused}");
    }
}

const SYNC: [(&str, &str); 5] = [
    ("reply_email", "a@b.example"),
    ("file_type", "csv"),
    ("number", "2"),
    ("source", "shop"),
    ("data_url", "https://files.example/in/sync.csv"),
];

#[tokio::test]
async fn a_bulk_sync_maps_the_contracts_columns_and_is_listed_as_an_import() {
    let file = b"email|external_id|firstname|phone_hm|epref\n\
                 a@b.example|X1|Ann|555|P\nb@b.example|X2|Bob||H\nc@b.example|X1|Cy||H\n";
    let world = world("sync.csv", file).await;
    let asked = world.ask("legacy.bulk_sync", &SYNC).await;
    assert_eq!(text_of(&asked, "message"), "1");
    let listed = tasks(&world).await;
    assert_eq!(text_of(&listed, "task_id"), text_of(&asked, "task_id"));
    assert_eq!(text_of(&listed, "type"), "IMPORT");
    let output = "2 contacts added, 0 updated, 1 rows refused.";
    assert_eq!(text_of(&listed, "output"), output, "an external id belongs to one");
    let ann = world.contact("a@b.example").await;
    assert_eq!(ann.email_type, crate::domain::EmailType::PlainText);
    assert_eq!(ann.external_id.unwrap().as_str(), "X1");
    let values: BTreeMap<_, _> = ann
        .fields
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.clone()?)))
        .collect();
    let text = |text: &str| FieldValue::Text(text.to_owned());
    assert_eq!(values, BTreeMap::from([("FIRSTNAME", text("Ann")), ("PHONE_HM", text("555"))]));
}

#[tokio::test]
async fn a_file_that_cannot_be_had_is_message_2_with_its_reason() {
    let world = world("other.csv", b"name\nx\n").await;
    let missing = world.ask("legacy.bulk_sync", &SYNC).await;
    assert_eq!(text_of(&missing, "message"), "2");
    assert_eq!(text_of(&missing, "reason"), "the file was not found");
    let mut args = SYNC;
    args[4].1 = "ftp://h/../x";
    let invalid = world.ask("legacy.bulk_sync", &args).await;
    assert_eq!(text_of(&invalid, "reason"), "the location of the file is not valid");
    args[4].1 = "ftp://h/other.csv";
    let no_email = world.ask("legacy.bulk_sync", &args).await;
    assert_eq!(text_of(&no_email, "reason"), "the file has no e-mail column");
    args[4] = ("ftp_server", "h");
    let no_name = world.ask("legacy.bulk_sync", &args).await;
    assert_eq!(text_of(&no_name, "missing_vars"), "filename");
    let none = World::new().await.ask("legacy.bulk_sync", &SYNC).await;
    assert!(text_of(&none, "reason").contains("no source of files is set up"), "{none}");
}

#[tokio::test]
async fn subscribers_of_a_file_are_opted_out_or_deleted() {
    let world = world("list.txt", b"a@b.example\nb@b.example\n").await;
    world.account().contacts().create(contact("a@b.example")).await.unwrap();
    let args = [
        ("reply_email", "x@b.example"),
        ("optout", "Y"),
        ("ftp_server", "ftp.example"),
        ("server_folder", "in"),
        ("filename", "list.txt"),
    ];
    let asked = world.ask("legacy.delete_subscribers", &args).await;
    assert_eq!((text_of(&asked, "message"), text_of(&asked, "job_id")), ("1", "1"));
    let listed = tasks(&world).await;
    assert_eq!(text_of(&listed, "type"), "BULK_DELETE");
    assert_eq!(world.contact("a@b.example").await.status, ContactStatus::Unsubscribed);
    let missing = world.ask("legacy.delete_subscribers", &[("optout", "Y")]).await;
    assert!(text_of(&missing, "missing_vars").contains("reply_email"), "{missing}");
}

#[tokio::test]
async fn groups_are_cleared_and_deleted_or_said_not_to_be_there() {
    let world = World::new().await;
    let news = world.list("News").await.to_string();
    let absent = world.ask("legacy.group_clear", &[]).await;
    assert_eq!(text_of(&absent, "missing_vars"), "group_id");
    let many = vec!["7"; 101].join(",");
    for (id, reason) in [
        ("", "Not all values passed through"),
        ("x", "no group found with given group_id"),
        ("1,2,99", "no group found with given group_id"),
        (&many, "no more than 100 groups can be cleared at once"),
    ] {
        let refused = world.ask("legacy.group_clear", &[("group_id", id)]).await;
        assert_eq!((text_of(&refused, "message"), text_of(&refused, "reason")), ("2", reason));
    }
    let args = [("group_id", news.as_str()), ("delete", "Y")];
    let asked = world.ask("legacy.group_clear", &args).await;
    assert_eq!(text_of(&asked, "message"), "1");
    let listed = tasks(&world).await;
    assert_eq!(text_of(&listed, "task_id"), text_of(&asked, "job_id"));
    let again = world.ask("legacy.group_clear", &args).await;
    assert_eq!(text_of(&again, "message"), "2");
}

#[tokio::test]
async fn a_dynamic_segment_is_exported_with_what_was_asked_for() {
    let world = World::new().await;
    let rules = Rules::Field {
        name: crate::domain::FieldName::parse("FIRSTNAME").unwrap(),
        test: FieldTest::Equals(FieldValue::Text("Ann".to_owned())),
    };
    let segment = world.account().segments().define("Anns", rules).await.unwrap();
    for (address, name) in [("a@b.example", "Ann"), ("b@b.example", "Bob")] {
        let new = crate::domain::testing::with_field(address, "FIRSTNAME", name);
        world.account().contacts().create(new).await.unwrap();
    }
    let id = segment.id.to_string();
    let args = [("group_id", id.as_str()), ("basic", "1")];
    world.ask("legacy.retrieve_dynamic", &args).await;
    let listed = tasks(&world).await;
    assert_eq!(text_of(&listed, "type"), "EXPORT");
    let file = world.ask("utilities.getFile", &[("file", text_of(&listed, "file_name"))]).await;
    assert_eq!(file.matches("<contact_data>").count(), 1, "{file}");
    assert_eq!((text_of(&file, "email"), text_of(&file, "firstname")), ("a@b.example", "Ann"));
    assert!(!file.contains("<city>"), "{file}");
    let unknown = world.ask("legacy.retrieve_dynamic", &[("group_id", "99")]).await;
    assert_eq!(text_of(&unknown, "message"), "2");
}

#[tokio::test]
async fn a_relational_table_takes_the_rows_of_a_file() {
    let world = world("t.csv", b"sku\ta\na\t1\n").await;
    let column = crate::domain::relational::Column {
        name: "sku".to_owned(),
        display_name: "SKU".to_owned(),
        kind: crate::domain::relational::ColumnKind::Text,
    };
    let (name, display_name) = ("orders".to_owned(), "Orders".to_owned());
    let new = crate::domain::relational::NewTable { name, display_name, columns: vec![column] };
    world.account().relational_tables().create(new).await.unwrap();
    let args = |table, delimiter| {
        [("table_name", table), ("delimiter", delimiter), ("data_url", "http://h/t.csv")]
    };
    let method = "account.importRelationalTableData";
    let asked = world.ask(method, &args("Orders", "9")).await;
    assert_eq!(text_of(&asked, "responseCode"), "101");
    assert_eq!(text_of(&tasks(&world).await, "output"), "1 rows loaded.");
    let unknown = world.ask(method, &args("none", "tab")).await;
    assert!(unknown.contains("<error>"), "{unknown}");
    for delimiter in ["ab", "x", "\"", "34", "300"] {
        let refused = world.ask(method, &args("orders", delimiter)).await;
        assert!(refused.contains("Invalid value for delimiter"), "{delimiter}: {refused}");
    }
}
