//! `GET /v2/address-books/{addressBookId}/campaigns`.

use http::{Method, StatusCode};

use super::listed;
use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::ApiCampaign;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaign_GetCampaignsForAddressBook",
    method: Method::GET,
    path: "/v2/address-books/{addressBookId}/campaigns",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the campaigns that were ever sent to an address book.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = list_id(call.path.number("addressBookId")?)?;
    let campaigns = call.account().campaigns().sent_to(list, call.page()?).await?;
    listed(&call, "ApiCampaign", &campaigns, ApiCampaign::bare).await
}
