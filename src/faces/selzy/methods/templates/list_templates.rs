//! Lists templates without their bodies.

use super::get_templates::{ARGS, page};
use super::row::Head;
use crate::faces::selzy::{Answer, Call, Failure, Method};

pub static METHOD: Method = Method {
    name: "listTemplates",
    doc: "The templates without their bodies.",
    args: ARGS,
    run: |call| Box::pin(run(call)),
};

/// The same by its other name.
pub static ALIAS: Method = Method {
    name: "listEmailTemplates",
    doc: "As `listTemplates`.",
    args: ARGS,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let rows: Vec<Head> = page(call).await?.into_iter().map(Head::of).collect();
    Answer::result(&rows)
}
