//! Compares one element with another.

use super::children;
use super::known;
use super::tree::{Attribute, Element, Text};
use super::xmlrpc;
use crate::contract::compare::path::Step;
use crate::contract::compare::rules::Namespaces;
use crate::contract::compare::schema::Type;
use crate::contract::compare::value::Simple;
use crate::contract::compare::walk::Walk;
use crate::contract::compare::{What, base64};
use crate::protocol::xml::{Name, XSD, trim};

/// Bytes of text that are one step of work.
const BYTES_A_STEP: usize = 16;

/// What holds for an element by where it stands.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    pub ty: Option<Type>,
    /// A namespace and the one found in its stead, said of an element further out: so that a
    /// subtree in a wrong namespace is one difference.
    pub moved: Option<(&'a str, &'a str)>,
    /// The document is a call of XML-RPC.
    pub is_rpc: bool,
}

/// Compares the root elements of two documents.
pub fn roots(expected: &Element<'_>, found: &Element<'_>, is_rpc: bool, walk: &mut Walk<'_>) {
    let name = &expected.name;
    let step = Step::Name { namespace: name.namespace(), local: name.local() };
    walk.within_nth(step, 1, true, |walk| {
        if walk.is_ignored() {
            return;
        }
        if name.local() == found.name.local() {
            element(expected, found, Place { is_rpc, ..Place::default() }, walk);
        } else {
            walk.differ(What::Name, Some(name.local()), Some(found.name.local()));
        }
    });
}

/// Whether two names are one, given what was said of their namespaces further out.
pub fn is_same_name(
    expected: &Name<'_>,
    found: &Name<'_>,
    moved: Option<(&str, &str)>,
    walk: &Walk<'_>,
) -> bool {
    let (one, other) = (expected.namespace(), found.namespace());
    expected.local() == found.local()
        && (one == other
            || moved == Some((one, other))
            || walk.rules().namespaces == Namespaces::Ignore)
}

/// Compares two elements of one local name; rules did not pass over the place.
pub fn element<'a>(
    expected: &'a Element<'_>,
    found: &'a Element<'_>,
    place: Place<'a>,
    walk: &mut Walk<'_>,
) {
    if walk.is_settled() || !walk.spend(1) {
        return;
    }
    let mut place = place;
    if !is_same_name(&expected.name, &found.name, place.moved, walk) {
        let namespaces = (expected.name.namespace(), found.name.namespace());
        walk.differ(What::Namespace, Some(namespaces.0), Some(namespaces.1));
        place.moved = Some(namespaces);
    }
    inside(expected, found, place, walk);
}

/// Compares two elements, whatever their names.
pub fn inside<'a>(
    expected: &'a Element<'_>,
    found: &'a Element<'_>,
    place: Place<'a>,
    walk: &mut Walk<'_>,
) {
    let declared = declared_type(expected, place, walk);
    let ty = said_type(expected.xsi_type.as_ref(), walk).or(declared);
    attributes(expected, found, ty, walk);
    if is_any(expected) {
        return;
    }
    types(expected, found, declared, walk);
    if expected.is_nil != found.is_nil {
        walk.differ(What::Nil, Some(&told(expected)), Some(&told(found)));
        return;
    }
    content(expected, found, Place { ty, ..place }, walk);
}

/// Whether the expected element stands for anything.
fn is_any(expected: &Element<'_>) -> bool {
    let text = expected.only_text().map_or("", |text| &text.text);
    // What `ignore` alone is for: a subtree has no text that could be anything else.
    text.contains("ignore") && Walk::stands_for_anything(text)
}

/// The type that an element has whatever it says itself: by rule, by its parent's, by its name.
fn declared_type(expected: &Element<'_>, place: Place<'_>, walk: &Walk<'_>) -> Option<Type> {
    if let Some(simple) = walk.ruled_type() {
        return Some(Type::Simple(simple));
    }
    let name = &expected.name;
    let known = if place.is_rpc {
        xmlrpc::element(name.local())
    } else {
        known::element(name.namespace(), name.local())
    };
    let by_schema = || walk.schema()?.element(name.namespace(), name.local());
    place.ty.or(known.map(Type::Simple)).or_else(by_schema)
}

/// The type that an element says of itself, where it is one of XML Schema or of the schema.
fn said_type(named: Option<&Text<'_>>, walk: &Walk<'_>) -> Option<Type> {
    let name = named?.qname.as_ref()?;
    match name.within(XSD) {
        Some(local) => Simple::of_xsd(local).map(Type::Simple),
        None => walk.schema()?.named(name.namespace(), name.local()),
    }
}

/// Compares what two elements say of their own type. Saying what is known anyway is the same as
/// saying nothing.
fn types(expected: &Element<'_>, found: &Element<'_>, declared: Option<Type>, walk: &mut Walk<'_>) {
    let (one, other) = (expected.xsi_type.as_ref(), found.xsi_type.as_ref());
    let same = match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            is_same_type(one, other, walk) || Walk::stands_for_anything(&one.text)
        }
        (Some(_), None) | (None, Some(_)) => match (said_type(one.or(other), walk), declared) {
            (Some(Type::Simple(said)), Some(Type::Simple(declared))) => said == declared,
            (Some(Type::Declared(said)), Some(Type::Declared(declared))) => said == declared,
            _ => false,
        },
    };
    if !same {
        let told = |named: Option<&Text<'_>>| named.map(clark);
        walk.differ(What::Type, told(one).as_deref(), told(other).as_deref());
    }
}

fn is_same_type(one: &Text<'_>, other: &Text<'_>, walk: &Walk<'_>) -> bool {
    match (&one.qname, &other.qname) {
        (Some(one), Some(other)) => is_same_name(one, other, None, walk),
        (None, None) => trim(&one.text) == trim(&other.text),
        _ => false,
    }
}

/// A qualified name with its namespace in braces; as it stands where its prefix is not declared.
fn clark(text: &Text<'_>) -> String {
    match &text.qname {
        Some(name) if name.namespace().is_empty() => name.local().to_owned(),
        Some(name) => format!("{{{}}}{}", name.namespace(), name.local()),
        None => format!("{} (its prefix is not declared)", text.text),
    }
}

/// What an element is, where it matters whether it is nil.
fn told(element: &Element<'_>) -> String {
    match element.only_text() {
        _ if element.is_nil => "nil".to_owned(),
        Some(text) => text.text.to_string(),
        None if element.children.is_empty() => "empty".to_owned(),
        None => element.outline(),
    }
}

fn attributes(expected: &Element<'_>, found: &Element<'_>, ty: Option<Type>, walk: &mut Walk<'_>) {
    let declared = |name: &Name<'_>, walk: &Walk<'_>| match ty {
        Some(Type::Declared(number)) => walk.schema()?.attribute(number, name.local()),
        _ => None,
    };
    for attribute in &expected.attributes {
        at_attribute(attribute, walk, |walk| {
            let name = &attribute.name;
            let other = found.attributes.iter().find(|other| is_attribute(name, &other.name, walk));
            match other {
                Some(other) => {
                    let simple = walk.ruled_type().or_else(|| known::attribute(name));
                    let simple = simple.or_else(|| declared(name, walk));
                    text(&attribute.value, &other.value, simple, walk);
                }
                None => walk.differ(What::Missing, Some(&attribute.value.text), None),
            }
        });
    }
    for attribute in &found.attributes {
        let mut expected = expected.attributes.iter();
        if !expected.any(|other| is_attribute(&other.name, &attribute.name, walk)) {
            at_attribute(attribute, walk, |walk| {
                walk.differ(What::Unexpected, None, Some(&attribute.value.text));
            });
        }
    }
}

fn is_attribute(expected: &Name<'_>, found: &Name<'_>, walk: &Walk<'_>) -> bool {
    is_same_name(expected, found, None, walk)
}

fn at_attribute(attribute: &Attribute<'_>, walk: &mut Walk<'_>, at: impl FnOnce(&mut Walk<'_>)) {
    let name = &attribute.name;
    let step = Step::Attribute { namespace: name.namespace(), local: name.local() };
    walk.within(step, |walk| {
        if walk.spend(1) && !walk.is_ignored() {
            at(walk);
        }
    });
}

fn content<'a>(
    expected: &'a Element<'_>,
    found: &'a Element<'_>,
    place: Place<'a>,
    walk: &mut Walk<'_>,
) {
    let (one, other) = (expected.only_text(), found.only_text());
    match (one, other) {
        (Some(one), None) if found.has_elements() => {
            if !walk.by_placeholder(&one.text, None) {
                walk.differ(What::Value, Some(&one.text), Some(&found.outline()));
            }
        }
        (None, Some(other)) if expected.has_elements() => {
            walk.differ(What::Value, Some(&expected.outline()), Some(&other.text));
        }
        _ if expected.has_elements() || found.has_elements() => {
            if place.is_rpc && xmlrpc::is_other_type(expected, found) {
                let told = |value: &Element<'_>| {
                    value.children.first().map(|kind| kind.local().to_owned())
                };
                walk.differ(What::Type, told(expected).as_deref(), told(found).as_deref());
            } else {
                children::compare(expected, found, place, walk);
            }
        }
        _ => {
            let nothing = Text { text: "".into(), qname: None };
            let simple = match place.ty {
                Some(Type::Declared(number)) => walk.schema().and_then(|all| all.text(number)),
                Some(ty) => ty.simple(),
                None => walk.type_by_names(),
            };
            text(one.unwrap_or(&nothing), other.unwrap_or(&nothing), simple, walk);
        }
    }
}

/// Compares two texts by their type. Where none is known, texts that both are names with a declared
/// prefix are compared as names.
pub fn text(expected: &Text<'_>, found: &Text<'_>, simple: Option<Simple>, walk: &mut Walk<'_>) {
    if !walk.spend(1 + (expected.text.len() + found.text.len()) / BYTES_A_STEP) {
        return;
    }
    let are_names = match simple {
        Some(Simple::QName) => expected.qname.is_some() || found.qname.is_some(),
        Some(_) => false,
        None => {
            expected.has_known_prefix() || (found.has_known_prefix() && expected.text == found.text)
        }
    };
    if !are_names {
        base64::typed(&expected.text, &found.text, simple, walk);
    } else if !is_same_type(expected, found, walk)
        && !walk.by_placeholder(&expected.text, Some(&found.text))
    {
        let is_local_same = match (&expected.qname, &found.qname) {
            (Some(one), Some(other)) => one.local() == other.local(),
            _ => expected.text == found.text,
        };
        let what = if is_local_same { What::Namespace } else { What::Value };
        walk.differ(what, Some(&clark(expected)), Some(&clark(found)));
    }
}
