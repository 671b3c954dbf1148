//! Counts the account's contacts.

use serde::Serialize;

use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "getTotalContactsCount",
    doc: "How many contacts the account has, of any status.",
    args: &[Arg::text("login", Need::Required, "Not looked at: the key says whose they are.")],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Total {
    total: u32,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    Answer::result(&Total { total: call.account.people().total().await? })
}
