//! Unsubscribes a contact, as it asked to.

use super::who;
use crate::faces::selzy::{Answer, Call, Failure, Method};

pub static METHOD: Method = Method {
    name: "unsubscribe",
    doc: "Unsubscribes an address or a number from lists, or from everything: an opt-out.",
    args: &[who::CONTACT_TYPE, who::CONTACT, who::LIST_IDS],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (who, lists) = (who::identity(call.args)?, who::lists(call.args)?);
    call.account.people().unsubscribe(&who, &lists).await?;
    Answer::done()
}
