//! `PUT /v2/contacts/suppress-contacts`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::{
    ApiBulkSuppressResponse, ApiContactIdAndEmail, strangers,
};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_SuppressContacts",
    method: Method::PUT,
    path: "/v2/contacts/suppress-contacts",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Suppresses several contacts, each by its id or its address.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let asked: Vec<ApiContactIdAndEmail> = call.body()?;
    let keys = asked.iter().map(ApiContactIdAndEmail::key).collect::<Result<Vec<_>, _>>()?;
    let found = call.account().contacts().suppress_many(&keys).await?;
    Ok(Answer::of(ApiBulkSuppressResponse {
        suppressed: found.iter().flatten().map(ApiContactIdAndEmail::of).collect(),
        not_found: strangers(asked, &found),
    }))
}
