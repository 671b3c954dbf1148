//! The account and the addresses that it may send from.

use super::DATA;
use crate::protocol::xml::XmlRecord;

/// An account with its named properties.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiAccount", ns = DATA)]
pub struct ApiAccount {
    #[xml(name = "Id")]
    pub id: i32,
    #[xml(name = "Properties", required)]
    pub properties: Option<Vec<ApiAccountProperty>>,
}

/// One property of an account.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiAccountProperty", ns = DATA)]
pub struct ApiAccountProperty {
    #[xml(name = "Name")]
    pub name: Option<String>,
    /// The name of the value's type; the value itself is always text.
    #[xml(name = "Type")]
    pub kind: Option<String>,
    #[xml(name = "Value")]
    pub value: Option<String>,
}

/// An address that campaigns may be sent from.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiCampaignFromAddress", ns = DATA)]
pub struct ApiCampaignFromAddress {
    #[xml(name = "Id")]
    pub id: i32,
    #[xml(name = "Email")]
    pub email: Option<String>,
}
