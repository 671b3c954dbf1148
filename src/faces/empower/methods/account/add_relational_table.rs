//! Makes a relational table.

use super::formats::{Unknown, column_kind};
use super::rows::not_taken;
use crate::domain::{Column, Error, NewTable, Refusal};
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Given, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.addRelationalTable",
    echo: Echo::AsDocumented,
    doc: "Makes a relational table; an account has four at most.",
    args: &[
        Arg::text("table_name", Need::Required, "Letters, digits and _."),
        Arg::text("display_name", Need::Required, "Its name for people."),
        Arg::nested(
            "columns",
            Need::Required,
            "Elements column, at most 20, each with column_name, display_name, type (string, \
             date, number or geo) and, for a date or a number, format.",
        ),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

const MEMBERS: [&str; 3] = ["table_id", "table_name", "display_name"];

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let not_added = |code, text| Ok(not_taken(code, text, call.args, &MEMBERS));
    let columns = match columns(call.args) {
        Ok(columns) => columns,
        Err(NoColumn::Missing(names)) => return Err(Failure::missing(names)),
        Err(NoColumn::Unknown(Unknown::Format)) => return not_added(643, FORMAT_INVALID),
        Err(NoColumn::Unknown(Unknown::Type)) => {
            return not_added(647, "Action not taken, type is not valid");
        }
    };
    let text = |name| call.args.text(name).unwrap_or_default().to_owned();
    let new = NewTable { name: text("table_name"), display_name: text("display_name"), columns };
    match call.account.relational_tables().create(new).await {
        Ok(made) => {
            let answer = Answer::new(640, "This table has been added");
            let answer = answer.with("table_id", Tree::text(made.id));
            let answer = answer.with("table_name", Tree::text(made.name));
            Ok(answer.with("display_name", Tree::text(made.display_name)))
        }
        Err(Error::Refused(Refusal::RelationalTableInUse)) => {
            not_added(645, "Action not taken, table_name already exists")
        }
        Err(Error::Refused(Refusal::RelationalTableLimit)) => {
            not_added(646, "Action not taken, the account has four tables")
        }
        Err(Error::Refused(Refusal::RelationalTableInvalid)) => {
            not_added(648, "Action not taken, names or columns are not valid")
        }
        Err(error) => Err(error.into()),
    }
}

pub const FORMAT_INVALID: &str = "Action not taken, format is not valid";

/// Why there is no column.
enum NoColumn {
    Missing(&'static str),
    Unknown(Unknown),
}

/// A `column` each, or whatever else the members are called: XML-RPC gives them no name.
fn columns(args: &Args) -> Result<Vec<Column>, NoColumn> {
    let given = args.nested("columns").unwrap_or_default();
    given.iter().map(|(_, column)| self::column(column)).collect()
}

fn column(given: &Given) -> Result<Column, NoColumn> {
    let Given::Nested(members) = given else {
        return Err(NoColumn::Missing("columns/column/column_name"));
    };
    let members = Args::new(members.clone());
    let need = |name, missing| members.text(name).ok_or(NoColumn::Missing(missing));
    let name = need("column_name", "columns/column/column_name")?;
    let display_name = need("display_name", "columns/column/display_name")?;
    let kind = need("type", "columns/column/type")?;
    let format = members.text("format");
    match column_kind(kind, format.unwrap_or_default()) {
        Ok(kind) => {
            Ok(Column { name: name.to_owned(), display_name: display_name.to_owned(), kind })
        }
        Err(Unknown::Format) if format.is_none() => Err(NoColumn::Missing("columns/column/format")),
        Err(unknown) => Err(NoColumn::Unknown(unknown)),
    }
}
