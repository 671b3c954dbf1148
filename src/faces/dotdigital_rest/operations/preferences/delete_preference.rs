//! `DELETE /v2/preferences/{id}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::convert::preference_id;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_DeletePreference",
    method: Method::DELETE,
    path: "/v2/preferences/{id}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Deletes a preference, or a category with its preferences.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = preference_id(call.path.number("id")?)?;
    call.account().preferences().delete(id).await?;
    Ok(Answer::raw("text/plain; charset=utf-8", DELETED))
}

/// The vendor's words.
const DELETED: &str = "Preference or category (and preferences) were deleted successfully";
