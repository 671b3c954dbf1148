//! `DeleteDataField`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::data_field::ApiDependencyResult;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Deletes a data field, or says what still uses it.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteDataField", ns = SERVICE)]
pub struct DeleteDataField {
    #[xml(name = "fieldName", required)]
    pub field_name: Option<String>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteDataFieldResponse", ns = SERVICE)]
pub struct DeleteDataFieldResponse {
    #[xml(name = "DeleteDataFieldResult")]
    pub result: Option<ApiDependencyResult>,
}

impl Operation<DotdigitalSoap> for DeleteDataField {
    type Response = DeleteDataFieldResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let name = self.field_name.unwrap_or_default();
        let result = call.account().fields().delete(&name).await?;
        Ok(DeleteDataFieldResponse {
            result: Some(convert::data_field::dependency_result(&result)),
        })
    }
}
