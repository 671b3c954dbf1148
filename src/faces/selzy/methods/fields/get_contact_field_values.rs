//! Shows some of a contact's values.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{FieldId, Refusal};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need, value};

pub static METHOD: Method = Method {
    name: "getContactFieldValues",
    doc: "What a contact has in some fields; an empty text where it has nothing.",
    args: &[
        Arg::text("email", Need::Required, "The contact's address."),
        Arg::list("field_ids", Need::Required, "The fields."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Values {
    #[serde(rename = "fieldValues")]
    values: BTreeMap<u32, String>,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let address = value::address(call.args, "email")?;
    let ids = call.args.ids("field_ids")?;
    let schema = call.account.fields().schema().await?;
    let found = call.account.contact_store().find(&address).await?;
    let (_, record) = found.ok_or(Refusal::ContactNotFound)?;
    let mut values = BTreeMap::new();
    for id in ids {
        let field = u16::try_from(id).ok().and_then(|id| schema.by_id(FieldId(id)));
        let field = field.ok_or(Refusal::DataFieldNotFound)?;
        let held = record.value(field.id).or(field.default.as_ref());
        values.insert(id, held.map(value::shown).unwrap_or_default());
    }
    Answer::result(&Values { values })
}
