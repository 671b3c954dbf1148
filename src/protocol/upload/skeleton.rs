//! What a document says around its file, and the characters of a document that comes in pieces.

use encoding_rs::{CoderResult, Decoder, UTF_8};

use super::UploadError;

/// Most text around a file, in bytes. A name and two tags, or two members, take some hundred.
const MOST_BYTES: usize = 64 * 1024;

/// Bytes decoded at once.
const STEP_BYTES: usize = 16 * 1024;

/// A document without the file in it: short, so that it can be kept and read by a real parser.
#[derive(Debug, Default)]
pub struct Skeleton(String);

impl Skeleton {
    pub fn push(&mut self, text: &str) -> Result<(), UploadError> {
        if self.0.len() + text.len() > MOST_BYTES {
            return Err(UploadError::TooMuchAround { most_bytes: MOST_BYTES });
        }
        self.0.push_str(text);
        Ok(())
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Makes text of bytes that come in pieces: UTF-8, or what a byte order mark says.
///
/// What is no character becomes U+FFFD, which is refused inside of base64 and kept in a name.
pub struct Characters(Decoder);

impl Default for Characters {
    fn default() -> Self {
        Self(UTF_8.new_decoder())
    }
}

impl Characters {
    /// Hands the characters of `bytes` to `take`, in pieces.
    pub fn push(
        &mut self,
        bytes: &[u8],
        mut take: impl FnMut(&str) -> Result<(), UploadError>,
    ) -> Result<(), UploadError> {
        bytes.chunks(STEP_BYTES).try_for_each(|step| self.decode(step, false, &mut take))
    }

    /// Hands out what a cut character leaves at the end.
    pub fn finish(
        mut self,
        mut take: impl FnMut(&str) -> Result<(), UploadError>,
    ) -> Result<(), UploadError> {
        self.decode(&[], true, &mut take)
    }

    fn decode(
        &mut self,
        bytes: &[u8],
        last: bool,
        take: &mut impl FnMut(&str) -> Result<(), UploadError>,
    ) -> Result<(), UploadError> {
        let mut rest = bytes;
        let room = self.0.max_utf8_buffer_length(rest.len()).unwrap_or(STEP_BYTES);
        let mut text = String::with_capacity(room);
        loop {
            let (result, read, _) = self.0.decode_to_string(rest, &mut text, last);
            take(&text)?;
            text.clear();
            rest = rest.get(read..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                return Ok(());
            }
        }
    }
}

impl std::fmt::Debug for Characters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Characters(..)")
    }
}
