//! The Empower face.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// The Empower face: `methodCall` documents at `/api/xmlrpc/index.php`, and XML-RPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Empower {
    /// Serve this face.
    pub enabled: bool,
    /// Host names that this face answers on; empty for all.
    pub hosts: Vec<String>,
    /// Answer XML-RPC too, at `/RPC2` and wherever a `methodCall` with `params` arrives.
    pub xml_rpc: bool,
    /// Largest body of one post, in bytes.
    pub body_bytes: u64,
    /// Method calls in one post; a post with more is refused.
    pub calls_per_post: u32,
    /// Calls in one `system.multicall`; one with more is refused.
    pub calls_per_multicall: u32,
}

impl Default for Empower {
    fn default() -> Self {
        Self {
            enabled: true,
            hosts: Vec::new(),
            xml_rpc: true,
            body_bytes: 10 * 1024 * 1024,
            calls_per_post: 100,
            calls_per_multicall: 100,
        }
    }
}

impl Empower {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("empower", "body_bytes", self.body_bytes)?;
        ensure_positive("empower", "calls_per_post", self.calls_per_post.into())?;
        ensure_positive("empower", "calls_per_multicall", self.calls_per_multicall.into())
    }
}
