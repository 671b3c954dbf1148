//! Removes a custom field and what subscribers have in it.

use super::rows::{FIELD, custom_fields, id, not_taken, schema};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.removeCustomField",
    echo: Echo::AsDocumented,
    doc: "Removes a custom field and what subscribers have in it.",
    args: &[Arg::number("id", Need::Required, "The field.")],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let schema = schema(call).await?;
    let wanted = id(call.args, "id");
    let mut fields = custom_fields(&schema).into_iter();
    let Some(field) = fields.find(|field| Some(u32::from(field.id.0)) == wanted) else {
        return Ok(not_taken(141, "action not taken, invalid field id", call.args, &FIELD));
    };
    if !call.account.fields().delete(field.name.as_str()).await?.deleted {
        let text = "action not taken, a dynamic segment uses this field";
        return Ok(not_taken(147, text, call.args, &FIELD));
    }
    let answer = Answer::new(150, "this custom field has been removed");
    Ok(answer.with("id", Tree::text(field.id.0)))
}
