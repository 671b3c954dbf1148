//! Subscriptions to events and their keys. They are stored; nothing is sent.

pub mod get_api_key;
pub mod get_salt_key;
pub mod get_webhook_subscriptions;
pub mod put_api_key;
pub mod put_salt_key;
pub mod subscribe;
pub mod unsubscribe;
