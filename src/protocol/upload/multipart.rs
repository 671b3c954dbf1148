//! `multipart/form-data` that is read while it comes in.
//!
//! A delimiter may be cut anywhere between two chunks; lines may end in LF alone; text before the
//! first delimiter and behind the last is passed over. The last delimiter must be there: without
//! it nobody can tell a whole file from one cut short.

use super::{PartHead, UploadError, Uploaded};

/// Bytes of one part's head. Real ones take some hundred: a disposition, a type, a file name.
const MOST_HEAD_BYTES: usize = 8 * 1024;

/// Bytes of a boundary. RFC 2046 allows 70.
const MOST_BOUNDARY_BYTES: usize = 256;

/// Parts of one form. A form with a file has a handful of other fields at most.
const MOST_PARTS: usize = 64;

/// What comes out of a form, in order: of each part its head, its bytes in pieces, its end.
#[derive(Debug, PartialEq, Eq)]
pub enum PartEvent<'m> {
    Head(PartHead),
    Bytes(&'m [u8]),
    End,
}

/// Reads a form: [`push`](Self::push) a chunk, then take events until there are none.
pub struct Multipart {
    /// `--` and the boundary.
    delimiter: Vec<u8>,
    /// What is pushed and not passed yet begins at `at`.
    buffer: Vec<u8>,
    at: usize,
    state: State,
    parts: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Text before the first delimiter; `at` is at the start of a line, or within one.
    Preamble {
        line_start: bool,
    },
    /// In the line of a delimiter: right behind the boundary, or later.
    DelimiterLine {
        fresh: bool,
    },
    Head,
    /// Right behind a head: a delimiter needs no line break of its own here.
    BodyStart,
    Body,
    /// Behind the last delimiter.
    Epilogue,
}

/// Where a delimiter was looked for.
enum Found {
    /// A delimiter's line break begins at `content_end`, its boundary ends before `after`.
    Delimiter { content_end: usize, after: usize },
    /// There is none before this; from here on more bytes are needed to say.
    NoneBefore(usize),
}

/// Whether a delimiter stands at some place.
#[derive(PartialEq, Eq)]
enum Match {
    Yes,
    No,
    /// So far, but the bytes end here.
    Open,
}

impl Multipart {
    pub fn new(boundary: &str) -> Result<Self, UploadError> {
        if boundary.is_empty() || boundary.len() > MOST_BOUNDARY_BYTES {
            return Err(UploadError::NoBoundary);
        }
        Ok(Self {
            delimiter: format!("--{boundary}").into_bytes(),
            buffer: Vec::new(),
            at: 0,
            state: State::Preamble { line_start: true },
            parts: 0,
        })
    }

    /// Takes the next chunk. All events of the one before must be taken.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.drain(..self.at.min(self.buffer.len()));
        self.at = 0;
        self.buffer.extend_from_slice(chunk);
    }

    /// The next event of what was pushed; `None` when more is needed.
    pub fn next_event(&mut self) -> Result<Option<PartEvent<'_>>, UploadError> {
        loop {
            let goes_on = match self.state {
                State::Preamble { line_start } => self.pass_preamble(line_start),
                State::DelimiterLine { fresh } => self.pass_delimiter_line(fresh),
                State::Head => return Ok(self.head()?.map(PartEvent::Head)),
                State::BodyStart => match self.empty_body() {
                    Some(true) => return Ok(Some(PartEvent::End)),
                    Some(false) => true,
                    None => false,
                },
                State::Body => return Ok(self.body()),
                State::Epilogue => {
                    self.at = self.buffer.len();
                    false
                }
            };
            if !goes_on {
                return Ok(None);
            }
        }
    }

    /// Whether the last delimiter was there.
    pub fn finish(mut self) -> Result<(), UploadError> {
        // A last delimiter without a line break shows itself only now.
        self.push(b"\r\n");
        while self.next_event()?.is_some() {}
        match self.state {
            State::Epilogue => Ok(()),
            State::Preamble { .. } => Err(UploadError::NoFile),
            _ => Err(UploadError::Malformed("the form ends before its last delimiter")),
        }
    }

    fn rest(&self, from: usize) -> &[u8] {
        self.buffer.get(from..).unwrap_or_default()
    }

    /// A whole delimiter at `at`: another boundary may begin with this one.
    fn matches(&self, at: usize) -> Match {
        let text = self.rest(at);
        let Some(after) = text.strip_prefix(self.delimiter.as_slice()) else {
            return if self.delimiter.starts_with(text) { Match::Open } else { Match::No };
        };
        match after {
            [] | [b'-'] => Match::Open,
            [b'-', b'-', ..] | [b'\r' | b'\n' | b' ' | b'\t', ..] => Match::Yes,
            _ => Match::No,
        }
    }

    /// Looks for a line break and a delimiter from `at` on.
    fn find(&self) -> Found {
        let mut from = self.at;
        while let Some(offset) = self.rest(from).iter().position(|byte| *byte == b'\n') {
            let line_feed = from + offset;
            let is_crlf = line_feed > self.at && self.buffer.get(line_feed - 1) == Some(&b'\r');
            let content_end = line_feed - usize::from(is_crlf);
            from = line_feed + 1;
            match self.matches(from) {
                Match::Yes => {
                    return Found::Delimiter { content_end, after: from + self.delimiter.len() };
                }
                Match::Open => return Found::NoneBefore(content_end),
                Match::No => {}
            }
        }
        // A last CR may be half of a delimiter's line break.
        let ends_in_cr = self.rest(from).ends_with(b"\r");
        Found::NoneBefore(self.buffer.len() - usize::from(ends_in_cr))
    }

    /// True once the first delimiter is passed.
    fn pass_preamble(&mut self, line_start: bool) -> bool {
        if line_start {
            match self.matches(self.at) {
                Match::Yes => {
                    self.at += self.delimiter.len();
                    self.state = State::DelimiterLine { fresh: true };
                    return true;
                }
                Match::Open => return false,
                Match::No => self.state = State::Preamble { line_start: false },
            }
        }
        match self.find() {
            Found::Delimiter { after, .. } => {
                self.at = after;
                self.state = State::DelimiterLine { fresh: true };
                true
            }
            Found::NoneBefore(end) => {
                self.at = end;
                false
            }
        }
    }

    /// Steps over the delimiter's line; false when its end is not there yet.
    fn pass_delimiter_line(&mut self, fresh: bool) -> bool {
        let line = self.rest(self.at);
        if fresh && line.starts_with(b"--") {
            self.state = State::Epilogue;
            return true;
        }
        let Some(line_feed) = line.iter().position(|byte| *byte == b'\n') else {
            // Blanks may follow the boundary; of what else stands there nothing is kept.
            self.state = State::DelimiterLine { fresh: line.is_empty() && fresh };
            self.at = self.buffer.len();
            return false;
        };
        self.at += line_feed + 1;
        self.state = State::Head;
        true
    }

    fn head(&mut self) -> Result<Option<PartHead>, UploadError> {
        let mut line_start = self.at;
        while let Some(length) = self.rest(line_start).iter().position(|byte| *byte == b'\n') {
            let end = line_start + length;
            let line = self.buffer.get(line_start..end).unwrap_or_default();
            if line.is_empty() || line == b"\r" {
                let head = self.buffer.get(self.at..line_start).unwrap_or_default();
                bound_head(head.len())?;
                self.parts += 1;
                if self.parts > MOST_PARTS {
                    return Err(UploadError::TooManyParts { most_parts: MOST_PARTS });
                }
                let head = PartHead::read(head);
                self.at = end + 1;
                self.state = State::BodyStart;
                return Ok(Some(head));
            }
            line_start = end + 1;
        }
        bound_head(self.buffer.len() - self.at)?;
        Ok(None)
    }

    /// Whether a delimiter follows the head at once; `None` when that is not known yet.
    fn empty_body(&mut self) -> Option<bool> {
        match self.matches(self.at) {
            Match::Yes => {
                self.at += self.delimiter.len();
                self.state = State::DelimiterLine { fresh: true };
                Some(true)
            }
            Match::No => {
                self.state = State::Body;
                Some(false)
            }
            Match::Open => None,
        }
    }

    fn body(&mut self) -> Option<PartEvent<'_>> {
        let start = self.at;
        let end = match self.find() {
            Found::Delimiter { content_end, after } if content_end == start => {
                self.at = after;
                self.state = State::DelimiterLine { fresh: true };
                return Some(PartEvent::End);
            }
            Found::Delimiter { content_end, .. } => content_end,
            Found::NoneBefore(end) => end,
        };
        self.at = end;
        self.buffer.get(start..end).filter(|bytes| !bytes.is_empty()).map(PartEvent::Bytes)
    }
}

fn bound_head(bytes: usize) -> Result<(), UploadError> {
    if bytes > MOST_HEAD_BYTES {
        return Err(UploadError::TooMuchAround { most_bytes: MOST_HEAD_BYTES });
    }
    Ok(())
}

/// Without what is in it: it holds personal data.
impl std::fmt::Debug for Multipart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Multipart").field("state", &self.state).finish_non_exhaustive()
    }
}

/// A form that holds one file: the part with a file name. Other parts are passed over.
#[derive(Debug)]
pub struct FormUpload {
    form: Multipart,
    file: Option<Uploaded>,
    in_file: bool,
}

impl FormUpload {
    pub fn new(boundary: &str) -> Result<Self, UploadError> {
        Ok(Self { form: Multipart::new(boundary)?, file: None, in_file: false })
    }

    pub fn push(&mut self, chunk: &[u8], file: &mut Vec<u8>) -> Result<(), UploadError> {
        self.form.push(chunk);
        while let Some(event) = self.form.next_event()? {
            match event {
                PartEvent::Head(head) => {
                    self.in_file = head.file_name.is_some();
                    if self.in_file && self.file.is_some() {
                        return Err(UploadError::SecondFile);
                    }
                    if self.in_file {
                        self.file = Some(Uploaded { file_name: head.file_name });
                    }
                }
                PartEvent::Bytes(bytes) if self.in_file => file.extend_from_slice(bytes),
                PartEvent::Bytes(_) | PartEvent::End => {}
            }
        }
        Ok(())
    }

    pub fn finish(self) -> Result<Uploaded, UploadError> {
        self.form.finish()?;
        self.file.ok_or(UploadError::NoFile)
    }
}
