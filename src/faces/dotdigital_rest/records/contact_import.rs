//! Imports of contacts and what came of them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{ApiContactData, ApiContactEmailTypes, ApiContactOptInTypes};
use crate::domain::import::{ImportState, MergeOption, Report, Status};
use crate::domain::{ConsentPart, Refusal};
use crate::faces::dotdigital_rest::convert::int;

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiContactImport {
    /// What status, report and faults are asked for with.
    pub id: Uuid,
    pub status: ApiContactImportStatuses,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiContactImportStatuses {
    Finished,
    NotFinished,
    RejectedByWatchdog,
    InvalidFileFormat,
    Unknown,
    Failed,
    ExceedsAllowedContactLimit,
}

impl From<&ImportState> for ApiContactImport {
    fn from(import: &ImportState) -> Self {
        let status = match import.status {
            Status::Finished => ApiContactImportStatuses::Finished,
            Status::NotFinished => ApiContactImportStatuses::NotFinished,
            Status::RejectedByWatchdog => ApiContactImportStatuses::RejectedByWatchdog,
            Status::InvalidFileFormat => ApiContactImportStatuses::InvalidFileFormat,
            Status::ExceedsAllowedContactLimit => {
                ApiContactImportStatuses::ExceedsAllowedContactLimit
            }
            Status::Failed => ApiContactImportStatuses::Failed,
            Status::Unknown => ApiContactImportStatuses::Unknown,
        };
        Self { id: import.id.0, status }
    }
}

/// The counters of a finished import. Each row of the file counts in exactly one.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiContactImportReport {
    /// Contacts that the import created.
    pub new_contacts: i32,
    /// Contacts that were there and that the import changed or confirmed.
    pub updated_contacts: i32,
    pub globally_suppressed: i32,
    pub invalid_entries: i32,
    pub duplicate_emails: i32,
    pub blocked: i32,
    pub unsubscribed: i32,
    pub hard_bounced: i32,
    pub soft_bounced: i32,
    pub isp_complaints: i32,
    pub mail_blocked: i32,
    pub domain_suppressed: i32,
    pub pending_double_optin: i32,
    pub failures: i32,
    /// A counter of later years. What an account suppresses itself counts as globally suppressed
    /// here, so this one stays 0.
    pub suppressed_contacts: i32,
}

impl From<Report> for ApiContactImportReport {
    fn from(report: Report) -> Self {
        Self {
            new_contacts: int(report.new_contacts),
            updated_contacts: int(report.updated_contacts),
            globally_suppressed: int(report.globally_suppressed),
            invalid_entries: int(report.invalid_entries),
            duplicate_emails: int(report.duplicate_emails),
            blocked: int(report.blocked),
            unsubscribed: int(report.unsubscribed),
            hard_bounced: int(report.hard_bounced),
            soft_bounced: int(report.soft_bounced),
            isp_complaints: int(report.isp_complaints),
            mail_blocked: int(report.mail_blocked),
            domain_suppressed: int(report.domain_suppressed),
            pending_double_optin: int(report.pending_double_optin),
            failures: int(report.failures),
            suppressed_contacts: 0,
        }
    }
}

/// What becomes of stored values. The last one, which the vendor's `OpenAPI` names as the default,
/// stands for a caller who says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ApiContactMergeOptionTypes {
    Overwrite,
    OnlyOverwriteIfNotEmpty,
    OnlyOverwriteIfContactDataNotPopulated,
    #[default]
    NotAvailableInThisVersion,
}

impl ApiContactMergeOptionTypes {
    pub fn name(self) -> &'static str {
        match self {
            Self::Overwrite => "Overwrite",
            Self::OnlyOverwriteIfNotEmpty => "OnlyOverwriteIfNotEmpty",
            Self::OnlyOverwriteIfContactDataNotPopulated => {
                "OnlyOverwriteIfContactDataNotPopulated"
            }
            Self::NotAvailableInThisVersion => "NotAvailableInThisVersion",
        }
    }
}

impl From<ApiContactMergeOptionTypes> for MergeOption {
    fn from(option: ApiContactMergeOptionTypes) -> Self {
        match option {
            ApiContactMergeOptionTypes::Overwrite
            | ApiContactMergeOptionTypes::NotAvailableInThisVersion => Self::Overwrite,
            ApiContactMergeOptionTypes::OnlyOverwriteIfNotEmpty => Self::OnlyOverwriteIfNotEmpty,
            ApiContactMergeOptionTypes::OnlyOverwriteIfContactDataNotPopulated => {
                Self::OnlyOverwriteIfContactDataNotPopulated
            }
        }
    }
}

/// Contacts to import that the call itself lists.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiContactImportCollection {
    pub contacts: Option<Vec<ApiContactForBulkImport>>,
    /// The address books that the contacts join; none for the account alone.
    pub address_book_ids: Option<Vec<i32>>,
    pub merge_option: ApiContactMergeOptionTypes,
}

/// One contact of a collection.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiContactForBulkImport {
    pub email: Option<String>,
    pub opt_in_type: ApiContactOptInTypes,
    pub email_type: ApiContactEmailTypes,
    pub data_fields: Option<Vec<ApiContactData>>,
    /// The parts of one consent.
    pub consent_fields: Option<Vec<ApiContactData>>,
}

impl std::fmt::Debug for ApiContactForBulkImport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiContactForBulkImport(..)")
    }
}

impl ApiContactForBulkImport {
    /// What stands in the columns `Email`, `OptInType` and `EmailType`. Without a word of the
    /// caller's a cell is empty, so that what is stored stays.
    pub fn fixed(&self) -> [&str; 3] {
        let opt_in = match self.opt_in_type {
            ApiContactOptInTypes::Unknown | ApiContactOptInTypes::NotAvailableInThisVersion => "",
            ApiContactOptInTypes::Single => "Single",
            ApiContactOptInTypes::Double => "Double",
            ApiContactOptInTypes::VerifiedDouble => "VerifiedDouble",
        };
        let email_type = match self.email_type {
            ApiContactEmailTypes::PlainText => "PlainText",
            ApiContactEmailTypes::Html => "Html",
            ApiContactEmailTypes::NotAvailableInThisVersion => "",
        };
        [self.email.as_deref().unwrap_or_default(), opt_in, email_type]
    }

    /// The contact's fields, the parts of its consent and their values as cells; refuses what no
    /// cell can hold and a part that consents do not have.
    pub fn cells(&self) -> Result<Vec<(&str, String)>, Refusal> {
        let cell = |field: &'_ ApiContactData| match &field.value {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(value @ (Value::Bool(_) | Value::Number(_))) => Ok(value.to_string()),
            Some(Value::Array(_) | Value::Object(_)) => Err(Refusal::DataFieldValueInvalid),
        };
        let mut cells = Vec::new();
        for field in self.data_fields.iter().flatten() {
            cells.push((field.key.as_deref().unwrap_or_default(), cell(field)?));
        }
        for field in self.consent_fields.iter().flatten() {
            let part = ConsentPart::named(field.key.as_deref().unwrap_or_default());
            let part = part.ok_or(Refusal::ConsentInvalid)?;
            cells.push((part.heading(), cell(field)?));
        }
        Ok(cells)
    }
}
