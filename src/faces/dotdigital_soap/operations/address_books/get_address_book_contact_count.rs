//! `GetAddressBookContactCount`.

use crate::domain::Result;
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Counts the contacts of an address book.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetAddressBookContactCount", ns = SERVICE)]
pub struct GetAddressBookContactCount {
    #[xml(name = "id", required)]
    pub id: i32,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetAddressBookContactCountResponse", ns = SERVICE)]
pub struct GetAddressBookContactCountResponse {
    #[xml(name = "GetAddressBookContactCountResult")]
    pub result: i32,
}

impl Operation<DotdigitalSoap> for GetAddressBookContactCount {
    type Response = GetAddressBookContactCountResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2013;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let id = convert::list::list_id(self.id)?;
        let contacts = call.account().lists().contact_count(id).await?;
        Ok(GetAddressBookContactCountResponse { result: convert::int(contacts) })
    }
}
