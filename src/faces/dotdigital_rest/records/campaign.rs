//! A campaign.

use serde::{Deserialize, Serialize};

use super::from_address::ApiCampaignFromAddress;
use crate::domain::campaign::{Campaign, CampaignKind, NewMailing, Progress, Replies, Written};
use crate::domain::placeholder::Placeholders;
use crate::domain::{EmailAddress, FromAddress, Refusal};
use crate::faces::dotdigital_rest::convert::{int, moment};
use jiff::Timestamp;

/// A campaign of the account; what stands behind `customReplyToAddress` is in some answers only.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCampaign {
    pub id: i32,
    pub name: String,
    pub subject: String,
    /// The name beside the address that the campaign comes from.
    pub from_name: String,
    /// Null for a campaign of an account that has no address to send from.
    pub from_address: Option<ApiCampaignFromAddress>,
    /// Null in lists, as is the plain text.
    pub html_content: Option<String>,
    pub plain_text_content: Option<String>,
    pub reply_action: ApiCampaignReplyActions,
    pub reply_to_address: Option<String>,
    pub is_split_test: bool,
    pub status: ApiCampaignStatuses,
    pub custom_reply_to_address: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ApiCampaignTypes>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<ApiCampaignTags>,
    /// The parts that a split test has several of: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_test_options: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_date: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled_date: Option<Option<String>>,
}

/// The tags of a campaign, which two answers show in two forms.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ApiCampaignTags {
    Records(Vec<ApiCampaignTag>),
    Names(Vec<String>),
}

/// A tag of a campaign.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCampaignTag {
    pub name: String,
}

/// What a caller says of a campaign. Its number, its status and the like are not for callers.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiCampaignGiven {
    pub name: Option<String>,
    pub subject: Option<String>,
    pub from_name: Option<String>,
    pub from_address: Option<ApiCampaignFromAddress>,
    pub html_content: Option<String>,
    pub plain_text_content: Option<String>,
    pub reply_action: ApiCampaignReplyActions,
    pub reply_to_address: Option<String>,
    pub custom_reply_to_address: Option<String>,
    /// Any word: what is no type is an ordinary campaign.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

impl std::fmt::Debug for ApiCampaign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiCampaign").field("id", &self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ApiCampaignGiven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiCampaignGiven(redacted)")
    }
}

/// What becomes of replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ApiCampaignReplyActions {
    #[default]
    Unset,
    WebMailForward,
    Webmail,
    Delete,
    NotAvailableInThisVersion,
}

/// Where a campaign stands. The vendor knows more: here nothing is paused or waits for approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiCampaignStatuses {
    Unsent,
    Sending,
    Sent,
}

/// What a campaign is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiCampaignTypes {
    Standard,
    Triggered,
}

/// What a campaign's record is made from beside the campaign: the account's addresses, the time.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    pub addresses: &'a [FromAddress],
    pub now: Timestamp,
}

impl ApiCampaign {
    /// Without its bodies.
    pub fn bare(campaign: &Campaign, beside: Beside<'_>) -> Self {
        let text = |of: fn(&crate::domain::campaign::Mailing) -> &String| {
            campaign.mailing.as_ref().map(|mailing| of(mailing).clone()).unwrap_or_default()
        };
        let or_null = |text: String| (!text.is_empty()).then_some(text);
        let replies = campaign.mailing.as_ref().map(|mailing| mailing.replies);
        Self {
            id: int(campaign.id.0),
            name: campaign.name.clone(),
            subject: text(|mailing| &mailing.subject),
            from_name: text(|mailing| &mailing.from_description),
            from_address: from_address(&text(|mailing| &mailing.from_email), beside.addresses),
            html_content: None,
            plain_text_content: None,
            reply_action: replies.unwrap_or_default().into(),
            reply_to_address: or_null(text(|mailing| &mailing.reply_email)),
            is_split_test: false,
            status: campaign.progress(beside.now).into(),
            custom_reply_to_address: or_null(text(|mailing| &mailing.custom_reply_email)),
            kind: None,
            tags: None,
            split_test_options: None,
            sent_date: None,
            scheduled_date: None,
        }
    }

    /// With its bodies.
    pub fn full(written: &Written, beside: Beside<'_>) -> Self {
        Self {
            html_content: Some(written.html.clone()),
            plain_text_content: Some(written.plain.clone()),
            ..Self::bare(&written.campaign, beside)
        }
    }

    #[must_use]
    pub fn with_type(self, campaign: &Campaign) -> Self {
        Self { kind: Some(campaign.kind().into()), ..self }
    }

    /// As `with-details` shows it.
    #[must_use]
    pub fn with_details(self, campaign: &Campaign) -> Self {
        let tags = tags(campaign).into_iter().map(|name| ApiCampaignTag { name });
        Self {
            tags: Some(ApiCampaignTags::Records(tags.collect())),
            split_test_options: Some(Vec::new()),
            sent_date: Some(Some(moment(campaign.sent))),
            ..self.with_type(campaign)
        }
    }

    /// As `filtered` shows it.
    #[must_use]
    pub fn extended(self, campaign: &Campaign, now: Timestamp) -> Self {
        Self {
            tags: Some(ApiCampaignTags::Names(tags(campaign))),
            sent_date: Some(campaign.sent.map(|sent| sent.to_string())),
            scheduled_date: Some(campaign.scheduled(now).map(|at| at.to_string())),
            ..self.with_type(campaign)
        }
    }
}

fn tags(campaign: &Campaign) -> Vec<String> {
    campaign.mailing.as_ref().map(|mailing| mailing.tags.clone()).unwrap_or_default()
}

/// One that the account does not have, as of a campaign of another API, has number 0.
fn from_address(email: &str, known: &[FromAddress]) -> Option<ApiCampaignFromAddress> {
    if email.is_empty() {
        return None;
    }
    let address = known.iter().find(|one| one.address.as_given() == email);
    let id = address.map_or(0, |address| int(address.id));
    Some(ApiCampaignFromAddress { id, email: Some(email.to_owned()) })
}

impl ApiCampaignGiven {
    /// What a caller says of a campaign that comes from `from`. [`Refusal::CampaignInvalid`] when a
    /// member is missing that the vendor requires, or the replies have nowhere to go.
    pub fn into_new(self, from: Option<&FromAddress>) -> Result<NewMailing, Refusal> {
        let required = |text: Option<String>| {
            text.filter(|text| !text.trim().is_empty()).ok_or(Refusal::CampaignInvalid)
        };
        let replies = Replies::from(self.reply_action);
        let reply_email = self.reply_to_address.unwrap_or_default();
        if replies == Replies::Forward || !reply_email.is_empty() {
            EmailAddress::parse(&reply_email).map_err(|_| Refusal::CampaignInvalid)?;
        }
        let is_triggered = self.kind.is_some_and(|kind| kind.eq_ignore_ascii_case("triggered"));
        Ok(NewMailing {
            name: required(self.name)?,
            subject: required(self.subject)?,
            from_description: required(self.from_name)?,
            from_email: from.map(|from| from.address.as_given().to_owned()).unwrap_or_default(),
            reply_email,
            html: required(self.html_content)?,
            plain: required(self.plain_text_content)?,
            kind: if is_triggered { CampaignKind::Triggered } else { CampaignKind::Standard },
            replies,
            custom_reply_email: self.custom_reply_to_address.unwrap_or_default(),
            placeholders: Placeholders::AtSigns,
            ..NewMailing::default()
        })
    }
}

impl From<ApiCampaignReplyActions> for Replies {
    fn from(action: ApiCampaignReplyActions) -> Self {
        match action {
            ApiCampaignReplyActions::Unset | ApiCampaignReplyActions::NotAvailableInThisVersion => {
                Self::Unset
            }
            ApiCampaignReplyActions::WebMailForward => Self::Forward,
            ApiCampaignReplyActions::Webmail => Self::Keep,
            ApiCampaignReplyActions::Delete => Self::Delete,
        }
    }
}

impl From<Replies> for ApiCampaignReplyActions {
    fn from(replies: Replies) -> Self {
        match replies {
            Replies::Unset => Self::Unset,
            Replies::Forward => Self::WebMailForward,
            Replies::Keep => Self::Webmail,
            Replies::Delete => Self::Delete,
        }
    }
}

/// The vendor has no word for a campaign that waits for its time.
impl From<Progress> for ApiCampaignStatuses {
    fn from(progress: Progress) -> Self {
        match progress {
            Progress::Unsent | Progress::Scheduled(_) => Self::Unsent,
            Progress::Sending => Self::Sending,
            Progress::Sent(_) => Self::Sent,
        }
    }
}

impl From<CampaignKind> for ApiCampaignTypes {
    fn from(kind: CampaignKind) -> Self {
        match kind {
            CampaignKind::Standard => Self::Standard,
            CampaignKind::Triggered => Self::Triggered,
        }
    }
}
