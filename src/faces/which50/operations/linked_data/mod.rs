//! Tables beside the contacts.

pub mod get_all_linked_data;
pub mod get_linked_data;
pub mod get_linked_data_fields;
pub mod get_linked_data_records;

use crate::domain::RelationalTable;
use crate::faces::which50::{Call, Failure};

/// The table of the path.
async fn table(call: &Call<'_>, name: &'static str) -> Result<RelationalTable, Failure> {
    let id = call.path.id(name)?;
    let tables = call.account.relational_tables().all().await?;
    let found = tables.into_iter().find(|table| table.id.0 == id);
    found.ok_or_else(|| Failure::not_found("LinkedData"))
}
