//! Bytes of a form field as text.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// UTF-8 where it is valid, else Windows-1252, which holds Latin-1: forms state no charset, and
/// clients of that time sent either.
pub fn read(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf_8_or_else_latin_1() {
        assert_eq!(read("Zoë".as_bytes()), "Zoë");
        assert_eq!(read(b"Zo\xeb"), "Zoë");
        assert_eq!(read(b"\x80 5"), "€ 5");
    }
}
