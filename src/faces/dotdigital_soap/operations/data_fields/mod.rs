//! Data fields of contacts.

mod create_data_field;
mod delete_data_field;
mod get_data_fields;

pub use create_data_field::{CreateDataField, CreateDataFieldResponse};
pub use delete_data_field::{DeleteDataField, DeleteDataFieldResponse};
pub use get_data_fields::{GetDataFields, GetDataFieldsResponse};
