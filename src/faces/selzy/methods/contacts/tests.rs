//! Imports and contacts over a store in memory.

use std::sync::Arc;

use serde_json::json;

use crate::domain::check::check;
use crate::domain::testing::contact;
use crate::domain::{FieldKind, NewDataField, Refusal, Visibility};
use crate::faces::selzy::tests::World;
use crate::faces::selzy::{Settings, SpamTraps};

/// A form of `field_names` and `data`; `None` leaves a cell out.
fn form(names: &[&str], rows: &[&[Option<&str>]]) -> String {
    let mut form = crate::protocol::form::Fields::default();
    let names = names.iter().enumerate().map(|(at, name)| (format!("field_names[{at}]"), *name));
    let cells = rows.iter().enumerate().flat_map(|(row, cells)| {
        let cells = cells.iter().enumerate();
        cells.filter_map(move |(at, text)| Some((format!("data[{row}][{at}]"), (*text)?)))
    });
    form.clone_from(&names.chain(cells).map(|(name, text)| (name, text.to_owned())).collect());
    crate::protocol::form::urlencoded::write(&form)
}

fn some<const N: usize>(cells: [&'static str; N]) -> [Option<&'static str>; N] {
    cells.map(Some)
}

async fn import(world: &World, names: &[&str], rows: &[&[Option<&str>]]) -> serde_json::Value {
    let result = world.result("importContacts", &form(names, rows)).await;
    assert_eq!(check(&world.context).await.unwrap(), []);
    result
}

#[tokio::test]
async fn the_documented_result_comes_from_what_is_stored() {
    let world = World::new().await;
    let names = ["email", "phone", "delete", "email_status"];
    import(
        &world,
        &names,
        &[&some(["old@b.example", "", "", "active"]), &some(["holder@b.example", "+353871234567"])],
    )
    .await;
    let result = import(
        &world,
        &names,
        &[
            &some(["nobody", "+353871234568"]),
            &some(["gone@b.example", "", "1"]),
            &some(["other@b.example", "+353871234567"]),
            &some(["old@b.example", "", "1"]),
        ],
    )
    .await;
    let log = json!([
        {"index": 0, "code": "e_email_invalid", "message": "Invalid email format"},
        {"index": 2, "code": "e_phone_not_unique", "message": "Duplicate telephone number"},
    ]);
    assert_eq!(
        result,
        json!({"total": 4, "inserted": 2, "updated": 1, "deleted": 2, "new_emails": 1,
               "invalid": 2, "log": log})
    );
}

#[tokio::test]
async fn a_row_past_the_plan_is_added_with_the_documented_warning() {
    let settings = Settings { contact_limit: 1, ..Settings::default() };
    let world = World::with_settings(settings).await;
    let row = |text: &'static str| form(&["email"], &[&some([text])]);
    let said = world.call("importContacts", &row("a@b.example")).await;
    assert!(said.get("warnings").is_none(), "{said}");
    let said = world.call("importContacts", &row("b@b.example")).await;
    let warnings = json!([{"warning": "Addresses overlimit for current period"}]);
    assert_eq!(said["warnings"], warnings);
    assert_eq!(said["result"]["inserted"], 1);
    assert_eq!(said["result"]["log"][0]["code"], "w_common_overlimit");
    let said = world.call("importContacts", &row("b@b.example")).await;
    assert_eq!(said["result"]["log"], json!([]), "who is there already is not one more");
}

#[tokio::test]
async fn roles_and_traps_are_refused_but_may_go() {
    let spam_traps = Arc::new(SpamTraps::parse("trap@b.example\n@pit.example").unwrap());
    let world = World::with_settings(Settings { spam_traps, ..Settings::default() }).await;
    world.account().contacts().create(contact("info@b.example")).await.unwrap();
    let result = import(
        &world,
        &["email", "delete"],
        &[
            &some(["Info@b.example"]),
            &some(["trap@b.example"]),
            &some(["any@pit.example"]),
            &some(["info@b.example", "1"]),
        ],
    )
    .await;
    let told = ["inserted", "updated", "deleted", "invalid", "role_based"];
    assert_eq!(told.map(|name| result[name].as_u64().unwrap()), [0, 1, 1, 3, 1]);
    let role = "Error (email was ignored). Role-based or technical email address: \
                \"Info@b.example\"";
    assert_eq!(
        result["log"][0],
        json!({"index": 0, "code": "w_common_overlimit", "message": role})
    );
    let members: Vec<&String> = result.as_object().unwrap().keys().collect();
    assert!(members.contains(&&"role_based".to_owned()));
}

#[tokio::test]
async fn every_system_field_is_stored_and_shown() {
    let world = World::new().await;
    let (one, two) = (world.list("One").await, world.list("Two").await);
    let three = world.list("Three").await;
    let new = NewDataField {
        name: "BORN".to_owned(),
        kind: FieldKind::Date,
        visibility: Visibility::Private,
        default: None,
    };
    world.account().fields().create(new).await.unwrap();
    let lists = format!("{one}, {two}");
    let left = three.to_string();
    let names = [
        "email",
        "email_status",
        "email_availability",
        "email_list_ids",
        "email_subscribe_times",
        "email_unsubscribed_list_ids",
        "tags",
        "phone",
        "phone_list_ids",
        "BORN",
        "email_add_time",
    ];
    let row = [
        Some("a@b.example"),
        Some("active"),
        Some("mailbox_full"),
        Some(&*lists),
        Some("2020-01-02 03:04:05,2021-02-03"),
        Some(&*left),
        Some("red, blue"),
        Some("79261232323"),
        Some(&*left),
        Some("31.12.1999"),
        Some("2001-01-01"),
    ];
    let result = import(&world, &names, &[&row]).await;
    assert_eq!(result["log"], json!([]));
    let shown =
        world.result("getContact", "email=a%40b.example&include_lists=1&include_fields=1").await;
    let email = &shown["email"];
    assert_eq!(
        (&email["status"], &email["availability"]),
        (&json!("active"), &json!("mailbox_full"))
    );
    assert_eq!(
        email["lists"],
        json!([
            {"id": one, "title": "One", "status": "active", "added_at": "2020-01-02 03:04:05"},
            {"id": two, "title": "Two", "status": "active", "added_at": "2021-02-03 00:00:00"},
            {"id": three, "title": "Three", "status": "unsubscribed",
             "added_at": "2026-01-02 12:00:00"},
        ])
    );
    assert_eq!(email["fields"]["BORN"], "1999-12-31");
    assert_eq!(shown["lists"], email["lists"]);
    let tags = world.result("getTags", "").await;
    assert_eq!(tags.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn rows_are_sparse_and_numbered_as_they_were_sent() {
    let world = World::new().await;
    let form = "field_names%5B3%5D=email&field_names[7]=phone&data[9][3]=bad&data[2][7]=bad\
                &data[4][3]=a@b.example";
    let result = world.result("importContacts", form).await;
    let log = result["log"].as_array().unwrap();
    let said: Vec<_> = log.iter().map(|one| (one["index"].clone(), one["code"].clone())).collect();
    assert_eq!(said, [(json!(2), json!("e_phone_invalid")), (json!(9), json!("e_email_invalid"))]);
    assert_eq!((&result["total"], &result["inserted"]), (&json!(3), &json!(1)));
    assert_eq!(result["invalid"], 1, "a row without an address has no invalid one");
}

#[tokio::test]
async fn each_bound_of_an_import_has_its_error() {
    let world = World::new().await;
    let rows = |count: usize| {
        let rows: Vec<String> =
            (0..count).map(|row| format!("data[{row}][0]=a{row}@b.example")).collect();
        format!("field_names[0]=email&{}", rows.join("&"))
    };
    assert_eq!(world.result("importContacts", &rows(500)).await["inserted"], 500);
    assert_eq!(world.code("importContacts", &rows(501)).await, "invalid_arg");
    for number in 0..51 {
        let new = NewDataField {
            name: format!("F{number}"),
            kind: FieldKind::Text,
            visibility: Visibility::Private,
            default: None,
        };
        world.account().fields().create(new).await.unwrap();
    }
    let fields = |count: usize| {
        let names: Vec<String> =
            (0..count).map(|at| format!("field_names[{}]=F{at}", at + 1)).collect();
        format!("field_names[0]=email&data[0][0]=z@b.example&{}", names.join("&"))
    };
    assert_eq!(world.result("importContacts", &fields(50)).await["inserted"], 1);
    assert_eq!(world.code("importContacts", &fields(51)).await, "invalid_arg");
    let tags = |count: usize| {
        let tags: Vec<String> = (0..count).map(|at| format!("t{at}")).collect();
        format!(
            "field_names[0]=email&field_names[1]=tags&data[0][0]=y@b.example&data[0][1]={}",
            tags.join(",")
        )
    };
    let refused = world.result("importContacts", &tags(11)).await;
    assert_eq!(refused["log"][0]["code"], "e_common_tags_overlimit");
    assert_eq!(world.result("importContacts", &tags(10)).await["inserted"], 1);
}

#[tokio::test]
async fn what_is_wrong_with_the_arguments_is_said() {
    let world = World::new().await;
    for form in [
        "",
        "field_names[0]=email",
        "data[0][0]=a@b.example",
        "field_names=email&data[0][0]=a@b.example",
        "field_names[0]=email&data=a@b.example",
        "field_names[0]=tags&data[0][0]=a",
        "field_names[0]=email&field_names[1]=Unknown&data[0][0]=a@b.example",
    ] {
        assert_eq!(world.code("importContacts", form).await, "invalid_arg", "{form}");
    }
}

#[tokio::test]
async fn who_unsubscribes_here_is_refused_elsewhere() {
    let world = World::new().await;
    world.result("unsubscribe", "contact_type=email&contact=a%40b.example").await;
    let refused = world.account().contacts().create(contact("a@b.example")).await;
    assert_eq!(crate::domain::testing::refusal(refused), Refusal::ContactSuppressed);
}

#[tokio::test]
async fn a_subscriber_waits_or_not_and_its_fields_are_kept_or_replaced() {
    let world = World::new().await;
    let news = world.list("News").await;
    let status = async || {
        let form = "email=a@b.example&include_fields=1";
        let shown = world.result("getContact", form).await;
        let field = |name: &str| shown["email"]["fields"][name].as_str().unwrap().to_owned();
        let status = shown["email"]["status"].as_str().unwrap().to_owned();
        (status, field("FIRSTNAME"), field("LASTNAME"))
    };
    let said = |status: &str, first: &str, last: &str| {
        (status.to_owned(), first.to_owned(), last.to_owned())
    };
    let subscribe = async |more: &str| {
        let form = format!("list_ids={news}&fields[email]=a%40b.example&{more}");
        world.result("subscribe", &form).await
    };
    let first = subscribe("fields[FIRSTNAME]=Ann").await;
    assert_eq!(first, json!({"person_id": 1}));
    assert_eq!(status().await, said("invited", "Ann", ""));
    subscribe("double_optin=3&fields[FIRSTNAME]=Eve&fields[LASTNAME]=Bell").await;
    assert_eq!(status().await, said("new", "Ann", "Bell"));
    subscribe("overwrite=2&fields[FIRSTNAME]=Eve").await;
    assert_eq!(status().await, said("new", "Eve", "Bell"));
    subscribe("overwrite=1&fields[LASTNAME]=Bow").await;
    assert_eq!(status().await, said("new", "", "Bow"));
    for (form, code) in [
        (format!("list_ids={news}&fields[FIRSTNAME]=Ann"), "invalid_arg"),
        ("list_ids=99&fields[email]=a@b.example".to_owned(), "invalid_arg"),
        (format!("list_ids={news}&fields[email]=a@b.example&double_optin=9"), "invalid_arg"),
        (format!("list_ids={news}&fields[email]=a@b.example&fields[Shoe]=1"), "invalid_arg"),
    ] {
        assert_eq!(world.code("subscribe", &form).await, code, "{form}");
    }
}

#[tokio::test]
async fn an_address_and_a_number_of_two_contacts_are_told() {
    let world = World::new().await;
    let news = world.list("News").await;
    for one in ["fields[email]=a@b.example", "fields[phone]=%2B353871234567"] {
        world.result("subscribe", &format!("list_ids={news}&{one}&double_optin=3")).await;
    }
    let both = "fields[email]=a@b.example&fields[phone]=%2B353871234567";
    let said = world.call("subscribe", &format!("list_ids={news}&{both}")).await;
    let text = "Contacts a@b.example and +353871234567 already exist but owned by different \
                subscribers";
    assert_eq!(said, json!({"error": text, "code": "unspecified"}));
}

#[tokio::test]
async fn lists_are_made_renamed_deleted_and_asked_for_members() {
    let world = World::new().await;
    let made = world.result("createList", "title=News").await;
    assert_eq!(made, json!({"id": 3}));
    assert_eq!(world.code("createList", "title=news").await, "invalid_arg");
    assert_eq!(world.result("updateList", "list_id=3&title=Old").await, json!({}));
    let lists = world.result("getLists", "").await;
    assert_eq!(lists, json!([{"id": 3, "title": "Old"}]));
    world.result("subscribe", "list_ids=3&fields[email]=a@b.example&double_optin=3").await;
    let is_in = async |more: &str| {
        world.result("isContactInLists", &format!("email=a@b.example&{more}")).await
    };
    assert_eq!(is_in("list_ids=3,4").await, true);
    assert_eq!(is_in("list_ids=3,4&condition=and").await, false);
    world.result("exclude", "contact_type=email&contact=a@b.example&list_ids=3").await;
    assert_eq!(is_in("list_ids=3").await, false);
    assert_eq!(world.result("deleteList", "list_id=3").await, json!({}));
    assert_eq!(world.code("deleteList", "list_id=3").await, "invalid_arg");
}

#[tokio::test]
async fn calls_past_the_bound_are_told_so() {
    let world = World::with_settings(Settings { calls_per_minute: 2, ..Settings::default() }).await;
    world.result("getLists", "").await;
    world.result("getLists", "").await;
    let code = world.code("getLists", "").await;
    assert_eq!(code, "api_call_limit_exceeded_for_api_key");
}
