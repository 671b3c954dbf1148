//! Campaigns and their sends.
//!
//! Split tests and sends at the time that suits each contact are features that are not active:
//! nothing here sends, so nobody can tell what works better.

mod copy_campaign;
mod create_campaign;
mod delete_campaign;
mod get_campaign_by_id;
mod get_campaign_send_progress;
mod get_campaign_with_details;
mod get_campaigns;
mod get_campaigns_for_address_book;
mod get_campaigns_with_details;
mod get_campaigns_with_filters;
mod get_custom_from_addresses;
mod get_sent_campaigns_with_activity_since_date;
mod send_campaign;
mod update_campaign;

use http::{Method, StatusCode};

use crate::domain::{Campaign, FromAddress, Page};
use crate::faces::dotdigital_rest::records::{ApiCampaign, ApiCampaignFromAddress, Beside};
use crate::faces::dotdigital_rest::{Answer, Call, Failure, Operation};

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &get_campaign_by_id::OPERATION,
    &update_campaign::OPERATION,
    &get_campaigns::OPERATION,
    &create_campaign::OPERATION,
    &get_campaigns_with_filters::OPERATION,
    &get_campaigns_with_details::OPERATION,
    &get_campaigns_for_address_book::OPERATION,
    &get_sent_campaigns_with_activity_since_date::OPERATION,
    &Operation::inactive(
        "ApiCampaign_CreateSplitTestCampaign",
        Method::POST,
        "/v2/campaigns/split-test",
        StatusCode::CREATED,
    ),
    &copy_campaign::OPERATION,
    &delete_campaign::OPERATION,
    &get_campaign_with_details::OPERATION,
    &Operation::inactive(
        "ApiCampaign_GetCampaignSplitTestResults",
        Method::GET,
        "/v2/campaigns/{campaignId}/split-test",
        StatusCode::OK,
    ),
    &get_custom_from_addresses::OPERATION,
    &send_campaign::OPERATION,
    &Operation::inactive(
        "ApiCampaignSend_SendTimeOptimisedCampaign",
        Method::POST,
        "/v2/campaigns/send-time-optimised",
        StatusCode::ACCEPTED,
    ),
    &get_campaign_send_progress::OPERATION,
];

/// Answers something of a campaign, which is shown with the account's addresses to send from.
async fn shown(
    call: &Call<'_>,
    answer: impl FnOnce(Beside<'_>) -> Answer,
) -> Result<Answer, Failure> {
    let addresses = call.account().from_addresses().page(Page::first()).await?;
    Ok(answer(Beside { addresses: &addresses, now: call.context.clock.now() }))
}

/// Answers a list of campaigns.
async fn listed(
    call: &Call<'_>,
    item: &'static str,
    campaigns: &[Campaign],
    show: impl Fn(&Campaign, Beside<'_>) -> ApiCampaign,
) -> Result<Answer, Failure> {
    shown(call, |beside| {
        Answer::list(item, campaigns.iter().map(|campaign| show(campaign, beside)).collect())
    })
    .await
}

/// The address that a campaign is to come from; without one the account's usual one.
async fn chosen(
    call: &Call<'_>,
    given: Option<ApiCampaignFromAddress>,
) -> Result<Option<FromAddress>, Failure> {
    let (id, email) = given.unwrap_or_default().read()?;
    Ok(call.account().from_addresses().choose(id, email.as_ref()).await?)
}
