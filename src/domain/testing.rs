//! What the tests of the domain start from: a context over the memory store.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    Account, Clock, Context, EmailAddress, Error, FieldValue, Ids, Limits, ListId, NewAccount,
    NewContact, NewList, Refusal, Result, Visibility,
};
use crate::store::MemoryStore;

/// When it is in tests that do not say otherwise.
pub fn noon() -> Timestamp {
    "2026-01-02T12:00:00Z".parse().unwrap()
}

/// A context over an empty memory store, with frozen time and the same ids each time.
pub async fn context() -> Context {
    context_with(Limits::default()).await
}

pub async fn context_with(limits: Limits) -> Context {
    let store = Arc::new(MemoryStore::default());
    Context::open(store, Clock::Frozen(noon()), Ids::seeded(1), limits).await.unwrap()
}

/// Adds an account called `name`.
pub async fn account<'c>(context: &'c Context, name: &str) -> Account<'c> {
    let new = NewAccount { name: name.to_owned(), ..NewAccount::default() };
    context.account(context.accounts().add(new).await.unwrap().id)
}

/// The refusal that a call ended with.
pub fn refusal<T: std::fmt::Debug>(result: Result<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?} is no refusal"),
    }
}

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub fn contact(text: &str) -> NewContact {
    NewContact::new(address(text))
}

pub fn with_field(text: &str, field: &str, value: &str) -> NewContact {
    let value = FieldValue::Text(value.to_owned());
    NewContact { fields: vec![(field.to_owned(), Some(value))], ..contact(text) }
}

/// Creates a list called `name`.
pub async fn list(account: Account<'_>, name: &str) -> ListId {
    let new = NewList { name: name.to_owned(), visibility: Visibility::Private };
    account.lists().create(new).await.unwrap().id
}
