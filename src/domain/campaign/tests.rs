use std::sync::Arc;

use jiff::SignedDuration;

use super::release::start_due;
use super::*;
use crate::domain::activity::Message;
use crate::domain::jobs::Runner;
use crate::domain::outbox::{Origin, Recipients};
use crate::domain::testing::{account, address, contact, context, list, noon, refusal};
use crate::domain::{
    Account, Clock, ContactStatus, Context, EmailType, Ids, Limits, NewContact, Rules,
};
use crate::store::MemoryStore;

fn mailing(lists: &[ListId]) -> NewMailing {
    NewMailing {
        subject: "News".to_owned(),
        html: "<p>News</p>".to_owned(),
        audience: Audience { lists: lists.to_vec(), ..Audience::default() },
        ..NewMailing::default()
    }
}

async fn join(account: Account<'_>, list: ListId, texts: &[&str]) {
    for text in texts {
        account.contacts().add_to_list(list, contact(text)).await.unwrap();
    }
}

/// Works what is due now.
async fn work(context: &Arc<Context>) {
    start_due(context).await.unwrap();
    Arc::new(Runner::new(Arc::clone(context))).drain().await;
}

async fn sent_to(account: Account<'_>, id: CampaignId) -> u64 {
    let stats = account.activities().stats(Message::Campaign(id), None, None).await;
    stats.unwrap().total().sent
}

#[tokio::test]
async fn a_released_draft_is_sent_to_its_lists_once_and_not_to_whom_it_must_not() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let (news, shop, staff) =
        (list(account, "News").await, list(account, "Shop").await, list(account, "Staff").await);
    join(account, news, &["a@b.example", "b@b.example", "c@b.example"]).await;
    join(account, shop, &["a@b.example", "d@b.example", "e@b.example"]).await;
    join(account, staff, &["b@b.example"]).await;
    account.contacts().unsubscribe(contact("c@b.example")).await.unwrap();
    let plain = NewContact { email_type: Some(EmailType::PlainText), ..contact("d@b.example") };
    account.contacts().create(plain).await.unwrap();
    let mut new = mailing(&[news, shop]);
    new.audience.excluded_lists = vec![staff];
    let Drafted { id, key } = account.campaigns().draft(&new).await.unwrap();
    work(&context).await;
    assert_eq!(sent_to(account, id).await, 0);
    account.campaigns().release(&key).await.unwrap();
    work(&context).await;
    assert_eq!(sent_to(account, id).await, 3);
    let campaign = account.campaigns().get_sent(id).await.unwrap();
    let mailing = campaign.mailing.unwrap();
    let expected = Recipients { sent: 3, sent_plain: 1, suppressed: 1, ..Recipients::default() };
    assert_eq!((mailing.state, mailing.recipients), (MailingState::Sent, expected));
    let outbox = account.outbox().page(None, 10).await.unwrap();
    assert_eq!(outbox.len(), 1);
    assert_eq!(outbox[0].1.origin, Origin::Campaign(id, expected));
    assert_eq!(account.outbox().get(outbox[0].0).await.unwrap().html, "<p>News</p>");
    assert_eq!(refusal(account.campaigns().release(&key).await), Refusal::CampaignReleased);
}

#[tokio::test]
async fn a_segment_chooses_and_excludes() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let (news, shop) = (list(account, "News").await, list(account, "Shop").await);
    join(account, news, &["a@b.example", "b@b.example"]).await;
    join(account, shop, &["b@b.example", "c@b.example"]).await;
    let everybody = account.segments().define("All", Rules::All(vec![])).await.unwrap().id;
    let shoppers = account.segments().define("Shop", Rules::InList(shop)).await.unwrap().id;
    let mut new = mailing(&[]);
    new.audience.segments = vec![everybody];
    new.audience.excluded_segments = vec![shoppers];
    let Drafted { id, key } = account.campaigns().draft(&new).await.unwrap();
    account.campaigns().release(&key).await.unwrap();
    work(&context).await;
    assert_eq!(sent_to(account, id).await, 1);
}

#[tokio::test]
async fn a_campaign_waits_for_its_time_and_is_refused_behind_it() {
    let store = Arc::new(MemoryStore::default());
    let at = async |hours: i64| {
        let clock = Clock::Frozen(noon() + SignedDuration::from_hours(hours));
        let opened = Context::open(
            Arc::<MemoryStore>::clone(&store),
            clock,
            Ids::seeded(1),
            Limits::default(),
        );
        Arc::new(opened.await.unwrap())
    };
    let early = at(0).await;
    let one = account(&early, "one").await;
    let news = list(one, "News").await;
    join(one, news, &["a@b.example"]).await;
    let timed = |hours: i64| NewMailing {
        release: Some(noon() + SignedDuration::from_hours(hours)),
        ..mailing(&[news])
    };
    assert_eq!(refusal(one.campaigns().draft(&timed(0)).await), Refusal::ReleaseInPast);
    let soon = one.campaigns().draft(&timed(2)).await.unwrap();
    let missed = one.campaigns().draft(&timed(1)).await.unwrap();
    one.campaigns().release(&soon.key).await.unwrap();
    work(&early).await;
    assert_eq!(sent_to(one, soon.id).await, 0);
    let late = at(2).await;
    let one = late.account(one.id);
    assert_eq!(refusal(one.campaigns().release(&missed.key).await), Refusal::ReleaseInPast);
    work(&late).await;
    assert_eq!(sent_to(one, soon.id).await, 1);
    assert_eq!(one.campaigns().sent(10, |_| true).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_tasks_for_one_campaign_send_it_once() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    join(account, news, &["a@b.example"]).await;
    let Drafted { id, key } = account.campaigns().draft(&mailing(&[news])).await.unwrap();
    account.campaigns().release(&key).await.unwrap();
    for _ in 0..2 {
        let work = crate::domain::jobs::Work::Send(crate::domain::jobs::SendCampaign::new(id));
        account.tasks().start(crate::domain::jobs::NewTask::new(work, "Send")).await.unwrap();
    }
    work(&context).await;
    assert_eq!(sent_to(account, id).await, 1);
    assert_eq!(account.outbox().page(None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_draft_for_what_does_not_exist_is_refused_and_a_wrong_key_finds_nothing() {
    let context = context().await;
    let (one, other) = (account(&context, "one").await, account(&context, "other").await);
    let unknown = one.campaigns().draft(&mailing(&[ListId(99)])).await;
    assert_eq!(refusal(unknown), Refusal::ListNotFound);
    let mut new = mailing(&[]);
    new.audience.excluded_segments = vec![crate::domain::SegmentId(9)];
    assert_eq!(refusal(one.campaigns().draft(&new).await), Refusal::SegmentNotFound);
    let drafted = one.campaigns().draft(&mailing(&[])).await.unwrap();
    for key in ["", "8ff953dd97c4405234a04291dee39e"] {
        assert_eq!(refusal(one.campaigns().release(key).await), Refusal::CampaignNotFound);
    }
    let stolen = other.campaigns().release(&drafted.key).await;
    assert_eq!(refusal(stolen), Refusal::CampaignNotFound);
}

#[tokio::test]
async fn a_campaign_that_an_older_program_stored_is_read() {
    #[derive(serde::Serialize)]
    struct Older {
        id: CampaignId,
        name: String,
        lists: Vec<ListId>,
        sent: Option<Timestamp>,
    }
    let older = Older { id: CampaignId(1), name: "Old".to_owned(), lists: vec![], sent: None };
    let bytes = crate::store::record::encode(Table::Campaign, 1, &older).unwrap();
    assert_eq!(Campaign::decode(&bytes).unwrap().mailing, None);
}

#[tokio::test]
async fn whoever_is_globally_suppressed_or_pending_gets_nothing_and_is_counted() {
    let context = Arc::new(context().await);
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    join(account, news, &["a@b.example", "b@b.example", "c@b.example"]).await;
    let everywhere = std::collections::BTreeMap::from([("a@b.example".to_owned(), noon())]);
    crate::domain::suppression::add_global(&context, &everywhere).await.unwrap();
    set_status(account, "b@b.example", ContactStatus::PendingOptIn).await;
    let drafted = account.campaigns().draft(&mailing(&[news])).await.unwrap();
    account.campaigns().release(&drafted.key).await.unwrap();
    work(&context).await;
    let mailing = account.campaigns().get(drafted.id).await.unwrap().mailing.unwrap();
    let expected =
        Recipients { sent: 1, globally_suppressed: 1, withheld: 1, ..Recipients::default() };
    assert_eq!(mailing.recipients, expected);
}

async fn set_status(account: Account<'_>, text: &str, status: ContactStatus) {
    let address = address(text);
    account
        .change("test", async |mut edit| {
            let found = edit.resolve(&[address.as_compared()]).await?.pop().flatten();
            let (id, old) = found.unwrap();
            let mut new = old.clone();
            new.turn(status, noon(), noon());
            edit.update_contact(id, &old, &new)?;
            Ok((edit, ()))
        })
        .await
        .unwrap();
}
