//! `ResubscribeContact`.

use crate::domain::{Resubscribed, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::resubscription::{
    ApiContactResubscription, ApiResubscribeResult, ApiResubscribeResult2013,
};
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Takes back a contact that had unsubscribed from the account.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "ResubscribeContact", ns = SERVICE)]
pub struct ResubscribeContact {
    #[xml(name = "apiContactResubscription", required)]
    pub resubscription: Option<ApiContactResubscription>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "ResubscribeContactResponse", ns = SERVICE)]
pub struct ResubscribeContactResponse {
    #[xml(name = "ResubscribeContactResult")]
    pub result: Option<ApiResubscribeResult>,
}

impl Operation<DotdigitalSoap> for ResubscribeContact {
    type Response = ResubscribeContactResponse;

    const EDITIONS: &'static [Edition] = edition::ONLY_2014;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let back = resubscribe(call, self.resubscription).await?;
        Ok(ResubscribeContactResponse { result: Some(convert::contact::resubscribed(&back)) })
    }
}

/// Takes back a contact that had unsubscribed from the account.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "ResubscribeContact", ns = SERVICE)]
pub struct ResubscribeContact2013 {
    #[xml(name = "apiContactResubscription", required)]
    pub resubscription: Option<ApiContactResubscription>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "ResubscribeContactResponse", ns = SERVICE)]
pub struct ResubscribeContactResponse2013 {
    #[xml(name = "ResubscribeContactResult")]
    pub result: ApiResubscribeResult2013,
}

impl Operation<DotdigitalSoap> for ResubscribeContact2013 {
    type Response = ResubscribeContactResponse2013;

    const EDITIONS: &'static [Edition] = edition::ONLY_2013;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let back = resubscribe(call, self.resubscription).await?;
        Ok(ResubscribeContactResponse2013 { result: convert::contact::resubscribed_2013(&back) })
    }
}

/// The one domain call of both forms.
async fn resubscribe(
    call: &Call<'_>,
    resubscription: Option<ApiContactResubscription>,
) -> Result<Resubscribed> {
    let asked = convert::contact::resubscription(resubscription)?;
    call.account().contacts().resubscribe(asked).await
}
