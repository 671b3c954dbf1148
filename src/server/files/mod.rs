//! Where files that callers name come from: a folder that stands for their servers, and hosts that
//! the operator allows to be called by HTTP and HTTPS.
//!
//! FTP is not spoken: what lies on an FTP server is put into the inbox by other means.

mod address;
mod fetch;
mod inbox;

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;

use crate::domain::files::{FileError, FilePlace, Files};
use fetch::Fetcher;

/// What the operator allows.
#[derive(Debug, Clone, Default)]
pub struct FileSources {
    /// Host, folders and name of a location are folders and name in here.
    pub inbox: Option<PathBuf>,
    /// `host` or `host:port`.
    pub fetch_hosts: Vec<String>,
    /// Bytes of the largest file.
    pub limit_bytes: u64,
    /// For a whole fetch, redirects and all.
    pub timeout: Duration,
    /// Certificates to trust instead of the system's.
    pub ca: Option<PathBuf>,
}

impl Files for FileSources {
    fn fetch<'a>(&'a self, place: &'a FilePlace) -> BoxFuture<'a, Result<Bytes, FileError>> {
        Box::pin(async move {
            if self.inbox.is_none() && self.fetch_hosts.is_empty() {
                return Err(FileError::NotConfigured);
            }
            if let Some(found) = self.find_in_inbox(place).await? {
                return Ok(found);
            }
            let is_http = matches!(place.scheme.as_str(), "http" | "https");
            if !is_http || (self.fetch_hosts.is_empty() && self.inbox.is_some()) {
                return Err(FileError::NotFound);
            }
            let fetch = Fetcher { sources: self }.fetch(place);
            tokio::time::timeout(self.timeout, fetch).await.map_err(|_| FileError::TimedOut)?
        })
    }

    fn limit_bytes(&self) -> u64 {
        self.limit_bytes
    }
}

impl FileSources {
    async fn find_in_inbox(&self, place: &FilePlace) -> Result<Option<Bytes>, FileError> {
        let Some(inbox) = self.inbox.clone() else { return Ok(None) };
        let (place, limit_bytes) = (place.clone(), self.limit_bytes);
        let read = move || inbox::read(&inbox, &place, limit_bytes);
        tokio::task::spawn_blocking(read).await.unwrap_or(Err(FileError::Unreachable))
    }
}
