//! Data fields.

mod create_data_field;
mod delete_data_field;
mod get_data_fields;

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] =
    &[&create_data_field::OPERATION, &get_data_fields::OPERATION, &delete_data_field::OPERATION];
