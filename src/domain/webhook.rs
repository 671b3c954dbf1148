//! Subscriptions to events, and the keys that go with them, as an account stores them.
//!
//! Nothing is sent: what happens is in the activity of contacts and messages, for whoever asks.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::context::Account;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use crate::store::{KeyRange, Order, Record, Space, Table, tables};

/// Subscriptions of one account.
const MAX_WEBHOOKS: usize = 1_000;
/// Longest name of an event, and longest key, in characters.
const MAX_NAME_CHARS: usize = 200;
/// Longest URL, in bytes.
const MAX_URL_BYTES: usize = 2_048;
/// Where the keys and the next number lie, among the subscriptions.
const KEYS: u32 = 0;

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Counts the account's subscriptions from 1.
    pub id: u32,
    /// In the words of who subscribed.
    pub event: String,
    pub url: String,
    pub created: Timestamp,
}

/// A secret of all subscriptions of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookKey {
    Salt,
    Api,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Keys {
    last: u32,
    salt: Option<String>,
    api: Option<String>,
}

impl Record for Webhook {
    const TABLE: Table = Table::Webhook;
    const VERSION: u8 = 1;
}

impl Record for Keys {
    const TABLE: Table = Table::Webhook;
    const VERSION: u8 = 1;
}

/// An account's subscriptions.
#[derive(Debug, Clone, Copy)]
pub struct Webhooks<'a> {
    account: Account<'a>,
}

impl<'a> Account<'a> {
    pub fn webhooks(self) -> Webhooks<'a> {
        Webhooks { account: self }
    }
}

impl<'a> Webhooks<'a> {
    /// All of them in order of id; there are few.
    pub async fn all(self) -> Result<Vec<Webhook>> {
        let broken = |error| Error::store("read subscriptions", error);
        let mut range = KeyRange::prefix(tables::account(self.account.id.0));
        range.start = tables::numbered(self.account.id.0, KEYS + 1);
        let store = &self.account.context.store;
        let found = store.scan(Space::Main, Table::Webhook, range, Order::Ascending, usize::MAX);
        let found = found.await.map_err(broken)?;
        found
            .iter()
            .map(|(_, value)| Webhook::decode(value))
            .collect::<Result<_, _>>()
            .map_err(broken)
    }

    /// Subscribes `url` to an event. Refuses with `WebhookInvalid` what is no HTTP URL, a name that
    /// is none, and more than an account may have. Subscribing again is the same subscription.
    pub async fn subscribe(self, event: &str, url: &str) -> Result<Webhook> {
        let (event, url) = (event.trim(), url.trim());
        let is_url = url.parse::<http::Uri>().is_ok_and(|parsed| {
            matches!(parsed.scheme_str(), Some("http" | "https")) && parsed.host().is_some()
        });
        if !is_name(event) || !is_url || url.len() > MAX_URL_BYTES {
            return Err(Refusal::WebhookInvalid.into());
        }
        let account = self.account;
        account.change("subscribe", |edit| self.subscribe_once(edit, event, url)).await
    }

    async fn subscribe_once(
        self,
        mut edit: Edit<'a>,
        event: &str,
        url: &str,
    ) -> Result<(Edit<'a>, Webhook)> {
        let all = self.all().await?;
        let same = |one: &&Webhook| one.event.eq_ignore_ascii_case(event) && one.url == url;
        if let Some(known) = all.iter().find(same) {
            return Ok((edit, known.clone()));
        }
        if all.len() >= MAX_WEBHOOKS {
            return Err(Refusal::WebhookInvalid.into());
        }
        let (stored, mut keys) = self.keys().await?;
        keys.last = keys.last.saturating_add(1);
        let created = self.account.context.clock.now();
        let (event, url) = (event.to_owned(), url.to_owned());
        let webhook = Webhook { id: keys.last, event, url, created };
        self.put_keys(&mut edit, stored, &keys)?;
        let value = webhook.encode().map_err(|error| Error::store("subscribe", error))?;
        edit.batch.put(Table::Webhook, self.key(webhook.id), value);
        Ok((edit, webhook))
    }

    /// Ends a subscription; refuses with `WebhookNotFound`.
    pub async fn unsubscribe(self, id: u32) -> Result<()> {
        let end = async |mut edit: Edit<'a>| {
            if self.all().await?.iter().all(|known| known.id != id) {
                return Err(Refusal::WebhookNotFound.into());
            }
            edit.batch.delete(Table::Webhook, self.key(id));
            Ok((edit, ()))
        };
        self.account.change("end a subscription", end).await
    }

    /// A key as it was set; `None` before that.
    pub async fn secret(self, key: WebhookKey) -> Result<Option<String>> {
        let (_, keys) = self.keys().await?;
        Ok(match key {
            WebhookKey::Salt => keys.salt,
            WebhookKey::Api => keys.api,
        })
    }

    /// Sets a key; an empty one takes it away. Refuses one that is too long with `WebhookInvalid`.
    pub async fn set_secret(self, key: WebhookKey, text: &str) -> Result<()> {
        let text = text.trim();
        if !text.is_empty() && !is_name(text) {
            return Err(Refusal::WebhookInvalid.into());
        }
        let text = (!text.is_empty()).then(|| text.to_owned());
        let set = async |mut edit: Edit<'a>| {
            let (stored, mut keys) = self.keys().await?;
            match key {
                WebhookKey::Salt => keys.salt.clone_from(&text),
                WebhookKey::Api => keys.api.clone_from(&text),
            }
            self.put_keys(&mut edit, stored, &keys)?;
            Ok((edit, ()))
        };
        self.account.change("set a key", set).await
    }

    fn key(self, id: u32) -> bytes::Bytes {
        tables::numbered(self.account.id.0, id)
    }

    async fn keys(self) -> Result<(Option<bytes::Bytes>, Keys)> {
        let broken = |error| Error::store("read keys", error);
        let store = &self.account.context.store;
        let stored = store.get(Space::Main, Table::Webhook, &self.key(KEYS)).await;
        let stored = stored.map_err(broken)?;
        let keys = stored.as_ref().map(|stored| Keys::decode(stored)).transpose();
        Ok((stored, keys.map_err(broken)?.unwrap_or_default()))
    }

    fn put_keys(
        self,
        edit: &mut Edit<'_>,
        stored: Option<bytes::Bytes>,
        keys: &Keys,
    ) -> Result<()> {
        let value = keys.encode().map_err(|error| Error::store("write keys", error))?;
        edit.batch.replace(Table::Webhook, self.key(KEYS), stored, value);
        Ok(())
    }
}

fn is_name(text: &str) -> bool {
    (1..=MAX_NAME_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, context, refusal};

    const URL: &str = "https://hooks.example/in?a=b";

    #[tokio::test]
    async fn subscriptions_are_kept_by_number_and_a_number_is_never_used_again() {
        let context = context().await;
        let webhooks = account(&context, "one").await.webhooks();
        let first = webhooks.subscribe("Unsubscribe", URL).await.unwrap();
        assert_eq!(webhooks.subscribe(" unsubscribe", URL).await.unwrap(), first);
        let second = webhooks.subscribe("Bounce", URL).await.unwrap();
        assert_eq!(webhooks.all().await.unwrap(), [first, second.clone()]);
        webhooks.unsubscribe(second.id).await.unwrap();
        assert_eq!(refusal(webhooks.unsubscribe(second.id).await), Refusal::WebhookNotFound);
        assert_eq!(refusal(webhooks.unsubscribe(KEYS).await), Refusal::WebhookNotFound);
        let third = webhooks.subscribe("Bounce", URL).await.unwrap();
        assert_eq!(third.id, second.id + 1);
        assert_eq!(account(&context, "two").await.webhooks().all().await.unwrap(), []);
    }

    #[tokio::test]
    async fn what_is_no_url_and_what_is_no_name_is_refused() {
        let context = context().await;
        let webhooks = account(&context, "one").await.webhooks();
        let long = format!("https://h.example/{}", "a".repeat(MAX_URL_BYTES));
        for url in ["", "hooks.example", "ftp://h.example/", "https://", "/in", &long] {
            let refused = webhooks.subscribe("Bounce", url).await;
            assert_eq!(refusal(refused), Refusal::WebhookInvalid, "{url}");
        }
        assert_eq!(refusal(webhooks.subscribe(" ", URL).await), Refusal::WebhookInvalid);
    }

    #[tokio::test]
    async fn keys_are_what_was_set_last() {
        let context = context().await;
        let webhooks = account(&context, "one").await.webhooks();
        assert_eq!(webhooks.secret(WebhookKey::Salt).await.unwrap(), None);
        webhooks.set_secret(WebhookKey::Salt, "pepper").await.unwrap();
        webhooks.set_secret(WebhookKey::Api, "k1").await.unwrap();
        webhooks.set_secret(WebhookKey::Api, "").await.unwrap();
        assert_eq!(webhooks.secret(WebhookKey::Salt).await.unwrap().as_deref(), Some("pepper"));
        assert_eq!(webhooks.secret(WebhookKey::Api).await.unwrap(), None);
        assert_eq!(webhooks.subscribe("Bounce", URL).await.unwrap().id, 1);
        assert_eq!(webhooks.secret(WebhookKey::Salt).await.unwrap().as_deref(), Some("pepper"));
    }
}
