//! `GetContactImportProgress`.

use uuid::Uuid;

use crate::domain::{ImportId, Result};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::import::ApiContactImport;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::XmlRecord;

/// Says how far an import has come.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactImportProgress", ns = SERVICE)]
pub struct GetContactImportProgress {
    /// What accepting the import answered.
    #[xml(name = "importId", required)]
    pub import_id: Uuid,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "GetContactImportProgressResponse", ns = SERVICE)]
pub struct GetContactImportProgressResponse {
    #[xml(name = "GetContactImportProgressResult")]
    pub result: Option<ApiContactImport>,
}

impl Operation<DotdigitalSoap> for GetContactImportProgress {
    type Response = GetContactImportProgressResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let id = ImportId(self.import_id);
        let state = call.account().imports().progress(id).await?;
        Ok(GetContactImportProgressResponse { result: Some(convert::import::import(&state)) })
    }
}
