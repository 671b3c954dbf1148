//! `GetCurrentAccountInfo`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::account::ApiAccount;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Reads the properties of the account that is calling.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetCurrentAccountInfo", ns = SERVICE)]
pub struct GetCurrentAccountInfo;

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetCurrentAccountInfoResponse", ns = SERVICE)]
pub struct GetCurrentAccountInfoResponse {
    #[xml(name = "GetCurrentAccountInfoResult")]
    pub result: Option<ApiAccount>,
}

impl Operation<DotdigitalSoap> for GetCurrentAccountInfo {
    type Response = GetCurrentAccountInfoResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let info = call.account().info().await?;
        Ok(GetCurrentAccountInfoResponse {
            result: Some(convert::account::account(info, &call.head.base_url)),
        })
    }
}
