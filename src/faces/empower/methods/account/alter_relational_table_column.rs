//! Shows a column of a relational table in another format.

use super::add_relational_table::FORMAT_INVALID;
use super::formats::column_format;
use super::rows::not_taken;
use crate::domain::{Error, Refusal};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.alterRelationalTableColumn",
    echo: Echo::LowerCase,
    doc: "Changes the format in which a date or number column is shown.",
    args: &[
        Arg::text("table_name", Need::Required, "The table, in any case."),
        Arg::text("column_name", Need::Required, "The column, in any case."),
        Arg::text("format", Need::Optional, "Its format from now on; as it is when left out."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

const MEMBERS: [&str; 3] = ["table_name", "column_name", "format"];

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    match alter(call).await {
        Ok(()) => {
            let altered = Answer::new(641, "This column has been altered");
            Ok(MEMBERS.iter().fold(altered, |answer, name| {
                answer.with(name, Tree::text(call.args.text(name).unwrap_or_default()))
            }))
        }
        Err(Error::Refused(refusal)) => {
            let (code, text) = match refusal {
                Refusal::RelationalColumnNotFound => (642, "Action not taken, invalid column_name"),
                Refusal::RelationalFormatInvalid => (643, FORMAT_INVALID),
                Refusal::RelationalTableNotFound => (644, "Action not taken, invalid table_name"),
                other => return Err(other.into()),
            };
            Ok(not_taken(code, text, call.args, &MEMBERS))
        }
        Err(error) => Err(error.into()),
    }
}

async fn alter(call: Call<'_>) -> crate::domain::Result<()> {
    let text = |name| call.args.text(name).unwrap_or_default();
    let (table, column) = (text("table_name"), text("column_name"));
    let tables = call.account.relational_tables();
    let stored = tables.named(table).await?;
    stored.column(column).ok_or(Refusal::RelationalColumnNotFound)?;
    let Some(format) = call.args.text("format") else { return Ok(()) };
    let format = column_format(format).ok_or(Refusal::RelationalFormatInvalid)?;
    tables.alter_column(table, column, format).await.map(drop)
}
