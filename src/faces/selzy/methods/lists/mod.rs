//! Lists of contacts, and who is in them.

pub mod get_lists;
