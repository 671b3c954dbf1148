//! Suppressions that name no contact: the store-wide list and an account's domains.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::context::{ATTEMPTS, Account, Context};
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::AccountId;
use crate::store::{
    Batch, Change, Durable, KeyRange, Order, Record, Space, StoreError, Table, tables,
};

/// Domains that one account may suppress: so many fit into memory for an import's rows.
pub const MAX_DOMAINS: usize = 10_000;

/// Addresses that are looked up at once; bounds the blocks in memory.
const ADDRESSES_AT_ONCE: usize = 2_048;

/// Up to this many different domains are looked up one by one, more by reading them all.
const FEW_DOMAINS: usize = 16;

/// Why an address may not be written to although no contact says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suppression {
    /// On the store-wide list.
    Global,
    /// The account suppresses its domain.
    Domain,
}

/// A suppressed domain of an account.
#[derive(Debug, Serialize, Deserialize)]
struct DomainRecord {
    since: Timestamp,
}

impl Record for DomainRecord {
    const TABLE: Table = Table::Suppression;
    const VERSION: u8 = 1;
}

/// What the store and one account suppress.
#[derive(Debug, Clone, Copy)]
pub struct Suppressions<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> Suppressions<'a> {
    /// Which of these addresses (as compared) are suppressed, in the same order; one pass for all.
    pub async fn judge(self, addresses: &[&str]) -> Result<Vec<Option<Suppression>>> {
        let broken = |error| Error::store("look up suppressions", error);
        if self.are_none().await? {
            return Ok(vec![None; addresses.len()]);
        }
        let global = self.on_global_list(addresses).await.map_err(broken)?;
        let domains = self.suppressed_among(addresses).await.map_err(broken)?;
        let judged = addresses.iter().zip(global).map(|(address, global)| {
            let is_of_one = !domains.is_empty() && domains.contains(domain_of(address));
            let of_domain = is_of_one.then_some(Suppression::Domain);
            global.then_some(Suppression::Global).or(of_domain)
        });
        Ok(judged.collect())
    }

    /// Whether nothing is suppressed for this account, neither here nor in the whole store.
    async fn are_none(self) -> Result<bool> {
        let broken = |error| Error::store("look up suppressions", error);
        let (context, key) = (self.account.context, tables::account(self.account.id.0));
        let read = async {
            let (store, domains) = (&*context.store, KeyRange::prefix(key.clone()));
            let first = store.scan(Space::Main, Table::Suppression, domains, Order::Ascending, 1);
            if !first.await.map_err(broken)?.is_empty() {
                return Ok(false);
            }
            let global = tables::suppressed_addresses().scan_from(store, &[], 1).await;
            Ok(global.map_err(broken)?.is_empty())
        };
        Ok(*context.remembered(Table::Suppression, &key, read).await?)
    }

    async fn on_global_list(self, addresses: &[&str]) -> Result<Vec<bool>, StoreError> {
        let context = self.account.context;
        let map = tables::suppressed_addresses();
        if map.scan_from(&*context.store, &[], 1).await?.is_empty() {
            return Ok(vec![false; addresses.len()]);
        }
        let keys: Vec<Bytes> =
            addresses.iter().map(|address| global_key(context, address)).collect();
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let mut listed = BTreeSet::new();
        for some in sorted.chunks(ADDRESSES_AT_ONCE) {
            let found = map.get_many(&*context.store, some).await?;
            let found = some.iter().zip(found).filter(|(_, value)| value.is_some());
            listed.extend(found.map(|(key, _)| key.clone()));
        }
        Ok(keys.iter().map(|key| listed.contains(key)).collect())
    }

    /// The suppressed ones of the domains of `addresses`.
    async fn suppressed_among(self, addresses: &[&str]) -> Result<BTreeSet<String>, StoreError> {
        let mut wanted = BTreeSet::new();
        for address in addresses {
            wanted.insert(domain_of(address));
            if wanted.len() > FEW_DOMAINS {
                return self.all_domains().await;
            }
        }
        let store = &self.account.context.store;
        let mut found = BTreeSet::new();
        for domain in wanted {
            let key = tables::named(self.account.id.0, domain);
            if store.get(Space::Main, Table::Suppression, &key).await?.is_some() {
                found.insert(domain.to_owned());
            }
        }
        Ok(found)
    }

    async fn all_domains(self) -> Result<BTreeSet<String>, StoreError> {
        let prefix = tables::account(self.account.id.0);
        let range = KeyRange::prefix(prefix.clone());
        let store = &self.account.context.store;
        let found = store
            .scan(Space::Main, Table::Suppression, range, Order::Ascending, MAX_DOMAINS)
            .await?;
        let name =
            |key: &Bytes| String::from_utf8_lossy(key.get(prefix.len()..)?).into_owned().into();
        Ok(found.iter().filter_map(|(key, _)| name(key)).collect())
    }

    /// Suppresses a domain (lower case) from `since` on; a second time changes nothing.
    pub(super) async fn add_domain(self, domain: &str, since: Timestamp) -> Result<()> {
        if self.all_domains().await.map_err(write_error)?.len() >= MAX_DOMAINS {
            return Err(Refusal::ParameterInvalid { parameter: "domain" }.into());
        }
        self.account
            .change("suppress a domain", |edit| self.add_domain_once(edit, domain, since))
            .await
    }

    async fn add_domain_once(
        self,
        mut edit: Edit<'a>,
        domain: &str,
        since: Timestamp,
    ) -> Result<(Edit<'a>, ())> {
        let key = tables::named(self.account.id.0, domain);
        let stored = self.account.context.store.get(Space::Main, Table::Suppression, &key);
        if stored.await.map_err(write_error)?.is_none() {
            let value = DomainRecord { since }.encode().map_err(write_error)?;
            edit.batch.put_if_absent(Table::Suppression, key, value);
        }
        Ok((edit, ()))
    }
}

fn write_error(error: StoreError) -> Error {
    Error::store("write a suppression", error)
}

/// Puts addresses (as compared) on the store-wide list; who is on it already stays as it is.
pub(super) async fn add_global(
    context: &Context,
    addresses: &BTreeMap<String, Timestamp>,
) -> Result<()> {
    // Account 0 is nobody: its gate guards what belongs to no account.
    let account = context.account(AccountId(0));
    let durable = {
        let _gate = account.gate().await;
        let mut attempt = 1;
        loop {
            match add_global_once(context, addresses).await {
                // Another gateway was faster.
                Err(StoreError::Conflict) if attempt < ATTEMPTS => attempt += 1,
                added => break added.map_err(write_error)?,
            }
        }
    };
    durable.wait().await.map_err(write_error)
}

async fn add_global_once(
    context: &Context,
    addresses: &BTreeMap<String, Timestamp>,
) -> Result<Durable, StoreError> {
    let store = &*context.store;
    let map = tables::suppressed_addresses();
    let by_key: BTreeMap<Bytes, Timestamp> =
        addresses.iter().map(|(address, since)| (global_key(context, address), *since)).collect();
    let keys: Vec<Bytes> = by_key.keys().cloned().collect();
    let mut loaded = map.load(store, &keys).await?;
    let listed = loaded.get_many(&keys);
    let fresh = by_key.into_iter().zip(listed).filter(|(_, listed)| listed.is_none());
    let changes: Vec<Change> =
        fresh.map(|((key, since), _)| Change::put(key, encode_since(since))).collect();
    let mut batch = Batch::main();
    if changes.is_empty() {
        return Ok(Durable::new(async { Ok(()) }));
    }
    loaded.edit(store, &mut batch, &changes).await?;
    store.commit(batch).await
}

/// A version byte and the time in microseconds.
fn encode_since(since: Timestamp) -> Bytes {
    let mut value = vec![1];
    value.extend_from_slice(&since.as_microsecond().to_be_bytes());
    value.into()
}

fn global_key(context: &Context, address: &str) -> Bytes {
    tables::suppressed_address_entry(context.hash(address), address)
}

fn domain_of(address: &str) -> &str {
    address.split_once('@').map_or("", |(_, domain)| domain)
}
