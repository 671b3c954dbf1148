//! Files that callers name by a URL or a server.

use std::path::PathBuf;

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::error::ensure_positive;

/// Files that callers of old APIs name by a URL or an FTP server instead of sending them.
/// Without an inbox and without hosts, such calls are told that no source of files is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    /// A folder that stands for the servers: `ftp://host/folder/name` is the file
    /// `host/folder/name` in it. No name leads out of it.
    #[setting(example = "\"/srv/lychgate/inbox\"")]
    pub inbox: Option<PathBuf>,
    /// Hosts that files are fetched from by HTTP and HTTPS, as `host`, or `host:port` for
    /// another port than the usual one. A host whose address is private is not called, unless the
    /// address itself stands here.
    pub fetch_hosts: Vec<String>,
    /// Largest file, in bytes, before and after it was unpacked. Two are in memory at most.
    pub limit_bytes: u64,
    /// Seconds for fetching a file.
    pub timeout_seconds: u64,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            inbox: None,
            fetch_hosts: Vec::new(),
            limit_bytes: 50 * 1024 * 1024,
            timeout_seconds: 20,
        }
    }
}

impl Files {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        ensure_positive("files", "limit_bytes", self.limit_bytes)?;
        ensure_positive("files", "timeout_seconds", self.timeout_seconds)
    }
}
