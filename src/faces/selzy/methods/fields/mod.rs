//! The fields that an account keeps for each contact.

pub mod create_field;
pub mod delete_field;
pub mod get_contact_field_values;
pub mod get_fields;
mod kind;
pub mod update_field;
