use super::*;
use crate::domain::activity::Between;
use crate::domain::testing::{account, address, contact, context, list, noon, refusal};
use crate::domain::{Account, Context, Error, Filter, Limits, Page, Refusal, TemplateId, check};

fn event(line: &str) -> Event {
    Event::from_json(line).unwrap()
}

/// An event of account `one` about `a@b.example`, with these members.
fn about_a(members: &str) -> Event {
    event(&format!(r#"{{"account":"one","email":"a@b.example",{members}}}"#))
}

async fn status_of_a(account: Account<'_>) -> ContactStatus {
    account.contacts().status_by_address(&address("a@b.example")).await.unwrap()
}

#[test]
fn a_line_that_says_too_little_or_too_much_is_refused() {
    let misplaced = |member| EventError::Misplaced { member };
    for (line, error) in [
        ("", EventError::Malformed),
        ("[]", EventError::Malformed),
        (r#"{"type":"sneeze","email":"a@b.example"}"#, EventError::Member),
        (r#"{"type":"block","email":"a@b.example","x":1}"#, EventError::Member),
        (r#"{"account":"one","type":"block","email":"a@b.example","at":"x"}"#, EventError::Member),
        (
            r#"{"account":"one","type":"opened","email":"a@b.example","time":"noon"}"#,
            EventError::Member,
        ),
        (r#"{"account":"one","type":"block","email":"a"}"#, EventError::NoAddress),
        (r#"{"account":"one","type":"suppress_domain"}"#, EventError::NoDomain),
        (r#"{"type":"block","email":"a@b.example"}"#, EventError::NoAccount),
        (r#"{"account":"one","type":"bounced","email":"a@b.example"}"#, EventError::NoClass),
        (r#"{"account":"one","type":"opened","email":"a@b.example","id":""}"#, EventError::Id),
        (
            r#"{"account":"one","type":"opened","email":"a@b.example","template_id":0}"#,
            EventError::Message,
        ),
        (
            r#"{"account":"one","type":"opened","email":"a@b.example","template_id":1,"campaign_id":1}"#,
            EventError::Message,
        ),
        (
            r#"{"account":"one","type":"opened","email":"a@b.example","class":"hard"}"#,
            misplaced("class"),
        ),
        (r#"{"account":"one","type":"opened","email":"a@b.example","url":"x"}"#, misplaced("url")),
        (
            r#"{"account":"one","type":"opened","email":"a@b.example","domain":"x"}"#,
            misplaced("domain"),
        ),
        (
            r#"{"account":"one","type":"opened","email":"a@b.example","reason":"x"}"#,
            misplaced("reason"),
        ),
    ] {
        assert_eq!(Event::from_json(line), Err(error), "{line}");
    }
}

#[test]
fn a_bounce_takes_its_class_from_its_reason_unless_it_says_one() {
    let bounced = |members: &str| match about_a(&format!(r#""type":"bounced",{members}"#)).kind {
        EventKind::Bounced { class, reason, said } => (class, reason.text(), said),
        other => panic!("{other:?}"),
    };
    let user_unknown = "550 5.1.1 user unknown";
    assert_eq!(
        bounced(&format!(r#""reason":"{user_unknown}""#)),
        (BounceClass::Hard, "5-Invalid Recipient", Some(user_unknown.to_owned()))
    );
    assert_eq!(
        bounced(r#""class":"soft","reason":"5-DNS Failure""#),
        (BounceClass::Soft, "5-DNS Failure", None)
    );
    assert_eq!(bounced(r#""class":"block""#), (BounceClass::Block, "5-Mail Block", None));
}

#[tokio::test]
async fn each_kind_of_event_gives_its_status_and_date() {
    let context = context().await;
    let contacts = account(&context, "One").await.contacts();
    contacts.create(contact("bounced-hard@b.example")).await.unwrap();
    let time = "2026-01-01T00:00:00Z".parse().unwrap();
    for (name, kind, status) in [
        ("bounced-hard", r#""bounced","class":"hard""#, ContactStatus::HardBounced),
        ("bounced-soft", r#""bounced","class":"soft""#, ContactStatus::SoftBounced),
        ("complained", r#""complained""#, ContactStatus::IspComplained),
        ("bounced-block", r#""bounced","class":"block""#, ContactStatus::MailBlocked),
        ("block", r#""block""#, ContactStatus::NotAllowed),
        ("unsubscribed", r#""unsubscribed""#, ContactStatus::Unsubscribed),
        ("complaint", r#""complaint""#, ContactStatus::DirectComplaint),
    ] {
        let line = format!(
            r#"{{"account":"one","type":{kind},"email":"{name}@b.example","time":"{time}"}}"#
        );
        context.events().record(&event(&line)).await.unwrap();
        let found = contacts.suppressed_since(time, Page::first()).await.unwrap();
        let found: Vec<_> = found.iter().filter(|one| one.reason == status).collect();
        assert_eq!(found.iter().map(|one| one.since).collect::<Vec<_>>(), [time], "{kind}");
    }
    assert_eq!(check::check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn events_of_one_call_are_taken_in_order_and_a_lighter_one_changes_nothing() {
    let context = context().await;
    let account = account(&context, "one").await;
    let lines = ["soft", "hard", "soft", "block"]
        .map(|class| about_a(&format!(r#""type":"bounced","class":"{class}","campaign_id":1"#)));
    context.events().record_many(&lines).await.unwrap();
    assert_eq!(status_of_a(account).await, ContactStatus::HardBounced);
}

#[tokio::test]
async fn three_soft_bounces_in_a_row_refuse_the_address_and_a_delivery_ends_the_row() {
    let context = context().await;
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    account.contacts().add_to_list(news, contact("a@b.example")).await.unwrap();
    let soft = |minute| {
        let time = format!(r#""time":"2026-01-01T00:{minute:02}:00Z""#);
        about_a(&format!(r#""type":"bounced","class":"soft",{time}"#))
    };
    context.events().record_many(&[soft(1), soft(2)]).await.unwrap();
    assert_eq!(status_of_a(account).await, ContactStatus::SoftBounced);
    let opened = about_a(r#""type":"opened","time":"2026-01-01T00:03:00Z""#);
    context.events().record_many(&[opened, soft(4), soft(5)]).await.unwrap();
    assert_eq!(status_of_a(account).await, ContactStatus::SoftBounced);
    let delivered = about_a(r#""type":"delivered","time":"2026-01-01T00:06:00Z""#);
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
    context.events().record(&delivered).await.unwrap();
    assert_eq!(status_of_a(account).await, ContactStatus::Subscribed);
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 1);
    context.events().record_many(&[soft(7), soft(8), soft(9)]).await.unwrap();
    assert_eq!(status_of_a(account).await, ContactStatus::HardBounced);
    assert_eq!(check::check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn an_event_counts_once_by_its_id_or_by_its_contents() {
    let context = context().await;
    let account = account(&context, "one").await;
    let with_id = |id: &str| {
        about_a(&format!(r#""id":"{id}","type":"bounced","class":"soft","template_id":5"#))
    };
    let without = || about_a(r#""type":"opened","template_id":5"#);
    let first = [with_id("x"), with_id("x"), without(), with_id("y")];
    let (recorded, known) = (Outcome::Recorded, Outcome::Known);
    assert_eq!(
        context.events().record_many(&first).await.unwrap(),
        [recorded.clone(), known.clone(), recorded.clone(), recorded]
    );
    let again = context.events().record_many(&first).await.unwrap();
    assert_eq!(again, vec![known; 4]);
    let message = Message::Template(TemplateId(5));
    let counts = account.activities().stats(message, None, None).await.unwrap().total();
    assert_eq!((counts.bounced_soft, counts.opened), (2, 1));
}

#[tokio::test]
async fn the_same_id_in_another_account_is_another_event() {
    let context = context().await;
    account(&context, "one").await;
    account(&context, "two").await;
    let of = |account| {
        event(&format!(
            r#"{{"id":"x","account":"{account}","type":"complained","email":"a@b.example"}}"#
        ))
    };
    let outcomes = context.events().record_many(&[of("one"), of("two")]).await.unwrap();
    assert_eq!(outcomes, [Outcome::Recorded, Outcome::Recorded]);
}

#[tokio::test]
async fn a_template_makes_transactional_recipients_and_a_campaign_makes_no_subscribers() {
    let context = context().await;
    let account = account(&context, "one").await;
    let of = |name: &str, members: &str| {
        event(&format!(r#"{{"account":"one","email":"{name}@b.example",{members}}}"#))
    };
    let lines = [
        of("delivered", r#""type":"delivered","template_id":7"#),
        of("bounced", r#""type":"bounced","class":"hard","template_id":7"#),
        of("opened", r#""type":"opened","campaign_id":3"#),
        of("gone", r#""type":"unsubscribed","campaign_id":3"#),
    ];
    context.events().record_many(&lines).await.unwrap();
    let store = account.contact_store();
    let kind = async |name: &str| {
        let found = store.find(&address(&format!("{name}@b.example"))).await.unwrap();
        found.map(|(_, record)| record.transactional_only)
    };
    assert_eq!(kind("delivered").await, Some(true));
    assert_eq!(kind("bounced").await, Some(true));
    assert_eq!(kind("opened").await, None);
    assert_eq!(kind("gone").await, Some(false));
    let listed = account.contacts().page(Filter::All, Page::first()).await.unwrap();
    let suppressed = account.contacts().suppressed_since(noon(), Page::first()).await.unwrap();
    assert_eq!((listed.len(), suppressed.len()), (0, 1));
    let refused = account.contacts().create(contact("bounced@b.example")).await;
    assert_eq!(refusal(refused), Refusal::ContactSuppressed);
    assert_eq!(check::check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn an_event_that_is_refused_leaves_the_others_and_can_come_again() {
    let limits = Limits { contacts_per_account: 1, ..Limits::default() };
    let context: Context = crate::domain::testing::context_with(limits).await;
    let account = account(&context, "one").await;
    let ann = account.contacts().create(contact("a@b.example")).await.unwrap();
    let b = event(r#"{"account":"one","type":"complained","email":"b@b.example"}"#);
    let nobody = event(r#"{"account":"none","type":"complained","email":"b@b.example"}"#);
    let lines = [b.clone(), nobody, about_a(r#""type":"opened""#)];
    assert_eq!(
        context.events().record_many(&lines).await.unwrap(),
        [
            Outcome::Refused(Refusal::ContactLimit),
            Outcome::Refused(Refusal::AccountNotFound),
            Outcome::Recorded,
        ]
    );
    account.contacts().delete(ann.id).await.unwrap();
    assert_eq!(context.events().record_many(&[b]).await.unwrap(), [Outcome::Recorded]);
}

#[tokio::test]
async fn more_events_than_fit_into_one_commit_are_all_recorded() {
    let context = context().await;
    let account = account(&context, "one").await;
    let lines: Vec<Event> = (0..6_500)
        .map(|number| {
            let email = format!("c{}@b.example", number % 5_200);
            event(&format!(
                r#"{{"id":"{number}","account":"one","type":"bounced","class":"soft","email":"{email}","template_id":1}}"#
            ))
        })
        .collect();
    let outcomes = context.events().record_many(&lines).await.unwrap();
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Recorded));
    let message = Message::Template(TemplateId(1));
    let mut bounces = account.activities().bounces_of(message, Between::default());
    let mut count = 0;
    while let Some(some) = bounces.next_some(account).await.unwrap() {
        assert!(some.len() < 1_000);
        count += some.len();
    }
    assert_eq!(count, 6_500);
}

#[tokio::test]
async fn a_suppressed_domain_turns_its_contacts_and_refuses_new_ones() {
    let context = context().await;
    let contacts = account(&context, "one").await.contacts();
    let other = account(&context, "other").await.contacts();
    let ann = contacts.create(contact("ann@Shut.example")).await.unwrap();
    let bob = contacts.create(contact("bob@open.example")).await.unwrap();
    let line = r#"{"account":"one","type":"suppress_domain","domain":"SHUT.example"}"#;
    context.events().record(&event(line)).await.unwrap();
    assert_eq!(refusal(contacts.get(ann.id).await), Refusal::ContactNotFound);
    assert_eq!(contacts.get(bob.id).await.unwrap(), bob);
    let new = contacts.create(contact("new@shut.example")).await;
    assert_eq!(refusal(new), Refusal::ContactSuppressed);
    other.create(contact("new@shut.example")).await.unwrap();
}

#[tokio::test]
async fn a_global_suppression_is_seen_in_every_account() {
    let context = context().await;
    let one = account(&context, "one").await;
    let other = account(&context, "other").await;
    one.contacts().create(contact("a@b.example")).await.unwrap();
    let line = event(r#"{"type":"suppress_global","email":"A@b.example"}"#);
    context.events().record_many(&[line.clone(), line]).await.unwrap();
    assert_eq!(status_of_a(one).await, ContactStatus::SharedSuppression);
    let gone = one.contacts().suppressed_since(noon(), Page::first()).await.unwrap();
    assert_eq!(gone.len(), 1);
    let new = other.contacts().create(contact("a@b.example")).await;
    assert_eq!(refusal(new), Refusal::ContactSuppressed);
}

#[tokio::test]
async fn an_event_of_an_unknown_account_is_refused() {
    let context = context().await;
    let line = event(r#"{"account":"two","type":"block","email":"a@b.example"}"#);
    let refused = context.events().record(&line).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::AccountNotFound))));
}
