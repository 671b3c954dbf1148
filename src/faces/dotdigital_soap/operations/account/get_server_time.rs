//! `GetServerTime`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::{DotdigitalSoap, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::{DateTime, XmlRecord};

/// Reads the time of the server, in UTC.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetServerTime", ns = SERVICE)]
pub struct GetServerTime;

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetServerTimeResponse", ns = SERVICE)]
pub struct GetServerTimeResponse {
    #[xml(name = "GetServerTimeResult")]
    pub result: DateTime,
}

impl Operation<DotdigitalSoap> for GetServerTime {
    type Response = GetServerTimeResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        Ok(GetServerTimeResponse { result: DateTime::new(call.context.clock.now()) })
    }
}
