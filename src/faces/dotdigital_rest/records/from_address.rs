//! An address that campaigns may come from.

use serde::{Deserialize, Serialize};

use crate::domain::{EmailAddress, FromAddress, Refusal};
use crate::faces::dotdigital_rest::convert::int;

/// An address that campaigns may come from.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiCampaignFromAddress {
    /// Counts from 1; 0 is as good as absent.
    pub id: i32,
    pub email: Option<String>,
}

impl std::fmt::Debug for ApiCampaignFromAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiCampaignFromAddress").field("id", &self.id).finish_non_exhaustive()
    }
}

impl ApiCampaignFromAddress {
    pub fn of(address: &FromAddress) -> Self {
        Self { id: int(address.id), email: Some(address.address.as_given().to_owned()) }
    }

    /// Number and address, whichever the caller says; the number counts where both are said.
    pub fn read(self) -> Result<(Option<u32>, Option<EmailAddress>), Refusal> {
        let id = u32::try_from(self.id).map_err(|_| Refusal::CampaignInvalid)?;
        let email = self.email.filter(|email| !email.trim().is_empty());
        let email = email.map(|email| EmailAddress::parse(&email)).transpose();
        Ok(((id > 0).then_some(id), email.map_err(|_| Refusal::CampaignInvalid)?))
    }
}
