//! The namespace-aware pull reader, with its limits.

use std::borrow::Cow;
use std::fmt;

use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::events::Event;
use quick_xml::events::attributes::Attributes;

use super::XSI;
use super::base64::Decoder;
use super::error::{Problem, XmlError};
use super::lifted::Lifted;
use super::limits::Limits;
use super::names::{Attribute, Name, Scope};
use super::text::{Entities, attribute_value, clean, is_space, resolve_reference, trim};
use super::types::Octets;

/// Longest part of an element name that an error's path repeats, in characters.
const PATH_NAME_CHARACTERS: usize = 64;

/// Reads one document from its start to its end.
///
/// An element that was entered (by [`root`](Self::root) or [`next_child`](Self::next_child)) is
/// left in exactly one way: by [`text`](Self::text), [`base64`](Self::base64) or
/// [`skip`](Self::skip), or by calling `next_child` until it answers `None`.
///
/// Text is borrowed from the document where it stands there in one piece.
pub struct Reader<'x> {
    document: &'x str,
    events: quick_xml::Reader<&'x [u8]>,
    limits: Limits,
    entities: Entities,
    scope: Scope<'x>,
    open: Vec<Open<'x>>,
    /// Of the element entered last.
    attributes: Vec<Attribute<'x>>,
    /// Attributes of the start tag at hand whose names are not resolved yet.
    unresolved: Vec<(&'x str, &'x str)>,
    elements: usize,
    /// The innermost element was written `<x/>`: its end has no event of its own.
    at_empty: bool,
    /// The element left last, for the path of an error about its value.
    left: Option<Name<'x>>,
    /// What was lifted out of the document behind the place reached.
    lifted: &'x [Lifted],
    /// Bytes in front of the document that its first lifted value's place counts.
    mark_bytes: usize,
    /// Bytes of text that were lifted out before the place reached.
    lifted_bytes: usize,
    pub(super) dropped: usize,
}

/// Without the document: it holds personal data.
impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = self.events.buffer_position();
        f.debug_struct("Reader").field("offset", &offset).finish_non_exhaustive()
    }
}

struct Open<'x> {
    name: Name<'x>,
    /// Length of the scope outside the element.
    outer_scope: usize,
}

pub(super) enum Piece<'x> {
    Start,
    End,
    /// As it stands in the document.
    Text(Cow<'x, str>),
    /// A reference and what it stands for; a forbidden character stands for nothing.
    Character(Option<char>),
    Eof,
}

impl<'x> Reader<'x> {
    /// A reader at the start of a document that [`decode`](super::decode) made text.
    pub fn new(document: &'x str, limits: Limits) -> Self {
        let document = document.strip_prefix('\u{feff}').unwrap_or(document);
        Self {
            document,
            events: quick_xml::Reader::from_str(document),
            limits,
            entities: Entities::Xml,
            scope: Scope::default(),
            open: Vec::new(),
            attributes: Vec::new(),
            unresolved: Vec::new(),
            elements: 0,
            at_empty: false,
            left: None,
            lifted: &[],
            mark_bytes: 0,
            lifted_bytes: 0,
            dropped: 0,
        }
    }

    /// Reads a document that came without its large values as the one that was sent. `around_bytes`
    /// is its length with the byte order mark, if it had one.
    #[must_use]
    pub fn with_lifted(mut self, lifted: &'x [Lifted], around_bytes: usize) -> Self {
        self.lifted = lifted;
        self.mark_bytes = around_bytes.saturating_sub(self.document.len());
        self
    }

    /// Also knows the named characters of HTML 4, such as `&eacute;`, which clients send that write
    /// XML with an HTML serializer.
    #[must_use]
    pub fn with_html_entities(mut self) -> Self {
        self.entities = Entities::Html4;
        self
    }

    /// Enters the root element.
    pub fn root(&mut self) -> Result<Name<'x>, XmlError> {
        match self.next_tag(Problem::Malformed)? {
            Piece::Start => self.current(),
            _ => Err(self.error(Problem::NoRoot)),
        }
    }

    /// Enters the next child of the innermost open element; `None` leaves that element instead.
    pub fn next_child(&mut self) -> Result<Option<Name<'x>>, XmlError> {
        match self.next_tag(Problem::UnexpectedText)? {
            Piece::Start => self.current().map(Some),
            Piece::End => Ok(None),
            _ => Err(self.error(Problem::Truncated)),
        }
    }

    /// Leaves the element entered last with everything in it.
    pub fn skip(&mut self) -> Result<(), XmlError> {
        let depth = self.open.len();
        while self.open.len() >= depth {
            if matches!(self.pull()?, Piece::Eof) {
                return Err(self.error(Problem::Truncated));
            }
        }
        Ok(())
    }

    /// Leaves an element that contains only text, and answers the text.
    pub fn text(&mut self) -> Result<Cow<'x, str>, XmlError> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.pull()? {
                Piece::End => return Ok(text),
                Piece::Text(piece) if text.is_empty() => text = clean(piece, &mut self.dropped),
                Piece::Text(piece) => text.to_mut().push_str(&clean(piece, &mut self.dropped)),
                Piece::Character(c) => text.to_mut().extend(c),
                Piece::Start => return Err(self.error(Problem::UnexpectedElement)),
                Piece::Eof => return Err(self.error(Problem::Truncated)),
            }
            self.bound("bytes of text", text.len(), self.limits.text_bytes)?;
        }
    }

    /// Leaves an element that contains only base64, and answers the bytes. White space does not
    /// count.
    pub fn base64(&mut self) -> Result<Vec<u8>, XmlError> {
        let mut decoder = Decoder::default();
        let mut length = 0;
        loop {
            let pushed = match self.pull()? {
                Piece::End => break,
                Piece::Text(piece) => {
                    length += piece.len();
                    self.bound("bytes of text", length, self.limits.text_bytes)?;
                    decoder.push(&piece)
                }
                Piece::Character(None) => Ok(()),
                Piece::Character(Some(c)) => decoder.push(c.encode_utf8(&mut [0; 4])),
                Piece::Start => return Err(self.error(Problem::UnexpectedElement)),
                Piece::Eof => return Err(self.error(Problem::Truncated)),
            };
            pushed.map_err(|_| self.error(Problem::Invalid("xs:base64Binary")))?;
        }
        decoder.finish().map_err(|_| self.invalid("xs:base64Binary"))
    }

    /// As [`Self::base64`], for a value that may be a file.
    pub fn octets(&mut self) -> Result<Octets, XmlError> {
        let lifted = if self.at_empty { None } else { self.take_lifted() };
        let Some(lifted) = lifted else { return self.base64().map(Octets::from) };
        self.bound("bytes of text", lifted.text_bytes, self.limits.text_bytes)?;
        match self.pull()? {
            Piece::End => Ok(Octets(lifted.chunks.clone())),
            _ => Err(self.error(Problem::Malformed)),
        }
    }

    /// What was lifted out at the place reached.
    fn take_lifted(&mut self) -> Option<&'x Lifted> {
        let here = self.position() + self.mark_bytes;
        while let Some((first, rest)) = self.lifted.split_first() {
            if first.at > here {
                return None;
            }
            // What lies before this place stood in a comment.
            self.lifted = rest;
            self.lifted_bytes += first.text_bytes;
            if first.at == here {
                return Some(first);
            }
        }
        None
    }

    /// A section that begins at byte `start`, with what looked like a value within it.
    fn whole_cdata(&mut self, text: Cow<'x, str>, start: u64) -> Cow<'x, str> {
        let start = usize::try_from(start).unwrap_or(usize::MAX) + "<![CDATA[".len();
        let end = start + text.len();
        let mut whole = text;
        let mut added = 0;
        while let Some((first, rest)) = self.lifted.split_first()
            && let Some(place) = first.at.checked_sub(start + self.mark_bytes)
            && first.at < end + self.mark_bytes
        {
            let lifted = first.text();
            whole.to_mut().insert_str(place + added, &lifted);
            added += lifted.len();
            self.lifted = rest;
            self.lifted_bytes += lifted.len();
        }
        whole
    }

    fn position(&self) -> usize {
        usize::try_from(self.events.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Leaves an element that contains one value; `read` gets its text without outer white space
    /// and answers `None` if it is not a valid `expected`.
    pub fn value<T>(
        &mut self,
        expected: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, XmlError> {
        let text = self.text()?;
        read(trim(&text)).ok_or_else(|| self.invalid(expected))
    }

    /// After the root was left: nothing but white space, comments and instructions follows.
    pub fn finish(&mut self) -> Result<(), XmlError> {
        match self.next_tag(Problem::Trailing)? {
            Piece::Eof if self.open.is_empty() => Ok(()),
            _ => Err(self.error(Problem::Trailing)),
        }
    }

    /// The attributes of the element entered last, until the next call that moves the reader.
    pub fn attributes(&self) -> &[Attribute<'x>] {
        &self.attributes
    }

    /// The value of an attribute of the element entered last; `namespace` is empty for an
    /// attribute without a prefix.
    pub fn attribute(&self, namespace: &str, local: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|attribute| attribute.name.is(namespace, local));
        found.map(|attribute| &*attribute.value)
    }

    /// Whether the element entered last says `xsi:nil`.
    pub fn is_nil(&self) -> bool {
        self.attribute(XSI, "nil").is_some_and(|value| matches!(trim(value), "true" | "1"))
    }

    /// The type that the element entered last names in `xsi:type`.
    pub fn xsi_type(&self) -> Result<Option<Name<'x>>, XmlError> {
        self.attribute(XSI, "type").map(|value| self.resolve(value)).transpose()
    }

    /// The meaning of a qualified name in content, by the declarations in scope.
    pub fn resolve(&self, qname: &str) -> Result<Name<'x>, XmlError> {
        self.scope.resolve_content(trim(qname)).map_err(|problem| self.error(problem))
    }

    /// Characters left out so far because XML 1.0 forbids them, as references or as themselves.
    /// Old .NET clients send some (`&#x1F;`); a strict reader would refuse the whole call.
    pub fn dropped_characters(&self) -> usize {
        self.dropped
    }

    /// A refusal at the place reached, about the innermost open element.
    pub fn error(&self, problem: Problem) -> XmlError {
        self.error_below(problem, None)
    }

    /// A refusal of the value of the element left last.
    pub fn invalid(&self, expected: &'static str) -> XmlError {
        self.error_in_left(Problem::Invalid(expected))
    }

    /// A refusal about the element left last.
    pub fn error_in_left(&self, problem: Problem) -> XmlError {
        self.error_below(problem, self.left.as_ref())
    }

    fn error_below(&self, problem: Problem, last: Option<&Name<'x>>) -> XmlError {
        let names = self.open.iter().map(|open| &open.name).chain(last);
        let mut path = String::new();
        for name in names {
            if !path.is_empty() {
                path.push('/');
            }
            path.extend(name.local().chars().take(PATH_NAME_CHARACTERS));
        }
        let here = self.position();
        let passed = self.lifted.iter().take_while(|lifted| lifted.at < here + self.mark_bytes);
        let passed: usize = passed.map(|lifted| lifted.text_bytes).sum();
        let offset = here.saturating_add(self.lifted_bytes).saturating_add(passed);
        XmlError::new(problem, path, u64::try_from(offset).unwrap_or(u64::MAX))
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn current(&self) -> Result<Name<'x>, XmlError> {
        match self.open.last() {
            Some(open) => Ok(open.name.clone()),
            None => Err(self.error(Problem::Malformed)),
        }
    }

    pub(super) fn bound(
        &self,
        what: &'static str,
        count: usize,
        limit: usize,
    ) -> Result<(), XmlError> {
        if count > limit { Err(self.error(Problem::Limit { what, limit })) } else { Ok(()) }
    }

    /// The next start, end or end of document. White space is passed over, other text refused.
    fn next_tag(&mut self, text: Problem) -> Result<Piece<'x>, XmlError> {
        loop {
            match self.pull()? {
                Piece::Text(piece) if piece.chars().all(is_space) => {}
                Piece::Character(None) => {}
                Piece::Character(Some(c)) if is_space(c) && !self.open.is_empty() => {}
                Piece::Text(_) | Piece::Character(_) => return Err(self.error(text)),
                tag => return Ok(tag),
            }
        }
    }

    pub(super) fn pull(&mut self) -> Result<Piece<'x>, XmlError> {
        if self.at_empty {
            self.at_empty = false;
            return Ok(self.leave());
        }
        if let Some(lifted) = self.take_lifted() {
            return Ok(Piece::Text(Cow::Owned(lifted.text())));
        }
        loop {
            let start = self.events.buffer_position();
            let event = match self.events.read_event() {
                Ok(event) => event,
                Err(error) => return Err(self.error(problem_of(&error))),
            };
            return match event {
                Event::Start(_) => self.enter(start, false),
                Event::Empty(_) => self.enter(start, true),
                Event::End(_) => Ok(self.leave()),
                Event::Text(text) => Ok(Piece::Text(text.into_inner())),
                Event::CData(_) if self.open.is_empty() => Err(self.error(Problem::Malformed)),
                Event::CData(text) => Ok(Piece::Text(self.whole_cdata(text.into_inner(), start))),
                Event::GeneralRef(name) => self.character(&name.into_inner()),
                Event::DocType(_) => Err(self.error(Problem::Doctype)),
                Event::Decl(_) if self.elements > 0 => Err(self.error(Problem::Malformed)),
                // SOAP forbids instructions, but they change nothing: passed over.
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
                Event::Eof => Ok(Piece::Eof),
            };
        }
    }

    fn character(&mut self, reference: &str) -> Result<Piece<'x>, XmlError> {
        let c =
            resolve_reference(reference, self.entities).map_err(|problem| self.error(problem))?;
        self.dropped += usize::from(c.is_none());
        Ok(Piece::Character(c))
    }

    fn leave(&mut self) -> Piece<'x> {
        if let Some(open) = self.open.pop() {
            self.scope.truncate(open.outer_scope);
            self.left = Some(open.name);
        }
        self.attributes.clear();
        Piece::End
    }

    /// Takes the start tag that begins at byte `start` of the document.
    fn enter(&mut self, start: u64, empty: bool) -> Result<Piece<'x>, XmlError> {
        self.elements += 1;
        self.bound("elements", self.elements, self.limits.elements)?;
        self.bound("levels of elements", self.open.len() + 1, self.limits.depth)?;
        let tag = self.tag_since(start, empty).ok_or_else(|| self.error(Problem::Malformed))?;
        let name_len = tag.find(is_space).unwrap_or(tag.len());
        let qname = tag.get(..name_len).unwrap_or_default();
        self.bound("bytes of a name", name_len, self.limits.name_bytes)?;
        let outer_scope = self.scope.len();
        self.attributes.clear();
        self.unresolved.clear();
        let entered = self
            .collect(tag, name_len, outer_scope)
            .and_then(|()| self.resolve_attributes())
            .and_then(|()| self.scope.resolve(qname));
        let name = entered.map_err(|problem| self.error(problem))?;
        self.open.push(Open { name, outer_scope });
        self.at_empty = empty;
        Ok(Piece::Start)
    }

    /// What stands between `<` and `>` or `/>`, borrowed from the document (an event would lend
    /// it only for its own life).
    fn tag_since(&self, start: u64, empty: bool) -> Option<&'x str> {
        let start = usize::try_from(start).ok()?;
        let tag =
            self.document.get(start..self.position())?.strip_prefix('<')?.strip_suffix('>')?;
        if empty { tag.strip_suffix('/') } else { Some(tag) }
    }

    /// Puts the declarations of a start tag in scope and the other attributes aside.
    fn collect(&mut self, tag: &'x str, name_len: usize, mark: usize) -> Result<(), Problem> {
        let mut attributes = Attributes::new(tag, name_len);
        // Duplicates are found below, by namespace.
        attributes.with_checks(false);
        for (count, attribute) in attributes.enumerate() {
            if count >= self.limits.attributes {
                let limit = self.limits.attributes;
                return Err(Problem::Limit { what: "attributes of an element", limit });
            }
            let attribute = attribute.map_err(|_| Problem::Malformed)?;
            let (key, Cow::Borrowed(value)) = (attribute.key.into_inner(), attribute.value) else {
                return Err(Problem::Malformed);
            };
            if key.len() > self.limits.name_bytes {
                let limit = self.limits.name_bytes;
                return Err(Problem::Limit { what: "bytes of a name", limit });
            }
            match key.strip_prefix("xmlns:") {
                Some("") => return Err(Problem::BadName),
                Some(prefix) => self.declare(prefix, value, mark)?,
                None if key == "xmlns" => self.declare("", value, mark)?,
                None => self.unresolved.push((key, value)),
            }
        }
        Ok(())
    }

    fn declare(&mut self, prefix: &'x str, value: &'x str, mark: usize) -> Result<(), Problem> {
        if self.scope.len() >= self.limits.namespaces {
            let limit = self.limits.namespaces;
            return Err(Problem::Limit { what: "namespace declarations in scope", limit });
        }
        let namespace = attribute_value(value, self.entities, &mut self.dropped)?;
        self.scope.declare(prefix, namespace, mark)
    }

    fn resolve_attributes(&mut self) -> Result<(), Problem> {
        for (key, value) in &self.unresolved {
            let name = self.scope.resolve_attribute(key)?;
            let value = attribute_value(value, self.entities, &mut self.dropped)?;
            self.attributes.push(Attribute { name, value });
        }
        if self.attributes.len() < 2 { Ok(()) } else { self.refuse_duplicates() }
    }

    fn refuse_duplicates(&self) -> Result<(), Problem> {
        let mut names: Vec<_> =
            self.attributes.iter().map(|a| (a.name.local(), a.name.namespace())).collect();
        names.sort_unstable();
        let twice = names.windows(2).any(|pair| matches!(pair, [a, b] if a == b));
        if twice { Err(Problem::DuplicateAttribute) } else { Ok(()) }
    }
}

fn problem_of(error: &quick_xml::Error) -> Problem {
    match error {
        quick_xml::Error::Syntax(SyntaxError::UnclosedDoctype)
        | quick_xml::Error::IllFormed(IllFormedError::MissingDoctypeName) => Problem::Doctype,
        quick_xml::Error::Syntax(SyntaxError::InvalidBangMarkup) => Problem::Malformed,
        quick_xml::Error::Syntax(_) => Problem::Truncated,
        _ => Problem::Malformed,
    }
}
