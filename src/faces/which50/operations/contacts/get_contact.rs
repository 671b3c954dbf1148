//! `GET contacts/{contactId}`.

use http::Method;

use crate::faces::which50::fields::selected;
use crate::faces::which50::{Answer, Call, Failure, Operation, records};

pub static OPERATION: Operation = Operation {
    name: "GetContact",
    method: Method::GET,
    path: "contacts/{contactId}",
    doc: "One contact, by its encrypted id.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (list, contact) = call.contact().await?;
    let schema = call.account.fields().schema().await?;
    let select = call.option("$select");
    let fields = selected(&schema, select.as_deref());
    let record = records::contact(call.account, list, &contact, &fields, Vec::new());
    Ok(Answer::record(record))
}
