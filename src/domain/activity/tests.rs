use jiff::SignedDuration;
use jiff::civil::date;

use super::*;
use crate::domain::activity::record::MOST_KEPT;
use crate::domain::bounce::Invalid;
use crate::domain::testing::{account, address, contact, context, noon};
use crate::domain::{Context, Event};

const TEMPLATE: Message = Message::Template(TemplateId(7));

fn at(minutes: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(minutes)
}

fn activity(what: What, name: &str, minutes: i64) -> Activity {
    Activity {
        time: at(minutes),
        message: Some(TEMPLATE),
        what,
        address: address(&format!("{name}@b.example")),
        contact: None,
        email_type: EmailType::Html,
        tag: 0,
    }
}

fn bounce(name: &str, minutes: i64) -> Activity {
    let (class, reason) = (BounceClass::Hard, BounceReason::DnsFailure);
    activity(What::Bounced { class, reason, said: None }, name, minutes)
}

async fn record(account: Account<'_>, activities: &[Activity]) {
    account
        .change("test", async |mut edit| {
            account.activities().record(&mut edit, activities).await?;
            Ok((edit, ()))
        })
        .await
        .unwrap();
}

async fn read(account: Account<'_>, mut reading: Reading) -> Vec<Activity> {
    let mut all = Vec::new();
    while let Some(some) = reading.next_some(account).await.unwrap() {
        all.extend(some);
    }
    all
}

async fn judged(account: Account<'_>, mut bounces: Bounces) -> Vec<(String, Invalid)> {
    let mut all = Vec::new();
    while let Some(some) = bounces.next_some(account).await.unwrap() {
        all.extend(
            some.into_iter().map(|one| (one.activity.address.as_given().to_owned(), one.invalid)),
        );
    }
    all
}

#[tokio::test]
async fn what_happened_is_read_by_message_in_order_of_time_and_by_address() {
    let context = context().await;
    let account = account(&context, "one").await;
    let url = Some("https://b.example/".to_owned());
    let of_ann = [
        activity(What::Sent, "ann", 0),
        activity(What::Delivered, "ann", 1),
        activity(What::Opened, "ann", 3),
        activity(What::Clicked { url }, "ann", 4),
    ];
    let of_bob = [activity(What::Sent, "bob", 0), bounce("bob", 2)];
    record(account, &of_bob).await;
    record(account, &of_ann).await;
    let activities = account.activities();
    let all = Between::default();
    let of_message = read(account, activities.of_message(TEMPLATE, all)).await;
    assert_eq!(of_message.len(), 5);
    assert!(of_message.is_sorted_by_key(|one| one.time));
    let bounces = read(account, activities.bounces_of_message(TEMPLATE, all)).await;
    assert_eq!(bounces, of_bob[1..]);
    let ann = address("ANN@b.example");
    assert_eq!(read(account, activities.of_address(&ann, Of::All, all)).await, of_ann);
    let of_other = Message::Campaign(CampaignId(7));
    assert_eq!(read(account, activities.of_message(of_other, all)).await, []);
    assert_eq!(read(account, activities.of_address(&ann, Of::Message(of_other), all)).await, []);
}

#[tokio::test]
async fn a_stretch_of_time_has_its_start_but_not_its_end() {
    let context = context().await;
    let account = account(&context, "one").await;
    let all: Vec<Activity> = (0..300).map(|minute| bounce("ann", minute)).collect();
    record(account, &all).await;
    let between = Between { from: Some(at(100)), before: Some(at(200)) };
    let activities = account.activities();
    let found = read(account, activities.bounces_of_message(TEMPLATE, between)).await;
    assert_eq!(found, all[100..200]);
    let ann = address("ann@b.example");
    assert_eq!(
        read(account, activities.of_address(&ann, Of::Message(TEMPLATE), between)).await,
        found
    );
}

#[tokio::test]
async fn recording_the_same_send_twice_keeps_it_once() {
    let context = context().await;
    let account = account(&context, "one").await;
    let twice = [activity(What::Sent, "ann", 0), activity(What::Sent, "ann", 0)];
    record(account, &twice).await;
    let kept = read(account, account.activities().of_message(TEMPLATE, Between::default())).await;
    assert_eq!(kept, twice[..1]);
}

#[tokio::test]
async fn opens_are_counted_by_pacific_day_and_each_address_is_unique_once() {
    let context = context().await;
    let account = account(&context, "one").await;
    // Noon UTC is 4 in the morning there; 20 hours later it is the next day at midnight.
    let opens = [("ann", 0), ("ann", 1), ("bob", 2), ("ann", 20 * 60), ("cid", 20 * 60)];
    record(account, &opens.map(|(name, minute)| activity(What::Opened, name, minute))).await;
    record(account, &[activity(What::Opened, "bob", 20 * 60 - 1)]).await;
    let stats = account.activities().stats(TEMPLATE, None, None).await.unwrap();
    let days: Vec<_> = stats
        .days
        .iter()
        .map(|(day, counts)| (*day, counts.opened, counts.opened_unique))
        .collect();
    assert_eq!(days, [(date(2026, 1, 2), 4, 2), (date(2026, 1, 3), 2, 1)]);
    assert_eq!((stats.total().opened, stats.total().opened_unique), (6, 3));
    let second = Some(date(2026, 1, 3));
    let one_day = account.activities().stats(TEMPLATE, second, second).await.unwrap();
    assert_eq!(one_day.total().opened, 2);
    assert_eq!(stats.months(), [(date(2026, 1, 1), stats.total())]);
}

#[tokio::test]
async fn endless_opens_of_one_address_are_counted_but_not_kept_one_by_one() {
    let context = context().await;
    let account = account(&context, "one").await;
    for hour in 0..3 {
        let opens: Vec<_> =
            (0..150).map(|minute| activity(What::Opened, "ann", hour * 600 + minute)).collect();
        record(account, &opens).await;
    }
    let kept = read(account, account.activities().of_message(TEMPLATE, Between::default())).await;
    assert_eq!(kept.len(), MOST_KEPT);
    let total = account.activities().stats(TEMPLATE, None, None).await.unwrap().total();
    assert_eq!((total.opened, total.opened_unique), (450, 1));
}

async fn hard_bounce(context: &Context, name: &str, message: &str) {
    let line = format!(
        r#"{{"account":"one","type":"bounced","class":"hard","email":"{name}@b.example",{message}}}"#
    );
    context.events().record(&Event::from_json(&line).unwrap()).await.unwrap();
}

#[tokio::test]
async fn bounces_show_what_their_addresses_are_now() {
    let context = context().await;
    let account = account(&context, "one").await;
    let subscriber = account.contacts().create(contact("sub@b.example")).await.unwrap();
    hard_bounce(&context, "sub", r#""template_id":7"#).await;
    hard_bounce(&context, "once", r#""template_id":7"#).await;
    hard_bounce(&context, "global", r#""template_id":7"#).await;
    let line = r#"{"type":"suppress_global","email":"global@b.example"}"#;
    context.events().record(&Event::from_json(line).unwrap()).await.unwrap();
    let all = Between::default();
    let flags = judged(account, account.activities().bounces_of(TEMPLATE, all)).await;
    let flag = |name: &str| {
        let address = format!("{name}@b.example");
        flags.iter().find(|(found, _)| *found == address).map(|(_, invalid)| invalid.number())
    };
    assert_eq!((flag("sub"), flag("once"), flag("global")), (Some(2), Some(4), Some(3)));
    assert_eq!(subscriber.id, ContactId(1));
    let of_sub = account.activities().bounces_at(&address("SUB@b.example"), Of::Templates, all);
    assert_eq!(judged(account, of_sub).await.len(), 1);
}

#[tokio::test]
async fn a_contact_who_is_deleted_and_comes_back_has_the_bounces_of_the_address() {
    let context = context().await;
    let account = account(&context, "one").await;
    let first = account.contacts().create(contact("ann@b.example")).await.unwrap();
    let line = r#"{"account":"one","type":"bounced","class":"soft","email":"ann@b.example","template_id":7}"#;
    context.events().record(&Event::from_json(line).unwrap()).await.unwrap();
    let line = r#"{"account":"one","type":"opened","email":"ann@b.example","template_id":7}"#;
    context.events().record(&Event::from_json(line).unwrap()).await.unwrap();
    account.contacts().delete(first.id).await.unwrap();
    let bounces = || account.activities().bounces_of(TEMPLATE, Between::default());
    let gone = vec![("ann@b.example".to_owned(), Invalid::TransactionalOnly)];
    assert_eq!(judged(account, bounces()).await, gone);
    account.contacts().create(contact("ann@b.example")).await.unwrap();
    let back = vec![("ann@b.example".to_owned(), Invalid::No)];
    assert_eq!(judged(account, bounces()).await, back);
}
