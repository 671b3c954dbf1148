//! Describes the relational tables.

use super::rows::{id, relational_table};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.getRelationalTables",
    echo: Echo::AsDocumented,
    doc: "Describes the relational tables, or one of them.",
    args: &[
        Arg::number("table_id", Need::Optional, "Only this one."),
        Arg::text("table_name", Need::Optional, "Only this one, in any case."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let mut tables = call.account.relational_tables().all().await?;
    if call.args.has("table_id") {
        let wanted = id(call.args, "table_id");
        tables.retain(|table| Some(table.id.0) == wanted);
    }
    if let Some(name) = call.args.text("table_name") {
        tables.retain(|table| table.name.eq_ignore_ascii_case(name));
    }
    let rows = tables.iter().map(relational_table).collect();
    let answer = Answer::new(170, "Displaying all relational tables");
    Ok(answer.with("tables", Tree::items(rows)))
}
