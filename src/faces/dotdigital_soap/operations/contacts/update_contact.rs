//! `UpdateContact`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Changes the contact with the id within, its address too.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UpdateContact", ns = SERVICE)]
pub struct UpdateContact {
    #[xml(name = "apiContact", required)]
    pub contact: Option<ApiContact>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UpdateContactResponse", ns = SERVICE)]
pub struct UpdateContactResponse {
    #[xml(name = "UpdateContactResult")]
    pub result: Option<ApiContact>,
}

impl Operation<DotdigitalSoap> for UpdateContact {
    type Response = UpdateContactResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let (id, change) = convert::contact::identified(self.contact)?;
        let contact = call.account().contacts().update(id, change).await?;
        Ok(UpdateContactResponse { result: Some(convert::contact::with_data(&contact)) })
    }
}
