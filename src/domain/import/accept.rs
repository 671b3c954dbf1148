//! What a caller hands in.

use bytes::Bytes;

use super::MergeOption;
use crate::domain::ListId;

/// A file to import, as a face received it.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// The list that the contacts join; `None` imports into the account alone.
    pub list: Option<ListId>,
    pub file: Bytes,
    pub format: DeclaredFormat,
    pub merge: MergeOption,
    /// The face's bound on `file`, in bytes.
    pub limit_bytes: u64,
}

/// The largest file a SOAP call may carry, in bytes: the vendor's 10 MB.
pub const SOAP_FILE_LIMIT_BYTES: u64 = 10 * 1024 * 1024;

/// The largest file of any other face, in bytes: the vendor's 50 MB.
pub const FILE_LIMIT_BYTES: u64 = 50 * 1024 * 1024;

/// The format that the caller named. Only a hint: the file's own first bytes decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclaredFormat {
    Csv,
    Excel,
    /// Neither of them; such an import is refused.
    Unsupported,
}

impl DeclaredFormat {
    /// Reads a free text such as `csv`, `CSV`, `text/csv`, `.xlsx` or `XLS`.
    ///
    /// Vendor samples send `csv`, the vendor's SDK `CSV`, one documentation sample `test/csv`; a
    /// missing or empty text leaves the choice to the file.
    pub fn from_text(text: &str) -> Self {
        let text = text.trim().to_ascii_lowercase();
        let last = text.rsplit(['/', '.']).next().unwrap_or_default();
        match last {
            "" | "csv" | "tsv" | "txt" | "text" | "plain" | "comma-separated-values" => Self::Csv,
            "xls" | "xlsx" | "excel" | "ms-excel" | "vnd" | "sheet" => Self::Excel,
            _ if text.contains("ms-excel") || text.contains("spreadsheetml") => Self::Excel,
            _ => Self::Unsupported,
        }
    }
}
