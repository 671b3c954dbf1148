//! `CreateContact`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Creates a contact, or updates the one that has this address; answers it with its id.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "CreateContact", ns = SERVICE)]
pub struct CreateContact {
    #[xml(name = "apiContact", required)]
    pub contact: Option<ApiContact>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "CreateContactResponse", ns = SERVICE)]
pub struct CreateContactResponse {
    #[xml(name = "CreateContactResult")]
    pub result: Option<ApiContact>,
}

impl Operation<DotdigitalSoap> for CreateContact {
    type Response = CreateContactResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let new = convert::contact::new_contact(self.contact)?;
        let contact = call.account().contacts().create(new).await?;
        Ok(CreateContactResponse { result: Some(convert::contact::with_data(&contact)) })
    }
}
