//! People over a store in memory.

use super::sync::{Channel, RowFault, RowOutcome, SyncOptions, SyncRow};
use super::{Consent, Identity, Stage, Standing};
use crate::domain::check::check;
use crate::domain::phone::Phone;
use crate::domain::testing::{account, address, contact, context, list, refusal};
use crate::domain::{Account, ContactStatus, Filter, ListId, Page, Refusal};

fn row(text: &str) -> SyncRow {
    SyncRow { address: Some(address(text)), ..SyncRow::default() }
}

fn of_phone(number: &str) -> SyncRow {
    SyncRow { phone: Some(Phone::parse(number).unwrap()), ..SyncRow::default() }
}

fn into_lists(lists: &[ListId]) -> Channel {
    let lists = lists.iter().map(|list| (*list, None)).collect();
    Channel { says_lists: true, lists, ..Channel::default() }
}

fn by_address(text: &str) -> Identity {
    Identity::Address(address(text))
}

fn by_phone(number: &str) -> Identity {
    Identity::Phone(Phone::parse(number).unwrap())
}

async fn sync(account: Account<'_>, rows: &[SyncRow]) -> Vec<RowOutcome> {
    account.people().sync(rows, SyncOptions::default()).await.unwrap()
}

/// `i`nserted, `u`pdated, `d`eleted, `n`ew; the fault of a refused row.
fn said(outcomes: &[RowOutcome]) -> Vec<String> {
    let said = |outcome: &RowOutcome| match outcome {
        RowOutcome::Refused(fault) => format!("{fault:?}"),
        RowOutcome::Done(done) => {
            [(done.inserted, 'i'), (done.updated, 'u'), (done.deleted, 'd'), (done.is_new, 'n')]
                .iter()
                .filter_map(|(is, letter)| is.then_some(*letter))
                .collect()
        }
    };
    outcomes.iter().map(said).collect()
}

#[tokio::test]
async fn rows_follow_each_other_as_if_each_were_a_call() {
    let context = context().await;
    let account = account(&context, "one").await;
    let both =
        SyncRow { phone: Some(Phone::parse("+353871234567").unwrap()), ..row("a@b.example") };
    let gone = SyncRow { deletes: true, ..row("c@b.example") };
    let outcomes = sync(
        account,
        &[row("a@b.example"), both, gone.clone(), row("c@b.example"), SyncRow::default()],
    )
    .await;
    assert_eq!(said(&outcomes), ["in", "", "idn", "in", "Nobody"]);
    let again = sync(account, &[of_phone("+353871234567"), gone]).await;
    assert_eq!(said(&again), ["u", "udn"]);
    assert!(account.people().find(&by_address("c@b.example")).await.unwrap().is_none());
    assert_eq!(check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn a_number_is_one_contacts_and_can_be_handed_on() {
    let context = context().await;
    let account = account(&context, "one").await;
    let with = |text: &str, number: &str| SyncRow {
        phone: Some(Phone::parse(number).unwrap()),
        ..row(text)
    };
    let outcomes = sync(
        account,
        &[
            with("a@b.example", "+353871000001"),
            with("b@b.example", "+353871000002"),
            with("c@b.example", "+353871000001"),
        ],
    )
    .await;
    assert_eq!(outcomes.get(2), Some(&RowOutcome::Refused(RowFault::PhoneInUse)));
    // Later rows free what earlier stored people take.
    sync(account, &[with("b@b.example", "+353871000003"), with("a@b.example", "+353871000002")])
        .await;
    let (_, holder) = account.people().find(&by_phone("+353871000002")).await.unwrap().unwrap();
    assert_eq!(holder.address, "a@b.example");
    assert!(account.people().find(&by_phone("+353871000001")).await.unwrap().is_none());
    assert_eq!(check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn who_has_a_number_alone_is_in_no_list_of_addresses_until_it_has_one() {
    let context = context().await;
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    let phone = SyncRow { mobile: into_lists(&[news]), ..of_phone("+353871234567") };
    sync(account, &[phone]).await;
    let (id, found) = account.people().find(&by_phone("+353871234567")).await.unwrap().unwrap();
    assert!(found.address.is_empty() && found.mobile.unwrap().is_in(news));
    assert_eq!(account.contacts().page(Filter::All, Page::first()).await.unwrap(), []);
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
    let named = SyncRow {
        phone: Some(Phone::parse("+353871234567").unwrap()),
        mail: into_lists(&[news]),
        ..row("a@b.example")
    };
    assert_eq!(said(&sync(account, &[named]).await), ["un"]);
    let (now, _) = account.people().find(&by_address("a@b.example")).await.unwrap().unwrap();
    assert_eq!(now, id);
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 1);
    assert_eq!(check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn standing_changes_from_active_and_inactive_alone_but_an_opt_out_counts() {
    let context = context().await;
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    let standing = |standing| SyncRow {
        mail: Channel { standing: Some(standing), ..into_lists(&[news]) },
        ..row("a@b.example")
    };
    let stage =
        async || account.people().find(&by_address("a@b.example")).await.unwrap().unwrap().1;
    for (said, expected) in [(Standing::New, Stage::New), (Standing::Active, Stage::New)] {
        sync(account, &[standing(said)]).await;
        assert_eq!(stage().await.stage(), expected);
    }
    sync(account, &[SyncRow { deletes: true, ..row("a@b.example") }]).await;
    for (said, expected) in [
        (Standing::Active, Stage::Active),
        (Standing::Inactive, Stage::Inactive),
        (Standing::New, Stage::New),
    ] {
        sync(account, &[standing(said)]).await;
        assert_eq!(stage().await.stage(), expected);
    }
    sync(account, &[standing(Standing::Unsubscribed)]).await;
    assert_eq!(stage().await.status, ContactStatus::Unsubscribed);
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
    sync(account, &[standing(Standing::Active)]).await;
    assert_eq!(stage().await.status, ContactStatus::Unsubscribed);
    assert_eq!(check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn a_deleted_contact_who_opted_out_leaves_its_opt_out() {
    let context = context().await;
    let account = account(&context, "one").await;
    let news = list(account, "News").await;
    let tagged = SyncRow {
        tags: Some(vec!["red".to_owned()]),
        mail: into_lists(&[news]),
        phone: Some(Phone::parse("+353871234567").unwrap()),
        ..row("a@b.example")
    };
    sync(account, &[tagged]).await;
    account.people().unsubscribe(&by_address("a@b.example"), &[]).await.unwrap();
    let gone = sync(account, &[SyncRow { deletes: true, ..row("a@b.example") }]).await;
    assert_eq!(said(&gone), ["ud"]);
    let (id, left) = account.people().find(&by_address("a@b.example")).await.unwrap().unwrap();
    assert!(left.tags.is_empty() && left.mobile.is_none());
    assert_eq!(left.status, ContactStatus::Unsubscribed);
    let member = account.contact_store().members(news, &[id]).await.unwrap();
    assert_eq!(member, [None]);
    assert_eq!(check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn lists_are_added_or_replaced_and_left_ones_stay_left() {
    let context = context().await;
    let account = account(&context, "one").await;
    let (one, two) = (list(account, "One").await, list(account, "Two").await);
    let three = list(account, "Three").await;
    let joins = |lists: &[ListId]| SyncRow { mail: into_lists(lists), ..row("a@b.example") };
    sync(account, &[joins(&[one, two])]).await;
    let left = Channel { left: vec![three], ..Channel::default() };
    sync(account, &[SyncRow { mail: left, ..row("a@b.example") }]).await;
    let counts = async || {
        let mut counts = Vec::new();
        for list in [one, two, three] {
            counts.push(account.lists().contact_count(list).await.unwrap());
        }
        counts
    };
    assert_eq!(counts().await, [1, 1, 0]);
    let options = SyncOptions { replaces_lists: true, ..SyncOptions::default() };
    account.people().sync(&[row("a@b.example")], options).await.unwrap();
    assert_eq!(counts().await, [1, 1, 0], "who says nothing of lists replaces none");
    account.people().sync(&[joins(&[two, three])], options).await.unwrap();
    assert_eq!(counts().await, [0, 1, 0]);
    let outcomes = sync(account, &[joins(&[ListId(99)])]).await;
    let RowOutcome::Done(done) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert_eq!(done.unknown_lists, [ListId(99)]);
    assert_eq!(check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn an_opt_out_comes_back_by_a_given_consent_alone() {
    let context = context().await;
    let account = account(&context, "one").await;
    let people = account.people();
    let news = list(account, "News").await;
    let joins = || SyncRow { mail: into_lists(&[news]), ..row("a@b.example") };
    let options = SyncOptions::default();
    people.subscribe(joins(), Consent::Ask, options).await.unwrap();
    let who = by_address("a@b.example");
    let status = async || people.find(&who).await.unwrap().unwrap().1.status;
    assert_eq!(status().await, ContactStatus::PendingOptIn);
    people.unsubscribe(&who, &[]).await.unwrap();
    people.unsubscribe(&who, &[news]).await.unwrap();
    people.subscribe(joins(), Consent::Ask, options).await.unwrap();
    assert_eq!(status().await, ContactStatus::Unsubscribed);
    people.subscribe(joins(), Consent::Given, options).await.unwrap();
    assert_eq!(status().await, ContactStatus::Subscribed);
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 1);
    people.exclude(&who, &[]).await.unwrap();
    assert_eq!(account.lists().contact_count(news).await.unwrap(), 0);
    let nobody = people.exclude(&by_address("x@b.example"), &[]).await;
    assert_eq!(refusal(nobody), Refusal::ContactNotFound);
    assert_eq!(check(&context).await.unwrap(), []);
}

#[tokio::test]
async fn contacts_of_other_faces_are_people() {
    let context = context().await;
    let account = account(&context, "one").await;
    account.contacts().create(contact("a@b.example")).await.unwrap();
    assert_eq!(said(&sync(account, &[row("A@B.example")]).await), ["un"]);
}

#[tokio::test]
async fn too_many_tags_and_bad_ones_refuse_their_row_alone() {
    let context = context().await;
    let account = account(&context, "one").await;
    let tagged = |names: Vec<String>| SyncRow { tags: Some(names), ..row("a@b.example") };
    let many = |from: usize, to: usize| (from..to).map(|number| format!("t{number}")).collect();
    let rows = [
        tagged(many(0, 11)),
        tagged(vec!["a\nb".to_owned()]),
        tagged(many(0, 6)),
        tagged(many(5, 10)),
        tagged(many(10, 11)),
    ];
    let outcomes = said(&sync(account, &rows).await);
    assert_eq!(outcomes, ["TooManyTags", "TagInvalid", "in", "", "TooManyTags"]);
    let (_, found) = account.people().find(&by_address("a@b.example")).await.unwrap().unwrap();
    assert_eq!(found.tags.len(), 10);
}
