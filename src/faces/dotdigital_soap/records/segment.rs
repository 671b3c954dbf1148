//! Segments and their refreshes.

use super::DATA;
use crate::protocol::xml::XmlRecord;

/// The contacts that a stored rule selects.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiSegment", ns = DATA)]
pub struct ApiSegment {
    #[xml(name = "Id")]
    pub id: i32,
    #[xml(name = "Name", required)]
    pub name: Option<String>,
    /// How many contacts the last refresh found.
    #[xml(name = "Contacts")]
    pub contacts: i32,
}

/// The refresh of a segment.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "ApiSegmentRefresh", ns = DATA)]
pub struct ApiSegmentRefresh {
    /// The segment's number.
    #[xml(name = "Id")]
    pub id: i32,
    #[xml(name = "Status")]
    pub status: ApiSegmentRefreshStatuses,
}

/// How far the refresh of a segment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, XmlRecord)]
#[xml(name = "ApiSegmentRefreshStatuses", ns = DATA)]
pub enum ApiSegmentRefreshStatuses {
    #[xml(name = "NotAvailableInThisVersion", value = -1)]
    NotAvailableInThisVersion,
    #[xml(name = "NotStarted")]
    NotStarted,
    #[xml(name = "NotFinished")]
    NotFinished,
    #[xml(name = "Finished")]
    Finished,
    #[xml(name = "Failed")]
    Failed,
}
