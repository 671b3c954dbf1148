//! Transactional mail: one message, one of a campaign, what became of a batch, and figures.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::campaign::{ApiCampaign, ApiCampaignReplyActions, ApiCampaignStatuses};
use super::from_address::ApiCampaignFromAddress;
use crate::domain::EmailAddress;
use crate::domain::activity::PeriodCounts;
use crate::domain::direct::{DirectMail, Mailbox};
use crate::domain::outbox::{Attachment, Extras};
use crate::faces::dotdigital_rest::Failure;
use crate::faces::dotdigital_rest::convert::count;

/// Longest metadata, in characters: the vendor's bound.
const MAX_METADATA_CHARS: usize = 1_500;

/// A message to be sent.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiTransactionalEmail {
    pub to_addresses: Option<Vec<String>>,
    pub cc_addresses: Option<Vec<String>>,
    pub bcc_addresses: Option<Vec<String>>,
    pub subject: Option<String>,
    pub from_address: Option<String>,
    pub html_content: Option<String>,
    pub plain_text_content: Option<String>,
    pub tags: Option<Vec<String>>,
    /// A text, or any JSON.
    pub metadata: Option<Value>,
    pub attachments: Option<Vec<ApiTransactionalEmailAttachment>>,
}

/// A message to be sent with the content of a campaign.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiTransactionalEmailTriggeredCampaign {
    pub to_addresses: Option<Vec<String>>,
    pub cc_addresses: Option<Vec<String>>,
    pub bcc_addresses: Option<Vec<String>>,
    pub campaign_id: Option<i32>,
    pub personalization_values: Option<Vec<ApiPersonalizationValue>>,
    /// A text, or any JSON.
    pub metadata: Option<Value>,
    pub from_address: Option<String>,
    pub attachments: Option<Vec<ApiTransactionalEmailAttachment>>,
}

/// A file that goes with a message.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiTransactionalEmailAttachment {
    pub file_name: Option<String>,
    /// In Base64.
    pub content: Option<String>,
    pub mime_type: Option<String>,
}

/// What a placeholder in the content stands for.
#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiPersonalizationValue {
    pub name: Option<String>,
    pub value: Option<String>,
}

impl ApiPersonalizationValue {
    pub fn pairs(values: Vec<Self>) -> Vec<(String, String)> {
        let named = values.into_iter().filter_map(|one| Some((one.name?, one.value)));
        named.map(|(name, value)| (name, value.unwrap_or_default())).collect()
    }
}

impl std::fmt::Debug for ApiTransactionalEmail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiTransactionalEmail(redacted)")
    }
}

impl std::fmt::Debug for ApiTransactionalEmailTriggeredCampaign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiTransactionalEmailTriggeredCampaign(redacted)")
    }
}

impl std::fmt::Debug for ApiTransactionalEmailAttachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiTransactionalEmailAttachment(redacted)")
    }
}

impl std::fmt::Debug for ApiPersonalizationValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiPersonalizationValue(redacted)")
    }
}

impl ApiTransactionalEmail {
    /// The message. Its sender is the caller's wish: see [`Mailbox`] in `from`.
    pub fn into_mail(self) -> Result<(DirectMail, Option<Mailbox>), Failure> {
        let subject = self.subject.unwrap_or_default();
        if subject.trim().is_empty() {
            return Err(field("Subject"));
        }
        let html = self.html_content.unwrap_or_default();
        let plain = self.plain_text_content.unwrap_or_default();
        if html.trim().is_empty() && plain.trim().is_empty() {
            return Err(field("HtmlContent"));
        }
        let (mail, from) = Envelope {
            to: self.to_addresses,
            cc: self.cc_addresses,
            bcc: self.bcc_addresses,
            from: self.from_address,
            metadata: self.metadata,
            attachments: self.attachments,
        }
        .into_mail()?;
        let extras = Extras { tags: self.tags.unwrap_or_default(), ..mail.extras };
        Ok((DirectMail { subject, html, plain, extras, ..mail }, from))
    }
}

impl ApiTransactionalEmailTriggeredCampaign {
    /// The message without its content, and the sender that the caller wishes for.
    pub fn into_mail(self) -> Result<(DirectMail, Option<Mailbox>), Failure> {
        Envelope {
            to: self.to_addresses,
            cc: self.cc_addresses,
            bcc: self.bcc_addresses,
            from: self.from_address,
            metadata: self.metadata,
            attachments: self.attachments,
        }
        .into_mail()
    }
}

/// What both kinds of messages have.
struct Envelope {
    to: Option<Vec<String>>,
    cc: Option<Vec<String>>,
    bcc: Option<Vec<String>>,
    from: Option<String>,
    metadata: Option<Value>,
    attachments: Option<Vec<ApiTransactionalEmailAttachment>>,
}

impl Envelope {
    fn into_mail(self) -> Result<(DirectMail, Option<Mailbox>), Failure> {
        let to = mailboxes(self.to).filter(|to| !to.is_empty());
        let to = to.ok_or_else(|| field("ToAddresses"))?;
        let cc = mailboxes(self.cc).ok_or_else(|| field("CcAddresses"))?;
        let bcc = mailboxes(self.bcc).ok_or_else(|| field("BccAddresses"))?;
        let from = self.from.filter(|from| !from.trim().is_empty());
        let from = from.map(|from| mailbox(&from).ok_or_else(|| field("FromAddress")));
        let metadata = metadata(self.metadata).ok_or_else(|| field("Metadata"))?;
        let attachments = self.attachments.unwrap_or_default();
        let attachments: Option<Vec<_>> = attachments.into_iter().map(attachment).collect();
        let attachments = attachments.ok_or_else(|| field("Attachments"))?;
        let extras = Extras { attachments, metadata, ..Extras::default() };
        Ok((DirectMail { to, cc, bcc, extras, ..DirectMail::default() }, from.transpose()?))
    }
}

/// The vendor's sentence for a member of a message.
fn field(name: &str) -> Failure {
    let text = format!("{name} field is empty or invalid. ERROR_PARAMETER_INVALID");
    Failure::new(http::StatusCode::BAD_REQUEST, text)
}

/// Each entry is an address or several with commas between them; `None` when one is invalid.
fn mailboxes(given: Option<Vec<String>>) -> Option<Vec<Mailbox>> {
    let given = given.unwrap_or_default();
    let parts = given.iter().flat_map(|entry| entry.split(','));
    parts.map(str::trim).filter(|part| !part.is_empty()).map(mailbox).collect()
}

/// `ann@b.example` or `Ann <ann@b.example>`.
fn mailbox(text: &str) -> Option<Mailbox> {
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.split_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"'), address),
        None => ("", text),
    };
    let address = EmailAddress::parse(address).ok()?;
    Some(Mailbox { address, name: name.to_owned() })
}

fn metadata(given: Option<Value>) -> Option<String> {
    let text = match given {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    text.chars().nth(MAX_METADATA_CHARS).is_none().then_some(text)
}

fn attachment(given: ApiTransactionalEmailAttachment) -> Option<Attachment> {
    let name = given.file_name.filter(|name| !name.trim().is_empty())?;
    let mut content = given.content?;
    content.retain(|one| !one.is_ascii_whitespace());
    let content = STANDARD.decode(content).ok()?;
    Some(Attachment::new(name, given.mime_type.unwrap_or_default(), content.into()))
}

/// What became of one message of a batch.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiTransactionalEmailResult {
    /// Its place in the batch, from 0.
    pub index: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
}

impl ApiTransactionalEmailResult {
    pub fn sent(index: i32) -> Self {
        Self { index, failure_code: None, failure_reason: None }
    }

    /// The text says the code at its end.
    pub fn failed(index: i32, text: String) -> Self {
        let code = text.rsplit(' ').next().unwrap_or_default().to_owned();
        Self { index, failure_code: Some(code), failure_reason: Some(text) }
    }
}

/// Figures of transactional mail in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiTransactionalEmailStatistics {
    pub start_date: String,
    pub end_date: String,
    pub num_sent: i32,
    pub num_delivered: i32,
    pub num_opens: i32,
    pub num_clicks: i32,
    pub num_isp_complaints: i32,
    pub num_bounces: i32,
}

impl ApiTransactionalEmailStatistics {
    /// What was sent and did not bounce is delivered.
    pub fn of(period: &PeriodCounts) -> Self {
        let PeriodCounts { first, last, counts } = period;
        let at = |day: &Date, time: &str| format!("{day}T{time}+00:00");
        Self {
            start_date: at(first, "00:00:00"),
            end_date: at(last, "23:59:59"),
            num_sent: count(counts.sent),
            num_delivered: count(counts.sent.saturating_sub(counts.bounced())),
            num_opens: count(counts.opened),
            num_clicks: count(counts.clicked),
            num_isp_complaints: count(counts.complained),
            num_bounces: count(counts.bounced()),
        }
    }
}

/// A campaign, and what one address would get of it.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCampaignWithProcessedContent {
    pub id: i32,
    pub name: String,
    pub subject: String,
    pub from_name: String,
    pub from_address: Option<ApiCampaignFromAddress>,
    pub html_content: Option<String>,
    pub plain_text_content: Option<String>,
    pub reply_action: ApiCampaignReplyActions,
    pub reply_to_address: Option<String>,
    pub is_split_test: bool,
    pub status: ApiCampaignStatuses,
    pub processed_html_content: String,
    pub processed_plain_text_content: String,
    pub custom_reply_to_address: Option<String>,
}

impl std::fmt::Debug for ApiCampaignWithProcessedContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiCampaignWithProcessedContent")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl ApiCampaignWithProcessedContent {
    pub fn new(campaign: ApiCampaign, html: String, plain: String) -> Self {
        Self {
            id: campaign.id,
            name: campaign.name,
            subject: campaign.subject,
            from_name: campaign.from_name,
            from_address: campaign.from_address,
            html_content: campaign.html_content,
            plain_text_content: campaign.plain_text_content,
            reply_action: campaign.reply_action,
            reply_to_address: campaign.reply_to_address,
            is_split_test: campaign.is_split_test,
            status: campaign.status,
            processed_html_content: html,
            processed_plain_text_content: plain,
            custom_reply_to_address: campaign.custom_reply_to_address,
        }
    }
}
