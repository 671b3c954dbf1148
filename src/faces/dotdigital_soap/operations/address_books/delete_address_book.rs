//! `DeleteAddressBook`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Deletes an address book; its contacts stay in the account.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteAddressBook", ns = SERVICE)]
pub struct DeleteAddressBook {
    #[xml(name = "id", required)]
    pub id: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "DeleteAddressBookResponse", ns = SERVICE)]
pub struct DeleteAddressBookResponse;

impl Operation<DotdigitalSoap> for DeleteAddressBook {
    type Response = DeleteAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let id = convert::list::list_id(self.id)?;
        call.account().lists().delete(id).await?;
        Ok(DeleteAddressBookResponse)
    }
}
