//! The figures of a campaign between two moments.

use serde::Serialize;

use super::campaign::ApiCampaignTypes;
use crate::domain::Campaign;
use crate::domain::activity::Counts;
use crate::faces::dotdigital_rest::convert::{count, int, moment, share};

/// The figures of a campaign between two moments. Shares are percents here. What nothing here sees
/// (page views, forwards, replies, orders) is 0.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCampaignReportModelExtended {
    pub campaign_id: i32,
    pub date_sent: String,
    pub campaign_name: String,
    pub campaign_type: ApiCampaignTypes,
    pub sent: i32,
    pub delivered: i32,
    pub unique_opens: i32,
    pub clicks: i32,
    pub hard_bounces: i32,
    pub soft_bounces: i32,
    pub replies: i32,
    pub unsubscribes: i32,
    pub forwards: i32,
    pub unique_clicks: i32,
    pub send_status_fails: i32,
    pub mail_blocks: i32,
    pub opens: i32,
    pub complaints: i32,
    pub page_views: i32,
    pub percentage_delivered: f64,
    pub percentage_unique_opens: f64,
    pub percentage_hard_bounces: f64,
    pub percentage_soft_bounces: f64,
    pub percentage_replies: f64,
    pub percentage_unsubscribes: f64,
    pub percentage_unique_clicks: f64,
    pub percentage_unique_clicks_to_opens: f64,
    pub revenue: i32,
    pub conversion_rate: i32,
    pub assisted_revenue: i32,
    pub orders: i32,
    pub assisted_orders: i32,
    pub tags: Vec<String>,
    pub subject_line: Option<String>,
    pub from_name: Option<String>,
    pub from_address: Option<String>,
    pub is_split_test: bool,
}

impl ApiCampaignReportModelExtended {
    /// What was sent and did not bounce is delivered.
    pub fn of(campaign: &Campaign, counts: &Counts) -> Self {
        let mailing = campaign.mailing.as_ref();
        let delivered = counts.sent.saturating_sub(counts.bounced());
        let percent = |part, whole| 100.0 * share(part, whole);
        Self {
            campaign_id: int(campaign.id.0),
            date_sent: moment(campaign.sent),
            campaign_name: campaign.name.clone(),
            campaign_type: campaign.kind().into(),
            sent: count(counts.sent),
            delivered: count(delivered),
            unique_opens: count(counts.opened_unique),
            clicks: count(counts.clicked),
            hard_bounces: count(counts.bounced_hard),
            soft_bounces: count(counts.bounced_soft),
            replies: 0,
            unsubscribes: count(counts.opted_out),
            forwards: 0,
            unique_clicks: count(counts.clicked_unique),
            send_status_fails: 0,
            mail_blocks: count(counts.bounced_block),
            opens: count(counts.opened),
            complaints: count(counts.complained),
            page_views: 0,
            percentage_delivered: percent(delivered, counts.sent),
            percentage_unique_opens: percent(counts.opened_unique, delivered),
            percentage_hard_bounces: percent(counts.bounced_hard, counts.sent),
            percentage_soft_bounces: percent(counts.bounced_soft, delivered),
            percentage_replies: 0.0,
            percentage_unsubscribes: percent(counts.opted_out, delivered),
            percentage_unique_clicks: percent(counts.clicked_unique, delivered),
            percentage_unique_clicks_to_opens: percent(counts.clicked_unique, counts.opened_unique),
            revenue: 0,
            conversion_rate: 0,
            assisted_revenue: 0,
            orders: 0,
            assisted_orders: 0,
            tags: mailing.map(|mailing| mailing.tags.clone()).unwrap_or_default(),
            subject_line: mailing.map(|mailing| mailing.subject.clone()),
            from_name: mailing.map(|mailing| mailing.from_description.clone()),
            from_address: mailing.map(|mailing| mailing.from_email.clone()),
            is_split_test: false,
        }
    }
}
