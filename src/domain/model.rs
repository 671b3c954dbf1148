//! Random calls on two accounts against a model of each: they never see each other, and what a
//! call answers is what the model says.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::testing::{account, address, contact, context, list};
use super::{
    Account, Contact, ContactStatus, Error, Filter, ListId, Page, Refusal, Resubscription, check,
};

/// A call on one of two accounts, about one of a few addresses and one of two lists.
#[derive(Debug, Clone, Copy)]
struct Call {
    account: usize,
    address: usize,
    list: usize,
    deed: Deed,
}

#[derive(Debug, Clone, Copy)]
enum Deed {
    Create,
    Add,
    Delete,
    Remove,
    Unsubscribe,
    Leave,
    Resubscribe,
    ResubscribeToList,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        1 => Just(Deed::Create),
        3 => Just(Deed::Add),
        1 => Just(Deed::Delete),
        1 => Just(Deed::Remove),
        1 => Just(Deed::Unsubscribe),
        1 => Just(Deed::Leave),
        1 => Just(Deed::Resubscribe),
        1 => Just(Deed::ResubscribeToList),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    (0..2_usize, 0..5_usize, 0..2_usize, deed()).prop_map(|(account, address, list, deed)| Call {
        account,
        address,
        list,
        deed,
    })
}

/// What one account should hold.
#[derive(Debug, Default)]
struct Model {
    contacts: BTreeMap<usize, Person>,
}

/// A contact: unsubscribed or not, and the lists that it joined or left.
#[derive(Debug, Default, Clone)]
struct Person {
    gone: bool,
    joined: BTreeSet<usize>,
    left: BTreeSet<usize>,
}

impl Model {
    /// Does `call` and says how it should end.
    fn take(&mut self, call: Call) -> Result<(), Refusal> {
        match call.deed {
            Deed::Create => self.put(call.address).map(drop),
            Deed::Add => self.add(call),
            Deed::Delete => {
                self.listed(call.address)?;
                self.contacts.remove(&call.address);
                Ok(())
            }
            Deed::Remove => {
                let was_in = self.listed(call.address)?.joined.remove(&call.list);
                if was_in { Ok(()) } else { Err(Refusal::ContactNotFound) }
            }
            Deed::Unsubscribe => {
                self.contacts.entry(call.address).or_default().gone = true;
                Ok(())
            }
            Deed::Leave => {
                let person = self.contacts.get_mut(&call.address);
                let person = person.ok_or(Refusal::ContactNotFound)?;
                person.joined.remove(&call.list);
                person.left.insert(call.list);
                Ok(())
            }
            Deed::Resubscribe => self.take_back(call.address, None),
            Deed::ResubscribeToList => self.take_back(call.address, Some(call.list)),
        }
    }

    fn put(&mut self, address: usize) -> Result<&mut Person, Refusal> {
        let person = self.contacts.entry(address).or_default();
        if person.gone { Err(Refusal::ContactSuppressed) } else { Ok(person) }
    }

    fn add(&mut self, call: Call) -> Result<(), Refusal> {
        let known = self.contacts.contains_key(&call.address);
        let person = self.put(call.address)?;
        if person.left.contains(&call.list) {
            assert!(known, "a stranger left no list");
            return Err(Refusal::ContactSuppressedForList);
        }
        person.joined.insert(call.list);
        Ok(())
    }

    fn listed(&mut self, address: usize) -> Result<&mut Person, Refusal> {
        let person = self.contacts.get_mut(&address).filter(|person| !person.gone);
        person.ok_or(Refusal::ContactNotFound)
    }

    fn take_back(&mut self, address: usize, list: Option<usize>) -> Result<(), Refusal> {
        let person = self.contacts.get_mut(&address).ok_or(Refusal::ContactNotFound)?;
        let left = list.is_some_and(|list| person.left.contains(&list));
        if !person.gone && !left {
            return Err(Refusal::ResubscriptionInvalid);
        }
        person.gone = false;
        if let Some(list) = list {
            person.left.remove(&list);
            person.joined.insert(list);
        }
        Ok(())
    }

    fn addresses(&self, wanted: impl Fn(&Person) -> bool) -> BTreeSet<String> {
        let wanted = self.contacts.iter().filter(|(_, person)| wanted(person));
        wanted.map(|(number, _)| name(*number)).collect()
    }
}

fn name(number: usize) -> String {
    format!("c{number}@b.example")
}

fn names(contacts: &[Contact]) -> BTreeSet<String> {
    contacts.iter().map(|contact| contact.address.as_given().to_owned()).collect()
}

async fn make(account: Account<'_>, lists: [ListId; 2], call: Call) -> Result<(), Error> {
    let (contacts, new, list) =
        (account.contacts(), contact(&name(call.address)), lists[call.list]);
    let asked = Resubscription { contact: new.clone() };
    match call.deed {
        Deed::Create => contacts.create(new).await.map(drop),
        Deed::Add => contacts.add_to_list(list, new).await.map(drop),
        Deed::Delete => {
            let found = contacts.get_by_address(&address(&name(call.address))).await?;
            contacts.delete(found.id).await
        }
        Deed::Remove => {
            let found = contacts.get_by_address(&address(&name(call.address))).await?;
            contacts.remove_from_list(list, found.id).await
        }
        Deed::Unsubscribe => contacts.unsubscribe(new).await.map(drop),
        Deed::Leave => contacts.unsubscribe_from_list(list, new).await.map(drop),
        Deed::Resubscribe => contacts.resubscribe(asked).await.map(drop),
        Deed::ResubscribeToList => contacts.resubscribe_to_list(list, asked).await.map(drop),
    }
}

async fn holds(account: Account<'_>, lists: [ListId; 2], model: &Model) {
    let page = Page::first();
    let all = account.contacts().page(Filter::All, page).await.unwrap();
    assert_eq!(names(&all), model.addresses(|person| !person.gone));
    let gone = account.contacts().suppressed_since(jiff::Timestamp::MIN, page).await.unwrap();
    let gone: Vec<_> = gone.into_iter().map(|one| one.contact).collect();
    assert!(gone.iter().all(|one| one.status == ContactStatus::Unsubscribed));
    assert_eq!(names(&gone), model.addresses(|person| person.gone));
    for (number, list) in lists.into_iter().enumerate() {
        let expected = model.addresses(|person| !person.gone && person.joined.contains(&number));
        let members = account.contacts().page_in_list(list, Filter::All, page).await.unwrap();
        assert_eq!(names(&members), expected);
        let count = account.lists().contact_count(list).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), expected.len());
    }
}

async fn run(calls: &[Call]) {
    let context = context().await;
    let accounts = [account(&context, "one").await, account(&context, "other").await];
    let mut lists = Vec::new();
    for account in accounts {
        lists.push([list(account, "A").await, list(account, "B").await]);
    }
    let mut models = [Model::default(), Model::default()];
    for call in calls {
        let made = make(accounts[call.account], lists[call.account], *call).await;
        let made = made.map_err(|error| match error {
            Error::Refused(refusal) => refusal,
            Error::Broken(broken) => panic!("{broken:?}"),
        });
        assert_eq!(made, models[call.account].take(*call), "{call:?}");
    }
    for (number, account) in accounts.into_iter().enumerate() {
        holds(account, lists[number], &models[number]).await;
    }
    assert_eq!(check::check(&context).await.unwrap(), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn two_accounts_do_what_their_models_say_and_never_see_each_other(
        calls in prop::collection::vec(call(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(&calls));
    }
}
