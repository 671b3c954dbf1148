use super::*;
use crate::domain::long_text::MAX_TEXT_BYTES;
use crate::domain::testing::{account, context, list, refusal};

fn new(list: ListId) -> NewEmailMessage {
    NewEmailMessage {
        purpose: Purpose::Campaigns { list, tag: Some("vip".to_owned()) },
        sender_name: "Shop".to_owned(),
        sender_email: "shop@b.example".to_owned(),
        subject: "News".to_owned(),
        html: "<p>Hi</p>".to_owned(),
        plain: "Hi".to_owned(),
        language: "en".to_owned(),
        alignment: Alignment::Left,
        categories: String::new(),
        files: vec![NewFile { name: "a.bin".to_owned(), content: vec![0xff; 9_000].into() }],
    }
}

fn template(title: &str) -> NewEmailMessage {
    let (title, description) = (title.to_owned(), String::new());
    NewEmailMessage { purpose: Purpose::Template { title, description }, ..new(ListId(3)) }
}

#[tokio::test]
async fn a_message_is_read_as_it_was_written_and_goes_with_all_its_pieces() {
    let context = context().await;
    let account = account(&context, "one").await;
    let list = list(account, "News").await;
    let messages = account.email_messages();
    let made = messages.create(&new(list)).await.unwrap();
    assert_eq!(messages.get(made.id).await.unwrap(), made);
    assert_eq!(made.files, [("a.bin".to_owned(), 9_000)]);
    assert_eq!(messages.file(&made, 1).await.unwrap(), None);
    assert_eq!(messages.bodies(&made).await.unwrap().html, "<p>Hi</p>");
    assert_eq!(messages.files(&made).await.unwrap(), new(list).files);
    assert_eq!(refusal(messages.delete(made.id, true).await), Refusal::MessageNotFound);
    messages.delete(made.id, false).await.unwrap();
    assert_eq!(refusal(messages.get(made.id).await), Refusal::MessageNotFound);
    let left = crate::store::KeyRange::all();
    let order = crate::store::Order::Ascending;
    let texts = context.store.scan(Space::Main, Table::Text, left, order, 9).await.unwrap();
    assert_eq!(texts.len(), 0);
}

#[tokio::test]
async fn a_change_leaves_what_it_does_not_name() {
    let context = context().await;
    let account = account(&context, "one").await;
    let list = list(account, "News").await;
    let messages = account.email_messages();
    let made = messages.create(&new(list)).await.unwrap();
    let change = MessageChange {
        subject: Some("Other".to_owned()),
        html: Some("<p>Bye</p>".to_owned()),
        ..MessageChange::default()
    };
    let changed = messages.change(made.id, false, &change).await.unwrap();
    assert_eq!((changed.subject.as_str(), changed.sender_name.as_str()), ("Other", "Shop"));
    let bodies = messages.bodies(&changed).await.unwrap();
    assert_eq!((bodies.html.as_str(), bodies.plain.as_str()), ("<p>Bye</p>", "Hi"));
    let unknown = MessageChange { list: Some(ListId(99)), ..MessageChange::default() };
    let refused = messages.change(made.id, false, &unknown).await;
    assert_eq!(refusal(refused), Refusal::ListNotFound);
    let refused = messages.change(made.id, true, &change).await;
    assert_eq!(refusal(refused), Refusal::MessageNotFound);
}

#[tokio::test]
async fn messages_and_templates_are_listed_apart_and_in_parts() {
    let context = context().await;
    let account = account(&context, "one").await;
    let list = list(account, "News").await;
    let messages = account.email_messages();
    for _ in 0..3 {
        messages.create(&new(list)).await.unwrap();
    }
    messages.create(&template("Plain")).await.unwrap();
    let letter = NewEmailMessage { purpose: Purpose::Confirmation { list }, ..new(list) };
    messages.create(&letter).await.unwrap();
    let ids = async |filter: MessageFilter| {
        let page = messages.page(filter).await.unwrap();
        page.iter().map(|message| message.id.0).collect::<Vec<_>>()
    };
    let all = MessageFilter { limit: 9, ..MessageFilter::default() };
    assert_eq!(ids(all).await, [1, 2, 3]);
    assert_eq!(ids(MessageFilter { offset: 1, limit: 1, ..all }).await, [2]);
    assert_eq!(ids(MessageFilter { templates: true, ..all }).await, [4]);
    let now = context.clock.now();
    let later = now.checked_add(jiff::SignedDuration::from_secs(1)).ok();
    assert_eq!(ids(MessageFilter { from: later, ..all }).await, [0; 0]);
    assert_eq!(ids(MessageFilter { until: Some(now), ..all }).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_list_has_one_letter_of_confirmation_the_last_one() {
    let context = context().await;
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    let messages = account.email_messages();
    assert_eq!(messages.confirmation(news).await.unwrap(), None);
    let letter = NewEmailMessage { purpose: Purpose::Confirmation { list: news }, ..new(news) };
    messages.create(&letter).await.unwrap();
    let second = NewEmailMessage { html: "second".to_owned(), ..letter };
    let made = messages.create(&second).await.unwrap();
    assert_eq!(messages.confirmation(news).await.unwrap(), Some(made.clone()));
    assert_eq!(messages.bodies(&made).await.unwrap().html, "second");
    assert_eq!(refusal(messages.get(made.id).await), Refusal::MessageNotFound);
}

#[tokio::test]
async fn what_is_too_long_or_names_no_list_is_refused() {
    let context = context().await;
    let account = account(&context, "one").await;
    let list = list(account, "News").await;
    let messages = account.email_messages();
    let long = NewEmailMessage { subject: "x".repeat(1_001), ..new(list) };
    let refused = refusal(messages.create(&long).await);
    assert_eq!(refused, Refusal::ParameterInvalid { parameter: "subject" });
    let large = NewEmailMessage { html: "x".repeat(MAX_TEXT_BYTES + 1), ..new(list) };
    let refused = refusal(messages.create(&large).await);
    assert_eq!(refused, Refusal::TextTooLong { limit_bytes: MAX_TEXT_BYTES });
    let file = NewFile { name: "../x".to_owned(), content: Bytes::new() };
    let named = NewEmailMessage { files: vec![file], ..new(list) };
    let refused = refusal(messages.create(&named).await);
    assert_eq!(refused, Refusal::ParameterInvalid { parameter: "attachments" });
    assert_eq!(refusal(messages.create(&new(ListId(99))).await), Refusal::ListNotFound);
}
