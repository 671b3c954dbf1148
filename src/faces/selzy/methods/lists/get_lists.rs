//! Lists the lists.

use serde::Serialize;

use crate::faces::selzy::{Answer, Call, Failure, Method};

pub static METHOD: Method = Method {
    name: "getLists",
    doc: "Every list with its id and its title.",
    args: &[],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Row {
    id: u32,
    title: String,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let lists = call.account.lists().alphabetical().await?;
    let row = |list: crate::domain::List| Row { id: list.id.0, title: list.name };
    Answer::result(&lists.into_iter().map(row).collect::<Vec<_>>())
}
