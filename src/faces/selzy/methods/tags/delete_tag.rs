//! Deletes a tag.

use crate::domain::TagId;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "deleteTag",
    doc: "Deletes a tag; its contacts stay.",
    args: &[Arg::number("id", Need::Required, "The tag.")],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.account.tags().delete(TagId(call.args.required_number("id")?)).await?;
    Answer::done()
}
