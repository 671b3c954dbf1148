//! `GetSegmentRefreshProgress`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::segment::ApiSegmentRefresh;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Says how far the refresh of a segment has come.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetSegmentRefreshProgress", ns = SERVICE)]
pub struct GetSegmentRefreshProgress {
    #[xml(name = "segmentId", required)]
    pub segment_id: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetSegmentRefreshProgressResponse", ns = SERVICE)]
pub struct GetSegmentRefreshProgressResponse {
    #[xml(name = "GetSegmentRefreshProgressResult")]
    pub result: Option<ApiSegmentRefresh>,
}

impl Operation<DotdigitalSoap> for GetSegmentRefreshProgress {
    type Response = GetSegmentRefreshProgressResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2014;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let id = convert::segment::segment_id(self.segment_id)?;
        let status = call.account().segments().refresh_progress(id).await?;
        Ok(GetSegmentRefreshProgressResponse {
            result: Some(convert::segment::refresh(id, status)),
        })
    }
}
