//! `GET contactLists/{listId}/linkeddata/{id}/records`.

use http::{Method, StatusCode};

use super::table;
use crate::faces::which50::fields::scalar;
use crate::faces::which50::odata::Filter;
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::{Document, Value};

pub static OPERATION: Operation = Operation {
    name: "GetLinkedDataRecords",
    method: Method::GET,
    path: "contactLists/{listId}/linkeddata/{id}/records",
    doc: "Rows of a table: a page of them, with the columns that $select names.",
    run: |call| Box::pin(run(call)),
};

/// Rows of a page when the caller does not say, and at most.
const MOST_ROWS: usize = 1_000;
/// Rows that are read together.
const ROWS_AT_ONCE: usize = 1_000;

type Row = Vec<(String, Value)>;

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.list("listId").await?;
    let table = table(&call, "id").await?;
    let select = call.option("$select").ok_or_else(no_select)?;
    let filter = call.option("$filter").map(|text| {
        Filter::parse(&text).ok_or_else(|| Failure::malformed("$filter cannot be read."))
    });
    let filter = filter.transpose()?;
    let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let skip = call.number("$skip")?.map_or(0, place);
    let top = call.number("$top")?.map_or(MOST_ROWS, place).min(MOST_ROWS);
    let mut page = Page { select, filter, skip, top, rows: Vec::new() };
    let mut read = 0;
    while page.rows.len() < page.top {
        let tables = call.account.relational_tables();
        let (columns, rows) = tables.rows(&table.name, read, ROWS_AT_ONCE).await?;
        if rows.is_empty() {
            break;
        }
        read = read.saturating_add(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        for row in rows {
            let values = row.iter().map(|value| scalar(value.as_ref()));
            let row: Vec<(&str, Value)> = names.iter().copied().zip(values).collect();
            page.take(&row);
        }
    }
    Ok(Answer::Document(Document::Dictionaries(page.rows)))
}

/// The rows that are answered, as they come together.
struct Page {
    select: String,
    filter: Option<Filter>,
    skip: usize,
    top: usize,
    rows: Vec<Row>,
}

impl Page {
    fn take(&mut self, row: &[(&str, Value)]) {
        let value = |name: &str| {
            let found = row.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.map_or(Value::Null, |(_, value)| value.clone())
        };
        if self.filter.as_ref().is_some_and(|filter| !filter.holds(&value)) {
            return;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        if self.rows.len() >= self.top {
            return;
        }
        let named = |name: &str| {
            let found = row.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim()));
            found.map(|(known, value)| ((*known).to_owned(), value.clone()))
        };
        let all = || row.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let is_all = self.select.trim() == "*";
        self.rows.push(if is_all {
            all()
        } else {
            self.select.split(',').filter_map(named).collect()
        });
    }
}

/// The end of it is the vendor's.
fn no_select() -> Failure {
    let text =
        "The request cannot be processed as no $select clause has been added to the request.";
    Failure::new(StatusCode::BAD_REQUEST, text)
}
