//! The characters of an uploaded text file: which encoding, and a reader that yields UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memchr;
use serde::{Deserialize, Serialize};
use simdutf8::compat::from_utf8;

const UTF8_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];
const UTF16LE_MARK: &[u8] = &[0xFF, 0xFE];
const UTF16BE_MARK: &[u8] = &[0xFE, 0xFF];

/// Bytes read from the file before each decoding step.
const STEP_BYTES: usize = 32 * 1024;

/// How a text file is encoded, and how many bytes of it are its byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    Utf8,
    Utf8Marked,
    Utf16Le,
    Utf16Be,
    /// Whatever is not valid UTF-8: old Windows programs.
    Windows1252,
}

impl Encoding {
    /// Decides from the whole file; `None` when it holds bytes that no text has.
    ///
    /// A NUL byte in anything but UTF-16 means a binary file. UTF-16 without a mark is known by
    /// its first character: a header begins with a character below U+0100, so one of the first
    /// two bytes is NUL.
    pub fn of(file: &[u8]) -> Option<Self> {
        match file {
            [0xEF, 0xBB, 0xBF, rest @ ..] => Self::without_nul(rest).map(|encoding| {
                if encoding == Self::Utf8 { Self::Utf8Marked } else { Self::Windows1252 }
            }),
            [0xFF, 0xFE, ..] | [1..=255, 0, 1..=255, 0, ..] => Some(Self::Utf16Le),
            [0xFE, 0xFF, ..] | [0, 1..=255, 0, 1..=255, ..] => Some(Self::Utf16Be),
            _ => Self::without_nul(file),
        }
    }

    /// As [`Encoding::of`], of a file that comes in pieces.
    pub fn begin(first: &[u8]) -> EncodingSoFar {
        let is_marked = first.starts_with(UTF8_MARK);
        let wide = match Self::of(first.get(..4).unwrap_or(first)) {
            Some(wide @ (Self::Utf16Le | Self::Utf16Be)) => Some(wide),
            _ => None,
        };
        EncodingSoFar { wide, is_marked, has_nul: false, is_utf8: true, cut: Vec::new() }
    }

    fn without_nul(file: &[u8]) -> Option<Self> {
        if memchr(0, file).is_some() {
            return None;
        }
        Some(if from_utf8(file).is_ok() { Self::Utf8 } else { Self::Windows1252 })
    }

    fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8Marked => UTF8_MARK,
            Self::Utf16Le => UTF16LE_MARK,
            Self::Utf16Be => UTF16BE_MARK,
            Self::Utf8 | Self::Windows1252 => &[],
        }
    }

    fn decoder(self) -> Option<Decoder> {
        match self {
            Self::Utf8 | Self::Utf8Marked => None,
            Self::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Self::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
            Self::Windows1252 => Some(WINDOWS_1252.new_decoder_without_bom_handling()),
        }
    }
}

/// What is known of the encoding of a file when a part of it was seen.
#[derive(Debug)]
pub struct EncodingSoFar {
    /// UTF-16, known from the first bytes.
    wide: Option<Encoding>,
    is_marked: bool,
    has_nul: bool,
    is_utf8: bool,
    /// The beginning of a character that the last part ends in.
    cut: Vec<u8>,
}

impl EncodingSoFar {
    /// Looks at the next part of the file.
    pub fn push(&mut self, part: &[u8]) {
        if self.wide.is_some() {
            return;
        }
        self.has_nul = self.has_nul || memchr(0, part).is_some();
        let mut rest = part;
        while self.is_utf8 && !self.cut.is_empty() && !rest.is_empty() {
            let (next, after) = rest.split_at_checked(1).unwrap_or((rest, &[]));
            self.cut.extend_from_slice(next);
            rest = after;
            let cut = std::mem::take(&mut self.cut);
            self.check(&cut);
        }
        if self.is_utf8 {
            self.check(rest);
        }
    }

    fn check(&mut self, part: &[u8]) {
        let Err(error) = from_utf8(part) else { return };
        self.is_utf8 = error.error_len().is_none();
        self.cut = part.get(error.valid_up_to()..).unwrap_or_default().to_vec();
    }

    /// The encoding, if what is left of the file is like what was seen; `None` for no text.
    pub fn so_far(&self) -> Option<Encoding> {
        self.judge(self.is_utf8)
    }

    /// The encoding of the file that ends here; `None` when it holds bytes that no text has.
    pub fn of_whole(&self) -> Option<Encoding> {
        self.judge(self.is_utf8 && self.cut.is_empty())
    }

    fn judge(&self, is_utf8: bool) -> Option<Encoding> {
        match (self.wide, self.has_nul, is_utf8, self.is_marked) {
            (Some(wide), ..) => Some(wide),
            (None, true, ..) => None,
            (None, false, true, true) => Some(Encoding::Utf8Marked),
            (None, false, true, false) => Some(Encoding::Utf8),
            (None, false, false, _) => Some(Encoding::Windows1252),
        }
    }
}

/// Yields a text file as UTF-8 without a byte order mark, in constant memory.
pub struct Utf8<R> {
    file: R,
    encoding: Encoding,
    decoder: Option<Decoder>,
    mark_passed: bool,
    /// Bytes of the file that are not decoded yet, for encodings other than UTF-8.
    raw: Vec<u8>,
    /// Decoded text from `given` on is not handed out yet.
    text: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Utf8<R> {
    pub fn new(file: R, encoding: Encoding) -> Self {
        Self {
            file,
            encoding,
            decoder: encoding.decoder(),
            mark_passed: false,
            raw: Vec::new(),
            text: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    /// Reads past the byte order mark; other first bytes are kept for the first read.
    fn pass_mark(&mut self) -> io::Result<()> {
        self.mark_passed = true;
        let mark = self.encoding.mark();
        let mut first = Vec::with_capacity(mark.len());
        let wanted = u64::try_from(mark.len()).unwrap_or(0);
        self.file.by_ref().take(wanted).read_to_end(&mut first)?;
        if first == mark {
            return Ok(());
        }
        match self.decoder {
            Some(_) => self.raw = first,
            None => self.text = first,
        }
        Ok(())
    }

    fn decode_more(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        let Some(decoder) = self.decoder.as_mut() else { return Ok(()) };
        while self.text.is_empty() && !self.ended {
            let wanted = u64::try_from(STEP_BYTES).unwrap_or(0);
            self.ended = self.file.by_ref().take(wanted).read_to_end(&mut self.raw)? == 0;
            let bound = decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(STEP_BYTES);
            self.text.resize(bound, 0);
            let (_, read, written, _) =
                decoder.decode_to_utf8(&self.raw, &mut self.text, self.ended);
            self.text.truncate(written);
            self.raw.drain(..read);
        }
        Ok(())
    }

    fn give(&mut self, to: &mut [u8]) -> usize {
        let rest = self.text.get(self.given..).unwrap_or_default();
        let size = rest.len().min(to.len());
        for (to, from) in to.iter_mut().zip(rest) {
            *to = *from;
        }
        self.given += size;
        size
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if !self.mark_passed {
            self.pass_mark()?;
        }
        if self.given == self.text.len() && self.decoder.is_some() {
            self.decode_more()?;
        }
        match self.give(to) {
            0 if self.decoder.is_none() => self.file.read(to),
            given => Ok(given),
        }
    }
}

impl<R> std::fmt::Debug for Utf8<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Utf8").field("encoding", &self.encoding).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte at a time, so that every character is cut somewhere.
    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let size = to.len().min(1);
            self.0.read(&mut to[..size])
        }
    }

    fn read(file: &[u8]) -> String {
        let encoding = Encoding::of(file).expect("text");
        let mut text = String::new();
        Utf8::new(Trickle(file), encoding).read_to_string(&mut text).unwrap();
        text
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    const TEXT: &str = "Email,Ort\r\na@b.example,Köln \u{1F600}\r\n";

    #[test]
    fn every_encoding_reads_as_the_same_text() {
        assert_eq!(read(TEXT.as_bytes()), TEXT);
        assert_eq!(read(&[UTF8_MARK, TEXT.as_bytes()].concat()), TEXT);
        assert_eq!(read(&[UTF16LE_MARK, &utf16(TEXT, u16::to_le_bytes)].concat()), TEXT);
        assert_eq!(read(&[UTF16BE_MARK, &utf16(TEXT, u16::to_be_bytes)].concat()), TEXT);
        assert_eq!(read(&utf16(TEXT, u16::to_le_bytes)), TEXT);
        assert_eq!(read(&utf16(TEXT, u16::to_be_bytes)), TEXT);
    }

    #[test]
    fn what_is_not_utf8_is_read_as_windows_1252() {
        assert_eq!(read(b"Email,Ort\na@b.example,K\xF6ln \x80"), "Email,Ort\na@b.example,Köln €");
    }

    #[test]
    fn a_file_with_nul_bytes_is_no_text() {
        assert_eq!(Encoding::of(b"Email\na@b.example\0"), None);
        assert_eq!(Encoding::of(b"\x89PNG\r\n\x1a\n\0\0\0"), None);
    }

    proptest::proptest! {
        #[test]
        fn a_file_in_parts_has_the_encoding_of_the_whole(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                &b"Email"[..], b"\xEF\xBB\xBF", b"\xEF", b"\xBB", b"\xC3", b"\xB6", b"\xF0\x9F", b"\x98\x80",
                b"\0", b"\xFF\xFE", b"E\0m\0", b",", b"\x80",
            ]), 0..8),
            cut in proptest::prelude::any::<proptest::sample::Index>(),
        ) {
            let file = parts.concat();
            let (first, rest) = file.split_at(cut.index(file.len() + 1));
            // The first part holds at least the bytes that tell UTF-16, unless the file ends.
            let (first, rest) = if first.len() < 4 { (&file[..], &[][..]) } else { (first, rest) };
            let mut encoding = Encoding::begin(first);
            encoding.push(first);
            encoding.push(rest);
            proptest::prop_assert_eq!(encoding.of_whole(), Encoding::of(&file));
        }
    }

    #[test]
    fn an_empty_file_is_empty_text() {
        assert_eq!(read(b""), "");
        assert_eq!(read(UTF8_MARK), "");
        assert_eq!(read(UTF16LE_MARK), "");
    }
}
