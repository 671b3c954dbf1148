//! Data fields, and what stands in the way of deleting one.

use lychgate_derive::XmlRecord;

use super::DATA;
use crate::protocol::xml::AnyValue;

/// A typed column that the account keeps for each contact.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiDataField", namespace = DATA)]
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

/// Several data fields.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ArrayOfApiDataField", namespace = DATA)]
pub struct ArrayOfApiDataField {
    #[xml(name = "ApiDataField")]
    pub items: Vec<Option<ApiDataField>>,
}

/// What a data field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiDataTypes", namespace = DATA)]
pub enum ApiDataTypes {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "String", value = 1)]
    String,
    #[xml(name = "Numeric", value = 2)]
    Numeric,
    #[xml(name = "Date", value = 3)]
    Date,
    #[xml(name = "Boolean", value = 4)]
    Boolean,
}

/// Whether contacts may see a data field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiDataFieldVisibility", namespace = DATA)]
pub enum ApiDataFieldVisibility {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Private", value = 0)]
    Private,
    #[xml(name = "Public", value = 1)]
    Public,
}

/// Whether something was deleted, and what still uses it if not.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiDependencyResult", namespace = DATA)]
pub struct ApiDependencyResult {
    #[xml(name = "Dependencies")]
    pub dependencies: Option<ArrayOfApiDependency>,
    /// True when it was deleted.
    #[xml(name = "Result")]
    pub deleted: bool,
}

/// One thing that uses another.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiDependency", namespace = DATA)]
pub struct ApiDependency {
    #[xml(name = "Type")]
    pub kind: ApiBusinessObjectType,
    #[xml(name = "ObjectId")]
    pub object_id: i32,
}

/// Several things that use another.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ArrayOfApiDependency", namespace = DATA)]
pub struct ArrayOfApiDependency {
    #[xml(name = "ApiDependency")]
    pub items: Vec<Option<ApiDependency>>,
}

/// What kind of thing uses another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiBusinessObjectType", namespace = DATA)]
pub enum ApiBusinessObjectType {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "Campaign", value = 1)]
    Campaign,
    #[xml(name = "Survey", value = 2)]
    Survey,
    #[xml(name = "MicrositePage", value = 3)]
    MicrositePage,
    #[xml(name = "DynamicContent", value = 4)]
    DynamicContent,
    #[xml(name = "ContactLabel", value = 5)]
    ContactLabel,
    #[xml(name = "SurveyQuestion", value = 6)]
    SurveyQuestion,
    #[xml(name = "AddressBook", value = 7)]
    AddressBook,
    #[xml(name = "DynamicContentRule", value = 8)]
    DynamicContentRule,
    #[xml(name = "CampaignLink", value = 9)]
    CampaignLink,
    #[xml(name = "CampaignTemplate", value = 10)]
    CampaignTemplate,
}
