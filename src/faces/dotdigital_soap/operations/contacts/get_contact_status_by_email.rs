//! `GetContactStatusByEmail`.

use crate::domain::{EmailAddress, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContactStatuses;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Reads the status alone of the contact with this address.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactStatusByEmail", ns = SERVICE)]
pub struct GetContactStatusByEmail {
    #[xml(name = "email", required)]
    pub email: Option<String>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactStatusByEmailResponse", ns = SERVICE)]
pub struct GetContactStatusByEmailResponse {
    #[xml(name = "GetContactStatusByEmailResult")]
    pub result: ApiContactStatuses,
}

impl Operation<DotdigitalSoap> for GetContactStatusByEmail {
    type Response = GetContactStatusByEmailResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2013;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let address = EmailAddress::parse(self.email.as_deref().unwrap_or_default())?;
        let status = call.account().contacts().status_by_address(&address).await?;
        Ok(GetContactStatusByEmailResponse { result: convert::contact::status(status) })
    }
}
