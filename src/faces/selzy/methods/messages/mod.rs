//! E-mail messages: what campaigns are made from.

pub mod create_email_message;
pub mod delete_message;
pub mod get_actual_message_version;
pub mod get_message;
pub mod get_messages;
pub mod list_messages;
mod parts;
mod row;
pub mod update_email_message;
pub mod update_opt_in_email;

pub use parts::{language, limits, sender};
