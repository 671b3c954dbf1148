//! What both of Dotdigital's APIs, SOAP and REST, say when the domain refuses.
//!
//! The vendor's faults carry no detail. Their identity is a code at the end of the text: clients
//! look for it as a substring or take what follows the last space. In front of it stands the
//! vendor's sentence where one is known from its own code, otherwise `Error:`.

use std::borrow::Cow;

use crate::domain::Refusal;

/// Codes from the vendor's lists that no refusal of ours has; they can be answered on purpose.
pub const ERROR_CODES: &[&str] = &[
    "ERROR_ADDRESSBOOK_TOOMANY",
    "ERROR_API_DISCONNECTED",
    "ERROR_APICALL_TIMEOUT",
    "ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE",
    "ERROR_CAMPAIGN_INVALID",
    "ERROR_CAMPAIGN_READONLY",
    "ERROR_CAMPAIGN_SEND_INVALID",
    "ERROR_CANNOT_PERFORM_OPERATION_ON_ACCOUNT",
    "ERROR_CONNECTION",
    "ERROR_CONTACT_INVALID",
    "ERROR_CONTACTIMPORT_RETRY",
    "ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED",
    "ERROR_DATAFIELD_LIMITEXCEEDED",
    "ERROR_DOCUMENT_FOLDER_NOT_FOUND",
    "ERROR_DOCUMENT_NOT_FOUND",
    "ERROR_DOCUMENT_TOOLARGE",
    "ERROR_EMAIL_BANNED",
    "ERROR_ENROLMENT_ALLOWANCE_EXCEEDED",
    "ERROR_ENROLMENT_INVALID",
    "ERROR_ENROLMENT_IS_PROCESSING",
    "ERROR_ENROLMENT_NOT_FOUND",
    "ERROR_FEATURENOTACTIVE",
    "ERROR_IMAGE_FOLDER_NOT_FOUND",
    "ERROR_IMAGE_INVALID",
    "ERROR_IMPORT_PROGRESSUPDATE_TIMEDOUT",
    "ERROR_IMPORT_REPORT_NOT_FOUND",
    "ERROR_INVALID_EMAIL",
    "ERROR_MALFORMED_REQUEST",
    "ERROR_NO_EMAIL_COLUMN",
    "ERROR_NON_UNIQUE_DATAFIELD",
    "ERROR_OAUTH_TOKEN_INVALID",
    "ERROR_PAGEDAPICALL_TIMEOUT",
    "ERROR_PREFERENCE_NOT_FOUND",
    "ERROR_PROGRAM_NOT_ACTIVE",
    "ERROR_PROGRAM_NOT_FOUND",
    "ERROR_SEND_LIMITEXCEEDED",
    "ERROR_SMS_INVALID",
    "ERROR_SMS_SENDNOTPERMITTED",
    "ERROR_SURVEY_NOT_FOUND",
    "ERROR_TEMPLATE_INVALID",
    "ERROR_TRANSACTIONAL_DATA_COLLECTION_DOES_NOT_EXIST",
    "ERROR_TRANSACTIONAL_DATA_COLLECTION_IS_RESTORING",
    "ERROR_TRANSACTIONAL_DATA_DOES_NOT_EXIST",
    "ERROR_TRANSACTIONAL_DATA_STORAGE_ALLOWANCE_EXCEEDED",
    "ERROR_TRANSACTIONAL_DATA_VALIDATION_FAILED",
    "ERROR_UNKNOWN",
    "ERROR_UNKNOWN_ACCOUNT",
    "ERROR_USERACCOUNT_UNKNOWN",
];

/// The text of a fault: `<Sentence>. ERROR_CODE`, or `Error: ERROR_CODE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultText {
    sentence: Option<Cow<'static, str>>,
    code: &'static str,
}

impl FaultText {
    /// A code for which no sentence of the vendor's is known.
    pub const fn bare(code: &'static str) -> Self {
        Self { sentence: None, code }
    }

    /// A code behind a sentence; the sentence ends with its full stop.
    pub const fn said(sentence: &'static str, code: &'static str) -> Self {
        Self { sentence: Some(Cow::Borrowed(sentence)), code }
    }

    fn of_parameter(parameter: &str) -> Self {
        let sentence = Cow::Owned(format!("{parameter} is not valid."));
        Self { sentence: Some(sentence), code: "ERROR_PARAMETER_INVALID" }
    }

    /// The vendor's list has no code for a contact file that is too large, so the nearest one
    /// stands behind a sentence that says it.
    fn of_large_file(limit_bytes: u64) -> Self {
        let sentence = Cow::Owned(format!("The file is larger than {limit_bytes} bytes."));
        Self { sentence: Some(sentence), code: "ERROR_IMPORT_UNSUPPORTED_FORMAT" }
    }

    /// Our own failure, findable in the log by the id of the call.
    pub fn of_internal_error(request_id: &str) -> Self {
        let sentence = Cow::Owned(format!("An internal error occurred in call {request_id}."));
        Self { sentence: Some(sentence), code: "ERROR_UNKNOWN" }
    }

    /// The whole text for a code of which nothing else is known.
    pub fn of_code(code: &str) -> String {
        let code = if code.is_empty() { "ERROR_UNKNOWN" } else { code };
        format!("Error: {code}")
    }

    /// Why a call has no answer, in the words of whoever should have given it.
    pub fn of_unanswered(text: &str) -> Self {
        Self { sentence: Some(Cow::Owned(text.to_owned())), code: "ERROR_UNKNOWN" }
    }

    /// The code alone, for metrics.
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl std::fmt::Display for FaultText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.sentence {
            Some(sentence) => write!(f, "{sentence} {}", self.code),
            None => write!(f, "Error: {}", self.code),
        }
    }
}

impl From<&Refusal> for FaultText {
    #[expect(clippy::too_many_lines, reason = "one match without `_` is what keeps it complete")]
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::LoginInvalid | Refusal::AddressNotWhitelisted { address: _ } => {
                Self::bare("ERROR_INVALID_LOGIN")
            }
            Refusal::LoginThrottled | Refusal::TooManyCalls { seconds: _ } => Self::said(
                "Your account has generated excess API activity and is being temporarily capped. \
                 Please contact support.",
                "ERROR_APIUSAGE_EXCEEDED",
            ),
            Refusal::AddressInvalid => {
                Self::said("Email is not a valid email address.", "ERROR_PARAMETER_INVALID")
            }
            Refusal::AccountNotFound => Self::bare("ERROR_UNKNOWN_ACCOUNT"),
            Refusal::AccountNameInUse => Self::bare("ERROR_ACCOUNT_INVALID"),
            Refusal::CredentialNotFound => Self::bare("ERROR_APIUSER_INVALID"),
            Refusal::ContactMissing | Refusal::ExternalIdInUse => {
                Self::bare("ERROR_CONTACT_INVALID")
            }
            Refusal::ContactNotFound => Self::bare("ERROR_CONTACT_NOT_FOUND"),
            Refusal::ContactSuppressed | Refusal::RecipientInvalid => {
                Self::said("Contact is suppressed.", "ERROR_CONTACT_SUPPRESSED")
            }
            Refusal::ContactSuppressedForList => {
                Self::bare("ERROR_CONTACT_SUPPRESSEDFORADDRESSBOOK")
            }
            Refusal::AddressInUse => Self::bare("ERROR_NON_UNIQUE_EMAIL"),
            Refusal::ContactLimit => Self::bare("ERROR_CONTACT_TOOMANY"),
            Refusal::ContactsNotGiven => Self::bare("ERROR_CONTACTS_ARE_NOT_SPECIFIED"),
            Refusal::ResubscriptionInvalid => Self::bare("ERROR_CONTACT_RESUBSCRIPTION_INVALID"),
            Refusal::ListNotFound => Self::bare("ERROR_ADDRESSBOOK_NOT_FOUND"),
            Refusal::ListNameInUse => Self::said(
                "That name is in use already, please choose another.",
                "ERROR_ADDRESSBOOK_DUPLICATE",
            ),
            Refusal::ListInvalid => Self::bare("ERROR_ADDRESSBOOK_INVALID"),
            Refusal::ListNotWritable => Self::said(
                "Address book cannot be written to via the API.",
                "ERROR_ADDRESSBOOK_NOTWRITABLE",
            ),
            Refusal::ListInUse => Self::bare("ERROR_ADDRESSBOOK_IN_USE"),
            Refusal::ListLimit => Self::bare("ERROR_ADDRESSBOOK_LIMITEXCEEDED"),
            Refusal::CategoryNotFound => Self::of_parameter("category"),
            Refusal::CategoryNameInUse | Refusal::CategoryInvalid | Refusal::CategoryInUse => {
                Self::of_parameter("category name")
            }
            Refusal::RelationalTableNotFound
            | Refusal::RelationalTableInUse
            | Refusal::RelationalTableInvalid
            | Refusal::RelationalTableLimit => Self::of_parameter("table"),
            Refusal::RelationalColumnNotFound | Refusal::RelationalFormatInvalid => {
                Self::of_parameter("column")
            }
            Refusal::DataFieldNotFound => Self::bare("ERROR_DATAFIELD_NOTFOUND"),
            Refusal::DataFieldInUse => {
                Self::said("Field already exists.", "ERROR_NON_UNIQUE_DATAFIELD")
            }
            Refusal::DataFieldInvalid | Refusal::DataFieldValueInvalid => {
                Self::bare("ERROR_DATAFIELD_INVALID")
            }
            Refusal::DataFieldLimit => Self::bare("ERROR_DATAFIELD_LIMITEXCEEDED"),
            Refusal::DataFieldValueTooLong => Self::bare("ERROR_DATAFIELD_VALUE_OVERFLOW"),
            Refusal::SegmentNotFound => Self::bare("ERROR_SEGMENT_NOT_FOUND"),
            Refusal::CampaignNotFound => Self::bare("ERROR_CAMPAIGN_NOT_FOUND"),
            Refusal::MessageNotFound | Refusal::CampaignReleased | Refusal::ReleaseInPast => {
                Self::bare("ERROR_CAMPAIGN_SEND_INVALID")
            }
            Refusal::TemplateNotFound | Refusal::TemplateInactive => {
                Self::bare("ERROR_TEMPLATE_NOT_FOUND")
            }
            Refusal::BindingInvalid => Self::of_parameter("Binding"),
            Refusal::TextTooLong { limit_bytes: _ } => Self::of_parameter("Content"),
            Refusal::ImportNotFound => Self::bare("ERROR_IMPORT_NOT_FOUND"),
            Refusal::ImportReportNotFound => Self::said(
                "Import is not processed yet or completed with error.",
                "ERROR_IMPORT_REPORT_NOT_FOUND",
            ),
            Refusal::ImportTooManyActive { limit: _ } => {
                Self::bare("ERROR_IMPORT_TOOMANYACTIVEIMPORTS")
            }
            Refusal::ImportFormatUnsupported => Self::bare("ERROR_IMPORT_UNSUPPORTED_FORMAT"),
            Refusal::ImportFileTooLarge { limit_bytes } => Self::of_large_file(*limit_bytes),
            Refusal::ImportNoEmailColumn => Self::bare("ERROR_NO_EMAIL_COLUMN"),
            // This API has no tasks and names no files.
            Refusal::File(_)
            | Refusal::TaskNotFound
            | Refusal::TaskFileNotFound
            | Refusal::TaskTooManyActive { .. } => Self::of_parameter("task"),
            Refusal::ParameterInvalid { parameter } => Self::of_parameter(parameter),
            Refusal::PhoneInvalid | Refusal::PhoneInUse => {
                Self::said("Mobile number is not valid.", "ERROR_SMS_INVALIDPHONENUMBER")
            }
            Refusal::TagNotFound | Refusal::TagInvalid => Self::of_parameter("tag"),
            Refusal::PreferenceNotFound => Self::bare("ERROR_PREFERENCE_NOT_FOUND"),
            Refusal::PreferenceInvalid => Self::bare("ERROR_PREFERENCE_INVALID"),
            Refusal::ConsentInvalid => Self::of_parameter("ConsentFields"),
            Refusal::InsightCollectionNotFound => {
                Self::bare("ERROR_TRANSACTIONAL_DATA_COLLECTION_DOES_NOT_EXIST")
            }
            Refusal::InsightCollectionInvalid => {
                Self::bare("ERROR_TRANSACTIONAL_DATA_INVALID_COLLECTION_NAME")
            }
            Refusal::InsightRecordNotFound => Self::bare("ERROR_TRANSACTIONAL_DATA_DOES_NOT_EXIST"),
            Refusal::InsightRecordInvalid => {
                Self::bare("ERROR_TRANSACTIONAL_DATA_VALIDATION_FAILED")
            }
            Refusal::InsightLimit => {
                Self::bare("ERROR_TRANSACTIONAL_DATA_STORAGE_ALLOWANCE_EXCEEDED")
            }
            Refusal::WebhookNotFound | Refusal::WebhookInvalid => Self::of_parameter("webhook"),
            Refusal::CampaignInvalid => Self::bare("ERROR_CAMPAIGN_INVALID"),
            Refusal::CampaignReadOnly => Self::bare("ERROR_CAMPAIGN_READONLY"),
            Refusal::SendNotPermitted => {
                Self::said("Send not permitted at this time.", "ERROR_CAMPAIGN_SENDNOTPERMITTED")
            }
            Refusal::AttachmentsTooLarge { limit_bytes: _ } => {
                Self::bare("ERROR_DOCUMENT_ATTACHMENTSTOOLARGE")
            }
            Refusal::SendNotFound => Self::bare("ERROR_CAMPAIGN_SEND_INVALID"),
            Refusal::DocumentNotFound => Self::bare("ERROR_DOCUMENT_NOT_FOUND"),
            Refusal::DocumentInvalid => Self::bare("ERROR_DOCUMENT_INVALID"),
            Refusal::TooManyRows { limit: _ } => Self::of_parameter("contacts"),
            Refusal::Unavailable => Self::bare("ERROR_SYSTEM_SERVICETEMPORARILYUNAVAILABLE"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_sentence_stands_in_front_of_the_code() {
        let text = FaultText::from(&Refusal::ContactSuppressed).to_string();
        assert_eq!(text, "Contact is suppressed. ERROR_CONTACT_SUPPRESSED");
    }

    #[test]
    fn without_a_sentence_the_text_says_error() {
        let text = FaultText::from(&Refusal::ContactNotFound).to_string();
        assert_eq!(text, "Error: ERROR_CONTACT_NOT_FOUND");
    }

    #[test]
    fn the_code_is_what_follows_the_last_space() {
        for text in [
            FaultText::from(&Refusal::ParameterInvalid { parameter: "select" }),
            FaultText::from(&Refusal::LoginThrottled),
            FaultText::from(&Refusal::ImportFileTooLarge { limit_bytes: 10 }),
            FaultText::of_internal_error("4f2a"),
        ] {
            let said = text.to_string();
            assert_eq!(said.rsplit(' ').next(), Some(text.code()));
        }
    }
}
