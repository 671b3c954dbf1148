//! `UnsubscribeContact`.

use crate::domain::{Result, SuppressedContact};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::contact::ApiContact;
use crate::faces::dotdigital_soap::records::suppression::ApiContactSuppression;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Unsubscribes a contact from the whole account.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UnsubscribeContact", ns = SERVICE)]
pub struct UnsubscribeContact {
    #[xml(name = "apiContact", required)]
    pub contact: Option<ApiContact>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UnsubscribeContactResponse", ns = SERVICE)]
pub struct UnsubscribeContactResponse {
    #[xml(name = "UnsubscribeContactResult")]
    pub result: Option<ApiContactSuppression>,
}

impl Operation<DotdigitalSoap> for UnsubscribeContact {
    type Response = UnsubscribeContactResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2014;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let suppressed = unsubscribe(call, self.contact).await?;
        Ok(UnsubscribeContactResponse { result: Some(convert::contact::suppression(&suppressed)) })
    }
}

/// Unsubscribes a contact from the whole account.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UnsubscribeContact", ns = SERVICE)]
pub struct UnsubscribeContact2013 {
    #[xml(name = "apiContact", required)]
    pub contact: Option<ApiContact>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "UnsubscribeContactResponse", ns = SERVICE)]
pub struct UnsubscribeContactResponse2013;

impl Operation<DotdigitalSoap> for UnsubscribeContact2013 {
    type Response = UnsubscribeContactResponse2013;

    const EDITIONS: &'static [Edition] = edition::ONLY_2013;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        unsubscribe(call, self.contact).await?;
        Ok(UnsubscribeContactResponse2013)
    }
}

/// The one domain call of both forms.
async fn unsubscribe(call: &Call<'_>, contact: Option<ApiContact>) -> Result<SuppressedContact> {
    let contact = convert::contact::new_contact(contact)?;
    call.account().contacts().unsubscribe(contact).await
}
