//! Lists of contacts, and who is in them.

pub mod create_list;
pub mod delete_list;
pub mod get_lists;
pub mod update_list;
