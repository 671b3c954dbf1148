//! Names with their namespaces, and the declarations in scope.

use std::borrow::Cow;

use super::error::Problem;

/// A name as it counts: namespace and local part. The prefix is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name<'x> {
    namespace: Cow<'x, str>,
    local: Cow<'x, str>,
}

impl<'x> Name<'x> {
    pub fn new(namespace: Cow<'x, str>, local: Cow<'x, str>) -> Self {
        Self { namespace, local }
    }

    /// Empty for a name in no namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    pub fn local(&self) -> &str {
        &self.local
    }

    pub fn is(&self, namespace: &str, local: &str) -> bool {
        self.local == local && self.namespace == namespace
    }

    /// The local part, if the name is in this namespace.
    pub fn within(&self, namespace: &str) -> Option<&str> {
        (self.namespace == namespace).then_some(&*self.local)
    }
}

/// An attribute that is not a namespace declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'x> {
    pub name: Name<'x>,
    pub value: Cow<'x, str>,
}

/// The declarations of the open elements, innermost last.
#[derive(Debug, Default)]
pub(super) struct Scope<'x> {
    bindings: Vec<(&'x str, Cow<'x, str>)>,
}

/// The namespace of the prefix `xml`, which needs no declaration.
const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of `xmlns` itself, which may not be declared.
const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

impl<'x> Scope<'x> {
    pub(super) fn len(&self) -> usize {
        self.bindings.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.bindings.truncate(len);
    }

    /// Adds a declaration; `prefix` is empty for the default namespace. `mark` is the length of
    /// the scope before the element's own declarations.
    pub(super) fn declare(
        &mut self,
        prefix: &'x str,
        namespace: Cow<'x, str>,
        mark: usize,
    ) -> Result<(), Problem> {
        if !prefix.is_empty() && !is_ncname(prefix) {
            return Err(Problem::BadName);
        }
        if self.bindings.iter().skip(mark).any(|(bound, _)| *bound == prefix) {
            return Err(Problem::DuplicateAttribute);
        }
        let reserved = prefix == "xmlns"
            || namespace == XMLNS_NAMESPACE
            || (prefix == "xml") != (namespace == XML_NAMESPACE);
        if reserved || (namespace.is_empty() && !prefix.is_empty()) {
            return Err(Problem::BadDeclaration);
        }
        self.bindings.push((prefix, namespace));
        Ok(())
    }

    fn lookup(&self, prefix: &str) -> Option<Cow<'x, str>> {
        if prefix == "xml" {
            return Some(Cow::Borrowed(XML_NAMESPACE));
        }
        let bound = self.bindings.iter().rev().find(|(bound, _)| *bound == prefix);
        match bound {
            Some((_, namespace)) => Some(namespace.clone()),
            None => prefix.is_empty().then_some(Cow::Borrowed("")),
        }
    }

    /// The meaning of an element's name or of a name in content: no prefix is the default
    /// namespace.
    pub(super) fn resolve(&self, qname: &'x str) -> Result<Name<'x>, Problem> {
        let (prefix, local) = split(qname)?;
        let namespace = self.lookup(prefix).ok_or(Problem::UndeclaredPrefix)?;
        Ok(Name::new(namespace, Cow::Borrowed(local)))
    }

    /// The meaning of an attribute's name: no prefix is no namespace.
    pub(super) fn resolve_attribute(&self, qname: &'x str) -> Result<Name<'x>, Problem> {
        if split(qname)?.0.is_empty() {
            return Ok(Name::new(Cow::Borrowed(""), Cow::Borrowed(qname)));
        }
        self.resolve(qname)
    }

    /// As [`Self::resolve`], for a name that stands in content and may not live as long as the
    /// document.
    pub(super) fn resolve_content(&self, qname: &str) -> Result<Name<'x>, Problem> {
        let (prefix, local) = split(qname)?;
        let namespace = self.lookup(prefix).ok_or(Problem::UndeclaredPrefix)?;
        Ok(Name::new(namespace, Cow::Owned(local.to_owned())))
    }
}

/// Prefix (empty for none) and local part of a valid qualified name.
fn split(qname: &str) -> Result<(&str, &str), Problem> {
    let (prefix, local) = match qname.split_once(':') {
        Some((prefix, local)) if is_ncname(prefix) => (prefix, local),
        Some(_) => return Err(Problem::BadName),
        None => ("", qname),
    };
    if is_ncname(local) { Ok((prefix, local)) } else { Err(Problem::BadName) }
}

fn is_ncname(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if name.bytes().all(plain) {
        let first = name.bytes().next();
        return first.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    }
    let mut characters = name.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

/// `NameStartChar` of XML 1.0 without the colon.
fn starts_name(c: char) -> bool {
    match c {
        'A'..='Z' | '_' | 'a'..='z' => true,
        c if c.is_ascii() => false,
        '\u{d7}' | '\u{f7}' | '\u{37e}' => false,
        _ => matches!(c,
            '\u{c0}'..='\u{2ff}' | '\u{370}'..='\u{1fff}' | '\u{200c}'..='\u{200d}'
            | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
            | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}'),
    }
}

/// `NameChar` of XML 1.0 without the colon.
fn continues_name(c: char) -> bool {
    starts_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}
