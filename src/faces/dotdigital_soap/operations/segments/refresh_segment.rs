//! `RefreshSegment`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::segment::ApiSegmentRefresh;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Starts counting anew who is in a segment.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "RefreshSegment", ns = SERVICE)]
pub struct RefreshSegment {
    #[xml(name = "segmentId", required)]
    pub segment_id: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "RefreshSegmentResponse", ns = SERVICE)]
pub struct RefreshSegmentResponse {
    #[xml(name = "RefreshSegmentResult")]
    pub result: Option<ApiSegmentRefresh>,
}

impl Operation<DotdigitalSoap> for RefreshSegment {
    type Response = RefreshSegmentResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2014;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let id = convert::segment::segment_id(self.segment_id)?;
        let status = call.account().segments().refresh(id).await?;
        Ok(RefreshSegmentResponse { result: Some(convert::segment::refresh(id, status)) })
    }
}
