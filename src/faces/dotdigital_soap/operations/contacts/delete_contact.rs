//! `DeleteContact`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Deletes a contact from the account and from its address books.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteContact", ns = SERVICE)]
pub struct DeleteContact {
    #[xml(name = "id", required)]
    pub id: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteContactResponse", ns = SERVICE)]
pub struct DeleteContactResponse;

impl Operation<DotdigitalSoap> for DeleteContact {
    type Response = DeleteContactResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let id = convert::contact::contact_id(self.id)?;
        call.account().contacts().delete(id).await?;
        Ok(DeleteContactResponse)
    }
}
