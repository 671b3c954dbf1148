//! `GetDataFields`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::data_field::ApiDataField;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Lists all data fields of the account.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetDataFields", ns = SERVICE)]
pub struct GetDataFields;

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetDataFieldsResponse", ns = SERVICE)]
pub struct GetDataFieldsResponse {
    #[xml(name = "GetDataFieldsResult")]
    pub result: Option<Vec<ApiDataField>>,
}

impl Operation<DotdigitalSoap> for GetDataFields {
    type Response = GetDataFieldsResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let fields = call.account().fields().all().await?;
        Ok(GetDataFieldsResponse {
            result: Some(fields.iter().map(convert::data_field::data_field).collect()),
        })
    }
}
