//! Deletes a field.

use crate::domain::FieldId;
use crate::faces::selzy::{Answer, Arg, Call, Code, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "deleteField",
    doc: "Deletes a field with all its values, unless a segment needs it.",
    args: &[Arg::number("id", Need::Required, "The field.")],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = FieldId(call.args.required_number("id")?);
    if call.account.fields().delete_by_id(id).await?.deleted {
        return Answer::done();
    }
    Err(Failure::new(Code::InvalidArg, "The field is in use"))
}
