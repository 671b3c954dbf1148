//! Recognizes a call that comes round again.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::UpstreamError;

/// Names the processes that a call was passed through, separated by commas.
pub const PASSED: HeaderName = HeaderName::from_static("lychgate-passed");

/// Gateways that a call may pass through. Two in a row make sense (record in front of compare).
const MOST_PASSES: usize = 8;

/// This process among gateways that pass calls on. All its upstreams share one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassGuard {
    id: String,
}

impl PassGuard {
    /// `id` is random at each start.
    pub fn new(id: [u8; 8]) -> Self {
        Self { id: format!("{:016x}", u64::from_be_bytes(id)) }
    }

    pub(super) fn own(&self) -> HeaderValue {
        HeaderValue::from_str(&self.id).unwrap_or(HeaderValue::from_static("?"))
    }

    /// The header of the call when it goes on.
    pub(super) fn mark(&self, headers: &HeaderMap) -> Result<HeaderValue, UpstreamError> {
        let values = headers.get_all(PASSED).iter().filter_map(|value| value.to_str().ok());
        let mut ids: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
        if ids.len() >= MOST_PASSES || ids.contains(&self.id.as_str()) {
            return Err(UpstreamError::Loop);
        }
        ids.push(&self.id);
        HeaderValue::from_str(&ids.join(", ")).map_err(|_| UpstreamError::Loop)
    }
}
