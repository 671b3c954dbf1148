//! `xs:base64Binary` as it comes: in pieces, with line breaks.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::text::is_space;

/// Padding is required, so that a value cut short is noticed. Stray bits in the last character
/// are let through, as .NET does.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Decodes text that arrives in pieces, straight into the bytes it stands for.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    bytes: Vec<u8>,
    /// Characters seen that do not fill a group of four yet.
    group: String,
    padded: bool,
}

/// The text is not base64.
#[derive(Debug)]
pub(super) struct NotBase64;

impl Decoder {
    pub(super) fn push(&mut self, piece: &str) -> Result<(), NotBase64> {
        self.bytes.reserve(piece.len() / 4 * 3);
        piece.split(is_space).filter(|run| !run.is_empty()).try_for_each(|run| self.push_run(run))
    }

    fn push_run(&mut self, mut run: &str) -> Result<(), NotBase64> {
        if !self.group.is_empty() {
            let (head, rest) = run.split_at_checked(4 - self.group.len()).unwrap_or((run, ""));
            self.group.push_str(head);
            if self.group.len() == 4 {
                let group = std::mem::take(&mut self.group);
                self.decode(&group)?;
            }
            run = rest;
        }
        let (groups, rest) = run.split_at_checked(run.len() / 4 * 4).ok_or(NotBase64)?;
        self.decode(groups)?;
        self.group.push_str(rest);
        Ok(())
    }

    fn decode(&mut self, groups: &str) -> Result<(), NotBase64> {
        if groups.is_empty() {
            return Ok(());
        }
        if self.padded {
            return Err(NotBase64);
        }
        self.padded = groups.ends_with('=');
        ENGINE.decode_vec(groups, &mut self.bytes).map_err(|_| NotBase64)
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, NotBase64> {
        if self.group.is_empty() { Ok(self.bytes) } else { Err(NotBase64) }
    }
}

/// Appends the base64 form of `bytes`, without an intermediate string.
pub(super) fn encode(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    let written = match out.get_mut(start..) {
        Some(room) => ENGINE.encode_slice(bytes, room).unwrap_or(0),
        None => 0,
    };
    out.truncate(start + written);
}
