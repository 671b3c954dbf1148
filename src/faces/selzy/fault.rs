//! What this face says when the domain refuses.
//!
//! The vendor's texts are hardly known; where none is, the domain's own words say it, since clients
//! show `error` to people and look at `code`.

use super::answer::{Code, Failure};
use crate::domain::Refusal;

/// The failure for a refusal.
#[expect(clippy::too_many_lines, reason = "each refusal has a line")]
pub fn of(refusal: &Refusal) -> Failure {
    match refusal {
        // The text of the one such error that was recorded.
        Refusal::LoginInvalid => Failure::new(Code::InvalidApiKey, "AK100310-02"),
        Refusal::AddressNotWhitelisted { .. } => {
            Failure::new(Code::AccessDenied, "Access is denied from this address")
        }
        Refusal::LoginThrottled => {
            Failure::new(Code::TooManyCallsForAddress, "Too many calls with a wrong api_key")
        }
        Refusal::TooManyCalls { .. } => {
            Failure::new(Code::TooManyCallsForKey, "Too many calls with this api_key")
        }
        // The domain's words are of the outbox.
        Refusal::MessageNotFound => {
            Failure::new(Code::InvalidArg, "There is no such message or template")
        }
        Refusal::Unavailable => Failure::new(Code::RetryLater, "The server is busy"),
        Refusal::TemplateNotFound
        | Refusal::TemplateInactive
        | Refusal::BindingInvalid
        | Refusal::AddressInvalid
        | Refusal::AccountNotFound
        | Refusal::AccountNameInUse
        | Refusal::CredentialNotFound
        | Refusal::ContactMissing
        | Refusal::ContactNotFound
        | Refusal::ContactSuppressed
        | Refusal::ContactSuppressedForList
        | Refusal::AddressInUse
        | Refusal::ContactLimit
        | Refusal::ContactsNotGiven
        | Refusal::ResubscriptionInvalid
        | Refusal::ListNotFound
        | Refusal::ListNameInUse
        | Refusal::ListInvalid
        | Refusal::ListNotWritable
        | Refusal::ListInUse
        | Refusal::ListLimit
        | Refusal::DataFieldNotFound
        | Refusal::DataFieldInUse
        | Refusal::DataFieldInvalid
        | Refusal::DataFieldLimit
        | Refusal::DataFieldValueInvalid
        | Refusal::DataFieldValueTooLong
        | Refusal::SegmentNotFound
        | Refusal::CampaignNotFound
        | Refusal::ImportNotFound
        | Refusal::ImportReportNotFound
        | Refusal::ImportTooManyActive { .. }
        | Refusal::ImportFormatUnsupported
        | Refusal::ImportNoEmailColumn
        | Refusal::ImportFileTooLarge { .. }
        | Refusal::File(_)
        | Refusal::TaskNotFound
        | Refusal::TaskFileNotFound
        | Refusal::TaskTooManyActive { .. }
        | Refusal::RecipientInvalid
        | Refusal::CampaignReleased
        | Refusal::ReleaseInPast
        | Refusal::TextTooLong { .. }
        | Refusal::ParameterInvalid { .. }
        | Refusal::ExternalIdInUse
        | Refusal::CategoryNotFound
        | Refusal::CategoryNameInUse
        | Refusal::CategoryInvalid
        | Refusal::CategoryInUse
        | Refusal::RelationalTableNotFound
        | Refusal::RelationalTableInUse
        | Refusal::RelationalTableInvalid
        | Refusal::RelationalTableLimit
        | Refusal::RelationalColumnNotFound
        | Refusal::RelationalFormatInvalid
        | Refusal::PhoneInvalid
        | Refusal::PhoneInUse
        | Refusal::TagNotFound
        | Refusal::TagInvalid
        | Refusal::PreferenceNotFound
        | Refusal::PreferenceInvalid
        | Refusal::ConsentInvalid
        | Refusal::InsightCollectionNotFound
        | Refusal::InsightCollectionInvalid
        | Refusal::InsightRecordNotFound
        | Refusal::InsightRecordInvalid
        | Refusal::InsightLimit
        | Refusal::WebhookNotFound
        | Refusal::WebhookInvalid
        | Refusal::CampaignInvalid
        | Refusal::CampaignReadOnly
        | Refusal::SendNotPermitted
        | Refusal::AttachmentsTooLarge { .. }
        | Refusal::SendNotFound
        | Refusal::DocumentNotFound
        | Refusal::DocumentInvalid
        | Refusal::TooManyRows { .. } => Failure::new(Code::InvalidArg, sentence(refusal)),
    }
}

/// The refusal's words as a sentence.
fn sentence(refusal: &Refusal) -> String {
    let text = refusal.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}
