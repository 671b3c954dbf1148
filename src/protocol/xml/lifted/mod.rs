//! Documents whose large base64 values are decoded while they come in.
//!
//! A file in a SOAP call is one long text. Kept as it came, and decoded behind that, it would be in
//! memory nearly twice. So an [`Arrival`] decodes such a text chunk by chunk and leaves a document
//! without it, beside what was [`Lifted`] out; a [`Reader`](super::Reader) that is given both reads
//! them as the document that was sent. Where a text turns out to be anything but base64 in one line up
//! to an end tag, it is put back as it was, and everything is as if nobody had tried.

use std::borrow::Cow;

use bytes::Bytes;
use memchr::{memchr, memrchr2};

use super::base64::{NotBase64, decode_exactly, encode};
use super::encoding::decode;
use super::error::XmlError;
use super::limits::Limits;
use super::reader::Reader;

/// Text of fewer bytes stays in the document: calls of every day are not touched.
const LEAST_BYTES: usize = 16 * 1024;

/// Bytes looked at together, so that a text is noticed before much of it is copied.
const STEP_BYTES: usize = 16 * 1024;

/// Bytes of a chunk of a decoded value, but for its last one: what 64 KiB of text stand for.
pub const LIFTED_CHUNK_BYTES: usize = 48 * 1024;

/// Characters of a group of base64, and the bytes that they stand for.
const GROUP: usize = 4;
const GROUP_BYTES: usize = 3;

/// A value that was taken out of its document.
#[derive(Clone, PartialEq, Eq)]
pub struct Lifted {
    /// Where in the document its text stood, in bytes.
    pub(super) at: usize,
    /// How long its text was, in bytes.
    pub(super) text_bytes: usize,
    /// The bytes it stands for.
    pub(super) chunks: Vec<Bytes>,
}

/// Without the value: it is a file of personal data.
impl std::fmt::Debug for Lifted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { at, text_bytes, .. } = self;
        f.debug_struct("Lifted")
            .field("at", at)
            .field("text_bytes", text_bytes)
            .finish_non_exhaustive()
    }
}

impl Lifted {
    /// The text, for who reads no base64 there.
    pub(super) fn text(&self) -> String {
        let mut text = Vec::with_capacity(self.text_bytes);
        // Every chunk but the last one is made of whole groups.
        self.chunks.iter().for_each(|chunk| encode(chunk, &mut text));
        String::from_utf8(text).unwrap_or_default()
    }
}

/// How long a document was before anything was lifted out of it, in bytes.
pub fn sent_bytes(around: &[u8], lifted: &[Lifted]) -> usize {
    around.len() + lifted.iter().map(|lifted| lifted.text_bytes).sum::<usize>()
}

/// A document as it was sent: `around` with every text of `lifted` in its place.
pub fn put_back(around: &[u8], lifted: &[Lifted]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(sent_bytes(around, lifted));
    let mut from = 0;
    for lifted in lifted {
        whole.extend_from_slice(around.get(from..lifted.at).unwrap_or_default());
        lifted.chunks.iter().for_each(|chunk| encode(chunk, &mut whole));
        from = lifted.at;
    }
    whole.extend_from_slice(around.get(from..).unwrap_or_default());
    whole
}

/// A document that came with or without its large values, as text.
pub struct Document<'b> {
    text: Cow<'b, str>,
    lifted: &'b [Lifted],
    around_bytes: usize,
}

impl<'b> Document<'b> {
    /// As [`decode`], of a document that `lifted` was taken out of.
    pub fn decode(
        around: &'b [u8],
        lifted: &'b [Lifted],
        charset: Option<&str>,
    ) -> Result<Self, XmlError> {
        let around_bytes = around.len();
        match decode(around, charset) {
            // Places are counted in the bytes that came: they hold where those are the text.
            Ok(text) if lifted.is_empty() || matches!(text, Cow::Borrowed(_)) => {
                Ok(Self { text, lifted, around_bytes })
            }
            Err(error) if lifted.is_empty() => Err(error),
            _ => {
                let whole = put_back(around, lifted);
                let text = decode(&whole, charset)?.into_owned();
                Ok(Self { text: text.into(), lifted: &[], around_bytes })
            }
        }
    }

    pub fn reader(&self, limits: Limits) -> Reader<'_> {
        Reader::new(&self.text, limits).with_lifted(self.lifted, self.around_bytes)
    }
}

/// Without the text: it holds personal data.
impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("lifted", &self.lifted).finish_non_exhaustive()
    }
}

/// A document that comes in, cut anywhere.
#[derive(Default)]
pub struct Arrival {
    around: Vec<u8>,
    lifted: Vec<Lifted>,
    /// Bytes of all values lifted so far.
    lifted_bytes: usize,
    /// Where in `around` the text at hand began, when it is one that may be lifted.
    text_at: Option<usize>,
    /// Of `<` and `>` the last one was `<`.
    in_tag: bool,
    run: Option<Run>,
}

impl Arrival {
    /// A document of about `bytes` to come.
    pub fn of(bytes: usize) -> Self {
        Self { around: Vec::with_capacity(bytes.min(2 * LEAST_BYTES)), ..Self::default() }
    }

    /// Bytes in memory.
    pub fn held_bytes(&self) -> usize {
        let run = self.run.as_ref().map_or(0, Run::held_bytes);
        self.around.capacity() + self.lifted_bytes + run
    }

    pub fn push(&mut self, chunk: &[u8]) {
        let mut rest = chunk;
        while !rest.is_empty() {
            rest = match self.run.take() {
                Some(run) => self.go_on(run, rest),
                None => self.look(rest),
            };
        }
    }

    /// The document, and what was lifted out of it.
    pub fn finish(mut self) -> (Bytes, Vec<Lifted>) {
        if let Some(run) = self.run.take() {
            run.put_back(&mut self.around);
        }
        (self.around.into(), self.lifted)
    }

    /// Keeps the next bytes; begins a run when they show a long text.
    fn look<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let (step, rest) = bytes.split_at_checked(STEP_BYTES).unwrap_or((bytes, &[]));
        if let Some(last) = memrchr2(b'<', b'>', step) {
            self.text_at = self.ends_tag(step, last).then_some(self.around.len() + last + 1);
            self.in_tag = step.get(last) == Some(&b'<');
        }
        self.around.extend_from_slice(step);
        if let Some(at) = self.text_at.filter(|at| self.around.len() - at >= LEAST_BYTES) {
            self.text_at = None;
            let mut run = Run::new(at);
            let text = self.around.get(at..).unwrap_or_default();
            // What is no base64 stays where it is.
            if run.push(text).is_ok() {
                self.around.truncate(at);
                self.run = Some(run);
            }
        }
        rest
    }

    /// Whether a tag ends at `place`: a `>` with a `<` in front. A `>` alone may stand in a text.
    fn ends_tag(&self, step: &[u8], place: usize) -> bool {
        let before = step.get(..place).unwrap_or_default();
        let in_tag = match memrchr2(b'<', b'>', before) {
            Some(before) => step.get(before) == Some(&b'<'),
            None => self.in_tag,
        };
        in_tag && step.get(place) == Some(&b'>')
    }

    /// Goes on with a run up to the next tag; answers what is left.
    fn go_on<'b>(&mut self, mut run: Run, bytes: &'b [u8]) -> &'b [u8] {
        if run.is_at_tag {
            self.end(run, bytes.first() == Some(&b'/'));
            return bytes;
        }
        let end = memchr(b'<', bytes).unwrap_or(bytes.len());
        let (text, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
        match run.push(text) {
            Ok(()) => {
                run.is_at_tag = !rest.is_empty();
                self.run = Some(run);
                rest.get(1..).unwrap_or_default()
            }
            Err(Stopped { taken }) => {
                run.put_back(&mut self.around);
                bytes.get(taken..).unwrap_or_default()
            }
        }
    }

    /// Ends a run at the `<` behind it.
    fn end(&mut self, run: Run, is_end_tag: bool) {
        if is_end_tag && run.group.is_empty() {
            let lifted = run.lifted();
            self.lifted_bytes += lifted.chunks.iter().map(Bytes::len).sum::<usize>();
            self.lifted.push(lifted);
            self.around.push(b'<');
        } else {
            run.put_back(&mut self.around);
        }
        self.in_tag = true;
    }
}

/// Without what has come: it is personal data.
impl std::fmt::Debug for Arrival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrival").field("held_bytes", &self.held_bytes()).finish_non_exhaustive()
    }
}

/// A text that is base64 so far: in one line, and to the last bit what [`encode`] would write.
struct Run {
    at: usize,
    text_bytes: usize,
    chunks: Vec<Bytes>,
    /// The chunk that is being filled.
    part: Vec<u8>,
    /// Characters of a group that has begun.
    group: Vec<u8>,
    padded: bool,
    /// A `<` has come.
    is_at_tag: bool,
}

/// A text is not such base64 from somewhere behind its first `taken` bytes.
struct Stopped {
    taken: usize,
}

impl Run {
    fn new(at: usize) -> Self {
        Self {
            at,
            text_bytes: 0,
            chunks: Vec::new(),
            part: Vec::with_capacity(LIFTED_CHUNK_BYTES),
            group: Vec::with_capacity(GROUP),
            padded: false,
            is_at_tag: false,
        }
    }

    fn held_bytes(&self) -> usize {
        (self.chunks.len() + 1) * LIFTED_CHUNK_BYTES
    }

    fn push(&mut self, text: &[u8]) -> Result<(), Stopped> {
        let mut taken = 0;
        while let Some(rest) = text.get(taken..).filter(|rest| !rest.is_empty()) {
            let step =
                if self.group.is_empty() { self.groups(rest) } else { self.fill_group(rest) };
            let step = step.map_err(|NotBase64| Stopped { taken })?;
            taken += step;
            self.text_bytes += step;
            if self.part.len() == LIFTED_CHUNK_BYTES {
                let next = Vec::with_capacity(LIFTED_CHUNK_BYTES);
                self.chunks.push(std::mem::replace(&mut self.part, next).into());
            }
        }
        Ok(())
    }

    /// Takes as many groups as the chunk has room for, or begins one; answers their characters.
    fn groups(&mut self, text: &[u8]) -> Result<usize, NotBase64> {
        if self.padded {
            return Err(NotBase64);
        }
        let room = (LIFTED_CHUNK_BYTES - self.part.len()) / GROUP_BYTES * GROUP;
        let size = (text.len() - text.len() % GROUP).min(room);
        let groups = text.get(..size).unwrap_or_default();
        if groups.is_empty() {
            self.group.extend_from_slice(text);
            return Ok(text.len());
        }
        decode_exactly(groups, &mut self.part)?;
        self.padded = groups.ends_with(b"=");
        Ok(size)
    }

    fn fill_group(&mut self, text: &[u8]) -> Result<usize, NotBase64> {
        let begun = self.group.len();
        let size = (GROUP - begun).min(text.len());
        self.group.extend_from_slice(text.get(..size).unwrap_or_default());
        if self.group.len() < GROUP {
            return Ok(size);
        }
        if let Err(NotBase64) = decode_exactly(&self.group, &mut self.part) {
            self.group.truncate(begun);
            return Err(NotBase64);
        }
        self.padded = self.group.ends_with(b"=");
        self.group.clear();
        Ok(size)
    }

    fn lifted(mut self) -> Lifted {
        self.part.shrink_to_fit();
        self.chunks.push(self.part.into());
        Lifted { at: self.at, text_bytes: self.text_bytes, chunks: self.chunks }
    }

    /// The text as it was.
    fn put_back(self, around: &mut Vec<u8>) {
        self.chunks.iter().for_each(|chunk| encode(chunk, around));
        encode(&self.part, around);
        around.extend_from_slice(&self.group);
        if self.is_at_tag {
            around.push(b'<');
        }
    }
}

#[cfg(test)]
mod tests;
