//! bzip2, decoded in pieces under an absolute bound and a ratio.
//!
//! One client of the Selzy face compresses its forms so. A stream's blocks hold up to 900 KiB, so
//! decoding one takes some 4 MiB besides what comes out of it.

use std::io::{self, Write};

use bytes::Bytes;
use bzip2::write::BzDecoder;

use super::http::{BodyBounds, BodyError};

/// Decoded bytes that may come before the ratio counts: short forms compress well and harm nobody.
const RATIO_FREE_BYTES: u64 = 64 * 1024;
/// Compressed bytes handed to the decoder at once: what the ratio's measure may be off by.
const SLICE_BYTES: usize = 4 * 1024;

/// Decodes one body, piece by piece.
pub struct Bunzip {
    decoder: BzDecoder<Bounded>,
}

impl std::fmt::Debug for Bunzip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bunzip")
    }
}

impl Bunzip {
    pub fn new(bounds: BodyBounds) -> Self {
        Self { decoder: BzDecoder::new(Bounded { bytes: Vec::new(), wire_bytes: 0, bounds }) }
    }

    /// Takes some bytes from the front of `data` and says how many; what is decoded of them comes
    /// in steps of 32 KiB, each judged before the next.
    pub fn piece(&mut self, data: &[u8]) -> Result<usize, BodyError> {
        let slice = data.get(..SLICE_BYTES).unwrap_or(data);
        let sink = self.decoder.get_mut();
        sink.wire_bytes = sink.wire_bytes.saturating_add(bytes_of(slice.len()));
        if sink.wire_bytes > sink.bounds.decoded.saturating_add(bytes_of(SLICE_BYTES)) {
            return Err(BodyError::TooLarge { limit: sink.bounds.decoded });
        }
        match self.decoder.write(slice).map_err(|error| why_refused(&error))? {
            // The stream has ended; what follows it means nothing.
            0 => Ok(slice.len()),
            used => Ok(used),
        }
    }

    /// Memory held for what is decoded so far.
    pub fn held_bytes(&self) -> usize {
        self.decoder.get_ref().bytes.len()
    }

    /// Everything decoded, when the stream was whole.
    pub fn finish(mut self) -> Result<Bytes, BodyError> {
        if self.decoder.get_ref().wire_bytes == 0 {
            return Ok(Bytes::new());
        }
        let sink = self.decoder.finish().map_err(|error| why_refused(&error))?;
        Ok(sink.bytes.into())
    }
}

/// Takes decoded bytes until one of the bounds is passed.
struct Bounded {
    bytes: Vec<u8>,
    wire_bytes: u64,
    bounds: BodyBounds,
}

impl Bounded {
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
        self.judge(bytes_of(self.bytes.len().saturating_add(decoded.len())))
            .map_err(io::Error::other)?;
        self.bytes.extend_from_slice(decoded);
        Ok(decoded.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn bytes_of(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Our own verdict comes back through the decoder; everything else is damage.
fn why_refused(error: &io::Error) -> BodyError {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<BodyError>())
        .copied()
        .unwrap_or(BodyError::BadCompression)
}

#[cfg(test)]
mod tests {
    use bzip2::Compression;
    use bzip2::write::BzEncoder;

    use super::*;

    const BOUNDS: BodyBounds = BodyBounds { decoded: 1_000_000, ratio: 100 };

    fn bzip2(plain: &[u8]) -> Vec<u8> {
        let mut encoder = BzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn read(wire: &[u8]) -> Result<Bytes, BodyError> {
        let mut bunzip = Bunzip::new(BOUNDS);
        let mut rest = wire;
        while !rest.is_empty() {
            let used = bunzip.piece(rest)?;
            rest = &rest[used..];
        }
        bunzip.finish()
    }

    #[test]
    fn a_body_is_read_and_what_follows_it_passed_over() {
        let plain = b"api_key=1&data[0][0]=a%40b.example".repeat(200);
        let mut wire = bzip2(&plain);
        assert_eq!(read(&wire).unwrap(), plain);
        wire.extend_from_slice(b"rubbish");
        assert_eq!(read(&wire).unwrap(), plain);
        assert_eq!(read(b"").unwrap(), "");
        assert_eq!(read(&bzip2(b"")).unwrap(), "");
    }

    #[test]
    fn damage_and_what_is_cut_short_are_refused() {
        let mut wire = bzip2(&b"abc".repeat(500));
        let cut = &wire[..wire.len() - 3];
        assert_eq!(read(cut), Err(BodyError::BadCompression));
        wire[12] ^= 0x55;
        assert_eq!(read(&wire), Err(BodyError::BadCompression));
        assert_eq!(read(b"api_key=1"), Err(BodyError::BadCompression));
    }

    #[test]
    fn a_bomb_is_refused_while_it_is_decoded() {
        let zeros = bzip2(&vec![0; 20_000_000]);
        assert!(zeros.len() < 1_000);
        assert_eq!(read(&zeros), Err(BodyError::RatioExceeded));
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .take(1_100_000)
        .collect();
        assert_eq!(read(&bzip2(&noise)), Err(BodyError::TooLarge { limit: 1_000_000 }));
    }
}
