//! `ImportContacts`.

use crate::domain::Result;
use crate::domain::import::{DeclaredFormat, MergeOption, NewImport};
use crate::faces::dotdigital_soap::call::Call;
use crate::faces::dotdigital_soap::records::SERVICE;
use crate::faces::dotdigital_soap::records::import::ApiContactImport;
use crate::faces::dotdigital_soap::{DotdigitalSoap, convert, edition};
use crate::protocol::soap::{Edition, Operation};
use crate::protocol::xml::{Octets, XmlRecord};

/// Accepts a file of contacts for import into the account; answers before it is worked on.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "ImportContacts", ns = SERVICE)]
pub struct ImportContacts {
    /// The file itself: CSV, XLS or XLSX.
    #[xml(name = "data", required)]
    pub data: Option<Octets>,
    /// `csv`, `xls` or `xlsx`.
    #[xml(name = "dataType", required)]
    pub data_type: Option<String>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "ImportContactsResponse", ns = SERVICE)]
pub struct ImportContactsResponse {
    #[xml(name = "ImportContactsResult")]
    pub result: Option<ApiContactImport>,
}

impl Operation<DotdigitalSoap> for ImportContacts {
    type Response = ImportContactsResponse;

    const EDITIONS: &'static [Edition] = edition::BOTH;

    async fn run(self, call: &Call<'_>) -> Result<Self::Response> {
        let new = NewImport {
            list: None,
            file: self.data.unwrap_or_default().0,
            format: DeclaredFormat::from_text(self.data_type.as_deref().unwrap_or_default()),
            merge: MergeOption::Overwrite,
            limit_bytes: call.file_bytes(),
        };
        let state = call.account().imports().accept(new).await?;
        Ok(ImportContactsResponse { result: Some(convert::import::import(&state)) })
    }
}
