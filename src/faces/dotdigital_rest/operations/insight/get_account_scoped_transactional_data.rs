//! `GET /v2/transactional-data/{collectionName}`.

use http::{Method, StatusCode};

use super::listed;
use crate::domain::Page;
use crate::domain::insight::Holder;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetAccountScopedTransactionalData",
    method: Method::GET,
    path: "/v2/transactional-data/{collectionName}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists records of insight data that belong to the account.",
    run: Some(|call| Box::pin(run(call))),
};

/// Records of one answer, as the vendor documents it.
const MOST: i32 = 100;

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let collection = call.path.text("collectionName");
    let select = call.query.number("select")?.unwrap_or(MOST);
    if !(1..=MOST).contains(&select) {
        return Err(Failure::parameter("select"));
    }
    let page = Page::new(select, call.query.number("skip")?.unwrap_or(0))?;
    let insights = call.account().insights();
    Ok(listed(insights.of_holder(Holder::Account, collection, page).await?))
}
