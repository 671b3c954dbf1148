//! `POST /v2/accounts/empty-recycle-bin`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiAccount_EmptyRecycleBin",
    method: Method::POST,
    path: "/v2/accounts/empty-recycle-bin",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Confirms that nothing that was deleted is left.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    // What is deleted is gone at once: the bin of every account is empty.
    call.account().info().await?;
    Ok(Answer::empty())
}
