//! Whether a row is imported, and if not, for which one reason.

use super::Report;
use super::prepare::Entry;
use crate::domain::ContactStatus;
use crate::domain::contact_store::ContactRecord;
use crate::domain::membership::{MemberState, Membership};
use crate::domain::suppression::Suppression;

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

/// What the store knows of an address.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing<'a> {
    pub suppression: Option<Suppression>,
    pub contact: Option<&'a ContactRecord>,
    /// In the list that is imported into.
    pub membership: Option<Membership>,
    /// An earlier row of this import was imported under this address.
    pub taken: bool,
}

/// Why a row is refused; `None` when it is imported.
///
/// Several reasons may hold at once; the first in the order of [`Reason`] is the row's only one.
pub fn refusal(entry: &Entry, standing: Standing<'_>) -> Option<Reason> {
    let reasons = [
        entry.address.is_none().then_some(Reason::InvalidEmail),
        standing.suppression.map(of_suppression),
        standing.contact.and_then(|contact| of_status(contact.status)),
        standing
            .membership
            .filter(|membership| membership.state == MemberState::Unsubscribed)
            .map(|_| Reason::Unsubscribed),
        standing.taken.then_some(Reason::Duplicate),
        (!entry.fits).then_some(Reason::Failures),
    ];
    reasons.into_iter().flatten().min()
}

fn of_suppression(suppression: Suppression) -> Reason {
    match suppression {
        Suppression::Global => Reason::GloballySuppressed,
        Suppression::Domain => Reason::SuppressedByDomain,
    }
}

fn of_status(status: ContactStatus) -> Option<Reason> {
    match status {
        ContactStatus::Subscribed | ContactStatus::Deleted => None,
        ContactStatus::Unsubscribed => Some(Reason::Unsubscribed),
        ContactStatus::SoftBounced => Some(Reason::SoftBounced),
        ContactStatus::HardBounced | ContactStatus::NoMxRecord => Some(Reason::HardBounced),
        ContactStatus::IspComplained => Some(Reason::ComplainedToIsp),
        ContactStatus::MailBlocked => Some(Reason::MailBlocked),
        ContactStatus::PendingOptIn => Some(Reason::PendingOptIn),
        ContactStatus::NotAllowed => Some(Reason::Blocker),
        ContactStatus::DomainSuppression => Some(Reason::SuppressedByDomain),
        ContactStatus::DirectComplaint
        | ContactStatus::SharedSuppression
        | ContactStatus::Suppressed => Some(Reason::GloballySuppressed),
    }
}
