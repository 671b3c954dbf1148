//! `UnsubscribeContactFromAddressBook`.

use crate::domain::{Result, SuppressedContact};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::records::suppression::ApiContactSuppression;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Unsubscribes a contact from one address book.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UnsubscribeContactFromAddressBook", ns = SERVICE)]
pub struct UnsubscribeContactFromAddressBook {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
    #[xml(name = "apiContact", required)]
    pub contact: Option<ApiContact>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UnsubscribeContactFromAddressBookResponse", ns = SERVICE)]
pub struct UnsubscribeContactFromAddressBookResponse {
    #[xml(name = "UnsubscribeContactFromAddressBookResult")]
    pub result: Option<ApiContactSuppression>,
}

impl Operation<DotdigitalSoap> for UnsubscribeContactFromAddressBook {
    type Response = UnsubscribeContactFromAddressBookResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2014;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let suppressed = unsubscribe(call, self.address_book_id, self.contact).await?;
        Ok(UnsubscribeContactFromAddressBookResponse {
            result: Some(convert::contact::suppression(&suppressed)),
        })
    }
}

/// Unsubscribes a contact from one address book.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UnsubscribeContactFromAddressBook", ns = SERVICE)]
pub struct UnsubscribeContactFromAddressBook2013 {
    #[xml(name = "addressBookId", required)]
    pub address_book_id: i32,
    #[xml(name = "apiContact", required)]
    pub contact: Option<ApiContact>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UnsubscribeContactFromAddressBookResponse", ns = SERVICE)]
pub struct UnsubscribeContactFromAddressBookResponse2013;

impl Operation<DotdigitalSoap> for UnsubscribeContactFromAddressBook2013 {
    type Response = UnsubscribeContactFromAddressBookResponse2013;

    const EDITIONS: &'static [Edition] = edition::ONLY_2013;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        unsubscribe(call, self.address_book_id, self.contact).await?;
        Ok(UnsubscribeContactFromAddressBookResponse2013)
    }
}

/// The one domain call of both forms.
async fn unsubscribe(
    call: &Call<'_>,
    address_book_id: i32,
    contact: Option<ApiContact>,
) -> Result<SuppressedContact> {
    let list = convert::list::list_id(address_book_id)?;
    let contact = convert::contact::new_contact(contact)?;
    call.account().contacts().unsubscribe_from_list(list, contact).await
}
