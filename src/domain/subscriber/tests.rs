//! What one edit of a subscriber does.

use super::*;
use crate::domain::testing::{account, address, contact, context, list, refusal};
use crate::domain::{Account, FieldKind, NewDataField, Page, Visibility};

fn about(text: &str) -> SubscriberEdit {
    SubscriberEdit { address: Some(address(text)), ..SubscriberEdit::default() }
}

fn external(text: &str) -> Option<ExternalId> {
    ExternalId::parse(text).ok()
}

fn text(text: &str) -> NewValue {
    NewValue::Text(text.to_owned())
}

fn joining(text: &str, lists: &[ListId]) -> SubscriberEdit {
    SubscriberEdit {
        lists: ListEdit { join: lists.to_vec(), ..ListEdit::default() },
        ..about(text)
    }
}

fn with_intent(text: &str, intent: Intent) -> SubscriberEdit {
    SubscriberEdit { intent, ..about(text) }
}

async fn manage(account: Account<'_>, asked: SubscriberEdit) -> Edited {
    let edited = account.contacts().manage(&asked).await.unwrap();
    assert_eq!(crate::domain::check::check(account.context).await.unwrap(), []);
    edited
}

async fn refused(account: Account<'_>, asked: SubscriberEdit) -> Refusal {
    refusal(account.contacts().manage(&asked).await)
}

fn value<'c>(contact: &'c Contact, field: &str) -> Option<&'c FieldValue> {
    contact.fields.iter().find(|(name, _)| name.as_str() == field)?.1.as_ref()
}

async fn lists_of(account: Account<'_>, id: ContactId) -> Vec<u32> {
    let lists = account.lists().for_contact(id, Page::first()).await.unwrap();
    lists.into_iter().map(|list| list.id.0).collect()
}

async fn event(account: Account<'_>, kind: &str, email: &str) {
    let class = if kind == "bounced" { r#""hard""# } else { "null" };
    let line = format!(r#"{{"account":"one","type":"{kind}","class":{class},"email":"{email}"}}"#);
    let event = crate::domain::Event::from_json(&line).unwrap();
    account.context.events().record(&event).await.unwrap();
}

#[tokio::test]
async fn a_new_address_is_added_and_a_known_one_updated() {
    let context = context().await;
    let account = account(&context, "one").await;
    let first = manage(account, about("ann@b.example")).await;
    assert_eq!((first.outcome, first.is_welcome), (Outcome::Added, true));
    let again = SubscriberEdit {
        email_type: Some(EmailType::PlainText),
        values: vec![
            (FieldRef::Made("FAX"), text("1")),
            (FieldRef::Made("FIRSTNAME"), text("Ann")),
        ],
        ..about("ANN@b.example")
    };
    let again = manage(account, again).await;
    assert_eq!((again.outcome, again.is_welcome), (Outcome::Updated, false));
    assert_eq!((again.id, again.contact.email_type), (first.id, EmailType::PlainText));
    assert_eq!(value(&again.contact, "FAX"), Some(&FieldValue::Text("1".to_owned())));
    let cleared = SubscriberEdit {
        values: vec![(FieldRef::Made("FAX"), NewValue::Clear)],
        ..about("ann@b.example")
    };
    let cleared = manage(account, cleared).await.contact;
    assert_eq!(value(&cleared, "FAX"), None);
    assert_eq!(value(&cleared, "FIRSTNAME"), Some(&FieldValue::Text("Ann".to_owned())));
}

#[tokio::test]
async fn a_value_is_read_as_its_field_wants_it() {
    let context = context().await;
    let account = account(&context, "one").await;
    let new = NewDataField {
        name: "AGE".to_owned(),
        kind: FieldKind::Number,
        visibility: Visibility::Private,
        default: None,
    };
    let age = account.fields().create(new).await.unwrap().id;
    let with = |value: NewValue| SubscriberEdit {
        values: vec![(FieldRef::Existing(age), value)],
        ..about("ann@b.example")
    };
    assert_eq!(refused(account, with(text("old"))).await, Refusal::DataFieldValueInvalid);
    let ann = manage(account, with(text("42"))).await;
    assert!(matches!(value(&ann.contact, "AGE"), Some(FieldValue::Number(_))));
    let unknown = SubscriberEdit {
        values: vec![(FieldRef::Existing(FieldId(999)), text("x"))],
        ..about("ann@b.example")
    };
    assert_eq!(manage(account, unknown).await.passed_over, 1);
}

#[tokio::test]
async fn an_external_id_alone_finds_its_contact_and_with_an_address_both_must_agree() {
    let context = context().await;
    let account = account(&context, "one").await;
    let by_id =
        |id: &str| SubscriberEdit { external_id: external(id), ..SubscriberEdit::default() };
    let both = |text: &str, id: &str| SubscriberEdit { external_id: external(id), ..about(text) };
    assert_eq!(refused(account, SubscriberEdit::default()).await, Refusal::ContactMissing);
    assert_eq!(refused(account, by_id("A-1")).await, Refusal::ContactNotFound);
    let ann = manage(account, both("ann@b.example", "A-1")).await;
    assert_eq!(manage(account, by_id("A-1")).await.id, ann.id);
    let bob = manage(account, about("bob@b.example")).await;
    assert_eq!(refused(account, both("bob@b.example", "A-1")).await, Refusal::ExternalIdInUse);
    assert_eq!(refused(account, both("new@b.example", "A-1")).await, Refusal::ExternalIdInUse);
    assert_eq!(refused(account, both("ann@b.example", "B-2")).await, Refusal::ContactNotFound);
    let named = manage(account, both("bob@b.example", "B-2")).await;
    assert_eq!((named.id, named.contact.external_id), (bob.id, external("B-2")));
}

#[tokio::test]
async fn an_address_and_an_external_id_can_change_and_the_change_be_repeated() {
    let context = context().await;
    let account = account(&context, "one").await;
    let ann = manage(account, about("ann@b.example")).await;
    manage(account, about("bob@b.example")).await;
    let moves = |to: &str| SubscriberEdit {
        new_address: Some(address(to)),
        new_external_id: external("A-1"),
        ..about("ann@b.example")
    };
    assert_eq!(refused(account, moves("bob@b.example")).await, Refusal::AddressInUse);
    for _ in 0..2 {
        let moved = manage(account, moves("anna@b.example")).await;
        assert_eq!((moved.id, moved.outcome), (ann.id, Outcome::Updated));
        assert_eq!(moved.contact.address.as_given(), "anna@b.example");
        assert_eq!(moved.contact.external_id, external("A-1"));
    }
}

#[tokio::test]
async fn lists_are_joined_left_and_replaced() {
    let context = context().await;
    let account = account(&context, "one").await;
    let (a, b, c) = (list(account, "A").await, list(account, "B").await, list(account, "C").await);
    let ann = manage(account, joining("ann@b.example", &[a, b, ListId(99)])).await;
    assert_eq!(ann.passed_over, 1);
    assert_eq!(lists_of(account, ann.id).await, [1, a.0, b.0]);
    let lists = ListEdit { join: vec![c], leave: vec![a, c], only: None };
    manage(account, SubscriberEdit { lists, ..about("ann@b.example") }).await;
    assert_eq!(lists_of(account, ann.id).await, [1, b.0]);
    let lists = ListEdit { only: Some(vec![c]), ..ListEdit::default() };
    manage(account, SubscriberEdit { lists, ..about("ann@b.example") }).await;
    assert_eq!(lists_of(account, ann.id).await, [1, c.0]);
    assert_eq!(account.lists().contact_count(b).await.unwrap(), 0);
}

#[tokio::test]
async fn an_opt_out_suspends_memberships_and_subscribing_again_takes_them_back() {
    let context = context().await;
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    let shop = list(account, "Shop").await;
    let ann = manage(account, joining("ann@b.example", &[news])).await;
    let out = manage(account, with_intent("ann@b.example", Intent::OptOut)).await;
    assert_eq!(out.contact.status, ContactStatus::Unsubscribed);
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
    let heeding = Intent::Subscribe { confirm: false, heed_opt_out: true };
    let kept_out = refused(account, with_intent("ann@b.example", heeding)).await;
    assert_eq!(kept_out, Refusal::ContactSuppressed);
    let back = manage(account, joining("ann@b.example", &[shop])).await;
    assert_eq!((back.outcome, back.is_welcome), (Outcome::Updated, true));
    assert_eq!(lists_of(account, ann.id).await, [1, news.0, shop.0]);
}

#[tokio::test]
async fn an_opt_out_of_an_unknown_address_is_remembered() {
    let context = context().await;
    let account = account(&context, "one").await;
    let out = manage(account, with_intent("ann@b.example", Intent::OptOut)).await;
    assert_eq!((out.outcome, out.is_welcome), (Outcome::Added, false));
    let created = account.contacts().create(contact("ann@b.example")).await;
    assert_eq!(refusal(created), Refusal::ContactSuppressed);
}

#[tokio::test]
async fn who_bounced_or_complained_is_updated_but_stays_suppressed() {
    let context = context().await;
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    for kind in ["bounced", "complained"] {
        let email = format!("{kind}@b.example");
        event(account, kind, &email).await;
        let edited = manage(account, joining(&email, &[news])).await;
        assert!(edited.contact.status.suppresses(), "{kind}");
        assert!(!edited.is_welcome);
    }
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
}

#[tokio::test]
async fn whom_the_store_suppresses_is_not_added() {
    let context = context().await;
    let account = account(&context, "one").await;
    let line = r#"{"type":"suppress_global","email":"ann@b.example"}"#;
    let event = crate::domain::Event::from_json(line).unwrap();
    context.events().record(&event).await.unwrap();
    assert_eq!(refused(account, about("ann@b.example")).await, Refusal::ContactSuppressed);
}

#[tokio::test]
async fn who_is_to_confirm_is_pending_until_then() {
    let context = context().await;
    let account = account(&context, "one").await;
    let confirming = Intent::Subscribe { confirm: true, heed_opt_out: false };
    let ann = manage(account, with_intent("ann@b.example", confirming)).await.contact;
    assert_eq!((ann.status, ann.opt_in), (ContactStatus::PendingOptIn, OptIn::Double));
    manage(account, about("bob@b.example")).await;
    let bob = manage(account, with_intent("bob@b.example", confirming)).await.contact;
    assert_eq!(bob.status, ContactStatus::Subscribed, "one who is subscribed need not confirm");
}

#[tokio::test]
async fn a_removed_contact_is_gone_but_an_opt_out_is_kept() {
    let context = context().await;
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    let ann = manage(account, joining("ann@b.example", &[news])).await;
    let removed = manage(account, with_intent("ann@b.example", Intent::Remove)).await;
    assert_eq!((removed.outcome, removed.id), (Outcome::Removed, ann.id));
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
    let gone = refused(account, with_intent("ann@b.example", Intent::Remove)).await;
    assert_eq!(gone, Refusal::ContactNotFound);

    let profile = SubscriberEdit {
        external_id: external("B-2"),
        values: vec![(FieldRef::Made("CITY"), text("Bath"))],
        ..with_intent("bob@b.example", Intent::OptOut)
    };
    manage(account, profile).await;
    manage(account, with_intent("bob@b.example", Intent::Remove)).await;
    let bob = account.contacts().get_by_address(&address("bob@b.example")).await.unwrap();
    assert_eq!(bob.status, ContactStatus::Unsubscribed);
    assert!(bob.external_id.is_none() && bob.fields.iter().all(|(_, value)| value.is_none()));
}

#[tokio::test]
async fn a_transactional_recipient_who_subscribes_is_added() {
    let context = context().await;
    let account = account(&context, "one").await;
    let ann = address("ann@b.example");
    account
        .change("test", async |mut edit| {
            let made = account.contacts().recipient(&mut edit, &ann, None).await?;
            Ok((edit, made))
        })
        .await
        .unwrap();
    let added = manage(account, about("ann@b.example")).await;
    assert_eq!((added.outcome, added.is_welcome), (Outcome::Added, true));
}
