//! Templates of e-mail messages.
//!
//! The vendor's wrapper and its pages call some methods by different names; both are taken.

pub mod create_email_template;
pub mod delete_template;
pub mod get_template;
pub mod get_templates;
pub mod list_templates;
mod row;
pub mod update_email_template;
