//! A JSON object with a file in base64, read while it comes in.
//!
//! The text of the member `data` is decoded as it passes; everything else is kept as the document's
//! skeleton, with an empty text in its place, and read by a real parser at the end.

use serde_json::Value;

use super::document::Scan;
use super::skeleton::Skeleton;
use super::{UploadError, Uploaded, base_name};
use crate::protocol::xml::base64::Decoder;

const DATA: &str = "data";
const FILE_NAME: &str = "filename";

/// Objects and arrays inside one another that are followed; the parser's own bound is 128.
const MOST_DEPTH: usize = 64;

/// Reads `{"fileName": "…", "data": "<base64>"}`.
#[derive(Default)]
pub struct JsonScan {
    skeleton: Skeleton,
    state: State,
    depth: usize,
    /// Whether a text that begins in the outermost object is a member's name.
    name_next: bool,
    /// A member's name as it stands there, without its quotes.
    name: String,
    file: Option<Decoder>,
    /// An escape in the file's text, from its backslash on.
    escape: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Outside,
    /// In a text that stays in the skeleton.
    Text { is_name: bool, escaped: bool },
    /// In the file.
    File,
}

impl Scan for JsonScan {
    fn push(&mut self, text: &str) -> Result<(), UploadError> {
        let mut rest = text;
        while !rest.is_empty() {
            rest = match self.state {
                State::Outside => self.outside(rest)?,
                State::Text { is_name, escaped } => self.text(rest, is_name, escaped)?,
                State::File if self.escape.is_empty() => self.file_text(rest)?,
                State::File => self.escape(rest)?,
            };
        }
        Ok(())
    }

    fn file(&mut self) -> Option<&mut Decoder> {
        self.file.as_mut()
    }

    fn finish(self, file: &mut Vec<u8>) -> Result<Uploaded, UploadError> {
        let malformed = UploadError::Malformed("the body is no JSON object");
        let text = self.skeleton.text();
        if text.trim().is_empty() {
            return Err(UploadError::NoFile);
        }
        let members = match serde_json::from_str(text).map_err(|_| malformed)? {
            Value::Object(members) => members,
            Value::Null => return Err(UploadError::NoFile),
            _ => return Err(malformed),
        };
        let member = |wanted: &str| {
            let mut members = members.iter().rev();
            members.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
        };
        let Some(decoder) = self.file else {
            return match member(DATA) {
                None | Some(Value::Null) => Err(UploadError::NoFile),
                Some(_) => Err(UploadError::NotBase64),
            };
        };
        file.append(&mut decoder.finish().map_err(|_| UploadError::NotBase64)?);
        let file_name = member(FILE_NAME).and_then(Value::as_str).and_then(base_name);
        Ok(Uploaded { file_name })
    }
}

impl JsonScan {
    /// Up to the next text.
    fn outside<'t>(&mut self, text: &'t str) -> Result<&'t str, UploadError> {
        let (between, rest, is_text) = match text.split_once('"') {
            Some((between, rest)) => (between, rest, true),
            None => (text, "", false),
        };
        for byte in between.bytes() {
            match byte {
                b'{' | b'[' => {
                    self.depth += 1;
                    self.name_next = byte == b'{' && self.depth == 1;
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b',' => self.name_next = self.depth == 1,
                b':' => self.name_next = false,
                _ => {}
            }
        }
        if self.depth > MOST_DEPTH {
            return Err(UploadError::Malformed("the JSON is nested too deeply"));
        }
        self.skeleton.push(between)?;
        if is_text {
            self.skeleton.push("\"")?;
            self.state = self.begin_text()?;
        }
        Ok(rest)
    }

    fn begin_text(&mut self) -> Result<State, UploadError> {
        if self.depth != 1 || self.name_next {
            self.name.clear();
            return Ok(State::Text { is_name: self.depth == 1, escaped: false });
        }
        if !names(&self.name, DATA) {
            return Ok(State::Text { is_name: false, escaped: false });
        }
        if self.file.is_some() {
            return Err(UploadError::SecondFile);
        }
        self.file = Some(Decoder::default());
        Ok(State::File)
    }

    fn text<'t>(
        &mut self,
        text: &'t str,
        is_name: bool,
        escaped: bool,
    ) -> Result<&'t str, UploadError> {
        let mut escaped = escaped;
        let end = text.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        let (piece, rest) = end.and_then(|end| text.split_at_checked(end)).unwrap_or((text, ""));
        self.skeleton.push(piece)?;
        if is_name {
            self.name.push_str(piece);
        }
        let Some(rest) = rest.strip_prefix('"') else {
            self.state = State::Text { is_name, escaped };
            return Ok(rest);
        };
        self.skeleton.push("\"")?;
        self.state = State::Outside;
        Ok(rest)
    }

    fn file_text<'t>(&mut self, text: &'t str) -> Result<&'t str, UploadError> {
        let end = text.find(['"', '\\']).unwrap_or(text.len());
        let (piece, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        self.decode(piece)?;
        if let Some(rest) = rest.strip_prefix('"') {
            self.skeleton.push("\"")?;
            self.state = State::Outside;
            return Ok(rest);
        }
        let Some(rest) = rest.strip_prefix('\\') else { return Ok(rest) };
        self.escape.push('\\');
        Ok(rest)
    }

    /// `\/` and `\u002B` are what serializers write for two letters of base64.
    fn escape<'t>(&mut self, text: &'t str) -> Result<&'t str, UploadError> {
        let mut letters = text.chars();
        self.escape.extend(letters.next());
        let is_long = self.escape.starts_with("\\u");
        if is_long && self.escape.chars().count() < "\\u002B".len() {
            return Ok(letters.as_str());
        }
        let escape = format!("\"{}\"", std::mem::take(&mut self.escape));
        let letter: String = serde_json::from_str(&escape).map_err(|_| UploadError::NotBase64)?;
        self.decode(&letter)?;
        Ok(letters.as_str())
    }

    fn decode(&mut self, piece: &str) -> Result<(), UploadError> {
        let decoder = self.file.get_or_insert_default();
        decoder.push(piece).map_err(|_| UploadError::NotBase64)
    }
}

/// Whether a name as it stands in the document, with its escapes, is `wanted`.
fn names(raw: &str, wanted: &str) -> bool {
    if !raw.contains('\\') {
        return raw.eq_ignore_ascii_case(wanted);
    }
    let name: Result<String, _> = serde_json::from_str(&format!("\"{raw}\""));
    name.is_ok_and(|name| name.eq_ignore_ascii_case(wanted))
}

/// Without what is in it: it holds personal data.
impl std::fmt::Debug for JsonScan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsonScan").field("state", &self.state).finish_non_exhaustive()
    }
}
