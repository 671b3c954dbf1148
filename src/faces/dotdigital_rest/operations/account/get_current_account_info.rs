//! `GET /v2/account-info`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiAccount;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAccount_GetCurrentAccountInfo",
    method: Method::GET,
    path: "/v2/account-info",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Reads the properties of the account that is calling.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let info = call.account().info().await?;
    Ok(Answer::of(ApiAccount::of(info, &call.head.base_url)))
}
