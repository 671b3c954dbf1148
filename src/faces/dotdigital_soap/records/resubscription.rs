//! The way back of a contact that had left, in both editions.

use super::DATA;
use super::contact::ApiContact;
use crate::protocol::xml::XmlRecord;

/// Who comes back, and how to ask for a confirmation if one is needed.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiContactResubscription", ns = DATA)]
pub struct ApiContactResubscription {
    /// The contact that had left; its data fields are taken over.
    #[xml(name = "UnsubscribedContact", required)]
    pub contact: Option<ApiContact>,
    /// Language of a confirmation mail, such as `de-DE`.
    #[xml(name = "PreferredLocale")]
    pub preferred_locale: Option<String>,
    /// Where a confirmed contact is led to.
    #[xml(name = "ReturnUrlToUseIfChallenged")]
    pub return_url: Option<String>,
}

/// What became of a resubscription.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiResubscribeResult", ns = DATA)]
pub struct ApiResubscribeResult {
    /// The contact as it is now.
    #[xml(name = "Contact")]
    pub contact: Option<ApiContact>,
    #[xml(name = "Status")]
    pub status: ApiResubscribeStatuses,
}

/// Whether a contact is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiResubscribeStatuses", ns = DATA)]
pub enum ApiResubscribeStatuses {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "ContactAdded")]
    ContactAdded,
    #[xml(name = "ContactChallenged")]
    ContactChallenged,
    #[xml(name = "ContactCannotBeUnsuppressed")]
    ContactCannotBeUnsuppressed,
}

/// Whether a contact is back, as 2013 named it: the later record took over the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiResubscribeResult", ns = DATA)]
pub enum ApiResubscribeResult2013 {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "ContactAdded")]
    ContactAdded,
    #[xml(name = "ContactChallenged")]
    ContactChallenged,
    #[xml(name = "ContactCannotBeUnsuppressed")]
    ContactCannotBeUnsuppressed,
}
