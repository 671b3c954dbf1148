//! What became of campaigns, from the events that were recorded.
//!
//! What nothing here can ever see (pages, replies, bookmarks) are empty lists. Revenue is a feature
//! that is not active: its record has no way to say that nobody counts.

mod get_campaign_activities;
mod get_campaign_activities_since_date;
mod get_campaign_clicks;
mod get_campaign_clicks_and_link_groups;
mod get_campaign_clicks_and_link_groups_since_date;
mod get_campaign_clicks_since_date;
mod get_campaign_contact_activity;
mod get_campaign_contact_clicks;
mod get_campaign_contact_clicks_ans_link_groups;
mod get_campaign_contact_opens;
mod get_campaign_contact_page_views;
mod get_campaign_contact_replies;
mod get_campaign_contact_roi_details;
mod get_campaign_contact_social_bookmark_views;
mod get_campaign_hard_bouncing_contacts;
mod get_campaign_metrics;
mod get_campaign_opens;
mod get_campaign_opens_since_date;
mod get_campaign_page_views_since_date;
mod get_campaign_roi_details_since_date;
mod get_campaign_social_bookmark_views;
mod get_campaign_summary;

use http::{Method, StatusCode};

use crate::domain::activity::{Activity, Between, Message, What};
use crate::domain::{ContactId, Refusal};
use crate::faces::dotdigital_rest::convert::{campaign_id, contact_id};
use crate::faces::dotdigital_rest::{Call, Failure, Operation};

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &get_campaign_summary::OPERATION,
    &get_campaign_activities::OPERATION,
    &get_campaign_activities_since_date::OPERATION,
    &get_campaign_contact_activity::OPERATION,
    &get_campaign_clicks::OPERATION,
    &get_campaign_clicks_since_date::OPERATION,
    &get_campaign_contact_clicks::OPERATION,
    &get_campaign_opens::OPERATION,
    &get_campaign_opens_since_date::OPERATION,
    &get_campaign_contact_opens::OPERATION,
    &get_campaign_page_views_since_date::OPERATION,
    &get_campaign_contact_page_views::OPERATION,
    &get_campaign_contact_replies::OPERATION,
    &get_campaign_social_bookmark_views::OPERATION,
    &get_campaign_contact_social_bookmark_views::OPERATION,
    &get_campaign_roi_details_since_date::OPERATION,
    &get_campaign_contact_roi_details::OPERATION,
    &get_campaign_hard_bouncing_contacts::OPERATION,
    &get_campaign_clicks_and_link_groups::OPERATION,
    &get_campaign_clicks_and_link_groups_since_date::OPERATION,
    &get_campaign_contact_clicks_ans_link_groups::OPERATION,
    &Operation::inactive(
        "ApiCampaignReporting_GetCampaignRevenueSinceDate",
        Method::GET,
        "/v2/campaigns/{campaignId}/revenue/since-date/{date}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiCampaignReporting_GetCampaignRevenueByContact",
        Method::GET,
        "/v2/campaigns/{campaignId}/activities/{contactId}/revenue",
        StatusCode::OK,
    ),
    &get_campaign_metrics::OPERATION,
];

/// The message that the path's campaign is, if the account has it.
async fn known(call: &Call<'_>) -> Result<Message, Failure> {
    let id = campaign_id(call.path.number("campaignId")?)?;
    call.account().campaigns().get(id).await?;
    Ok(Message::Campaign(id))
}

/// As [`known`], with the path's contact, if the account has one of this number in any status.
async fn known_contact(call: &Call<'_>) -> Result<(Message, ContactId), Failure> {
    let message = known(call).await?;
    let contact = contact_id(call.path.number("contactId")?)?;
    let found = call.account().contact_store().load(&[contact]).await?;
    if found.iter().flatten().next().is_none() {
        return Err(Refusal::ContactNotFound.into());
    }
    Ok((message, contact))
}

fn is_open(what: &What) -> bool {
    *what == What::Opened
}

fn is_click(what: &What) -> bool {
    matches!(what, What::Clicked { .. })
}

/// A page of the clicks of the path's campaign.
async fn clicks(call: &Call<'_>, between: Between) -> Result<Vec<Activity>, Failure> {
    let (message, found) = (known(call).await?, call.account().activities());
    Ok(found.page_of_message(message, between, call.page()?, is_click).await?)
}

/// A page of the clicks of the path's campaign by the path's contact.
async fn clicks_by_contact(call: &Call<'_>) -> Result<Vec<Activity>, Failure> {
    let (message, contact) = known_contact(call).await?;
    let found = call.account().activities();
    Ok(found.page_at_contact(message, contact, call.page()?, is_click).await?)
}
