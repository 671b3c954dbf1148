//! Every refused row has one reason, counts once and stands in the faults file.

use lychgate::domain::import::{NewImport, Report};
use lychgate::domain::{EmailAddress, FieldKind, NewContact};

use crate::support::{ENGINES, Engine, World, csv};

/// One address for every reason that an event can set up.
const EVENTS: [(&str, &str, &str); 11] = [
    ("suppress_global", "email", "global@a.example"),
    ("complaint", "email", "complained@a.example"),
    ("suppress_domain", "domain", "suppressed.example"),
    ("block", "email", "blocked@a.example"),
    ("complained", "email", "isp@a.example"),
    ("bounced hard", "email", "hard@a.example"),
    ("bounced block", "email", "mailblocked@a.example"),
    ("bounced soft", "email", "soft@a.example"),
    ("unsubscribed", "email", "unsubscribed@a.example"),
    ("pending_optin", "email", "pending@a.example"),
    ("bounced hard", "email", "hard@suppressed.example"),
];

const FILE: &str = "\
    Email,FIRSTNAME,POINTS,Color\r\n\
    good@a.example,Ann,1,red\r\n\
    no address,Bob,2,blue\r\n\
    Global@A.example,Cid,3,\r\n\
    complained@a.example,Dan,4,\r\n\
    any@suppressed.example,Eve,5,\r\n\
    blocked@a.example,Fay,6,\r\n\
    isp@a.example,Gus,7,\r\n\
    hard@a.example,Hal,8,\r\n\
    mailblocked@a.example,Ida,9,\r\n\
    soft@a.example,Jim,10,\r\n\
    unsubscribed@a.example,Kim,11,\r\n\
    pending@a.example,Lea,12,\r\n\
    GOOD@a.example ,Mia,13,\"red, again\"\r\n\
    other@a.example,Ned,many,\r\n\
    old@a.example,Oda,14,green\r\n";

const FAULTS: &str = "\u{FEFF}\
    Reason,email,firstname,points,color\r\n\
    Invalid Email,no address,Bob,2,blue\r\n\
    Globally Suppressed,Global@A.example,Cid,3,\r\n\
    Globally Suppressed,complained@a.example,Dan,4,\r\n\
    Suppressed by Domain,any@suppressed.example,Eve,5,\r\n\
    Blocker,blocked@a.example,Fay,6,\r\n\
    Complained to ISP,isp@a.example,Gus,7,\r\n\
    Hard bounced,hard@a.example,Hal,8,\r\n\
    Mail blocked,mailblocked@a.example,Ida,9,\r\n\
    Soft bounced,soft@a.example,Jim,10,\r\n\
    Unsubscribed,unsubscribed@a.example,Kim,11,\r\n\
    Pending optin,pending@a.example,Lea,12,\r\n\
    Duplicate,GOOD@a.example ,Mia,13,\"red, again\"\r\n\
    Failures,other@a.example,Ned,many,\r\n";

async fn world(engine: Engine) -> World {
    let world = World::over(engine).await;
    world.field("POINTS", FieldKind::Number).await;
    let old = NewContact::new(EmailAddress::parse("old@a.example").unwrap());
    world.account().contacts().create(old).await.unwrap();
    for (kind, subject, address) in EVENTS {
        world.event(kind, subject, address).await;
    }
    world
}

#[tokio::test]
async fn each_reason_is_given_counted_and_written_down_once() {
    for engine in ENGINES {
        let world = world(engine).await;
        let (report, faults) = world.import_csv(FILE).await;
        let expected = Report {
            new_contacts: 1,
            updated_contacts: 1,
            globally_suppressed: 2,
            invalid_entries: 1,
            duplicate_emails: 1,
            blocked: 1,
            unsubscribed: 1,
            hard_bounced: 1,
            soft_bounced: 1,
            isp_complaints: 1,
            mail_blocked: 1,
            domain_suppressed: 1,
            pending_double_optin: 1,
            failures: 1,
            invalid_phones: 0,
            known_refused: 9,
        };
        assert_eq!(report, expected, "{engine:?}");
        assert_eq!(faults, FAULTS, "{engine:?}");
        assert_eq!(world.value("good@a.example", "POINTS").await, "1");
        assert_eq!(world.value("old@a.example", "FIRSTNAME").await, "Oda");
    }
}

#[tokio::test]
async fn of_several_reasons_the_first_in_order_is_given() {
    let world = world(Engine::Memory).await;
    let (report, faults) = world
        .import_csv(
            "Email,POINTS\n\
             hard@suppressed.example,x\n\
             hard@a.example,x\n\
             hard@a.example,1\n\
             new@a.example,x\n\
             new@a.example,1\n\
             new@a.example,x\n",
        )
        .await;
    assert_eq!(
        faults,
        "\u{FEFF}Reason,email,points\r\n\
         Suppressed by Domain,hard@suppressed.example,x\r\n\
         Hard bounced,hard@a.example,x\r\n\
         Hard bounced,hard@a.example,1\r\n\
         Failures,new@a.example,x\r\n\
         Duplicate,new@a.example,x\r\n"
    );
    assert_eq!((report.new_contacts, report.refused()), (1, 5));
    assert_eq!(world.value("new@a.example", "POINTS").await, "1");
}

#[tokio::test]
async fn a_contact_unsubscribed_from_the_list_is_refused_there_and_imported_elsewhere() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let (left, other) = (world.list("left").await, world.list("other").await);
        let text = "Email\nann@a.example\nbob@a.example\n";
        world.import(NewImport { list: Some(left), ..csv(text) }).await;
        let ann = EmailAddress::parse("ann@a.example").unwrap();
        world.account().contacts().unsubscribe_from_list(left, NewContact::new(ann)).await.unwrap();
        let again = world.import(NewImport { list: Some(left), ..csv(text) }).await;
        assert_eq!((again.counters.unsubscribed, again.counters.updated_contacts), (1, 1));
        let elsewhere = world.import(NewImport { list: Some(other), ..csv(text) }).await;
        assert_eq!(elsewhere.counters.updated_contacts, 2, "{engine:?}");
        let lists = world.account().lists();
        assert_eq!(lists.contact_count(left).await.unwrap(), 1);
        assert_eq!(lists.contact_count(other).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn rows_of_another_length_than_the_header_are_padded_or_refused() {
    let world = World::over(Engine::Memory).await;
    let (report, faults) = world
        .import_csv(
            "Email,FIRSTNAME,LASTNAME\n\
             short@a.example\n\
             padded@a.example,A,B,, \n\
             long@a.example,A,B,C\n\
             no-address,A,B,C\n",
        )
        .await;
    assert_eq!((report.new_contacts, report.failures, report.invalid_entries), (2, 1, 1));
    assert_eq!(
        faults,
        "\u{FEFF}Reason,email,firstname,lastname\r\n\
         Failures,long@a.example,A,B\r\n\
         Invalid Email,no-address,A,B\r\n"
    );
}

#[tokio::test]
async fn a_file_without_refused_rows_has_a_faults_file_of_a_header() {
    let world = World::over(Engine::Memory).await;
    let (report, faults) = world.import_csv("EMAIL;Größe\nann@a.example;9\n").await;
    assert_eq!((report.new_contacts, report.refused()), (1, 0));
    assert_eq!(faults, "\u{FEFF}Reason,email,größe\r\n");
    let (report, faults) = world.import_csv("Email").await;
    assert_eq!((report, faults.as_str()), (Report::default(), "\u{FEFF}Reason,email\r\n"));
}

#[tokio::test]
async fn two_accounts_import_the_same_addresses_apart() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let new = lychgate::domain::NewAccount { name: "second".into(), ..Default::default() };
        let second = world.context.accounts().add(new).await.unwrap().id;
        let one = world.accept(csv("Email,FIRSTNAME\nann@a.example,One\n")).await.unwrap();
        let theirs = world.context.account(second).imports();
        let two = theirs.accept(csv("Email,FIRSTNAME\nann@a.example,Two\n")).await.unwrap();
        world.drain().await;
        assert_eq!(theirs.report(two.id).await.unwrap().new_contacts, 1);
        assert_eq!(world.value("ann@a.example", "FIRSTNAME").await, "One");
        for id in [one.id, two.id] {
            let mine = world.account().imports();
            assert_eq!(mine.progress(id).await.is_ok(), id == one.id);
            assert_eq!(mine.report(id).await.is_ok(), id == one.id);
            assert_eq!(mine.faults(id).await.is_ok(), id == one.id);
        }
        assert_eq!(theirs.list(10).await.unwrap().len(), 1);
    }
}
