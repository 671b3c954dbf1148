//! Whether a row is imported, and if not, for which one reason.

use super::Report;

/// Why a row was refused. Declared in judging order: the first that holds is the row's reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    InvalidEmail,
    GloballySuppressed,
    SuppressedByDomain,
    Blocker,
    ComplainedToIsp,
    HardBounced,
    MailBlocked,
    SoftBounced,
    Unsubscribed,
    PendingOptIn,
    Duplicate,
    Failures,
}

impl Reason {
    pub const ALL: [Self; 12] = [
        Self::InvalidEmail,
        Self::GloballySuppressed,
        Self::SuppressedByDomain,
        Self::Blocker,
        Self::ComplainedToIsp,
        Self::HardBounced,
        Self::MailBlocked,
        Self::SoftBounced,
        Self::Unsubscribed,
        Self::PendingOptIn,
        Self::Duplicate,
        Self::Failures,
    ];

    /// The text in the faults file, letter for letter as the vendor documents it.
    pub fn text(self) -> &'static str {
        match self {
            Self::InvalidEmail => "Invalid Email",
            Self::GloballySuppressed => "Globally Suppressed",
            Self::SuppressedByDomain => "Suppressed by Domain",
            Self::Blocker => "Blocker",
            Self::ComplainedToIsp => "Complained to ISP",
            Self::HardBounced => "Hard bounced",
            Self::MailBlocked => "Mail blocked",
            Self::SoftBounced => "Soft bounced",
            Self::Unsubscribed => "Unsubscribed",
            Self::PendingOptIn => "Pending optin",
            Self::Duplicate => "Duplicate",
            Self::Failures => "Failures",
        }
    }

    /// The one counter in which a row refused for this reason counts.
    pub fn counter(self, report: &mut Report) -> &mut u32 {
        match self {
            Self::InvalidEmail => &mut report.invalid_entries,
            Self::GloballySuppressed => &mut report.globally_suppressed,
            Self::SuppressedByDomain => &mut report.domain_suppressed,
            Self::Blocker => &mut report.blocked,
            Self::ComplainedToIsp => &mut report.isp_complaints,
            Self::HardBounced => &mut report.hard_bounced,
            Self::MailBlocked => &mut report.mail_blocked,
            Self::SoftBounced => &mut report.soft_bounced,
            Self::Unsubscribed => &mut report.unsubscribed,
            Self::PendingOptIn => &mut report.pending_double_optin,
            Self::Duplicate => &mut report.duplicate_emails,
            Self::Failures => &mut report.failures,
        }
    }
}
