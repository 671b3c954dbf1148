//! `GET contactLists`.

use http::Method;

use super::listed;
use crate::faces::which50::records::{CONTACTS_LIST, contacts_list};
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetContactLists",
    method: Method::GET,
    path: "contactLists",
    doc: "All lists of the account.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let all = listed(&call, call.account.lists().all().await?)?;
    let records = all.iter().map(contacts_list).collect();
    Ok(Answer::Document(Document::Records(&CONTACTS_LIST, records)))
}
