//! Compressed bodies, decoded in small pieces under an absolute bound and a ratio.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use http::HeaderValue;
use http::header::GetAll;

use crate::protocol::http::{BodyBounds, BodyError};

/// Compressed bytes handed to the decoder at once: what the ratio's measure may be off by.
const SLICE_BYTES: usize = 4 * 1024;
/// Decoded bytes that may come before the ratio counts: a few hundred bytes of repetitive XML
/// compress very well and harm nobody.
const RATIO_FREE_BYTES: u64 = 64 * 1024;

/// How a body is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Identity,
    Gzip,
    /// RFC 9110 means zlib by this; old senders mean bare deflate. Both are read.
    Deflate,
    /// No registered coding; the Selzy API's documents name it.
    Bzip2,
}

impl Coding {
    /// Reads `Content-Encoding`. PHP sends `gzip` and `deflate`, old proxies `x-gzip`.
    pub fn of(values: GetAll<'_, HeaderValue>) -> Result<Self, BodyError> {
        let mut coding = Self::Identity;
        for value in values {
            let text = value.to_str().map_err(|_| BodyError::UnsupportedEncoding)?;
            for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                let next = Self::named(name).ok_or(BodyError::UnsupportedEncoding)?;
                if next != Self::Identity && coding != Self::Identity {
                    // Twice compressed is only ever sent to hurt.
                    return Err(BodyError::UnsupportedEncoding);
                }
                coding = if next == Self::Identity { coding } else { next };
            }
        }
        Ok(coding)
    }

    fn named(name: &str) -> Option<Self> {
        [
            ("identity", Self::Identity),
            ("gzip", Self::Gzip),
            ("x-gzip", Self::Gzip),
            ("deflate", Self::Deflate),
            ("bzip2", Self::Bzip2),
            ("x-bzip2", Self::Bzip2),
        ]
        .into_iter()
        .find_map(|(known, coding)| name.eq_ignore_ascii_case(known).then_some(coding))
    }
}

/// Decodes one body, piece by piece.
#[derive(Debug)]
pub struct Inflater {
    decoder: Decoder,
}

#[derive(Debug)]
enum Decoder {
    Gzip(MultiGzDecoder<Bounded>),
    /// The first byte tells zlib from bare deflate.
    Undecided(Bounded),
    Zlib(ZlibDecoder<Bounded>),
    Bare(DeflateDecoder<Bounded>),
}

impl Inflater {
    pub fn new(coding: Coding, bounds: BodyBounds) -> Self {
        let sink = Bounded { bytes: Vec::new(), decoded_bytes: 0, wire_bytes: 0, bounds };
        let decoder = match coding {
            Coding::Gzip => Decoder::Gzip(MultiGzDecoder::new(sink)),
            Coding::Deflate | Coding::Identity | Coding::Bzip2 => Decoder::Undecided(sink),
        };
        Self { decoder }
    }

    /// Takes some bytes from the front of `data` and says how many; decodes at most 32 KiB.
    pub fn piece(&mut self, data: &[u8]) -> Result<usize, BodyError> {
        let slice = data.get(..SLICE_BYTES).unwrap_or(data);
        self.decide(slice.first().copied().unwrap_or(0));
        let before = self.sink().wire_bytes;
        self.count_wire(before.saturating_add(bytes_of(slice.len())))?;
        let written = match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.write(slice),
            Decoder::Zlib(decoder) => decoder.write(slice),
            Decoder::Bare(decoder) => decoder.write(slice),
            Decoder::Undecided(_) => Ok(0),
        };
        let used = match written.map_err(|error| why_refused(&error))? {
            // The stream has ended; what follows it means nothing.
            0 => slice.len(),
            used => used,
        };
        self.count_wire(before.saturating_add(bytes_of(used)))?;
        Ok(used)
    }

    /// Memory held for what is decoded so far.
    pub fn held_bytes(&mut self) -> usize {
        self.sink().bytes.len()
    }

    /// What is decoded and not taken yet.
    pub fn take(&mut self) -> Bytes {
        std::mem::take(&mut self.sink().bytes).into()
    }

    /// What is decoded and not taken yet, when the stream was whole.
    pub fn finish(self) -> Result<Bytes, BodyError> {
        let sink = match self.decoder {
            Decoder::Gzip(decoder) => decoder.finish(),
            Decoder::Zlib(decoder) => decoder.finish(),
            Decoder::Bare(decoder) => decoder.finish(),
            Decoder::Undecided(sink) => Ok(sink),
        };
        Ok(sink.map_err(|error| why_refused(&error))?.bytes.into())
    }

    fn decide(&mut self, first: u8) {
        const METHOD_BITS: u8 = 0x0f;
        const METHOD_DEFLATE: u8 = 8;
        let Decoder::Undecided(sink) = &mut self.decoder else { return };
        let sink = std::mem::replace(sink, Bounded::empty());
        self.decoder = if first & METHOD_BITS == METHOD_DEFLATE {
            Decoder::Zlib(ZlibDecoder::new(sink))
        } else {
            Decoder::Bare(DeflateDecoder::new(sink))
        };
    }

    fn count_wire(&mut self, wire_bytes: u64) -> Result<(), BodyError> {
        let sink = self.sink();
        sink.wire_bytes = wire_bytes;
        if wire_bytes > sink.bounds.decoded.saturating_add(bytes_of(SLICE_BYTES)) {
            return Err(BodyError::TooLarge { limit: sink.bounds.decoded });
        }
        Ok(())
    }

    fn sink(&mut self) -> &mut Bounded {
        match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.get_mut(),
            Decoder::Undecided(sink) => sink,
            Decoder::Zlib(decoder) => decoder.get_mut(),
            Decoder::Bare(decoder) => decoder.get_mut(),
        }
    }
}

/// Takes decoded bytes until one of the bounds is passed.
#[derive(Debug)]
struct Bounded {
    /// Decoded and not taken yet.
    bytes: Vec<u8>,
    decoded_bytes: u64,
    wire_bytes: u64,
    bounds: BodyBounds,
}

impl Bounded {
    fn empty() -> Self {
        let bounds = BodyBounds { decoded: 0, ratio: 1 };
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
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const BOUNDS: BodyBounds = BodyBounds { decoded: 1_000_000, ratio: 100 };

    fn inflate(coding: Coding, wire: &[u8], bounds: BodyBounds) -> Result<Bytes, BodyError> {
        let mut inflater = Inflater::new(coding, bounds);
        let mut rest = wire;
        while !rest.is_empty() {
            let used = inflater.piece(rest)?;
            rest = &rest[used..];
        }
        inflater.finish()
    }

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0] & 0x3f
        })
        .take(length)
        .collect()
    }

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_zlib_and_bare_deflate_all_come_back_whole() {
        let plain = noise(200_000);
        assert_eq!(inflate(Coding::Gzip, &gzip(&plain), BOUNDS).unwrap(), plain);
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(&plain).unwrap();
        assert_eq!(inflate(Coding::Deflate, &zlib.finish().unwrap(), BOUNDS).unwrap(), plain);
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
        bare.write_all(&plain).unwrap();
        assert_eq!(inflate(Coding::Deflate, &bare.finish().unwrap(), BOUNDS).unwrap(), plain);
    }

    #[test]
    fn two_gzip_members_are_one_body() {
        let mut wire = gzip(b"first, ");
        wire.extend(gzip(b"second"));
        assert_eq!(inflate(Coding::Gzip, &wire, BOUNDS).unwrap(), b"first, second"[..]);
    }

    #[test]
    fn a_gzip_body_cut_short_is_damaged_at_every_length() {
        let wire = gzip(&noise(5_000));
        for length in 1..wire.len() {
            let outcome = inflate(Coding::Gzip, &wire[..length], BOUNDS);
            assert_eq!(outcome, Err(BodyError::BadCompression), "cut at {length}");
        }
    }

    #[test]
    fn what_is_not_compressed_at_all_is_damaged() {
        let outcome = inflate(Coding::Gzip, b"<?xml version=\"1.0\"?><a/>", BOUNDS);
        assert_eq!(outcome, Err(BodyError::BadCompression));
    }

    #[test]
    fn a_bomb_is_refused_by_ratio_before_its_bound() {
        let bomb = gzip(&vec![0; 900_000]);
        assert_eq!(inflate(Coding::Gzip, &bomb, BOUNDS), Err(BodyError::RatioExceeded));
    }

    #[test]
    fn a_body_past_the_absolute_bound_is_too_large_whatever_its_ratio() {
        let wire = gzip(&noise(1_000_001));
        let outcome = inflate(Coding::Gzip, &wire, BOUNDS);
        assert_eq!(outcome, Err(BodyError::TooLarge { limit: 1_000_000 }));
    }

    #[test]
    fn codings_are_read_without_regard_to_case_and_twice_compressed_is_refused() {
        let coding = |text: &str| {
            let mut headers = http::HeaderMap::new();
            headers.insert(http::header::CONTENT_ENCODING, text.parse().unwrap());
            Coding::of(headers.get_all(http::header::CONTENT_ENCODING))
        };
        assert_eq!(coding("GZip"), Ok(Coding::Gzip));
        assert_eq!(coding("identity, x-gzip"), Ok(Coding::Gzip));
        assert_eq!(coding("gzip, gzip"), Err(BodyError::UnsupportedEncoding));
        assert_eq!(coding("br"), Err(BodyError::UnsupportedEncoding));
    }
}
