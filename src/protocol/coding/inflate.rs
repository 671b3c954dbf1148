//! One decoder for each coding, all used in the same way.

use std::io::Write as _;

use bytes::Bytes;
use bzip2::write::BzDecoder;
use flate2::write::{DeflateDecoder, ZlibDecoder};

use super::Coding;
use super::bounded::{Bounded, bytes_of, why_refused};
use super::members::Members;
use crate::protocol::http::{BodyBounds, BodyError};

/// Compressed bytes handed to the decoder at once: what the ratio's measure may be off by.
const SLICE_BYTES: usize = 4 * 1024;

/// Decodes one body, piece by piece.
pub struct Inflater {
    decoder: Decoder,
}

enum Decoder {
    Gzip(Members),
    /// The first byte tells zlib from bare deflate.
    Undecided(Bounded),
    Zlib(ZlibDecoder<Bounded>),
    Bare(DeflateDecoder<Bounded>),
    /// A block holds up to 900 KiB, so decoding takes some 4 MiB besides what comes out of it.
    Bzip2(BzDecoder<Bounded>),
}

impl Inflater {
    pub fn new(coding: Coding, bounds: BodyBounds) -> Self {
        let sink = Bounded::new(bounds);
        let decoder = match coding {
            Coding::Gzip => Decoder::Gzip(Members::new(sink)),
            Coding::Bzip2 => Decoder::Bzip2(BzDecoder::new(sink)),
            Coding::Deflate | Coding::Identity => Decoder::Undecided(sink),
        };
        Self { decoder }
    }

    /// Takes some bytes from the front of `data` and says how many; what is decoded of them
    /// comes in steps of 32 KiB, each judged before the next.
    pub fn piece(&mut self, data: &[u8]) -> Result<usize, BodyError> {
        let slice = data.get(..SLICE_BYTES).unwrap_or(data);
        self.decide(slice.first().copied().unwrap_or(0));
        let before = self.sink().wire_bytes;
        self.count_wire(before.saturating_add(bytes_of(slice.len())))?;
        let written = match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.write(slice),
            Decoder::Zlib(decoder) => decoder.write(slice),
            Decoder::Bare(decoder) => decoder.write(slice),
            Decoder::Bzip2(decoder) => decoder.write(slice),
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
            Decoder::Bzip2(decoder) if decoder.get_ref().wire_bytes == 0 => return Ok(Bytes::new()),
            Decoder::Bzip2(mut decoder) => decoder.finish(),
            Decoder::Undecided(sink) => Ok(sink),
        };
        Ok(sink.map_err(|error| why_refused(&error))?.bytes.into())
    }

    fn decide(&mut self, first: u8) {
        const METHOD_BITS: u8 = 0x0f;
        const METHOD_DEFLATE: u8 = 8;
        let Decoder::Undecided(sink) = &mut self.decoder else { return };
        let sink = std::mem::replace(sink, Bounded::new(BodyBounds { decoded: 0, ratio: 1 }));
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
            Decoder::Bzip2(decoder) => decoder.get_mut(),
        }
    }
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inflater(..)")
    }
}
