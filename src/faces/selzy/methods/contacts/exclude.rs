//! Takes a contact off lists, as the account's owner wants it.

use super::who;
use crate::faces::selzy::{Answer, Call, Failure, Method};

pub static METHOD: Method = Method {
    name: "exclude",
    doc: "Takes an address or a number off lists, or off all; it can be added again.",
    args: &[who::CONTACT_TYPE, who::CONTACT, who::LIST_IDS],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (who, lists) = (who::identity(call.args)?, who::lists(call.args)?);
    call.account.people().exclude(&who, &lists).await?;
    Answer::done()
}
