//! `GET /v2/campaigns/{campaignId}/prepared-for-transactional-email/{email}`.

use http::{Method, StatusCode};

use crate::domain::Page;
use crate::faces::dotdigital_rest::convert::campaign_id;
use crate::faces::dotdigital_rest::records::{
    ApiCampaign, ApiCampaignWithProcessedContent, ApiPersonalizationValue, Beside,
};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};
use crate::protocol::rest::{Bounds, from_tree, read_json};

pub static OPERATION: Operation = Operation {
    id: "ApiTransactionalEmail_GetCampaignByIdWithCompiledContentForTransactionalEmail",
    method: Method::GET,
    path: "/v2/campaigns/{campaignId}/prepared-for-transactional-email/{email}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Shows a campaign and what an address would get of it.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = campaign_id(call.path.number("campaignId")?)?;
    let address = call.path.address("email")?;
    let values = values(&call).ok_or_else(|| Failure::code("ERROR_INVALID_PERSONALISATION_VALUES"));
    let prepared = call.account().direct().prepare(id, &address, &values?).await?;
    let addresses = call.account().from_addresses().page(Page::first()).await?;
    let beside = Beside { addresses: &addresses, now: call.context.clock.now() };
    let campaign = ApiCampaign::full(&prepared.written, beside);
    let (html, plain) = (prepared.html, prepared.plain);
    Ok(Answer::of(ApiCampaignWithProcessedContent::new(campaign, html, plain)))
}

/// The values of placeholders, as JSON in the query; `None` when they are no such JSON.
fn values(call: &Call<'_>) -> Option<Vec<(String, String)>> {
    let Some(text) = call.query.text("personalizationValues") else { return Some(Vec::new()) };
    let tree = read_json(text.as_bytes(), Bounds::default()).ok()?;
    let values: Vec<ApiPersonalizationValue> = from_tree(&tree).ok()?;
    Some(ApiPersonalizationValue::pairs(values))
}
