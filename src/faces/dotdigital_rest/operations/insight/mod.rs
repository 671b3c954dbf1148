//! Insight data, which paths call transactional data: records of JSON in named collections.

mod add_transactional_data;
mod delete_transactional_data_by_contact_email;
mod delete_transactional_data_by_contact_id;
mod delete_transactional_data_by_key;
mod empty_transactional_data_collection;
mod get_account_scoped_transactional_data;
mod get_transactional_data_by_collection_from_id;
mod get_transactional_data_by_contact_email;
mod get_transactional_data_by_contact_id;
mod get_transactional_data_by_key;
mod get_transactional_data_collections;
mod get_transactional_data_import_progress;
mod get_transactional_data_import_report;
mod import_transactional_data;
mod replace_transactional_data_by_key;

use uuid::Uuid;

use crate::domain::Refusal;
use crate::domain::insight::Insight;
use crate::faces::dotdigital_rest::records::ApiTransactionalData;
use crate::faces::dotdigital_rest::{Answer, Call, Operation};

/// In the order of the vendor's `OpenAPI`.
pub static OPERATIONS: &[&Operation] = &[
    &add_transactional_data::OPERATION,
    &get_transactional_data_by_collection_from_id::OPERATION,
    &import_transactional_data::OPERATION,
    &get_transactional_data_import_progress::OPERATION,
    &get_transactional_data_import_report::OPERATION,
    &replace_transactional_data_by_key::OPERATION,
    &delete_transactional_data_by_key::OPERATION,
    &get_transactional_data_by_key::OPERATION,
    &empty_transactional_data_collection::OPERATION,
    &delete_transactional_data_by_contact_id::OPERATION,
    &get_transactional_data_by_contact_id::OPERATION,
    &delete_transactional_data_by_contact_email::OPERATION,
    &get_transactional_data_by_contact_email::OPERATION,
    &get_account_scoped_transactional_data::OPERATION,
    &get_transactional_data_collections::OPERATION,
];

/// The import that the path names; what is no GUID names none.
fn import_id(call: &Call<'_>) -> Result<Uuid, Refusal> {
    call.path.guid("importId").ok_or(Refusal::ImportNotFound)
}

/// Records as a list of the wire.
fn listed(found: Vec<Insight>) -> Answer {
    let records: Vec<_> = found.into_iter().map(ApiTransactionalData::from).collect();
    Answer::list("ApiTransactionalData", records)
}
