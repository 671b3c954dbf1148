//! Imports and their reports.

use super::int;

use crate::domain::import::{ImportState, Report, Status};
use crate::faces::dotdigital_soap::records::import::{
    ApiContactImport, ApiContactImportReport, ApiContactImportStatuses,
};

pub fn import(state: &ImportState) -> ApiContactImport {
    ApiContactImport {
        id: state.id.0,
        status: match state.status {
            Status::Finished => ApiContactImportStatuses::Finished,
            Status::NotFinished => ApiContactImportStatuses::NotFinished,
            Status::RejectedByWatchdog => ApiContactImportStatuses::RejectedByWatchdog,
            Status::InvalidFileFormat => ApiContactImportStatuses::InvalidFileFormat,
            Status::ExceedsAllowedContactLimit => {
                ApiContactImportStatuses::ExceedsAllowedContactLimit
            }
            Status::Failed => ApiContactImportStatuses::Failed,
            Status::Unknown => ApiContactImportStatuses::Unknown,
        },
    }
}

pub fn report(report: Report) -> ApiContactImportReport {
    ApiContactImportReport {
        new: int(report.new_contacts),
        updated: int(report.updated_contacts),
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
    }
}
