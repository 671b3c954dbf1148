//! Where decoders write: bytes, counted against the body's bounds as they come.

use std::io::{self, Write};

use crate::protocol::http::{BodyBounds, BodyError};

/// Decoded bytes that may come before the ratio counts: a few hundred bytes of repetitive XML
/// compress very well and harm nobody.
const RATIO_FREE_BYTES: u64 = 64 * 1024;

/// Takes decoded bytes until one of the bounds is passed.
pub(super) struct Bounded {
    /// Decoded and not taken yet.
    pub bytes: Vec<u8>,
    decoded_bytes: u64,
    pub wire_bytes: u64,
    pub bounds: BodyBounds,
}

impl Bounded {
    pub fn new(bounds: BodyBounds) -> Self {
        Self { bytes: Vec::new(), decoded_bytes: 0, wire_bytes: 0, bounds }
    }

    fn judge(&self, decoded: u64) -> Result<(), BodyError> {
        if decoded > self.bounds.decoded {
            return Err(BodyError::TooLarge { limit: self.bounds.decoded });
        }
        let by_ratio = self.wire_bytes.saturating_mul(u64::from(self.bounds.ratio));
        if decoded > RATIO_FREE_BYTES && decoded > by_ratio {
            return Err(BodyError::RatioExceeded);
        }
        Ok(())
    }
}

impl Write for Bounded {
    fn write(&mut self, decoded: &[u8]) -> io::Result<usize> {
        let decoded_bytes = self.decoded_bytes.saturating_add(bytes_of(decoded.len()));
        self.judge(decoded_bytes).map_err(io::Error::other)?;
        self.decoded_bytes = decoded_bytes;
        self.bytes.extend_from_slice(decoded);
        Ok(decoded.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn bytes_of(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Our own verdict comes back through the decoder; everything else is damage.
pub(super) fn why_refused(error: &io::Error) -> BodyError {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<BodyError>())
        .copied()
        .unwrap_or(BodyError::BadCompression)
}

/// Shows nothing of the body.
impl std::fmt::Debug for Bounded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bounded")
            .field("decoded_bytes", &self.decoded_bytes)
            .finish_non_exhaustive()
    }
}
