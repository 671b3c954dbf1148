//! `GET /v2/contacts/retrieve-collection`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::{
    ApiContactExtended, ApiContactIdAndEmail, ApiMultipleContactsRequest,
    ApiMultipleContactsResponse, strangers,
};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetMultipleContacts",
    method: Method::GET,
    path: "/v2/contacts/retrieve-collection",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Reads several contacts of any status, each by its id or its address.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let asked: ApiMultipleContactsRequest = call.body()?;
    let keys = asked.contacts.iter().map(ApiContactIdAndEmail::key);
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let found = call.account().contacts().find_many(&keys).await?;
    let seen = |contact| ApiContactExtended::of(contact, asked.with_full_data);
    Ok(Answer::of(ApiMultipleContactsResponse {
        contacts: found.iter().flatten().map(seen).collect(),
        not_found: strangers(asked.contacts, &found),
    }))
}
