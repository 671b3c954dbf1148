//! Certificate and key for HTTPS.

use std::path::PathBuf;

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Certificate and key for HTTPS; with neither, the server speaks plain HTTP. TLS 1.2 and 1.3.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// PEM file with the certificate chain, read again when it changes. Take an ECDSA
    /// certificate: Windows before Server 2016 has no common cipher suite for an RSA one.
    #[setting(example = "\"/etc/lychgate/cert.pem\"")]
    pub cert: Option<PathBuf>,
    /// PEM file with the private key of `cert`.
    #[setting(example = "\"/etc/lychgate/key.pem\"")]
    pub key: Option<PathBuf>,
    /// Make an ECDSA P-256 certificate for trials. It is written to the data folder.
    pub self_signed: bool,
}

impl Tls {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.cert.is_some() != self.key.is_some() {
            return Err(ConfigError::invalid("tls", "cert", "`cert` and `key` go together"));
        }
        if self.self_signed && self.cert.is_some() {
            return Err(ConfigError::invalid(
                "tls",
                "self_signed",
                "either a certificate of your own or a self-signed one, not both",
            ));
        }
        Ok(())
    }

    /// Whether the server speaks HTTPS.
    pub fn is_on(&self) -> bool {
        self.self_signed || self.cert.is_some()
    }
}
