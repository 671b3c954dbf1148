//! The account and the addresses that it may send from.

use lychgate_derive::XmlRecord;

use super::DATA;

/// An account with its named properties.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiAccount", namespace = DATA)]
pub struct ApiAccount {
    #[xml(name = "Id")]
    pub id: i32,
    #[xml(name = "Properties", required)]
    pub properties: Option<ArrayOfApiAccountProperty>,
}

/// One property of an account.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiAccountProperty", namespace = DATA)]
pub struct ApiAccountProperty {
    #[xml(name = "Name")]
    pub name: Option<String>,
    /// The name of the value's type; the value itself is always text.
    #[xml(name = "Type")]
    pub kind: Option<String>,
    #[xml(name = "Value")]
    pub value: Option<String>,
}

/// The properties of an account.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ArrayOfApiAccountProperty", namespace = DATA)]
pub struct ArrayOfApiAccountProperty {
    #[xml(name = "ApiAccountProperty")]
    pub items: Vec<Option<ApiAccountProperty>>,
}

/// An address that campaigns may be sent from.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiCampaignFromAddress", namespace = DATA)]
pub struct ApiCampaignFromAddress {
    #[xml(name = "Id")]
    pub id: i32,
    #[xml(name = "Email")]
    pub email: Option<String>,
}

/// Several addresses that campaigns may be sent from.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ArrayOfApiCampaignFromAddress", namespace = DATA)]
pub struct ArrayOfApiCampaignFromAddress {
    #[xml(name = "ApiCampaignFromAddress")]
    pub items: Vec<Option<ApiCampaignFromAddress>>,
}
