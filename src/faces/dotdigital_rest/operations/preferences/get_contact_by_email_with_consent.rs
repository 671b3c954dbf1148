//! `GET /v2/contacts/{email}/with-consent`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiContactWithConsent;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_GetContactByEmailWithConsent",
    method: Method::GET,
    path: "/v2/contacts/{email}/with-consent",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Reads a contact and everything that it consented to, by its address.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let address = call.path.address("email")?;
    let found = call.account().contacts().get_by_address_with_consents(&address).await?;
    Ok(Answer::of(ApiContactWithConsent::of(&found)))
}
