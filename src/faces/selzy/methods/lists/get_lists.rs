//! Lists the lists.

use serde::Serialize;

use crate::domain::list::{ALL_CONTACTS, TEST};
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
    // Every account has these for another face; nobody could import into them.
    let own = lists.into_iter().filter(|list| ![ALL_CONTACTS, TEST].contains(&list.id));
    let rows = own.map(|list| Row { id: list.id.0, title: list.name });
    Answer::result(&rows.collect::<Vec<_>>())
}
