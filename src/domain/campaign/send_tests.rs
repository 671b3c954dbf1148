use std::sync::Arc;

use jiff::SignedDuration;

use super::release::start_due;
use super::*;
use crate::domain::activity::{Between, Message, What};
use crate::domain::jobs::Runner;
use crate::domain::outbox::Origin;
use crate::domain::placeholder::Placeholders;
use crate::domain::testing::{account, contact, context, list, noon, refusal, with_field};
use crate::domain::{Account, Clock, Context, Event, Ids, Limits, Page, SendId};
use crate::store::MemoryStore;

fn news() -> NewMailing {
    NewMailing {
        name: "News".to_owned(),
        subject: "For @FIRSTNAME@".to_owned(),
        html: "<p>Dear @FIRSTNAME@, @EMAIL@</p>".to_owned(),
        placeholders: Placeholders::AtSigns,
        tags: vec!["spring".to_owned()],
        ..NewMailing::default()
    }
}

async fn work(context: &Arc<Context>) {
    start_due(context).await.unwrap();
    Arc::new(Runner::new(Arc::clone(context))).drain().await;
}

async fn composed(account: Account<'_>) -> CampaignId {
    account.campaigns().compose(&news()).await.unwrap().campaign.id
}

fn to_lists(lists: &[ListId]) -> Addressees {
    Addressees { lists: lists.to_vec(), ..Addressees::default() }
}

#[tokio::test]
async fn a_send_fills_each_recipients_message_and_the_campaign_knows_its_lists() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let club = list(account, "Club").await;
    account
        .contacts()
        .add_to_list(club, with_field("a@b.example", "FIRSTNAME", "Ann"))
        .await
        .unwrap();
    account.contacts().add_to_list(club, contact("b@b.example")).await.unwrap();
    let single = account.contacts().create(contact("c@b.example")).await.unwrap().id;
    account.contacts().create(contact("d@b.example")).await.unwrap();
    let id = composed(account).await;
    let to = Addressees { contacts: vec![single, single], ..to_lists(&[club]) };
    let send = account.campaigns().send(id, to, None).await.unwrap();
    let campaign = account.campaigns().get(id).await.unwrap();
    assert_eq!(campaign.progress(noon()), Progress::Sending);
    work(&context).await;
    let send = account.campaigns().get_send(send.id).await.unwrap();
    assert_eq!((send.state, send.recipients.sent), (SendState::Sent, 3));
    let campaign = account.campaigns().get(id).await.unwrap();
    assert_eq!(campaign.progress(noon()), Progress::Sent(noon()));
    assert_eq!((campaign.lists, campaign.pending), (vec![club], vec![]));
    let outbox = account.outbox().page(None, 10).await.unwrap();
    assert_eq!(outbox.len(), 3);
    let mut told = Vec::new();
    for (message, head) in outbox {
        assert_eq!(head.origin, Origin::CampaignMessage(id));
        assert_eq!(head.extras.tags, ["spring"]);
        let message = account.outbox().get(message).await.unwrap();
        told.push((message.subject, message.html));
    }
    told.sort();
    let expected = [
        ("For ", "<p>Dear , b@b.example</p>"),
        ("For ", "<p>Dear , c@b.example</p>"),
        ("For Ann", "<p>Dear Ann, a@b.example</p>"),
    ];
    assert_eq!(told, expected.map(|(subject, html)| (subject.to_owned(), html.to_owned())));
}

#[tokio::test]
async fn a_send_to_nobody_in_particular_is_for_all_and_a_second_one_counts_again() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    for text in ["a@b.example", "b@b.example"] {
        account.contacts().create(contact(text)).await.unwrap();
    }
    let id = composed(account).await;
    for _ in 0..2 {
        account.campaigns().send(id, Addressees::default(), None).await.unwrap();
        work(&context).await;
    }
    let mailing = account.campaigns().get(id).await.unwrap().mailing.unwrap();
    assert_eq!(mailing.recipients.sent, 4);
    let stats = account.activities().stats(Message::Campaign(id), None, None).await.unwrap();
    assert_eq!(stats.total().sent, 4);
    let who = account.activities().engagements(Message::Campaign(id), None, Page::first()).await;
    assert_eq!(who.unwrap().len(), 2);
}

#[tokio::test]
async fn many_named_contacts_are_sent_to_in_several_steps() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let mut contacts = Vec::new();
    for number in 0..1_203 {
        let made = account.contacts().create(contact(&format!("c{number}@b.example"))).await;
        contacts.push(made.unwrap().id);
    }
    contacts.pop();
    let id = composed(account).await;
    let to = Addressees { contacts, ..Addressees::default() };
    let send = account.campaigns().send(id, to, None).await.unwrap().id;
    work(&context).await;
    let send = account.campaigns().get_send(send).await.unwrap();
    assert_eq!((send.state, send.recipients.sent), (SendState::Sent, 1_202));
}

#[tokio::test]
async fn a_scheduled_send_waits_can_be_cancelled_and_keeps_its_list_and_campaign() {
    let store = Arc::new(MemoryStore::default());
    let at = async |hours: i64| {
        let clock = Clock::Frozen(noon() + SignedDuration::from_hours(hours));
        let store = Arc::<MemoryStore>::clone(&store);
        let limits = Limits::default();
        Arc::new(Context::open(store, clock, Ids::seeded(1), limits).await.unwrap())
    };
    let early = at(0).await;
    let one = account(&early, "one").await;
    let club = list(one, "Club").await;
    one.contacts().add_to_list(club, contact("a@b.example")).await.unwrap();
    let id = composed(one).await;
    let soon = noon() + SignedDuration::from_hours(2);
    let send = one.campaigns().send(id, to_lists(&[club]), Some(soon)).await.unwrap();
    let other = one.campaigns().send(id, to_lists(&[club]), Some(soon)).await.unwrap();
    work(&early).await;
    assert_eq!(one.campaigns().get_send(send.id).await.unwrap().state, SendState::Waiting);
    let campaign = one.campaigns().get(id).await.unwrap();
    assert_eq!(campaign.progress(noon()), Progress::Scheduled(soon));
    assert_eq!(refusal(one.lists().delete(club).await), Refusal::ListInUse);
    assert_eq!(refusal(one.campaigns().rewrite(id, &news()).await), Refusal::CampaignReadOnly);
    assert_eq!(refusal(one.campaigns().delete(id).await), Refusal::CampaignReadOnly);
    let cancelled = one.campaigns().cancel(other.id).await.unwrap();
    assert_eq!(cancelled.state, SendState::Cancelled);
    let late = at(3).await;
    work(&late).await;
    let one = late.account(one.id);
    assert_eq!(one.campaigns().get_send(send.id).await.unwrap().recipients.sent, 1);
    assert_eq!(refusal(one.campaigns().cancel(send.id).await), Refusal::CampaignReleased);
    one.lists().delete(club).await.unwrap();
    one.campaigns().delete(id).await.unwrap();
    assert_eq!(refusal(one.campaigns().get(id).await), Refusal::CampaignNotFound);
}

#[tokio::test]
async fn what_a_send_names_must_be_there() {
    let context = context().await;
    let (one, other) = (account(&context, "one").await, account(&context, "other").await);
    let campaigns = one.campaigns();
    let id = composed(one).await;
    let unknown = campaigns.send(id, to_lists(&[ListId(99)]), None).await;
    assert_eq!(refusal(unknown), Refusal::ListNotFound);
    let to = Addressees { contacts: vec![crate::domain::ContactId(9)], ..Addressees::default() };
    assert_eq!(refusal(campaigns.send(id, to, None).await), Refusal::ContactNotFound);
    let to = Addressees { segments: vec![crate::domain::SegmentId(9)], ..Addressees::default() };
    assert_eq!(refusal(campaigns.send(id, to, None).await), Refusal::SegmentNotFound);
    let stolen = other.campaigns().send(id, Addressees::default(), None).await;
    assert_eq!(refusal(stolen), Refusal::CampaignNotFound);
    let nothing = campaigns.get_send(SendId(context.ids.uuid())).await;
    assert_eq!(refusal(nothing), Refusal::SendNotFound);
}

#[tokio::test]
async fn a_campaign_is_changed_copied_and_listed_by_age() {
    let context = context().await;
    let account = account(&context, "one").await;
    let campaigns = account.campaigns();
    let first = composed(account).await;
    let changed = NewMailing { name: "Other".to_owned(), html: "<b>".to_owned(), ..news() };
    campaigns.rewrite(first, &changed).await.unwrap();
    let copy = campaigns.copy(first, "Copy of Other").await.unwrap();
    assert_eq!((copy.html.as_str(), copy.campaign.name.as_str()), ("<b>", "Copy of Other"));
    let listed = campaigns.listing(Page::new(10, 1).unwrap(), |_| true).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [copy.campaign.id]);
    let read = campaigns.written(first).await.unwrap();
    assert_eq!((read.html.as_str(), read.campaign.name.as_str()), ("<b>", "Other"));
    assert_eq!(read.campaign.progress(noon()), Progress::Unsent);
}

#[tokio::test]
async fn what_contacts_did_with_a_campaign_is_told_by_contact_by_time_and_by_day() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let mut ids = Vec::new();
    for text in ["a@b.example", "b@b.example", "c@b.example"] {
        ids.push(account.contacts().create(contact(text)).await.unwrap().id);
    }
    let id = composed(account).await;
    account.campaigns().send(id, Addressees::default(), None).await.unwrap();
    work(&context).await;
    for (what, who, time) in [
        (r#""opened""#, "a", "2026-01-02T13:00:00Z"),
        (r#""opened""#, "a", "2026-01-03T13:00:00Z"),
        (r#""clicked","url":"https://s.example/""#, "a", "2026-01-03T14:00:00Z"),
        (r#""bounced","class":"hard""#, "b", "2026-01-02T12:01:00Z"),
    ] {
        let line = format!(
            r#"{{"account":"one","campaign_id":{},"email":"{who}@b.example","time":"{time}","type":{what}}}"#,
            id.0
        );
        context.events().record(&Event::from_json(&line).unwrap()).await.unwrap();
    }
    let (activities, of) = (account.activities(), Message::Campaign(id));
    let all = activities.engagements(of, None, Page::first()).await.unwrap();
    let told: Vec<_> = all.iter().map(|one| (one.contact, one.opens, one.clicks)).collect();
    assert_eq!(told, [(ids[0], 2, 1), (ids[1], 0, 0), (ids[2], 0, 0)]);
    assert!(all[1].bounced_hard && !all[0].bounced_hard && all[2].sent == Some(noon()));
    assert_ne!(all[0].first_opened, all[0].last_opened);
    let since = "2026-01-03T00:00:00Z".parse().unwrap();
    let some = activities.engagements(of, Some(since), Page::first()).await.unwrap();
    assert_eq!(some.iter().map(|one| one.contact).collect::<Vec<_>>(), [ids[0]]);
    let second = activities.engagements(of, None, Page::new(1, 1).unwrap()).await.unwrap();
    assert_eq!(second[0].contact, ids[1]);
    assert_eq!(activities.engagement(of, ids[0]).await.unwrap(), Some(all[0].clone()));
    let opened = |what: &What| *what == What::Opened;
    let opens = activities.page_of_message(of, Between::default(), Page::first(), opened).await;
    assert_eq!(opens.unwrap().len(), 2);
    let at_b = activities.page_at_contact(of, ids[1], Page::first(), opened).await.unwrap();
    assert_eq!(at_b, []);
    assert!(activities.any_since(of, since).await.unwrap());
    let later = "2026-01-04T00:00:00Z".parse().unwrap();
    assert!(!activities.any_since(of, later).await.unwrap());
    let counts = activities.tally(of, Between { from: Some(since), before: None }).await.unwrap();
    assert_eq!((counts.opened, counts.opened_unique, counts.sent), (1, 1, 0));
    assert_eq!(activities.stats(of, None, None).await.unwrap().total().opened_unique, 1);
}
