//! `GetContactImportReport`.

use uuid::Uuid;

use crate::domain::{ImportId, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::import::ApiContactImportReport;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Reads the counters of a finished import.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactImportReport", ns = SERVICE)]
pub struct GetContactImportReport {
    /// What accepting the import answered.
    #[xml(name = "importId", required)]
    pub import_id: Uuid,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactImportReportResponse", ns = SERVICE)]
pub struct GetContactImportReportResponse {
    #[xml(name = "GetContactImportReportResult")]
    pub result: Option<ApiContactImportReport>,
}

impl Operation<DotdigitalSoap> for GetContactImportReport {
    type Response = GetContactImportReportResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let id = ImportId(self.import_id);
        let report = call.account().imports().report(id).await?;
        Ok(GetContactImportReportResponse { result: Some(convert::import::report(report)) })
    }
}
