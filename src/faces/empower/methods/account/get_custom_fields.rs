//! Lists the custom fields.

use super::page;
use super::rows::{custom_field, custom_fields, schema};
use crate::faces::empower::{Answer, Call, Echo, Failure, Method, Tree};

pub static METHOD: Method = Method {
    name: "account.getCustomFields",
    echo: Echo::AsDocumented,
    doc: "Lists the custom fields alphabetically.",
    args: &[page::LIMIT, page::OFFSET],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let schema = schema(call).await?;
    let fields = page::of(custom_fields(&schema), call.args)?;
    let rows = fields.into_iter().map(|field| Tree::fields(custom_field(field)));
    let answer = Answer::new(170, "Displaying all custom fields");
    Ok(answer.with("custom_fields", Tree::items(rows.collect())))
}
