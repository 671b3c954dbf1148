//! A send of a campaign.

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::domain::campaign::{CampaignSend, SendState};
use crate::domain::list::ALL_CONTACTS;
use crate::faces::dotdigital_rest::convert::int;

/// A send of a campaign.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCampaignSend {
    pub id: String,
    pub campaign_id: i32,
    /// Address books and segments; null when none was named.
    pub address_book_ids: Option<Vec<i32>>,
    pub contact_ids: Option<Vec<i32>>,
    pub send_date: String,
    /// Always null: split tests are a feature that is not active.
    pub split_test_options: Option<()>,
    pub status: ApiCampaignSendStatuses,
}

/// What a caller says of a send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiCampaignSendGiven {
    pub campaign_id: Option<i32>,
    pub address_book_ids: Option<Vec<i32>>,
    pub contact_ids: Option<Vec<i32>>,
    pub send_date: Option<String>,
    pub split_test_options: Option<IgnoredAny>,
}

/// How far a send is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiCampaignSendStatuses {
    NotSent,
    Scheduled,
    Sending,
    Sent,
    Cancelled,
}

impl ApiCampaignSend {
    pub fn of(send: &CampaignSend, now: Timestamp) -> Self {
        let lists = send.to.lists.iter().filter(|list| **list != ALL_CONTACTS);
        let books = lists.map(|list| list.0).chain(send.to.segments.iter().map(|one| one.0));
        let books: Vec<i32> = books.map(int).collect();
        let contacts: Vec<i32> = send.to.contacts.iter().map(|contact| int(contact.0)).collect();
        let or_null = |ids: Vec<i32>| (!ids.is_empty()).then_some(ids);
        Self {
            id: send.id.to_string(),
            campaign_id: int(send.campaign.0),
            address_book_ids: or_null(books),
            contact_ids: or_null(contacts),
            send_date: send.at.to_string(),
            split_test_options: None,
            status: match send.state {
                SendState::Waiting if send.at > now => ApiCampaignSendStatuses::Scheduled,
                SendState::Waiting => ApiCampaignSendStatuses::NotSent,
                SendState::Sending(_) => ApiCampaignSendStatuses::Sending,
                SendState::Sent => ApiCampaignSendStatuses::Sent,
                SendState::Cancelled => ApiCampaignSendStatuses::Cancelled,
            },
        }
    }
}
