//! How callers name contacts, and what became of those they named.

use serde::{Deserialize, Serialize};

use super::contact::{ApiContact, ApiContactEmailTypes, ApiContactOptInTypes, ApiContactStatuses};
use super::contact_data::ApiContactData;
use crate::domain::{Contact, ContactKey, EmailAddress, Refusal};
use crate::faces::dotdigital_rest::convert::{contact_id, int};

/// A contact by id, by address, or by both; then the id counts.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiContactIdAndEmail {
    /// 0 where it is not known.
    pub id: i32,
    pub email: Option<String>,
}

impl std::fmt::Debug for ApiContactIdAndEmail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiContactIdAndEmail").field("id", &self.id).finish_non_exhaustive()
    }
}

impl ApiContactIdAndEmail {
    pub fn of(contact: &Contact) -> Self {
        let email = Some(contact.address.as_given().to_owned());
        Self { id: int(contact.id.0), email }
    }

    /// An address that is none is refused, rather than reported as a stranger's.
    pub fn key(&self) -> Result<ContactKey, Refusal> {
        if self.id != 0 {
            return contact_id(self.id).map(ContactKey::Id);
        }
        let address = self.email.as_deref().unwrap_or_default();
        EmailAddress::parse(address).map(ContactKey::Address)
    }
}

/// Who was suppressed, and whom nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiBulkSuppressResponse {
    pub suppressed: Vec<ApiContactIdAndEmail>,
    pub not_found: Vec<ApiContactIdAndEmail>,
}

/// Several contacts that are asked for at once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiMultipleContactsRequest {
    pub contacts: Vec<ApiContactIdAndEmail>,
    pub with_full_data: bool,
}

/// Those who were found, and whom nobody knows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiMultipleContactsResponse {
    pub contacts: Vec<ApiContactExtended>,
    pub not_found: Vec<ApiContactIdAndEmail>,
}

/// A contact, and since when it is there.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiContactExtended {
    pub id: i32,
    pub email: Option<String>,
    pub opt_in_type: ApiContactOptInTypes,
    pub email_type: ApiContactEmailTypes,
    pub data_fields: Option<Vec<ApiContactData>>,
    pub status: ApiContactStatuses,
    pub created: String,
}

impl std::fmt::Debug for ApiContactExtended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiContactExtended").field("id", &self.id).finish_non_exhaustive()
    }
}

impl ApiContactExtended {
    pub fn of(contact: &Contact, with_full_data: bool) -> Self {
        let convert = if with_full_data { ApiContact::full } else { ApiContact::bare };
        let ApiContact { id, email, opt_in_type, email_type, data_fields, status } =
            convert(contact);
        let created = contact.created.to_string();
        Self { id, email, opt_in_type, email_type, data_fields, status, created }
    }
}

/// The keys that found nobody.
pub fn strangers(
    asked: Vec<ApiContactIdAndEmail>,
    found: &[Option<Contact>],
) -> Vec<ApiContactIdAndEmail> {
    let with_found = asked.into_iter().zip(found);
    with_found.filter(|(_, found)| found.is_none()).map(|(asked, _)| asked).collect()
}
