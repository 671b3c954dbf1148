//! `xs:base64Binary` as it comes: in pieces, with line breaks.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;

/// Characters that stand for three bytes together.
const GROUP: usize = 4;

/// Four times as fast as [`LENIENT`], and strict: it refuses stray bits as well.
const FAST: base64_simd::Base64 = base64_simd::STANDARD;

/// Padding is required, so that a value cut short is noticed. Stray bits in the last character
/// are let through, as .NET does.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Decodes text that arrives in pieces, straight into the bytes it stands for.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    /// Characters seen that do not fill a group of four yet.
    group: Vec<u8>,
    padded: bool,
}

/// The text is not base64.
#[derive(Debug)]
pub struct NotBase64;

impl Decoder {
    pub fn push(&mut self, piece: &str) -> Result<(), NotBase64> {
        let text = piece.as_bytes().trim_ascii();
        // Most clients write one line: then this is the only pass. A line break ends it early.
        if self.group.is_empty() && text.len().is_multiple_of(GROUP) && self.decode(text).is_ok() {
            return Ok(());
        }
        self.bytes.reserve(text.len() / GROUP * 3);
        let runs = text.split(u8::is_ascii_whitespace).filter(|run| !run.is_empty());
        runs.into_iter().try_for_each(|run| self.push_run(run))
    }

    fn push_run(&mut self, mut run: &[u8]) -> Result<(), NotBase64> {
        if !self.group.is_empty() {
            let missing = GROUP.saturating_sub(self.group.len());
            let (head, rest) = run.split_at_checked(missing).unwrap_or((run, &[]));
            self.group.extend_from_slice(head);
            if self.group.len() < GROUP {
                return Ok(());
            }
            let group = std::mem::take(&mut self.group);
            self.decode(&group)?;
            run = rest;
        }
        let whole = run.len() - run.len() % GROUP;
        let (groups, rest) = run.split_at_checked(whole).ok_or(NotBase64)?;
        self.decode(groups)?;
        self.group.extend_from_slice(rest);
        Ok(())
    }

    /// Takes whole groups, or nothing if they are not right.
    fn decode(&mut self, groups: &[u8]) -> Result<(), NotBase64> {
        if groups.is_empty() {
            return Ok(());
        }
        if self.padded {
            return Err(NotBase64);
        }
        let length = self.bytes.len();
        if FAST.decode_append(groups, &mut self.bytes).is_err() {
            self.bytes.truncate(length);
            if LENIENT.decode_vec(groups, &mut self.bytes).is_err() {
                self.bytes.truncate(length);
                return Err(NotBase64);
            }
        }
        self.padded = groups.ends_with(b"=");
        Ok(())
    }

    /// Moves what is decoded so far to the end of `to`.
    pub fn take_into(&mut self, to: &mut Vec<u8>) {
        to.append(&mut self.bytes);
    }

    /// The bytes that are not taken yet, when the last group was whole.
    pub fn finish(self) -> Result<Vec<u8>, NotBase64> {
        if self.group.is_empty() { Ok(self.bytes) } else { Err(NotBase64) }
    }
}

/// Appends the bytes that whole groups stand for, or nothing: only what [`encode`] writes for those
/// bytes is taken, to the last bit.
pub(super) fn decode_exactly(groups: &[u8], out: &mut Vec<u8>) -> Result<(), NotBase64> {
    let before = out.len();
    FAST.decode_append(groups, out).map(drop).map_err(|_| {
        out.truncate(before);
        NotBase64
    })
}

/// Bytes that a group of characters stands for.
const BYTES_OF_A_GROUP: usize = 3;

/// Encodes bytes that arrive in pieces.
#[derive(Debug, Default)]
pub struct Encoder {
    /// Bytes that do not fill a group yet.
    group: Vec<u8>,
}

impl Encoder {
    /// Appends the base64 form of all these, but for what does not fill a group.
    pub(super) fn push_all(&mut self, pieces: &[Bytes], out: &mut Vec<u8>) {
        let bytes: usize = pieces.iter().map(Bytes::len).sum();
        // And room for what stands behind a file.
        out.reserve((bytes / BYTES_OF_A_GROUP + 2) * GROUP + 256);
        for piece in pieces {
            self.push(piece, out);
        }
    }

    fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        if !self.group.is_empty() {
            let missing = BYTES_OF_A_GROUP.saturating_sub(self.group.len());
            let (head, rest) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
            self.group.extend_from_slice(head);
            if self.group.len() < BYTES_OF_A_GROUP {
                return;
            }
            FAST.encode_append(&self.group, out);
            self.group.clear();
            bytes = rest;
        }
        let whole = bytes.len() - bytes.len() % BYTES_OF_A_GROUP;
        let (groups, rest) = bytes.split_at_checked(whole).unwrap_or((bytes, &[]));
        FAST.encode_append(groups, out);
        self.group.extend_from_slice(rest);
    }

    /// Appends what is left.
    pub(super) fn finish(self, out: &mut Vec<u8>) {
        FAST.encode_append(&self.group, out);
    }
}

/// Appends the base64 form of `bytes`, without an intermediate string.
pub(super) fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    FAST.encode_append(bytes, out);
}
