//! Answers contacts as rows.

use std::sync::Arc;

use futures_util::stream;
use serde_json::json;

use super::columns::Columns;
use super::filter;
use crate::domain::people::PeopleFilter;
use crate::domain::{AccountId, ContactId, Context, Result as Found};
use crate::faces::selzy::answer::{enclosed, row_text};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

/// Rows of one call unless it says how many, and at most.
const ROWS: usize = 1_000;
const MOST_ROWS: usize = 10_000;

pub static METHOD: Method = Method {
    name: "exportContacts",
    doc: "Contacts as rows, in order of id.",
    args: &[
        filter::LIST_ID,
        filter::FIELD_NAMES,
        Arg::number("offset", Need::Optional, "Rows to leave out at the beginning."),
        Arg::number("limit", Need::Optional, "Rows; 1000 unless given, and at most 10000."),
        filter::EMAIL,
        filter::PHONE,
        filter::TAG,
        filter::EMAIL_STATUS,
        filter::PHONE_STATUS,
    ],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let filter = filter::read(call).await?;
    let columns = Columns::named(call.account, &call.args.list("field_names")).await?;
    let limit = call.args.number("limit")?.unwrap_or(ROWS);
    if limit > MOST_ROWS {
        return Err(Failure::invalid("limit"));
    }
    let skip = call.args.number("offset")?.unwrap_or(0);
    let head = format!("{{\"fields\":{},\"data\":[", json!(columns.names()));
    let (context, account) = (Arc::clone(call.context), call.account.id);
    let rows =
        Rows { context, account, filter, columns, skip, left: limit, from: Some(ContactId(0)) };
    let rows = stream::unfold((rows, true), |(mut rows, is_first)| async move {
        let some = rows.next_some(is_first).await.transpose()?;
        let is_first = is_first && some.as_ref().is_ok_and(String::is_empty);
        Some((some, (rows, is_first)))
    });
    Ok(Answer::pieces(enclosed(head, rows, "]}")))
}

/// Rows on their way out.
struct Rows {
    context: Arc<Context>,
    account: AccountId,
    filter: PeopleFilter,
    columns: Columns,
    skip: usize,
    left: usize,
    /// Contacts below this one are done.
    from: Option<ContactId>,
}

impl Rows {
    /// The JSON of the next rows, with a comma in front but for the first; `None` at the end.
    async fn next_some(&mut self, is_first: bool) -> Found<Option<String>> {
        let Some(from) = self.from.filter(|_| self.left > 0) else { return Ok(None) };
        let people = self.context.account(self.account).people();
        let (found, next) = people.read(&self.filter, self.columns.wanted(), from).await?;
        self.from = next;
        let mut rows = Vec::new();
        for person in found {
            if self.skip > 0 {
                self.skip -= 1;
            } else if self.left > 0 {
                self.left -= 1;
                rows.push(row_text(&self.columns.cells(&person))?);
            }
        }
        let comma = if is_first || rows.is_empty() { "" } else { "," };
        Ok(Some(format!("{comma}{}", rows.join(","))))
    }
}
