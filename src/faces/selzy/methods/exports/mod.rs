//! Contacts, and what became of campaigns, as files and as rows.

pub mod columns;
pub mod export_contacts;
pub mod filter;
pub mod get_task_result;
pub mod start_export_contacts;
pub mod start_get_campaign_delivery_stats;
mod task;
