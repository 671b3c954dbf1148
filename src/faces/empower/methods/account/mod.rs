//! `account.*`: categories, segments, custom fields and relational tables.
//!
//! What these methods cannot do they say in an ordinary item: a code of their own, and
//! `responseData` with its members, most of them empty.

pub mod add_category;
pub mod add_custom_field;
pub mod add_relational_table;
pub mod add_static_segment;
pub mod alter_relational_table_column;
mod formats;
pub mod get_categories;
pub mod get_custom_fields;
pub mod get_dynamic_segments;
pub mod get_relational_tables;
pub mod get_static_segments;
pub mod import_relational_table_data;
mod page;
pub mod remove_category;
pub mod remove_custom_field;
pub mod remove_static_segment;
mod rows;
pub mod update_category;
pub mod update_static_segment;
