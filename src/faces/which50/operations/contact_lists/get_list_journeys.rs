//! `GET contactLists/{contactListId}/journeys`.

use http::Method;

use crate::faces::which50::operations::journeys::{all, answered};
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "GetListJourneys",
    method: Method::GET,
    path: "contactLists/{contactListId}/journeys",
    doc: "The journeys that a list is in.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = call.list("contactListId").await?;
    let mut campaigns = all(&call).await?;
    campaigns.retain(|campaign| campaign.lists.contains(&list.id));
    answered(&call, campaigns).await
}
