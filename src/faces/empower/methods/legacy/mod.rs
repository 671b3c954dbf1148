//! `legacy.*`: subscribers and their segments.

pub mod add_segment;
pub mod bulk_sync;
pub mod delete_subscribers;
pub mod group_clear;
pub mod group_rename;
pub mod manage_subscriber;
pub mod message_stats;
pub mod retrieve_active;
pub mod retrieve_dynamic;
pub mod retrieve_segment;
pub mod retrieve_unsub;
pub mod send_campaign;
