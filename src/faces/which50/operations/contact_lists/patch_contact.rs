//! `PATCH contactLists/{contactListId}/contact`.

use http::Method;

use super::changed::{Changed, answer};
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "PatchContact",
    method: Method::PATCH,
    path: "contactLists/{contactListId}/contact",
    doc: "Changes the contact of a list that `match` finds.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = call.list("contactListId").await?;
    let Changed { like, change, warnings } = Changed::read(&call).await?;
    let like = like.ok_or_else(|| Failure::malformed("The parameter match is missing."))?;
    let contacts = call.account.contacts();
    let contact = contacts.change_in_list(list.id, &like, change).await?;
    answer(&call, list.id, &contact, warnings).await
}
