//! Data fields, and what stands in the way of deleting one.

use super::DATA;
use crate::protocol::xml::{AnyValue, XmlRecord};

/// A typed column that the account keeps for each contact.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiDataField", ns = DATA)]
pub struct ApiDataField {
    /// Unique within the account, without regard to case.
    #[xml(name = "Name", required)]
    pub name: Option<String>,
    #[xml(name = "Type")]
    pub kind: ApiDataTypes,
    #[xml(name = "Visibility")]
    pub visibility: ApiDataFieldVisibility,
    /// What a contact has without a value of its own.
    #[xml(name = "DefaultValue")]
    pub default: Option<AnyValue>,
}

/// What a data field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiDataTypes", ns = DATA)]
pub enum ApiDataTypes {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "String", value = 1)]
    String,
    #[xml(name = "Numeric")]
    Numeric,
    #[xml(name = "Date")]
    Date,
    #[xml(name = "Boolean")]
    Boolean,
}

/// Whether contacts may see a data field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiDataFieldVisibility", ns = DATA)]
pub enum ApiDataFieldVisibility {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Private")]
    Private,
    #[xml(name = "Public")]
    Public,
}

/// Whether something was deleted, and what still uses it if not.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiDependencyResult", ns = DATA)]
pub struct ApiDependencyResult {
    #[xml(name = "Dependencies")]
    pub dependencies: Option<Vec<ApiDependency>>,
    /// True when it was deleted.
    #[xml(name = "Result")]
    pub deleted: bool,
}

/// One thing that uses another.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiDependency", ns = DATA)]
pub struct ApiDependency {
    #[xml(name = "Type")]
    pub kind: ApiBusinessObjectType,
    #[xml(name = "ObjectId")]
    pub object_id: i32,
}

/// What kind of thing uses another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiBusinessObjectType", ns = DATA)]
pub enum ApiBusinessObjectType {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Campaign", value = 1)]
    Campaign,
    #[xml(name = "Survey")]
    Survey,
    #[xml(name = "MicrositePage")]
    MicrositePage,
    #[xml(name = "DynamicContent")]
    DynamicContent,
    #[xml(name = "ContactLabel")]
    ContactLabel,
    #[xml(name = "SurveyQuestion")]
    SurveyQuestion,
    #[xml(name = "AddressBook")]
    AddressBook,
    #[xml(name = "DynamicContentRule")]
    DynamicContentRule,
    #[xml(name = "CampaignLink")]
    CampaignLink,
    #[xml(name = "CampaignTemplate")]
    CampaignTemplate,
}
