//! Where a document is not as its record has it.

use super::document::Element;
use crate::domain::nearest::nearest;
use crate::protocol::soap::Edition;
use crate::protocol::xml::{DateTime, EnumName, Item, Kind, Member, Shape, TypeRef, trim};

/// One place that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// Names from the operation's element down, joined by `/`; those of the record, not of the
    /// client, but for the last.
    pub path: String,
    /// Namespace and local name as found.
    pub namespace: String,
    pub name: String,
    pub what: What,
}

/// How it does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The name is right, the namespace is not.
    Namespace {
        expected: &'static str,
    },
    /// The name is right but for its letters.
    LetterCase {
        expected: &'static str,
    },
    Unknown {
        nearest: Option<&'static str>,
    },
    /// A known member that stands behind one which it should stand before.
    Order {
        before: &'static str,
    },
    /// A value of `xs:anyType` that does not say its type.
    Untyped,
    /// None of the enumeration's names.
    Enumeration {
        name: &'static str,
        nearest: Option<&'static str>,
    },
    /// Not a value of its type, which may be because there is none.
    Value {
        expected: &'static str,
        is_empty: bool,
    },
}

/// Most places that are told of one document.
const MOST_MISFITS: usize = 32;

/// The places of a request.
pub fn of_request(payload: &Element<'_>, shape: &'static Shape, edition: Edition) -> Vec<Misfit> {
    let mut walk = Walk { edition: edition.0, is_reply: false, found: Vec::new() };
    walk.record(payload, shape, shape.name);
    walk.found
}

/// The places of a reply. Members that came after the edition count as unknown.
pub fn of_reply(payload: &Element<'_>, shape: &'static Shape, edition: Edition) -> Vec<Misfit> {
    let mut walk = Walk { edition: edition.0, is_reply: true, found: Vec::new() };
    walk.record(payload, shape, shape.name);
    walk.found
}

struct Walk {
    edition: u16,
    is_reply: bool,
    found: Vec<Misfit>,
}

impl Walk {
    fn note(&mut self, path: &str, element: &Element<'_>, what: What) {
        if self.found.len() < MOST_MISFITS {
            self.found.push(Misfit {
                path: path.to_owned(),
                namespace: element.namespace().to_owned(),
                name: element.local().to_owned(),
                what,
            });
        }
    }

    fn record(&mut self, element: &Element<'_>, shape: &'static Shape, path: &str) {
        match shape.kind {
            Kind::Sequence(members) => self.sequence(element, shape, members, path),
            Kind::Enumeration(names) => self.enumeration(element, shape.name, names, path),
        }
    }

    fn sequence(
        &mut self,
        element: &Element<'_>,
        shape: &'static Shape,
        members: &'static [Member],
        path: &str,
    ) {
        let mut last: Option<(usize, &'static str)> = None;
        for child in &element.children {
            let Some((place, member)) = self.member(child, shape, members, path) else { continue };
            match last {
                Some((before, name)) if before > place => {
                    self.note(path, child, What::Order { before: name });
                }
                _ => last = Some((place, member.name)),
            }
            self.value(child, member.ty, &format!("{path}/{}", member.name));
        }
    }

    /// The member that an element is or is meant to be; what is wrong with its name is noted.
    fn member(
        &mut self,
        child: &Element<'_>,
        shape: &'static Shape,
        members: &'static [Member],
        path: &str,
    ) -> Option<(usize, &'static Member)> {
        let (edition, is_reply) = (self.edition, self.is_reply);
        let listed = move |member: &&Member| !is_reply || member.since <= edition;
        let known = || members.iter().filter(listed);
        let place = |name: &str| members.iter().position(|member| member.name == name);
        if let Some(member) = known().find(|member| member.name == child.local()) {
            if child.namespace() != shape.namespace {
                self.note(path, child, What::Namespace { expected: shape.namespace });
            }
            return place(member.name).map(|place| (place, member));
        }
        let of_case = known().find(|member| member.name.eq_ignore_ascii_case(child.local()));
        if let Some(member) = of_case {
            self.note(path, child, What::LetterCase { expected: member.name });
            return None;
        }
        let nearest = nearest(child.local(), known().map(|member| member.name));
        self.note(path, child, What::Unknown { nearest });
        None
    }

    fn value(&mut self, element: &Element<'_>, ty: TypeRef, path: &str) {
        if element.is_nil {
            return;
        }
        match ty {
            TypeRef::Named(shape) => self.record(element, shape(), path),
            TypeRef::ArrayOf(item) => self.array(element, item, path),
            TypeRef::AnyType => {
                let says = element.xsi_type.is_some() || !element.children.is_empty();
                if !says && element.text_bytes > 0 {
                    self.note(path, element, What::Untyped);
                }
            }
            simple => self.simple(element, simple, path),
        }
    }

    fn array(&mut self, element: &Element<'_>, item: &'static Item, path: &str) {
        for child in &element.children {
            if child.local() == item.name {
                if child.namespace() != item.namespace {
                    self.note(path, child, What::Namespace { expected: item.namespace });
                }
                self.value(child, item.ty, &format!("{path}/{}", item.name));
            } else if child.local().eq_ignore_ascii_case(item.name) {
                self.note(path, child, What::LetterCase { expected: item.name });
            } else {
                self.note(path, child, What::Unknown { nearest: Some(item.name) });
            }
        }
    }

    fn enumeration(
        &mut self,
        element: &Element<'_>,
        name: &'static str,
        names: &'static [EnumName],
        path: &str,
    ) {
        if names.iter().any(|known| known.name == element.text) {
            return;
        }
        let nearest = nearest(&element.text, names.iter().map(|known| known.name));
        self.note(path, element, What::Enumeration { name, nearest });
    }

    fn simple(&mut self, element: &Element<'_>, ty: TypeRef, path: &str) {
        let text = trim(&element.text);
        let (expected, fits) = match ty {
            TypeRef::Int => ("xs:int", text.parse::<i32>().is_ok()),
            TypeRef::Long => ("xs:long", text.parse::<i64>().is_ok()),
            TypeRef::Double => ("xs:double", is_double(text)),
            TypeRef::Boolean => ("xs:boolean", matches!(text, "true" | "false" | "1" | "0")),
            TypeRef::DateTime => ("xs:dateTime", DateTime::parse(text).is_some()),
            TypeRef::Guid => ("guid", uuid::Uuid::try_parse(text.trim_matches(['{', '}'])).is_ok()),
            TypeRef::String
            | TypeRef::Base64Binary
            | TypeRef::AnyType
            | TypeRef::Named(_)
            | TypeRef::ArrayOf(_) => return,
        };
        if !fits {
            self.note(path, element, What::Value { expected, is_empty: text.is_empty() });
        }
    }
}

/// As `xs:double` has it: a number, `INF`, `-INF` or `NaN`.
fn is_double(text: &str) -> bool {
    matches!(text, "INF" | "-INF" | "NaN")
        || (text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
            && text.parse::<f64>().is_ok())
}
