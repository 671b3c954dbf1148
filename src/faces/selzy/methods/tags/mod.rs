//! Tags that contacts carry.

pub mod delete_tag;
pub mod get_tags;
