//! An XML element with a file in base64 in one child, read while it comes in.
//!
//! The text of the child `Data` of the root is decoded as it passes; everything else is kept as the
//! document's skeleton and read by the real reader, with its limits, at the end.

use super::document::Scan;
use super::skeleton::Skeleton;
use super::{UploadError, Uploaded, base_name};
use crate::protocol::xml::base64::Decoder;
use crate::protocol::xml::{Limits, Reader, XmlError};

const DATA: &str = "data";
const FILE_NAME: &str = "filename";

/// Bytes of one tag, comment or reference.
const MOST_MARKUP_BYTES: usize = 16 * 1024;

/// Reads `<…><FileName>…</FileName><Data>base64</Data></…>`.
#[derive(Default)]
pub struct XmlScan {
    skeleton: Skeleton,
    /// Open elements.
    depth: usize,
    /// Inside the file's element.
    in_file: bool,
    in_cdata: bool,
    /// A tag or the like from its `<` on, or in the file a reference from its `&` on.
    markup: String,
    file: Option<Decoder>,
}

/// What a piece of markup is, by its first characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Markup {
    /// Not enough of it is there to say.
    Unknown,
    Tag,
    Comment,
    Instruction,
    CdataStart,
    Doctype,
}

impl Scan for XmlScan {
    fn push(&mut self, text: &str) -> Result<(), UploadError> {
        let mut rest = text;
        while !rest.is_empty() {
            rest = match (self.in_cdata, self.markup.starts_with('&')) {
                (true, _) => self.cdata(rest)?,
                (false, true) => self.reference(rest)?,
                (false, false) if self.markup.is_empty() => self.text(rest)?,
                (false, false) => self.markup(rest)?,
            };
        }
        Ok(())
    }

    fn file(&mut self) -> Option<&mut Decoder> {
        self.file.as_mut()
    }

    fn finish(self, file: &mut Vec<u8>) -> Result<Uploaded, UploadError> {
        if self.skeleton.text().trim().is_empty() && self.markup.is_empty() {
            return Err(UploadError::NoFile);
        }
        if !self.markup.is_empty() {
            return Err(UploadError::Malformed("the XML ends within a tag"));
        }
        let read = read_skeleton(self.skeleton.text());
        let (uploaded, is_nil) = read.map_err(|_| UploadError::Malformed("the body is no XML"))?;
        let decoder = self.file.filter(|_| !is_nil).ok_or(UploadError::NoFile)?;
        file.append(&mut decoder.finish().map_err(|_| UploadError::NotBase64)?);
        Ok(uploaded)
    }
}

impl XmlScan {
    fn text<'t>(&mut self, text: &'t str) -> Result<&'t str, UploadError> {
        let end = if self.in_file { text.find(['<', '&']) } else { text.find('<') };
        let (piece, rest) = text.split_at_checked(end.unwrap_or(text.len())).unwrap_or((text, ""));
        self.content(piece)?;
        let mut letters = rest.chars();
        self.markup.extend(letters.next());
        Ok(letters.as_str())
    }

    fn content(&mut self, piece: &str) -> Result<(), UploadError> {
        if !self.in_file {
            return self.skeleton.push(piece);
        }
        let decoder = self.file.get_or_insert_default();
        decoder.push(piece).map_err(|_| UploadError::NotBase64)
    }

    /// One letter of the file may be written as `&#43;`, a line break as `&#xD;`.
    fn reference<'t>(&mut self, text: &'t str) -> Result<&'t str, UploadError> {
        let mut letters = text.chars();
        let letter = letters.next();
        if letter != Some(';') {
            self.markup.extend(letter);
            return bounded(self.markup.len(), "&#x0010FFFF".len()).map(|()| letters.as_str());
        }
        let reference = std::mem::take(&mut self.markup);
        let number = reference.strip_prefix("&#").ok_or(UploadError::NotBase64)?;
        let code = match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        let letter = code.ok().and_then(char::from_u32).ok_or(UploadError::NotBase64)?;
        self.content(letter.encode_utf8(&mut [0; 4]))?;
        Ok(letters.as_str())
    }

    /// Up to the end of a tag, a comment or the like.
    fn markup<'t>(&mut self, text: &'t str) -> Result<&'t str, UploadError> {
        let mut letters = text.chars();
        for letter in letters.by_ref() {
            self.markup.push(letter);
            bounded(self.markup.len(), MOST_MARKUP_BYTES)?;
            let kind = Markup::of(&self.markup);
            if kind == Markup::Doctype {
                return Err(UploadError::Malformed("the XML has a document type declaration"));
            }
            if kind.is_whole(&self.markup) {
                self.end_markup(kind)?;
                break;
            }
        }
        Ok(letters.as_str())
    }

    fn end_markup(&mut self, kind: Markup) -> Result<(), UploadError> {
        let markup = std::mem::take(&mut self.markup);
        match kind {
            Markup::CdataStart => {
                self.in_cdata = true;
                if self.in_file { Ok(()) } else { self.skeleton.push(&markup) }
            }
            Markup::Tag => self.tag(&markup),
            // Within the file they stand between letters and mean nothing.
            _ if self.in_file => Ok(()),
            _ => self.skeleton.push(&markup),
        }
    }

    fn tag(&mut self, tag: &str) -> Result<(), UploadError> {
        let is_end = tag.starts_with("</");
        if self.in_file && !is_end {
            return Err(UploadError::Malformed("there is an element inside the file"));
        }
        self.skeleton.push(tag)?;
        if is_end {
            self.in_file = false;
            self.depth = self.depth.saturating_sub(1);
            return Ok(());
        }
        let is_file = self.depth == 1 && local_name(tag).eq_ignore_ascii_case(DATA);
        if is_file && self.file.is_some() {
            return Err(UploadError::SecondFile);
        }
        if is_file {
            self.file = Some(Decoder::default());
        }
        if !tag.ends_with("/>") {
            self.depth += 1;
            self.in_file = is_file;
        }
        Ok(())
    }

    /// Up to `]]>`, which may be cut between two pieces: its brackets wait in `markup`.
    fn cdata<'t>(&mut self, text: &'t str) -> Result<&'t str, UploadError> {
        if self.markup.is_empty() {
            let end = text.find(']').unwrap_or(text.len());
            let (piece, rest) = text.split_at_checked(end).unwrap_or((text, ""));
            self.content(piece)?;
            let mut letters = rest.chars();
            self.markup.extend(letters.next());
            return Ok(letters.as_str());
        }
        let mut letters = text.chars();
        match letters.next() {
            Some(']') if self.markup == "]" => self.markup.push(']'),
            // Of three brackets the first is content.
            Some(']') => self.content("]")?,
            Some('>') if self.markup == "]]" => {
                self.markup.clear();
                self.in_cdata = false;
                if !self.in_file {
                    self.skeleton.push("]]>")?;
                }
            }
            _ => {
                let brackets = std::mem::take(&mut self.markup);
                self.content(&brackets)?;
                return Ok(text);
            }
        }
        Ok(letters.as_str())
    }
}

/// The file's name, and whether the file's element is nil.
fn read_skeleton(text: &str) -> Result<(Uploaded, bool), XmlError> {
    let mut reader = Reader::new(text, Limits::default());
    let mut uploaded = Uploaded::default();
    let mut is_nil = false;
    reader.root()?;
    while let Some(child) = reader.next_child()? {
        if child.local().eq_ignore_ascii_case(FILE_NAME) {
            uploaded.file_name = base_name(&reader.text()?);
            continue;
        }
        if child.local().eq_ignore_ascii_case(DATA) {
            is_nil = reader.is_nil();
        }
        reader.skip()?;
    }
    reader.finish()?;
    Ok((uploaded, is_nil))
}

impl Markup {
    fn of(markup: &str) -> Self {
        const CDATA: &str = "<![CDATA[";
        const COMMENT: &str = "<!--";
        match markup {
            "<" | "<!" => Self::Unknown,
            _ if markup.starts_with("<?") => Self::Instruction,
            _ if markup.starts_with(COMMENT) => Self::Comment,
            _ if markup.starts_with(CDATA) => Self::CdataStart,
            _ if CDATA.starts_with(markup) || COMMENT.starts_with(markup) => Self::Unknown,
            _ if markup.starts_with("<!") => Self::Doctype,
            _ => Self::Tag,
        }
    }

    /// Whether `markup`, which was not whole one character ago, is whole now.
    fn is_whole(self, markup: &str) -> bool {
        match self {
            Self::Unknown | Self::Doctype => false,
            Self::CdataStart => true,
            Self::Comment => markup.len() >= "<!---->".len() && markup.ends_with("-->"),
            Self::Instruction => markup.len() >= "<??>".len() && markup.ends_with("?>"),
            Self::Tag => markup.ends_with('>') && !is_quoted(markup),
        }
    }
}

/// Whether the end of a tag's text is within a quoted value.
fn is_quoted(tag: &str) -> bool {
    let mut open = None;
    for letter in tag.chars().filter(|letter| matches!(letter, '"' | '\'')) {
        match open {
            None => open = Some(letter),
            Some(quote) if quote == letter => open = None,
            Some(_) => {}
        }
    }
    open.is_some()
}

/// The name in a start tag, without its prefix.
fn local_name(tag: &str) -> &str {
    let name = tag.trim_start_matches('<');
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'));
    let name = name.split_at_checked(end.unwrap_or(name.len())).map_or(name, |(name, _)| name);
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn bounded(bytes: usize, most_bytes: usize) -> Result<(), UploadError> {
    if bytes > most_bytes { Err(UploadError::TooMuchAround { most_bytes }) } else { Ok(()) }
}

/// Without what is in it: it holds personal data.
impl std::fmt::Debug for XmlScan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XmlScan").field("depth", &self.depth).finish_non_exhaustive()
    }
}
