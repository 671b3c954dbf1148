//! `GET /v2/contacts/{email}`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiContact;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetContactByEmail",
    method: Method::GET,
    path: "/v2/contacts/{email}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Reads a contact of any status, with all data fields.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let address = call.path.address("email")?;
    let contact = call.account().contacts().get_by_address(&address).await?;
    Ok(Answer::of(ApiContact::full(&contact)))
}
