use std::sync::Arc;

use jiff::SignedDuration;

use super::*;
use crate::domain::activity::Message as Activities;
use crate::domain::template::smarty::Value;
use crate::domain::template::{NewTemplate, Preference, Purpose, Send, Version, Welcome};
use crate::domain::testing::{account, address, contact, context, noon, refusal};
use crate::domain::{Clock, Context, Ids, Limits};
use crate::store::MemoryStore;

fn version() -> Version {
    Version {
        subject: "Order {$number}".to_owned(),
        from_description: "Shop".to_owned(),
        from_email: "shop@b.example".to_owned(),
        html: "<p>Hi {$name}</p>".to_owned(),
        plain: "Hi {$name}".to_owned(),
        ..Version::default()
    }
}

fn order(template: TemplateId, text: &str) -> Send {
    let variables =
        vec![("Name".to_owned(), Value::text("Jo")), ("number".to_owned(), Value::text("7"))];
    Send { variables, ..Send::new(template, address(text)) }
}

async fn sent(account: Account<'_>, template: TemplateId) -> u64 {
    let stats = account.activities().stats(Activities::Template(template), None, None).await;
    stats.unwrap().total().sent
}

#[tokio::test]
async fn a_message_is_rendered_recorded_and_makes_a_transactional_contact() {
    let context = context().await;
    let account = account(&context, "one").await;
    let template = account.templates().insert(version()).await.unwrap();
    let done = account.templates().send(&order(template, "Jo@b.example")).await.unwrap();
    let message = account.outbox().get(done.message).await.unwrap();
    assert_eq!((message.subject.as_str(), message.plain.as_str()), ("Order 7", "Hi Jo"));
    assert_eq!(message.html, "<p>Hi Jo</p>");
    let recipient = message.recipient.unwrap();
    assert_eq!((recipient.address.as_str(), recipient.contact), ("Jo@b.example", done.contact));
    assert_eq!(sent(account, template).await, 1);
    let (id, record) =
        account.contact_store().find(&address("jo@b.example")).await.unwrap().unwrap();
    assert_eq!((Some(id), record.transactional_only), (done.contact, true));
}

#[tokio::test]
async fn a_test_message_leaves_nothing_but_its_entry() {
    let context = context().await;
    let account = account(&context, "one").await;
    let template = account.templates().insert(version()).await.unwrap();
    let test = Send {
        edition: Edition::Test,
        subject: Some("Try {$number}".to_owned()),
        preference: Preference::Plain,
        ..order(template, "jo@b.example")
    };
    let done = account.templates().send(&test).await.unwrap();
    let message = account.outbox().get(done.message).await.unwrap();
    assert_eq!((message.subject.as_str(), message.html.as_str()), ("Try 7", ""));
    assert_eq!(message.origin, Origin::Template(template, Edition::Test));
    assert_eq!(sent(account, template).await, 0);
    assert_eq!(account.contact_store().find(&address("jo@b.example")).await.unwrap(), None);
}

#[tokio::test]
async fn who_asks_for_it_is_subscribed_and_who_opted_out_can_be_heeded() {
    let context = context().await;
    let account = account(&context, "one").await;
    let templates = account.templates();
    let template = templates.insert(version()).await.unwrap();
    let subscribing = Send { subscribes: true, ..order(template, "jo@b.example") };
    templates.send(&subscribing).await.unwrap();
    assert!(account.contacts().get_by_address(&address("jo@b.example")).await.is_ok());
    account.contacts().unsubscribe(contact("jo@b.example")).await.unwrap();
    templates.send(&subscribing).await.unwrap();
    let heeding = Send { heeds_opt_out: true, ..subscribing };
    assert_eq!(refusal(templates.send(&heeding).await), Refusal::ContactSuppressed);
    let (_, record) =
        account.contact_store().find(&address("jo@b.example")).await.unwrap().unwrap();
    assert_eq!(record.status, crate::domain::ContactStatus::Unsubscribed);
    assert_eq!(sent(account, template).await, 2);
}

#[tokio::test]
async fn an_address_that_bounced_for_good_or_is_suppressed_everywhere_gets_nothing() {
    let context = context().await;
    let account = account(&context, "one").await;
    let template = account.templates().insert(version()).await.unwrap();
    let bounce = "{\"id\":\"1\",\"account\":\"one\",\"type\":\"bounced\",\"class\":\"hard\",\
                  \"email\":\"bad@b.example\",\"reason\":\"5-Invalid Recipient\"}";
    let bounce = crate::domain::Event::from_json(bounce).unwrap();
    account.templates().send(&order(template, "bad@b.example")).await.unwrap();
    context.events().record(&bounce).await.unwrap();
    let refused = account.templates().send(&order(template, "bad@b.example")).await;
    assert_eq!(refusal(refused), Refusal::RecipientInvalid);
    let everywhere = std::collections::BTreeMap::from([("no@b.example".to_owned(), noon())]);
    crate::domain::suppression::add_global(&context, &everywhere).await.unwrap();
    let refused = account.templates().send(&order(template, "no@b.example")).await;
    assert_eq!(refusal(refused), Refusal::ContactSuppressed);
    assert_eq!(account.outbox().page(None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_unknown_inactive_or_welcome_template_is_not_sent() {
    let context = context().await;
    let account = account(&context, "one").await;
    let templates = account.templates();
    let unknown = templates.send(&order(TemplateId(9), "jo@b.example")).await;
    assert_eq!(refusal(unknown), Refusal::TemplateNotFound);
    let idle = NewTemplate { active: false, ..NewTemplate::transactional(version()) };
    let idle = templates.put(None, idle).await.unwrap();
    let refused = templates.send(&order(idle, "jo@b.example")).await;
    assert_eq!(refusal(refused), Refusal::TemplateInactive);
    let endless =
        Version { html: "{section name=a loop=9999999}x{/section}".repeat(3), ..version() };
    let endless = templates.insert(endless).await.unwrap();
    let refused = templates.send(&order(endless, "jo@b.example")).await;
    assert!(matches!(refusal(refused), Refusal::TextTooLong { .. }));
}

#[tokio::test]
async fn a_welcome_message_is_due_after_its_delay_and_only_for_subscribers() {
    let context = context().await;
    let account = account(&context, "one").await;
    let templates = account.templates();
    let (jo, zone) = (address("jo@b.example"), jiff::tz::TimeZone::UTC);
    let none = templates.send_welcome(&jo, None, vec![], zone.clone()).await.unwrap();
    assert_eq!(none, None);
    let welcome = Welcome { is_default: true, delay_hours: 2, ..Welcome::default() };
    let welcome =
        NewTemplate { purpose: Purpose::Welcome(welcome), ..NewTemplate::transactional(version()) };
    let id = templates.put(None, welcome).await.unwrap();
    account.contacts().create(contact("jo@b.example")).await.unwrap();
    let done = templates.send_welcome(&jo, None, vec![], zone.clone()).await.unwrap().unwrap();
    let message = account.outbox().get(done.message).await.unwrap();
    assert_eq!(message.time, noon() + SignedDuration::from_hours(2));
    assert_eq!(message.origin, Origin::Template(id, Edition::Live));
    assert_eq!(
        refusal(templates.send(&order(id, "jo@b.example")).await),
        Refusal::TemplateNotFound
    );
    account.contacts().unsubscribe(contact("jo@b.example")).await.unwrap();
    assert_eq!(templates.send_welcome(&jo, None, vec![], zone).await.unwrap(), None);
}

#[tokio::test]
async fn the_newest_messages_come_first_and_go_when_their_days_are_over() {
    let store = Arc::new(MemoryStore::default());
    let at = async |days: i64| {
        let clock = Clock::Frozen(noon() + SignedDuration::from_hours(24 * days));
        let limits = Limits { outbox_kept_days: 10, ..Limits::default() };
        Context::open(Arc::<MemoryStore>::clone(&store), clock, Ids::seeded(1), limits)
            .await
            .unwrap()
    };
    let early = at(0).await;
    let one = account(&early, "one").await;
    let template = one.templates().insert(version()).await.unwrap();
    for number in 0..150 {
        let text = format!("{number}@b.example");
        one.templates().send(&order(template, &text)).await.unwrap();
    }
    let late = at(9).await;
    let one = late.account(one.id);
    let kept = one.templates().send(&order(template, "late@b.example")).await.unwrap().message;
    assert_eq!(sweep(&late).await.unwrap(), 0);
    let newest = one.outbox().page(None, 2).await.unwrap();
    assert_eq!(newest[0].0, kept);
    let next = one.outbox().page(Some(kept), 1).await.unwrap();
    assert_eq!(next[0].0, newest[1].0);
    let later = at(11).await;
    assert_eq!(sweep(&later).await.unwrap(), 150);
    let one = later.account(one.id);
    assert_eq!(one.outbox().page(None, 10).await.unwrap().len(), 1);
    assert!(one.outbox().get(kept).await.is_ok());
    assert_eq!(refusal(one.outbox().get(MessageId(1)).await), Refusal::MessageNotFound);
}
