//! Files in base64: decoded, redacted, and written back in lines of the same length.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::edit::{Edit, applied, settled};
use super::kind::{Kind, kind_of_text};
use super::layer::utf16_of;
use super::names::Meaning;
use super::pass::{Around, Pass};
use super::{Obstacle, Unredactable};

/// Fewer characters hold nobody's address.
const FEWEST_CHARS: usize = 12;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);

fn engine(text: &[u8]) -> GeneralPurpose {
    let is_url_safe = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
    GeneralPurpose::new(if is_url_safe { &URL_SAFE } else { &STANDARD }, LENIENT)
}

fn compact(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

/// The bytes, in whatever alphabet, with or without padding, whatever white space is between.
pub(super) fn leniently(text: &[u8]) -> Option<Vec<u8>> {
    let text = compact(text);
    engine(&text).decode(&text).ok()
}

/// Edits of a text that is base64 as a whole; `None` when it is not.
///
/// Where files stand, what looks like base64 must be some, and hold something that can be read.
/// Elsewhere it may be an id, which is left alone; but never an archive.
pub(super) fn edits(
    pass: &mut Pass<'_>,
    text: &[u8],
    is_file: bool,
) -> Result<Option<Vec<Edit>>, Unredactable> {
    if !looks_like(text) {
        return Ok(None);
    }
    let Some(bytes) = leniently(text) else {
        return if is_file && is_surely(text) {
            pass.refused(Obstacle::BadBase64)
        } else {
            Ok(None)
        };
    };
    let is_readable = utf16_of(&bytes).is_some()
        || kind_of_text(&bytes) != Kind::Binary && (is_file || is_clear(&bytes));
    if !is_readable {
        if !is_file && !is_archive(&bytes) {
            return Ok(None);
        }
        let edits = pass.binary(&bytes)?;
        return Ok(Some(rewritten(text, &bytes, &edits)));
    }
    let around = Around { content_type: "text/plain", meaning: Meaning::Plain };
    let edits = settled(pass.document(&bytes, around)?);
    if edits.is_empty() {
        // An ordinary word may look like base64, so it is looked at as itself too.
        return Ok(is_file.then(Vec::new));
    }
    Ok(Some(rewritten(text, &bytes, &edits)))
}

fn looks_like(text: &[u8]) -> bool {
    let is_of_it = |byte: &u8| {
        byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/=-_".contains(byte)
    };
    text.len() >= FEWEST_CHARS && text.iter().all(is_of_it)
}

/// Without blanks, in which words stand, and longer than any of these.
fn is_surely(text: &[u8]) -> bool {
    const LONGER_THAN_WORDS: usize = 40;
    let text = text.trim_ascii();
    text.len() >= LONGER_THAN_WORDS && !text.contains(&b' ')
}

/// Text that is written on purpose: UTF-8 without the odd characters that a decoded word has.
fn is_clear(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

/// ZIP (XLSX too), gzip, bzip2, OLE (XLS), PDF.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    const STARTS: [&[u8]; 5] =
        [b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh", b"\xd0\xcf\x11\xe0", b"%PDF-"];
    STARTS.iter().any(|start| bytes.starts_with(start))
}

/// One edit of the whole text, with its padding or without, its lines as long as they were.
fn rewritten(text: &[u8], bytes: &[u8], edits: &[Edit]) -> Vec<Edit> {
    let redacted = applied(bytes, edits);
    let trimmed = text.trim_ascii();
    let start = text.len() - text.trim_ascii_start().len();
    let mut encoded = engine(trimmed).encode(&redacted).into_bytes();
    if !trimmed.ends_with(b"=") && !compact(trimmed).len().is_multiple_of(4) {
        while encoded.last() == Some(&b'=') {
            encoded.pop();
        }
    }
    let line = trimmed.iter().position(u8::is_ascii_whitespace);
    let with = match line {
        Some(width) if width > 0 => {
            let rest = trimmed.get(width..).unwrap_or_default();
            let space = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let lines: Vec<&[u8]> = encoded.chunks(width).collect();
            lines.join(rest.get(..space).unwrap_or_default())
        }
        _ => encoded,
    };
    vec![Edit::new(start..start + trimmed.len(), with)]
}
