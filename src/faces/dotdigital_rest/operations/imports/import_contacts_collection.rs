//! `POST /v2/contacts/import-collection`.

use std::collections::BTreeMap;

use http::{Method, StatusCode};

use crate::domain::import::{MergeOption, NewRows, RowsWritten};
use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::{
    ApiContactForBulkImport, ApiContactImport, ApiContactImportCollection,
};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContactImport_ImportContactsCollection",
    method: Method::POST,
    path: "/v2/contacts/import-collection",
    success: StatusCode::ACCEPTED,
    body: Body::Document,
    doc: "Imports contacts that the call itself lists, as the rows of a file.",
    run: Some(|call| Box::pin(run(call))),
};

/// Data fields that the contacts of one call name together.
const MOST_FIELDS: usize = 1_000;

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let collection: ApiContactImportCollection = call.body()?;
    let lists = collection.address_book_ids.unwrap_or_default();
    let lists = lists.into_iter().map(list_id).collect::<Result<Vec<_>, _>>()?;
    let merge = MergeOption::from(collection.merge_option);
    let rows = written(&collection.contacts.unwrap_or_default())?;
    let import = call.account().imports().import_rows(NewRows { lists, merge, rows }).await?;
    Ok(Answer::of(ApiContactImport::from(&import)))
}

/// The contacts as a file: a column for each field that one of them names.
fn written(contacts: &[ApiContactForBulkImport]) -> Result<RowsWritten, Failure> {
    let rows = contacts.iter().map(ApiContactForBulkImport::cells);
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let mut columns: BTreeMap<String, usize> = BTreeMap::new();
    let mut headings: Vec<&str> = Vec::new();
    for (key, _) in rows.iter().flatten() {
        columns.entry(key.to_lowercase()).or_insert_with(|| {
            headings.push(key);
            headings.len() - 1
        });
    }
    if headings.len() > MOST_FIELDS {
        return Err(Failure::parameter("Contacts"));
    }
    let fixed = ["Email", "OptInType", "EmailType"].into_iter();
    let mut file = RowsWritten::unnumbered(fixed.chain(headings.iter().copied()));
    for (contact, row) in contacts.iter().zip(&rows) {
        let mut cells = vec![""; headings.len()];
        for (key, value) in row {
            let cell = columns.get(&key.to_lowercase()).and_then(|at| cells.get_mut(*at));
            if let Some(cell) = cell {
                *cell = value;
            }
        }
        file.push(contact.fixed().into_iter().chain(cells));
    }
    Ok(file)
}
