//! `POST contactLists/{contactListId}/contact`.

use http::Method;

use super::changed::{Changed, answer};
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "PostContact",
    method: Method::POST,
    path: "contactLists/{contactListId}/contact",
    doc: "Makes a contact of a list, or changes the one that `match` finds.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = call.list("contactListId").await?;
    let Changed { like, change, warnings } = Changed::read(&call).await?;
    let contacts = call.account.contacts();
    let contact = contacts.put_in_list(list.id, like.as_ref(), change).await?;
    answer(&call, list.id, &contact, warnings).await
}
