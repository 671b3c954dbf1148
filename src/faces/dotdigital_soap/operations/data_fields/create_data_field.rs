//! `CreateDataField`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::data_field::ApiDataField;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Creates a data field, with a default value if one is given.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "CreateDataField", ns = SERVICE)]
pub struct CreateDataField {
    #[xml(name = "dataField", required)]
    pub field: Option<ApiDataField>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "CreateDataFieldResponse", ns = SERVICE)]
pub struct CreateDataFieldResponse {
    #[xml(name = "CreateDataFieldResult")]
    pub result: Option<ApiDataField>,
}

impl Operation<DotdigitalSoap> for CreateDataField {
    type Response = CreateDataFieldResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let new = convert::data_field::new_data_field(self.field)?;
        let field = call.account().fields().create(new).await?;
        Ok(CreateDataFieldResponse { result: Some(convert::data_field::data_field(&field)) })
    }
}
