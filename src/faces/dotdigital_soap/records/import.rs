//! Import jobs and what came of them.

use uuid::Uuid;

use super::DATA;
use crate::protocol::xml::XmlRecord;

/// An import of contacts.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiContactImport", ns = DATA)]
pub struct ApiContactImport {
    /// What progress, report and faults are asked for with.
    #[xml(name = "Id")]
    pub id: Uuid,
    #[xml(name = "Status")]
    pub status: ApiContactImportStatuses,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiContactImportStatuses", ns = DATA)]
pub enum ApiContactImportStatuses {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Finished", value = 1)]
    Finished,
    #[xml(name = "NotFinished")]
    NotFinished,
    #[xml(name = "RejectedByWatchdog")]
    RejectedByWatchdog,
    #[xml(name = "InvalidFileFormat")]
    InvalidFileFormat,
    #[xml(name = "ExceedsAllowedContactLimit", value = 7)]
    ExceedsAllowedContactLimit,
    #[xml(name = "Unknown", value = 5)]
    Unknown,
    #[xml(name = "Failed")]
    Failed,
}

/// The counters of a finished import: each row counts in exactly one.
#[derive(Debug, Clone, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiContactImportReport", ns = DATA)]
pub struct ApiContactImportReport {
    /// Contacts that the import created.
    #[xml(name = "NewContacts")]
    pub new: i32,
    /// Contacts that were there and that the import changed or confirmed.
    #[xml(name = "UpdatedContacts")]
    pub updated: i32,
    /// Rows refused as `Globally Suppressed`.
    #[xml(name = "GloballySuppressed")]
    pub globally_suppressed: i32,
    /// Rows refused as `Invalid Email`.
    #[xml(name = "InvalidEntries")]
    pub invalid_entries: i32,
    /// Rows refused as `Duplicate`.
    #[xml(name = "DuplicateEmails")]
    pub duplicate_emails: i32,
    /// Rows refused as `Blocker`.
    #[xml(name = "Blocked")]
    pub blocked: i32,
    /// Rows refused as `Unsubscribed`.
    #[xml(name = "Unsubscribed")]
    pub unsubscribed: i32,
    /// Rows refused as `Hard bounced`.
    #[xml(name = "HardBounced")]
    pub hard_bounced: i32,
    /// Rows refused as `Soft bounced`.
    #[xml(name = "SoftBounced")]
    pub soft_bounced: i32,
    /// Rows refused as `Complained to ISP`.
    #[xml(name = "IspComplaints")]
    pub isp_complaints: i32,
    /// Rows refused as `Mail blocked`.
    #[xml(name = "MailBlocked")]
    pub mail_blocked: i32,
    /// Rows refused as `Suppressed by Domain`.
    #[xml(name = "DomainSuppressed")]
    pub domain_suppressed: i32,
    /// Rows refused as `Pending optin`.
    #[xml(name = "PendingDoubleOptin")]
    pub pending_double_optin: i32,
    /// Rows refused as `Failures`.
    #[xml(name = "Failures")]
    pub failures: i32,
}
