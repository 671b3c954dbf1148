//! From the bytes of a body to UTF-8 text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::error::{Problem, XmlError};

/// How far into a document the declaration is looked for, in bytes.
const DECLARATION_BYTES: usize = 256;

/// Decodes a document. The byte order mark decides, then the `charset` of the content type, then
/// the XML declaration, then UTF-8. UTF-8 is borrowed; a byte order mark is taken off.
///
/// Known: UTF-8, UTF-16 (either order), ISO-8859-1, US-ASCII and Windows-1252. The last three are
/// read as Windows-1252, which differs from them only in control characters nobody sends.
pub fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, XmlError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, bytes.get(mark..).unwrap_or_default());
    }
    let named = match charset.map(str::trim).filter(|name| !name.is_empty()) {
        Some(label) => Some(known(label.as_bytes(), bytes)?),
        None => None,
    };
    let encoding = match named.or_else(|| utf16_without_mark(bytes)) {
        Some(encoding) => encoding,
        None => match declared(bytes) {
            // .NET's StringWriter declares UTF-16 whatever the bytes then become. Bytes in which
            // the declaration could be read are not UTF-16.
            Some(label) if label.eq_ignore_ascii_case(b"utf-16") => UTF_8,
            Some(label) => known(label, bytes)?,
            None => UTF_8,
        },
    };
    decode_as(encoding, bytes)
}

/// As [`decode`], for clients that name their charset wrongly, not at all, or in quotes, as in
/// `charset='utf8'`.
///
/// A name that is not known does not count. What then is not valid is read as UTF-8 where it can be,
/// else as Windows-1252, in which every byte is a character.
pub fn decode_leniently<'b>(bytes: &'b [u8], charset: Option<&str>) -> Cow<'b, str> {
    let is_quote = |c: char| matches!(c, '\'' | '"') || c.is_ascii_whitespace();
    let named = charset
        .map(|charset| charset.trim_matches(is_quote))
        .filter(|charset| known(charset.as_bytes(), bytes).is_ok());
    decode(bytes, named).unwrap_or_else(|_| match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    })
}

fn known(label: &[u8], bytes: &[u8]) -> Result<&'static Encoding, XmlError> {
    let label = label.strip_prefix(b"\"").unwrap_or(label);
    let label = label.strip_suffix(b"\"").unwrap_or(label);
    // A charset of "utf-16" names no byte order; without a mark the first `<` tells.
    if label.eq_ignore_ascii_case(b"utf-16") {
        return Ok(utf16_without_mark(bytes).unwrap_or(UTF_16LE));
    }
    Encoding::for_label(label)
        .filter(|encoding| [UTF_8, UTF_16LE, UTF_16BE, WINDOWS_1252].contains(encoding))
        .ok_or_else(|| refuse(Problem::UnknownEncoding, 0))
}

fn decode_as<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> Result<Cow<'b, str>, XmlError> {
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|error| refuse(Problem::InvalidEncoding, error.valid_up_to()));
    }
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| refuse(Problem::InvalidEncoding, 0))
}

fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// The value of `encoding=` in the declaration of a document whose bytes are ASCII so far.
fn declared(bytes: &[u8]) -> Option<&[u8]> {
    let start = bytes.trim_ascii_start().strip_prefix(b"<?xml")?;
    let start = start.get(..DECLARATION_BYTES).unwrap_or(start);
    let end = start.windows(2).position(|pair| pair == b"?>")?;
    let declaration = start.get(..end)?;
    let at = declaration.windows(8).position(|word| word == b"encoding")?;
    let value = declaration.get(at + 8..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii();
    let (quote, value) = value.split_first()?;
    let end = value.iter().position(|byte| byte == quote)?;
    value.get(..end)
}

fn refuse(problem: Problem, offset: usize) -> XmlError {
    XmlError::new(problem, String::new(), u64::try_from(offset).unwrap_or(u64::MAX))
}
