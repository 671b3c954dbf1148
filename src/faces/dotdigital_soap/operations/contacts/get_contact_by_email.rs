//! `GetContactByEmail`.

use crate::domain::{EmailAddress, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Reads the contact with this address, of any status, with all its data fields.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactByEmail", ns = SERVICE)]
pub struct GetContactByEmail {
    #[xml(name = "email", required)]
    pub email: Option<String>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactByEmailResponse", ns = SERVICE)]
pub struct GetContactByEmailResponse {
    #[xml(name = "GetContactByEmailResult")]
    pub result: Option<ApiContact>,
}

impl Operation<DotdigitalSoap> for GetContactByEmail {
    type Response = GetContactByEmailResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let address = EmailAddress::parse(self.email.as_deref().unwrap_or_default())?;
        let contact = call.account().contacts().get_by_address(&address).await?;
        Ok(GetContactByEmailResponse { result: Some(convert::contact::with_data(&contact)) })
    }
}
