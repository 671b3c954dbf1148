//! Deletes a list.

use crate::domain::ListId;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "deleteList",
    doc: "Deletes a list, not its contacts; refused while a message is to be sent to it.",
    args: &[Arg::number("list_id", Need::Required, "The list.")],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.account.lists().delete(ListId(call.args.required_number("list_id")?)).await?;
    Answer::done()
}
