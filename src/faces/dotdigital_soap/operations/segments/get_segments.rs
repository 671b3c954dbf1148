//! `GetSegments`.

use crate::domain::{Page, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::segment::ApiSegment;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Lists the segments of the account by id.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetSegments", ns = SERVICE)]
pub struct GetSegments {
    /// How many at most, up to 1000.
    #[xml(name = "select", required)]
    pub select: i32,
    /// How many to pass over first.
    #[xml(name = "skip", required)]
    pub skip: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetSegmentsResponse", ns = SERVICE)]
pub struct GetSegmentsResponse {
    #[xml(name = "GetSegmentsResult")]
    pub result: Option<Vec<ApiSegment>>,
}

impl Operation<DotdigitalSoap> for GetSegments {
    type Response = GetSegmentsResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2014;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let page = Page::new(self.select, self.skip)?;
        let segments = call.account().segments().page(page).await?;
        Ok(GetSegmentsResponse { result: Some(convert::segment::segments(segments)) })
    }
}
