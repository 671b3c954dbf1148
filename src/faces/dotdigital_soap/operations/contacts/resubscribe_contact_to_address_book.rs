//! `ResubscribeContactToAddressBook`.

use crate::domain::{Resubscribed, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::resubscription::{
    ApiContactResubscription, ApiResubscribeResult, ApiResubscribeResult2013,
};
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Takes back a contact that had unsubscribed from one address book.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "ResubscribeContactToAddressBook", ns = SERVICE)]
pub struct ResubscribeContactToAddressBook {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
    #[xml(name = "apiContactResubscription", required)]
    pub resubscription: Option<ApiContactResubscription>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "ResubscribeContactToAddressBookResponse", ns = SERVICE)]
pub struct ResubscribeContactToAddressBookResponse {
    #[xml(name = "ResubscribeContactToAddressBookResult")]
    pub result: Option<ApiResubscribeResult>,
}

impl Operation<DotdigitalSoap> for ResubscribeContactToAddressBook {
    type Response = ResubscribeContactToAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2014;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let back = resubscribe(call, self.address_book_id, self.resubscription).await?;
        Ok(ResubscribeContactToAddressBookResponse {
            result: Some(convert::contact::resubscribed(&back)),
        })
    }
}

/// Takes back a contact that had unsubscribed from one address book.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "ResubscribeContactToAddressBook", ns = SERVICE)]
pub struct ResubscribeContactToAddressBook2013 {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
    #[xml(name = "apiContactResubscription", required)]
    pub resubscription: Option<ApiContactResubscription>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "ResubscribeContactToAddressBookResponse", ns = SERVICE)]
pub struct ResubscribeContactToAddressBookResponse2013 {
    #[xml(name = "ResubscribeContactToAddressBookResult")]
    pub result: ApiResubscribeResult2013,
}

impl Operation<DotdigitalSoap> for ResubscribeContactToAddressBook2013 {
    type Response = ResubscribeContactToAddressBookResponse2013;

    const EDITIONS: &'static [Edition] = edition::ONLY_2013;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let back = resubscribe(call, self.address_book_id, self.resubscription).await?;
        Ok(ResubscribeContactToAddressBookResponse2013 {
            result: convert::contact::resubscribed_2013(&back),
        })
    }
}

/// The one domain call of both forms.
async fn resubscribe(
    call: &Call<'_>,
    address_book_id: i32,
    resubscription: Option<ApiContactResubscription>,
) -> Result<Resubscribed> {
    let list = convert::list::list_id(address_book_id)?;
    let asked = convert::contact::resubscription(resubscription)?;
    call.account().contacts().resubscribe_to_list(list, asked).await
}
