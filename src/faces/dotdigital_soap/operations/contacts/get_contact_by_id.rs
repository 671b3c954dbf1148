//! `GetContactById`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Reads a contact who is not suppressed, with all its data fields.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactById", ns = SERVICE)]
pub struct GetContactById {
    #[xml(name = "id", required)]
    pub id: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactByIdResponse", ns = SERVICE)]
pub struct GetContactByIdResponse {
    #[xml(name = "GetContactByIdResult")]
    pub result: Option<ApiContact>,
}

impl Operation<DotdigitalSoap> for GetContactById {
    type Response = GetContactByIdResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let id = convert::contact::contact_id(self.id)?;
        let contact = call.account().contacts().get(id).await?;
        Ok(GetContactByIdResponse { result: Some(convert::contact::with_data(&contact)) })
    }
}
