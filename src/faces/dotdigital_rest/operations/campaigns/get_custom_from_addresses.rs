//! `GET /v2/custom-from-addresses`.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::records::ApiCampaignFromAddress;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignFromAddress_GetCustomFromAddresses",
    method: Method::GET,
    path: "/v2/custom-from-addresses",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the addresses that campaigns may come from.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let addresses = call.account().from_addresses().page(call.page()?).await?;
    let addresses = addresses.iter().map(ApiCampaignFromAddress::of).collect();
    Ok(Answer::list("ApiCampaignFromAddress", addresses))
}
