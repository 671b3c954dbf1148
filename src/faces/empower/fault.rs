//! What this face says when the domain refuses.
//!
//! The vendor's texts are known for a handful of cases only; where none is, the domain's own words
//! say it, since clients show `responseText` to people.

use super::answer::Failure;
use crate::domain::Refusal;

/// The failed item for a refusal.
#[expect(clippy::too_many_lines, reason = "one match without `_` is what keeps it complete")]
pub fn of(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::LoginInvalid => Failure::new(445, "Could not authenticate"),
        Refusal::AddressNotWhitelisted { address } => Failure::plain(
            "Invalid Request IP: Please add request_ip to the API Whitelist in your account. \
             (Account -> Edit Account: API Tab)",
        )
        .with("request_ip", address.to_string()),
        Refusal::TemplateNotFound => Failure::new(429, "Invalid Template ID"),
        Refusal::TemplateInactive => Failure::new(448, "Invalid or Inactive Template ID"),
        Refusal::BindingInvalid => Failure::new(444, "Invalid binding value"),
        Refusal::LoginThrottled
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
        | Refusal::MessageNotFound
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
        | Refusal::TooManyRows { .. }
        | Refusal::TooManyCalls { .. }
        | Refusal::Unavailable => Failure::plain(refusal.to_string()),
    }
}
