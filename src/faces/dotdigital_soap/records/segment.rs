//! Segments and their refreshes.

use lychgate_derive::XmlRecord;

use super::DATA;

/// The contacts that a stored rule selects.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiSegment", namespace = DATA)]
pub struct ApiSegment {
    #[xml(name = "Id")]
    pub id: i32,
    #[xml(name = "Name", required)]
    pub name: Option<String>,
    /// How many contacts the last refresh found.
    #[xml(name = "Contacts")]
    pub contacts: i32,
}

/// Several segments.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ArrayOfApiSegment", namespace = DATA)]
pub struct ArrayOfApiSegment {
    #[xml(name = "ApiSegment")]
    pub items: Vec<Option<ApiSegment>>,
}

/// The refresh of a segment.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiSegmentRefresh", namespace = DATA)]
pub struct ApiSegmentRefresh {
    /// The segment's number.
    #[xml(name = "Id")]
    pub id: i32,
    #[xml(name = "Status")]
    pub status: ApiSegmentRefreshStatuses,
}

/// How far the refresh of a segment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiSegmentRefreshStatuses", namespace = DATA)]
pub enum ApiSegmentRefreshStatuses {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "NotStarted", value = 0)]
    NotStarted,
    #[xml(name = "NotFinished", value = 1)]
    NotFinished,
    #[xml(name = "Finished", value = 2)]
    Finished,
    #[xml(name = "Failed", value = 3)]
    Failed,
}
