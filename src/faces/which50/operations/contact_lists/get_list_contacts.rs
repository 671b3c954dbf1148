//! `GET contactLists/{contactListId}/contacts`.

use http::Method;

use crate::domain::Rules;
use crate::domain::search::Sought;
use crate::faces::which50::listing::Source;
use crate::faces::which50::operations::contacts::answered;
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "GetListContacts",
    method: Method::GET,
    path: "contactLists/{contactListId}/contacts",
    doc: "The contacts of a list, with $select, $filter, $orderby, $skip and $top.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = call.list("contactListId").await?;
    let sought = Sought::new(Rules::All(vec![Rules::InList(list.id)]));
    let search = call.account.contacts().search(sought).await?;
    answered(&call, list.id, Source::Search(Box::new(search))).await
}
