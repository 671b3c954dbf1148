//! Gzip, whose archives may stand one behind the other.

use std::io::{self, Write as _};

use flate2::write::GzDecoder;

use super::bounded::Bounded;
use crate::protocol::http::BodyBounds;

/// Archives in one body. A block compressor begins one for each 64 KiB; one of nothing takes 20
/// bytes, and as long to set up as some KiB take to decode.
const MOST_MEMBERS: usize = 1_024;

/// Decodes archives until the last.
pub(super) struct Members {
    decoder: GzDecoder<Bounded>,
    ended: usize,
}

impl Members {
    pub fn new(sink: Bounded) -> Self {
        Self { decoder: GzDecoder::new(sink), ended: 0 }
    }

    /// Takes some bytes from the front of `slice` and says how many.
    pub fn write(&mut self, slice: &[u8]) -> io::Result<usize> {
        match self.decoder.write(slice)? {
            0 if !slice.is_empty() => self.next_member()?.write(slice),
            used => Ok(used),
        }
    }

    /// What follows the end of an archive is another, or rubbish that is refused as such.
    fn next_member(&mut self) -> io::Result<&mut GzDecoder<Bounded>> {
        self.ended += 1;
        if self.ended >= MOST_MEMBERS {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let nothing = Bounded::new(BodyBounds { decoded: 0, ratio: 1 });
        let ended = std::mem::replace(&mut self.decoder, GzDecoder::new(nothing));
        self.decoder = GzDecoder::new(ended.finish()?);
        Ok(&mut self.decoder)
    }

    pub fn finish(self) -> io::Result<Bounded> {
        self.decoder.finish()
    }

    pub fn get_mut(&mut self) -> &mut Bounded {
        self.decoder.get_mut()
    }
}
