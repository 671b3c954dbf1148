//! Renames a field, or shows it otherwise.

use serde::Serialize;

use super::kind::ensure_not_own;
use crate::domain::{FieldChange, FieldId};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "updateField",
    doc: "Renames a field, or shows it otherwise; its values stay.",
    args: &[
        Arg::number("id", Need::Required, "The field."),
        Arg::text("name", Need::Required, "Its new name, or the one that it has."),
        Arg::text("public_name", Need::Optional, "What people read instead of the name."),
        Arg::flag("is_visible", "Whether it stands on a contact's card."),
        Arg::number("view_pos", Need::Optional, "Its place on a contact's card."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Changed {
    id: u16,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let id = FieldId(args.required_number("id")?);
    let fields = call.account.fields();
    let name = args.required("name")?;
    // A field of another API may have a name that no new one could have.
    let keeps_name = fields.get(id).await?.label() == name;
    if !keeps_name {
        ensure_not_own(&name)?;
    }
    let change = FieldChange {
        name: (!keeps_name).then_some(name),
        public_name: args.text("public_name"),
        is_hidden: args.has("is_visible").then(|| !args.flag("is_visible")),
        position: args.number("view_pos")?,
    };
    let changed = fields.change(id, &change).await?;
    Answer::result(&Changed { id: changed.id.0 })
}
