//! `DELETE /v2/contacts/{id}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::contact_id;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_DeleteContact",
    method: Method::DELETE,
    path: "/v2/contacts/{id}",
    success: StatusCode::NO_CONTENT,
    body: Body::None,
    doc: "Deletes a contact who is not suppressed.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = contact_id(call.path.number("id")?)?;
    call.account().contacts().delete(id).await?;
    Ok(Answer::empty())
}
