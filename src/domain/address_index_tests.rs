//! The address index against a model, through every mix of runs, merges and lost processes.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::address_index::{AddressesInMemory, Merge};
use super::contact_store::ContactRecord;
use super::counters::Counters;
use super::testing::{account, address, context, noon};
use super::{Account, AccountId, Clock, ContactId, Context, Ids, Limits, check};
use crate::store::record::{Record as _, encode};
use crate::store::{Batch, Change, Store, StoreError, commit_durably, tables};

const ADDRESSES: usize = 48;

#[derive(Debug, Clone)]
enum Deed {
    /// Adds those of so many addresses from the first on that are not there yet, as a run or not.
    Add {
        first: usize,
        count: usize,
        as_run: bool,
    },
    Delete(usize),
    Rename(usize, usize),
    /// Merges the runs up to a part of all hashes, in 256ths.
    MergeSome(u8),
    MergeAll,
    Know,
    /// The process ends between two commits and another one goes on.
    Restart,
}

fn deed() -> impl Strategy<Value = Deed> {
    let one = || 0..ADDRESSES;
    prop_oneof![
        6 => (one(), 1..12_usize, any::<bool>())
            .prop_map(|(first, count, as_run)| Deed::Add { first, count, as_run }),
        3 => one().prop_map(Deed::Delete),
        3 => (one(), one()).prop_map(|(from, to)| Deed::Rename(from, to)),
        2 => any::<u8>().prop_map(Deed::MergeSome),
        1 => Just(Deed::MergeAll),
        1 => Just(Deed::Know),
        1 => Just(Deed::Restart),
    ]
}

fn name(number: usize) -> String {
    format!("a{number}@b.example")
}

fn record(number: usize) -> ContactRecord {
    ContactRecord::new(&address(&name(number)), noon())
}

type Model = BTreeMap<usize, ContactId>;

async fn add(account: Account<'_>, numbers: &[usize], as_run: bool) -> Vec<ContactId> {
    let mut edit = account.contact_store().edit().await.unwrap();
    edit.run_from(if as_run { 1 } else { usize::MAX });
    let ids = numbers.iter().map(|number| edit.insert_contact(&record(*number)).unwrap()).collect();
    account.contact_store().apply(edit).await.unwrap().wait().await.unwrap();
    ids
}

async fn merge(account: Account<'_>, below: Option<u64>) {
    let mut edit = account.contact_store().edit().await.unwrap();
    edit.merge_addresses(Merge { below });
    account.contact_store().apply(edit).await.unwrap().wait().await.unwrap();
}

async fn delete(account: Account<'_>, number: usize, id: ContactId) {
    let mut edit = account.contact_store().edit().await.unwrap();
    edit.delete_contact(id, &record(number));
    account.contact_store().apply(edit).await.unwrap().wait().await.unwrap();
}

async fn rename(account: Account<'_>, from: usize, to: usize, id: ContactId) {
    let mut edit = account.contact_store().edit().await.unwrap();
    edit.update_contact(id, &record(from), &record(to)).unwrap();
    account.contact_store().apply(edit).await.unwrap().wait().await.unwrap();
}

async fn restart(context: &Context) -> Arc<Context> {
    let store = Arc::clone(&context.store);
    let opened = Context::open(store, Clock::Frozen(noon()), Ids::seeded(1), Limits::default());
    Arc::new(opened.await.unwrap())
}

async fn perform(account: Account<'_>, model: &mut Model, deed: &Deed) {
    match *deed {
        Deed::Add { first, count, as_run } => {
            let numbers =
                (first..ADDRESSES.min(first + count)).filter(|one| !model.contains_key(one));
            let numbers: Vec<usize> = numbers.collect();
            let ids = add(account, &numbers, as_run).await;
            model.extend(numbers.into_iter().zip(ids));
        }
        Deed::Delete(number) => {
            if let Some(id) = model.remove(&number) {
                delete(account, number, id).await;
            }
        }
        Deed::Rename(from, to) if !model.contains_key(&to) => {
            if let Some(id) = model.remove(&from) {
                rename(account, from, to, id).await;
                model.insert(to, id);
            }
        }
        Deed::MergeSome(part) => merge(account, Some(u64::from(part) << 56)).await,
        Deed::MergeAll => account.merge_address_runs(1).await.unwrap(),
        Deed::Rename(..) | Deed::Know | Deed::Restart => {}
    }
}

async fn assert_found(account: Account<'_>, model: &Model) {
    let names: Vec<String> = (0..ADDRESSES).map(name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let found = account.contact_store().resolve(&names).await.unwrap();
    let ids: Vec<_> = found.into_iter().map(|stored| stored.map(|(id, _)| id)).collect();
    let expected: Vec<_> = (0..ADDRESSES).map(|number| model.get(&number).copied()).collect();
    assert_eq!(ids, expected);
}

async fn findings(context: &Context) -> Vec<String> {
    check::check(context).await.unwrap().into_iter().map(|finding| finding.0).collect()
}

proptest! {
    #[test]
    fn contacts_are_found_whatever_mix_of_runs_and_merges(
        deeds in proptest::collection::vec(deed(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut context = Arc::new(context().await);
            let mut known = None;
            let id = account(&context, "one").await.id;
            let mut model = Model::new();
            for deed in &deeds {
                match deed {
                    Deed::Restart => context = restart(&context).await,
                    Deed::Know => {
                        known = Some(AddressesInMemory::read(&context, id, 100).await.unwrap());
                    }
                    _ => {}
                }
                perform(context.account(id), &mut model, deed).await;
                assert_found(context.account(id), &model).await;
            }
            drop(known);
            assert_eq!(findings(&context).await, [""; 0]);
        });
    }
}

/// Three contacts: the first in the map, the others in a run each.
async fn with_two_runs() -> (Context, AccountId) {
    let context = context().await;
    let one = account(&context, "one").await;
    add(one, &[1], false).await;
    add(one, &[2], true).await;
    add(one, &[3], true).await;
    let id = one.id;
    (context, id)
}

async fn change_run(context: &Context, account: AccountId, run: u32, change: Change) {
    let mut batch = Batch::main();
    let map = tables::address_run(account.0, run);
    map.edit(&*context.store, &mut batch, &[change]).await.unwrap();
    commit_durably(&*context.store, batch).await.unwrap();
}

fn entry(context: &Context, number: usize, contact: u32) -> bytes::Bytes {
    tables::address_entry(context.hash(&name(number)), contact)
}

#[tokio::test]
async fn an_entry_missing_in_a_run_is_found_by_a_check() {
    let (context, account) = with_two_runs().await;
    assert_eq!(findings(&context).await, [""; 0]);
    change_run(&context, account, 1, Change::delete(entry(&context, 3, 3))).await;
    assert_eq!(
        findings(&context).await,
        [
            "account 1: contact 3 is not in the address index",
            "account 1: 1 addresses wait to be merged, but 2 are counted",
        ]
    );
}

#[tokio::test]
async fn an_entry_in_two_runs_is_found_by_a_check() {
    let (context, account) = with_two_runs().await;
    change_run(&context, account, 1, Change::put(entry(&context, 2, 2), "")).await;
    assert_eq!(
        findings(&context).await,
        [
            "account 1: contact 2 is 2 times in the address index",
            "account 1: 3 addresses wait to be merged, but 2 are counted",
        ]
    );
}

#[tokio::test]
async fn a_run_that_nobody_would_look_into_is_found_by_a_check() {
    let (context, account) = with_two_runs().await;
    change_run(&context, account, 2, Change::put(entry(&context, 2, 2), "")).await;
    assert_eq!(findings(&context).await, ["account 1: run 2 of addresses is left over"]);
}

#[tokio::test]
async fn a_merge_leaves_no_runs_behind() {
    let (context, account) = with_two_runs().await;
    context.account(account).merge_address_runs(3).await.unwrap();
    assert_eq!(context.account(account).counters().await.unwrap().addresses.in_runs, 2);
    context.account(account).merge_address_runs(2).await.unwrap();
    let counters = context.account(account).counters().await.unwrap();
    assert_eq!((counters.addresses.in_runs, counters.addresses.runs()), (0, 2..2));
    assert_eq!(findings(&context).await, [""; 0]);
}

#[tokio::test]
async fn a_commit_that_another_process_overtook_is_a_conflict() {
    let (context, account) = with_two_runs().await;
    let store: Arc<dyn Store> = Arc::clone(&context.store);
    let other = Context::open(store, Clock::Frozen(noon()), Ids::seeded(2), Limits::default());
    let other = other.await.unwrap();
    let mut late = context.account(account).contact_store().edit().await.unwrap();
    assert!(late.resolve(&[&name(4)]).await.unwrap().pop().flatten().is_none());
    late.run_from(1);
    late.insert_contact(&record(4)).unwrap();
    add(other.account(account), &[4], true).await;
    let refused = context.account(account).contact_store().apply(late).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    let mut late = context.account(account).contact_store().edit().await.unwrap();
    late.merge_addresses(Merge { below: None });
    delete(other.account(account), 2, ContactId(2)).await;
    let refused = context.account(account).contact_store().apply(late).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(findings(&context).await, [""; 0]);
}

#[test]
fn counters_of_before_there_were_runs_can_be_read() {
    #[derive(serde::Serialize)]
    struct Older {
        next_contact: u32,
        next_list: u32,
        next_segment: u32,
        next_campaign: u32,
        next_field: u16,
        next_import: u32,
        contacts: u32,
        listed: u32,
    }
    let older = Older {
        next_contact: 8,
        next_list: 3,
        next_segment: 1,
        next_campaign: 1,
        next_field: 1,
        next_import: 1,
        contacts: 7,
        listed: 6,
    };
    let bytes = encode(Counters::TABLE, 1, &older).unwrap();
    let read = Counters::decode(&bytes).unwrap();
    let expected = Counters { next_contact: 8, contacts: 7, listed: 6, ..Counters::fresh() };
    assert_eq!(read, expected);
}
