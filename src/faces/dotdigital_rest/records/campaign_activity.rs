//! What contacts did with a campaign.

use serde::Serialize;

use crate::domain::EmailType;
use crate::domain::activity::{Activity, Engagement, What};
use crate::faces::dotdigital_rest::convert::{int, moment};

/// What one contact did with a campaign.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCampaignContactSummary {
    pub contact_id: i32,
    pub email: String,
    pub num_opens: i32,
    /// Nothing here sees pages, forwards or replies: 0, as are the next ones.
    pub num_page_views: i32,
    pub num_clicks: i32,
    pub num_forwards: i32,
    pub num_estimated_forwards: i32,
    pub num_replies: i32,
    pub date_sent: String,
    pub date_first_opened: String,
    pub date_last_opened: String,
    /// Null: events say no address.
    pub first_open_ip: Option<String>,
    pub unsubscribed: bool,
    pub soft_bounced: bool,
    pub hard_bounced: bool,
}

/// One open.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCampaignContactOpen {
    pub contact_id: i32,
    pub email: String,
    /// What events do not say is null.
    pub mail_client: Option<String>,
    pub mail_client_version: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub is_html: bool,
    pub is_forward: bool,
    pub date_opened: String,
}

/// One click.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCampaignContactClick {
    pub contact_id: i32,
    pub email: String,
    pub url: Option<String>,
    /// What events do not say is null.
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub date_clicked: String,
    pub keyword: Option<String>,
}

/// One click with the groups that its link belongs to: none, as links have no groups here.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCampaignContactClickWithGroups {
    pub contact_id: i32,
    pub email: String,
    pub url: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub date_clicked: String,
    pub keyword: Option<String>,
    pub groups: Vec<()>,
}

impl std::fmt::Debug for ApiCampaignContactSummary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        redacted(f, "ApiCampaignContactSummary", self.contact_id)
    }
}

impl std::fmt::Debug for ApiCampaignContactOpen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        redacted(f, "ApiCampaignContactOpen", self.contact_id)
    }
}

impl std::fmt::Debug for ApiCampaignContactClick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        redacted(f, "ApiCampaignContactClick", self.contact_id)
    }
}

impl std::fmt::Debug for ApiCampaignContactClickWithGroups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        redacted(f, "ApiCampaignContactClickWithGroups", self.contact_id)
    }
}

fn redacted(f: &mut std::fmt::Formatter<'_>, name: &str, contact: i32) -> std::fmt::Result {
    f.debug_struct(name).field("contact", &contact).finish_non_exhaustive()
}

impl ApiCampaignContactSummary {
    pub fn of(engagement: &Engagement) -> Self {
        Self {
            contact_id: int(engagement.contact.0),
            email: engagement.address.as_given().to_owned(),
            num_opens: int(engagement.opens),
            num_page_views: 0,
            num_clicks: int(engagement.clicks),
            num_forwards: 0,
            num_estimated_forwards: 0,
            num_replies: 0,
            date_sent: moment(engagement.sent),
            date_first_opened: moment(engagement.first_opened),
            date_last_opened: moment(engagement.last_opened),
            first_open_ip: None,
            unsubscribed: engagement.opted_out,
            soft_bounced: engagement.bounced_softly,
            hard_bounced: engagement.bounced_hard,
        }
    }
}

fn contact(activity: &Activity) -> i32 {
    activity.contact.map_or(0, |contact| int(contact.0))
}

fn email(activity: &Activity) -> String {
    activity.address.as_given().to_owned()
}

impl ApiCampaignContactOpen {
    pub fn of(activity: &Activity) -> Self {
        Self {
            contact_id: contact(activity),
            email: email(activity),
            mail_client: None,
            mail_client_version: None,
            ip_address: None,
            user_agent: None,
            is_html: activity.email_type == EmailType::Html,
            is_forward: false,
            date_opened: activity.time.to_string(),
        }
    }
}

impl ApiCampaignContactClick {
    pub fn of(activity: &Activity) -> Self {
        let url = match &activity.what {
            What::Clicked { url } => url.clone(),
            _ => None,
        };
        Self {
            contact_id: contact(activity),
            email: email(activity),
            url,
            ip_address: None,
            user_agent: None,
            date_clicked: activity.time.to_string(),
            keyword: None,
        }
    }
}

impl ApiCampaignContactClickWithGroups {
    pub fn of(activity: &Activity) -> Self {
        let click = ApiCampaignContactClick::of(activity);
        let ApiCampaignContactClick { contact_id, email, url, date_clicked, .. } = click;
        Self {
            contact_id,
            email,
            url,
            ip_address: None,
            user_agent: None,
            date_clicked,
            keyword: None,
            groups: Vec::new(),
        }
    }
}
