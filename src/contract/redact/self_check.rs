//! Looks for secrets in what was written, in every spelling that we know of.
//!
//! One look through each view of the bytes: as they are; with percent escapes, XML
//! references, JSON escapes and UTF-16 undone, also one inside the other; and without white space,
//! for base64 in lines. In each it looks for the secret itself in any case of its letters, for its
//! hex digits, and for its base64 at the three offsets in both alphabets.

use std::fmt::{Debug, Formatter};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::Place;
use super::finder::{Finder, Needle};
use super::layer::{Layer, Spelling};
use super::scan::latin1;
use super::secrets::Secrets;
use super::token::hex;
use crate::contract::Exchange;

/// Escapes inside escapes that are undone.
const MOST_ESCAPES: usize = 3;
/// Largest file that is checked. Larger ones are leaks: nothing of ours writes them.
const MOST_FILE_BYTES: u64 = 256 << 20;

/// A secret was found: which, nobody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret is in what was written")]
pub struct Leak;

/// What a check of files found.
#[derive(Debug, thiserror::Error)]
pub enum LeakAt {
    #[error("a secret is in {}", .0.display())]
    Leak(PathBuf),
    #[error("{} is too large to be checked", .0.display())]
    TooLarge(PathBuf),
    #[error("{} cannot be read to be checked", .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
}

/// Finds secrets. Costs some hundred bytes for each character of a secret, and up to three copies
/// of what is checked.
pub struct SelfCheck {
    /// Base64 is looked for as it is, and it alone is looked for where white space was taken out.
    finder: Finder<()>,
}

impl SelfCheck {
    pub fn new(secrets: &Secrets) -> Self {
        let mut needles = Vec::new();
        for text in secrets.texts() {
            let spellings = [Some(text.as_bytes().to_vec()), latin1(text), Some(utf16(text))];
            for bytes in spellings.into_iter().flatten() {
                add_spellings(Zeroizing::new(bytes), &mut needles);
            }
        }
        Self { finder: Finder::new(needles) }
    }

    /// Looks through bytes.
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), Leak> {
        if self.finder.is_empty() || !self.is_in_view(bytes, 0) { Ok(()) } else { Err(Leak) }
    }

    /// Looks through a file, and through its path.
    pub fn file(&self, path: &Path) -> Result<(), LeakAt> {
        let unreadable = |error| LeakAt::Unreadable(path.to_owned(), error);
        let mut bytes = Zeroizing::new(Vec::new());
        let file = File::open(path).map_err(unreadable)?;
        file.take(MOST_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST_FILE_BYTES {
            return Err(LeakAt::TooLarge(path.to_owned()));
        }
        let path_bytes = path.as_os_str().as_encoded_bytes();
        let checked = self.bytes(&bytes).and_then(|()| self.bytes(path_bytes));
        checked.map_err(|Leak| LeakAt::Leak(path.to_owned()))
    }

    /// Looks through every file below a folder, links not followed.
    pub fn folder(&self, folder: &Path) -> Result<(), LeakAt> {
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let unreadable = |error| LeakAt::Unreadable(folder.clone(), error);
            for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
                let entry = entry.map_err(unreadable)?;
                let kind = entry.file_type().map_err(unreadable)?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    self.file(&entry.path())?;
                }
            }
        }
        Ok(())
    }

    /// The first place of an exchange with a secret in it.
    pub(super) fn exchange(&self, exchange: &Exchange) -> Option<Place> {
        let Exchange { request, response } = exchange;
        let is_in = |bytes: &[u8]| self.bytes(bytes).is_err();
        let is_in_headers = |headers: &http::HeaderMap| {
            headers.iter().any(|(name, value)| is_in(name.as_ref()) || is_in(value.as_bytes()))
        };
        let places = [
            (Place::Target, is_in(request.target.as_bytes())),
            (Place::RequestHeader, is_in_headers(&request.headers)),
            (Place::RequestBody, is_in(&request.body)),
            (Place::ResponseHeader, is_in_headers(&response.headers)),
            (Place::ResponseBody, is_in(&response.body)),
        ];
        places.into_iter().find(|(_, leaks)| *leaks).map(|(place, _)| place)
    }

    fn is_in_view(&self, view: &[u8], depth: usize) -> bool {
        if self.finds(view, false) || self.is_in_lines(view) {
            return true;
        }
        if depth >= MOST_ESCAPES {
            return false;
        }
        let spellings = [Spelling::Form, Spelling::Percent, Spelling::Xml, Spelling::Json];
        spellings.into_iter().any(|spelling| {
            let layer = Layer::of(spelling, view);
            let is_new = !layer.is_same() && layer.plain() != view;
            is_new && self.is_in_view(layer.plain(), depth + 1)
        })
    }

    fn is_in_lines(&self, view: &[u8]) -> bool {
        if !view.iter().any(u8::is_ascii_whitespace) {
            return false;
        }
        let joined: Vec<u8> =
            view.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        self.finds(&joined, true)
    }

    fn finds(&self, view: &[u8], base64_alone: bool) -> bool {
        self.finder.all_in(view).any(|(_, needle)| needle.is_exact || !base64_alone)
    }
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn in_url_alphabet(byte: u8) -> u8 {
    match byte {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    }
}

/// The bytes themselves, their hex digits, and their base64 wherever in a group of three they begin.
fn add_spellings(bytes: Zeroizing<Vec<u8>>, needles: &mut Vec<Needle<()>>) {
    let needle = |text, is_exact| Needle { text: Zeroizing::new(text), is_exact, of: () };
    for offset in 0..3 {
        let mut padded = Zeroizing::new(Vec::with_capacity(offset + bytes.len()));
        padded.resize(offset, 0);
        padded.extend_from_slice(&bytes);
        let encoded = Zeroizing::new(STANDARD.encode(&padded));
        // Characters with bits of what stands before or after say nothing of the secret.
        let from = (offset * 8).div_ceil(6);
        let to = padded.len() * 8 / 6;
        let text = encoded.as_bytes().get(from..to).unwrap_or_default();
        if text.iter().any(|byte| b"+/".contains(byte)) {
            needles.push(needle(text.iter().copied().map(in_url_alphabet).collect(), true));
        }
        needles.push(needle(text.to_vec(), true));
    }
    needles.push(needle(hex(&bytes).into_bytes(), false));
    needles.push(Needle { text: bytes, is_exact: false, of: () });
}

impl Debug for SelfCheck {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "SelfCheck({} patterns)", self.finder.len())
    }
}
