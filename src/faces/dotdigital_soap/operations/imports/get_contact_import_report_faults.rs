//! `GetContactImportReportFaults`.

use futures_util::{StreamExt as _, TryStreamExt as _};
use uuid::Uuid;

use crate::domain::{ImportId, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::{DotdigitalSoap, edition};
use crate::faces::stored_file;
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::{LongBytes, XmlRecord};

/// Reads the refused rows of a finished import with their reasons, as UTF-8 CSV with a byte order mark.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactImportReportFaults", ns = SERVICE)]
pub struct GetContactImportReportFaults {
    /// What accepting the import answered.
    #[xml(name = "importId", required)]
    pub import_id: Uuid,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactImportReportFaultsResponse", ns = SERVICE)]
pub struct GetContactImportReportFaultsResponse {
    #[xml(name = "GetContactImportReportFaultsResult")]
    pub result: Option<LongBytes>,
}

impl Operation<DotdigitalSoap> for GetContactImportReportFaults {
    type Response = GetContactImportReportFaultsResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let id = ImportId(self.import_id);
        let faults = call.account().imports().faults(id).await?;
        let (at_hand, later) = stored_file::begun(faults).await?;
        let later = later.map(|later| later.map_err(Into::into).boxed());
        Ok(GetContactImportReportFaultsResponse { result: Some(LongBytes::new(at_hand, later)) })
    }
}
