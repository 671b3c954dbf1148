//! How long the server waits.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// How long the server waits, in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Timeouts {
    /// For the TLS handshake.
    pub handshake_seconds: u64,
    /// For the first byte on a new connection.
    pub first_byte_seconds: u64,
    /// For a whole head, from its first byte on.
    pub head_seconds: u64,
    /// For the next call on a kept-alive connection. .NET keeps idle connections 100 seconds.
    pub idle_seconds: u64,
    /// For the next bytes of a body.
    pub body_stall_seconds: u64,
    /// For a whole body, however slow the line.
    pub body_seconds: u64,
    /// For a client to take the next bytes of a reply.
    pub write_stall_seconds: u64,
    /// For calls under way when the server stops, and then once more for background work.
    pub stop_seconds: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            handshake_seconds: 15,
            first_byte_seconds: 30,
            head_seconds: 15,
            idle_seconds: 110,
            body_stall_seconds: 30,
            body_seconds: 600,
            write_stall_seconds: 30,
            stop_seconds: 20,
        }
    }
}

impl Timeouts {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, seconds) in [
            ("handshake_seconds", self.handshake_seconds),
            ("first_byte_seconds", self.first_byte_seconds),
            ("head_seconds", self.head_seconds),
            ("idle_seconds", self.idle_seconds),
            ("body_stall_seconds", self.body_stall_seconds),
            ("body_seconds", self.body_seconds),
            ("write_stall_seconds", self.write_stall_seconds),
        ] {
            ensure_positive("timeouts", key, seconds)?;
        }
        Ok(())
    }
}
