//! Lists the tags.

use serde::Serialize;

use crate::faces::selzy::{Answer, Call, Failure, Method};

pub static METHOD: Method = Method {
    name: "getTags",
    doc: "Every tag with its id and its name.",
    args: &[],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Row {
    id: u32,
    name: String,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let tags = call.account.tags().all().await?.into_iter();
    let rows: Vec<Row> = tags.map(|tag| Row { id: tag.id.0, name: tag.name }).collect();
    Answer::result(&rows)
}
