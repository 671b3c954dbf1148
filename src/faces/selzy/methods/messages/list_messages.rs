//! Lists messages without their bodies.

use super::get_messages::{ARGS, filter};
use super::row::Head;
use crate::faces::selzy::{Answer, Call, Failure, Method};

pub static METHOD: Method = Method {
    name: "listMessages",
    doc: "The messages of some time, without their bodies.",
    args: ARGS,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let page = call.account.email_messages().page(filter(call.args)?).await?;
    let rows: Vec<Head> = page.into_iter().map(Head::of).collect();
    Answer::result(&rows)
}
