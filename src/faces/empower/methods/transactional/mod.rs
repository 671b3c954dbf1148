//! `transactional.*`: templates, messages made from them, and what became of those.

pub mod bounced_list;
pub mod get_message_contact_activity;
pub mod insert_template;
pub mod list_templates;
pub mod message_stats;
pub mod rebuild_template;
pub mod send_test;
pub mod send_transaction;
pub mod sending;
pub mod template;
pub mod update_template;
