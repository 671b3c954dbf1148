//! What an account may know of itself.

use serde::Serialize;

use crate::domain::AccountInfo;
use crate::faces::dotdigital_rest::convert::int;

/// The account that is calling.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiAccount {
    pub id: i32,
    pub properties: Vec<ApiAccountProperty>,
}

/// One property of an account; the value is a text, whatever its type.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiAccountProperty {
    pub name: &'static str,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub value: String,
}

impl std::fmt::Debug for ApiAccountProperty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiAccountProperty").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The property types that the vendor names.
const STRING: &str = "String";
const INT: &str = "Int";

impl ApiAccount {
    /// The account under the names, types and order of the vendor's documents, as far as there is
    /// such a thing here: credits, wallet and sub-accounts are left out. `ApiEndpoint` is where
    /// clients are to call from now on: the address that they came by, with a slash and no path.
    pub fn of(info: AccountInfo, base_url: &str) -> Self {
        let property = |name, kind, value| ApiAccountProperty { name, kind, value };
        let endpoint = format!("{}/", base_url.trim_end_matches('/'));
        let properties = vec![
            property("Name", STRING, info.name),
            property("MainMobilePhoneNumber", STRING, info.main_mobile.unwrap_or_default()),
            property("MainEmail", STRING, info.main_email.unwrap_or_default()),
            property("APILocale", STRING, "en-GB".to_owned()),
            property("ApiCallsInLastHour", INT, info.calls_this_hour.to_string()),
            property("ApiCallsRemaining", INT, info.calls_remaining_this_hour.to_string()),
            property("ApiEndpoint", STRING, endpoint),
            // All times of this server are in UTC.
            property("TimeZoneIana", STRING, "Etc/UTC".to_owned()),
        ];
        Self { id: int(info.id.0), properties }
    }
}
