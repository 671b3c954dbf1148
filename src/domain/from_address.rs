//! Addresses that an account's campaigns may be sent from.

use serde::{Deserialize, Serialize};

use super::address::EmailAddress;
use super::context::Account;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::paging::Page;
use crate::store::{KeyRange, Order, Record, Space, StoreError, Table, tables};

/// Most addresses of one account, so that a listing is one read.
pub const MAX_ADDRESSES: u16 = 1_000;

/// An address that campaigns may be sent from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FromAddress {
    /// Counts from 1 within the account.
    pub id: u32,
    pub address: EmailAddress,
}

#[derive(Debug, Serialize, Deserialize)]
struct FromAddressRecord {
    address: String,
}

impl Record for FromAddressRecord {
    const TABLE: Table = Table::FromAddress;
    const VERSION: u8 = 1;
}

/// An account's addresses to send from.
#[derive(Debug, Clone, Copy)]
pub struct FromAddresses<'a> {
    account: Account<'a>,
}

impl<'a> Account<'a> {
    pub fn from_addresses(self) -> FromAddresses<'a> {
        FromAddresses { account: self }
    }
}

impl<'a> FromAddresses<'a> {
    /// In order of id.
    pub async fn page(&self, page: Page) -> Result<Vec<FromAddress>> {
        Ok(page.of(self.all().await?))
    }

    /// The address with this id or, without one, that is `email`; without both the account's usual
    /// one, the first, if it has any. [`Refusal::CampaignInvalid`] for one that it has not.
    pub async fn choose(
        &self,
        id: Option<u32>,
        email: Option<&EmailAddress>,
    ) -> Result<Option<FromAddress>> {
        let all = self.all().await?;
        if id.is_none() && email.is_none() {
            return Ok(all.into_iter().next());
        }
        let is_it = |one: &FromAddress| match id {
            Some(id) => one.id == id,
            None => email == Some(&one.address),
        };
        Ok(Some(all.into_iter().find(is_it).ok_or(Refusal::CampaignInvalid)?))
    }

    /// The address that is `email` or, when that is none of the account's, its usual one.
    pub async fn choose_or_usual(
        &self,
        email: Option<&EmailAddress>,
    ) -> Result<Option<FromAddress>> {
        let all = self.all().await?;
        let known = all.iter().find(|one| Some(&one.address) == email);
        Ok(known.or(all.first()).cloned())
    }

    /// Adds an address behind the others; one that is there already is answered as it is, and one
    /// too many is refused.
    pub async fn add(&self, address: EmailAddress) -> Result<FromAddress> {
        self.account
            .change("add an address to send from", |edit| self.add_once(edit, &address))
            .await
    }

    async fn add_once(
        &self,
        mut edit: Edit<'a>,
        address: &EmailAddress,
    ) -> Result<(Edit<'a>, FromAddress)> {
        let all = self.all().await?;
        if let Some(known) = all.iter().find(|known| known.address == *address) {
            return Ok((edit, known.clone()));
        }
        if all.len() >= usize::from(MAX_ADDRESSES) {
            return Err(Refusal::ParameterInvalid { parameter: "address" }.into());
        }
        let broken = |error| Error::store("add an address to send from", error);
        let id = all.last().map_or(1, |last| last.id + 1);
        let record = FromAddressRecord { address: address.as_given().to_owned() };
        let value = record.encode().map_err(broken)?;
        let key = tables::numbered(self.account.id.0, id);
        edit.batch.put_if_absent(Table::FromAddress, key, value);
        Ok((edit, FromAddress { id, address: address.clone() }))
    }

    async fn all(&self) -> Result<Vec<FromAddress>> {
        let broken = |error| Error::store("read the addresses to send from", error);
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let store = &self.account.context.store;
        let found = store
            .scan(
                Space::Main,
                Table::FromAddress,
                range,
                Order::Ascending,
                usize::from(MAX_ADDRESSES),
            )
            .await
            .map_err(broken)?;
        found.iter().map(|(key, value)| from_address(key, value).map_err(broken)).collect()
    }
}

fn from_address(key: &[u8], value: &[u8]) -> Result<FromAddress, StoreError> {
    let damaged = || StoreError::Damaged { what: "an address to send from".to_owned() };
    let id = key.last_chunk().copied().map(u32::from_be_bytes).ok_or_else(damaged)?;
    let record = FromAddressRecord::decode(value)?;
    let address = EmailAddress::parse(&record.address).map_err(|_| damaged())?;
    Ok(FromAddress { id, address })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, context};

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[tokio::test]
    async fn addresses_are_listed_in_the_order_of_their_adding() {
        let context = context().await;
        let senders = account(&context, "one").await.from_addresses();
        senders.add(address("shop@example.org")).await.unwrap();
        senders.add(address("News@Example.org")).await.unwrap();
        let all = senders.page(Page::first()).await.unwrap();
        let shown: Vec<_> = all.iter().map(|one| (one.id, one.address.as_given())).collect();
        assert_eq!(shown, [(1, "shop@example.org"), (2, "News@Example.org")]);
        assert_eq!(senders.page(Page::new(1, 1).unwrap()).await.unwrap(), all[1..]);
    }

    #[tokio::test]
    async fn an_address_that_is_there_already_stays_as_it_is() {
        let context = context().await;
        let senders = account(&context, "one").await.from_addresses();
        let first = senders.add(address("shop@example.org")).await.unwrap();
        assert_eq!(senders.add(address("shop@example.org")).await.unwrap(), first);
        assert_eq!(senders.page(Page::first()).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn addresses_belong_to_one_account() {
        let context = context().await;
        let (one, other) = (account(&context, "one").await, account(&context, "other").await);
        one.from_addresses().add(address("shop@example.org")).await.unwrap();
        assert!(other.from_addresses().page(Page::first()).await.unwrap().is_empty());
    }
}
