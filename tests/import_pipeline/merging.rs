//! What becomes of stored values when a file names a contact again.

use lychgate::domain::import::{MergeOption, NewImport};
use lychgate::domain::{EmailType, FieldKind, OptIn};

use crate::support::{ENGINES, Engine, World, csv};

/// First import, second import, then FIRSTNAME, LASTNAME and POINTS of the contact.
async fn merged(world: &World, name: &str, merge: MergeOption) -> [String; 3] {
    let address = format!("{name}@a.example");
    let first = format!("Email,FIRSTNAME,LASTNAME,POINTS\n{address},Ann,,1\n");
    world.import(csv(&first)).await;
    let second = format!("points,Lastname,FirstName,Email\n2,Lee,,{address}\n");
    let ended = world.import(NewImport { merge, ..csv(&second) }).await;
    assert_eq!(ended.counters.updated_contacts, 1);
    [
        world.value(&address, "FIRSTNAME").await,
        world.value(&address, "LASTNAME").await,
        world.value(&address, "POINTS").await,
    ]
}

#[tokio::test]
async fn each_merge_option_keeps_what_it_says() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        world.field("POINTS", FieldKind::Number).await;
        let overwritten = merged(&world, "over", MergeOption::Overwrite).await;
        assert_eq!(overwritten, ["", "Lee", "2"]);
        let kept = merged(&world, "kept", MergeOption::OnlyOverwriteIfNotEmpty).await;
        assert_eq!(kept, ["Ann", "Lee", "2"]);
        let option = MergeOption::OnlyOverwriteIfContactDataNotPopulated;
        assert_eq!(merged(&world, "filled", option).await, ["Ann", "Lee", "1"]);
    }
}

#[tokio::test]
async fn a_field_that_the_file_does_not_name_stays() {
    let world = World::over(Engine::Memory).await;
    world.import(csv("Email,FIRSTNAME\nann@a.example,Ann\n")).await;
    world.import(csv("Email,LASTNAME\nann@a.example,Lee\n")).await;
    assert_eq!(world.value("ann@a.example", "FIRSTNAME").await, "Ann");
    assert_eq!(world.value("ann@a.example", "LASTNAME").await, "Lee");
}

#[tokio::test]
async fn opt_in_and_email_type_are_columns_of_their_own() {
    let world = World::over(Engine::Memory).await;
    let (report, faults) = world
        .import_csv(
            "Email,OptInType,EMAILTYPE\n\
             a@a.example,verifiedDouble,Plain Text\n\
             b@a.example,,\n\
             c@a.example,maybe,\n",
        )
        .await;
    assert_eq!((report.new_contacts, report.failures), (2, 1));
    assert!(faults.ends_with("Failures,c@a.example,maybe,\r\n"), "{faults}");
    let a = world.contact("a@a.example").await;
    assert_eq!((a.opt_in, a.email_type), (OptIn::VerifiedDouble, EmailType::PlainText));
    let b = world.contact("b@a.example").await;
    assert_eq!((b.opt_in, b.email_type), (OptIn::Unknown, EmailType::Html));
}
