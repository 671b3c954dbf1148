//! The account's properties and the addresses that it may send from.

use super::int;
use crate::domain::{AccountInfo, FromAddress};
use crate::faces::dotdigital_soap::records::account::{
    ApiAccount, ApiAccountProperty, ApiCampaignFromAddress,
};

/// The property types that the vendor names.
const STRING: &str = "String";
const INT: &str = "Int";

/// The account under the property names of the vendor's v1 and REST documents. `ApiEndpoint` is
/// where clients are to call from now on: here, by the address that they came by, without a path.
pub fn account(info: AccountInfo, base_url: &str) -> ApiAccount {
    let properties = vec![
        property("Name", STRING, info.name),
        property("MainMobilePhoneNumber", STRING, info.main_mobile.unwrap_or_default()),
        property("MainEmail", STRING, info.main_email.unwrap_or_default()),
        property("APICallsInLast24Hours", INT, info.calls_last_24_hours.to_string()),
        property("APICallsRemaining", INT, info.calls_remaining.to_string()),
        property("ApiEndpoint", STRING, base_url.to_owned()),
    ];
    ApiAccount { id: int(info.id.0), properties: Some(properties) }
}

fn property(name: &str, kind: &str, value: String) -> ApiAccountProperty {
    ApiAccountProperty {
        name: Some(name.to_owned()),
        kind: Some(kind.to_owned()),
        value: Some(value),
    }
}

pub fn from_addresses(senders: Vec<FromAddress>) -> Vec<ApiCampaignFromAddress> {
    let senders = senders.into_iter().map(|sender| ApiCampaignFromAddress {
        id: int(sender.id),
        email: Some(sender.address.as_given().to_owned()),
    });
    senders.collect()
}
