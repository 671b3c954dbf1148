//! Makes a field.

use serde::Serialize;

use super::kind::{Kind, ensure_not_own};
use crate::domain::{FieldCard, NewNamedField};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "createField",
    doc: "Makes a field that every contact can have a value for.",
    args: &[
        Arg::text("name", Need::Required, "A Latin letter, then letters, digits and `_`."),
        Arg::text("type", Need::Required, "`string`, `text`, `number`, `date` or `bool`."),
        Arg::text("public_name", Need::Optional, "What people read instead of the name."),
        Arg::flag("is_visible", "Whether it stands on a contact's card; yes unless it says `0`."),
        Arg::number("view_pos", Need::Optional, "Its place on a contact's card."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Made {
    id: u16,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let name = args.required("name")?;
    ensure_not_own(&name)?;
    let Kind { kind, has_lines } = Kind::read(&args.required("type")?)?;
    let card = FieldCard {
        public_name: args.text("public_name"),
        is_hidden: args.has("is_visible") && !args.flag("is_visible"),
        position: args.number("view_pos")?,
        has_lines,
    };
    let made = call.account.fields().create_named(NewNamedField { name, kind, card }).await?;
    Answer::result(&Made { id: made.id.0 })
}
