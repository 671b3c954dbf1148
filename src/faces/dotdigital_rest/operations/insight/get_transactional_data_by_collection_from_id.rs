//! `GET /v2/contacts/transactional-data/{collectionName}`.

use http::{Method, StatusCode};

use super::listed;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetTransactionalDataByCollectionFromId",
    method: Method::GET,
    path: "/v2/contacts/transactional-data/{collectionName}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the records of a collection in the order of their keys, behind the one of `fromId`.",
    run: Some(|call| Box::pin(run(call))),
};

/// Records of one answer when the caller does not say; there are never more.
const DEFAULT_TAKE: i32 = 100;
/// The most that may be asked for.
const MOST_TAKE: usize = 1_000;

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let collection = call.path.text("collectionName");
    let after = call.query.text("fromId");
    let take = call.query.number("take")?.unwrap_or(DEFAULT_TAKE);
    let take = usize::try_from(take).ok().filter(|take| (1..=MOST_TAKE).contains(take));
    let take = take.ok_or_else(|| Failure::parameter("take"))?;
    let insights = call.account().insights();
    Ok(listed(insights.of_collection(collection, after.as_deref(), take).await?))
}
