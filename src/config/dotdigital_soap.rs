//! The Dotdigital SOAP v2 face.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// The Dotdigital SOAP v2 face: `/v2/api.svc`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct DotdigitalSoap {
    /// Serve this face.
    pub enabled: bool,
    /// Host names that this face answers on; empty for all.
    pub hosts: Vec<String>,
    /// Host names on which callers get the WSDL of 2013: resubscribe answers a plain enum and
    /// unsubscribe answers nothing. The path `/2013/v2/api.svc` does the same on every host.
    pub hosts_2013: Vec<String>,
    /// Largest file that one call may upload for an import, in bytes.
    pub file_bytes: u64,
}

impl Default for DotdigitalSoap {
    fn default() -> Self {
        Self {
            enabled: true,
            hosts: Vec::new(),
            hosts_2013: vec!["apiconnector.com".to_owned(), "www.apiconnector.com".to_owned()],
            file_bytes: 10 * 1024 * 1024,
        }
    }
}

impl DotdigitalSoap {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("dotdigital_soap", "file_bytes", self.file_bytes)
    }
}
