//! What a document says, without how it is written; and the trees that are valid for a shape.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use lychgate::protocol::xml::{DateTime, EnumName, Item, Kind, Member, TypeRef, XSD, XSI};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::strategy::{BoxedStrategy, Union};
use quick_xml::NsReader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};
use uuid::Uuid;

/// Records inside one another before lists stay empty and optional members nil.
const DEPTH: usize = 4;

/// An element.
#[derive(Debug, Clone)]
pub struct Tree {
    pub namespace: String,
    pub name: String,
    pub nil: bool,
    /// `xsi:type`.
    pub ty: Option<(String, String)>,
    pub text: String,
    pub children: Vec<Tree>,
    pub freedom: Freedom,
}

/// How else the same may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freedom {
    /// Every character counts.
    Text,
    /// White space around does not count.
    Collapsed,
    /// White space does not count.
    Base64,
    /// Members in any order; nil ones may be left out.
    Record,
    /// Nil items do not count.
    Array,
}

/// The freedom is no part of what a document says.
impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        (&self.namespace, &self.name, self.nil, &self.ty, &self.text, &self.children)
            == (&other.namespace, &other.name, other.nil, &other.ty, &other.text, &other.children)
    }
}

impl Tree {
    fn leaf(text: String, freedom: Freedom) -> Self {
        let (namespace, name) = (String::new(), String::new());
        Self { namespace, name, nil: false, ty: None, text, children: Vec::new(), freedom }
    }

    fn typed(self, local: &str) -> Self {
        Self { ty: Some((XSD.to_owned(), local.to_owned())), ..self }
    }

    fn with_children(children: Vec<Self>, freedom: Freedom) -> Self {
        Self { children, ..Self::leaf(String::new(), freedom) }
    }

    /// Gives content the element it is in.
    pub fn into_element(self, namespace: &str, name: &str) -> Self {
        Self { namespace: namespace.to_owned(), name: name.to_owned(), ..self }
    }
}

/// Content that is valid for a type, nameless.
pub fn content(ty: TypeRef, depth: usize) -> BoxedStrategy<Tree> {
    let collapsed = |text: String| Tree::leaf(text, Freedom::Collapsed);
    match ty {
        TypeRef::Int => any::<i32>().prop_map(move |n| collapsed(n.to_string())).boxed(),
        TypeRef::Long => any::<i64>().prop_map(move |n| collapsed(n.to_string())).boxed(),
        TypeRef::Double => double().prop_map(collapsed).boxed(),
        TypeRef::Boolean => any::<bool>().prop_map(move |b| collapsed(b.to_string())).boxed(),
        TypeRef::String => text().prop_map(|text| Tree::leaf(text, Freedom::Text)).boxed(),
        TypeRef::DateTime => date_time().prop_map(collapsed).boxed(),
        TypeRef::Base64Binary => vec(any::<u8>(), 0..40)
            .prop_map(|bytes| Tree::leaf(BASE64_STANDARD.encode(bytes), Freedom::Base64))
            .boxed(),
        TypeRef::Guid => {
            any::<u128>().prop_map(move |bits| collapsed(Uuid::from_u128(bits).to_string())).boxed()
        }
        TypeRef::AnyType => any_type(),
        TypeRef::Named(shape) => match shape().kind {
            Kind::Sequence(members) => sequence(shape().namespace, members, depth),
            Kind::Enumeration(names) => enumeration(names),
        },
        TypeRef::ArrayOf(item) => array(item, depth),
    }
}

fn sequence(namespace: &'static str, members: &[Member], depth: usize) -> BoxedStrategy<Tree> {
    let members: Vec<_> = members.iter().map(|&member| element(namespace, member, depth)).collect();
    members.prop_map(|members| Tree::with_children(members, Freedom::Record)).boxed()
}

fn element(namespace: &'static str, member: Member, depth: usize) -> BoxedStrategy<Tree> {
    let nil = Just(Tree { nil: true, ..Tree::leaf(String::new(), Freedom::Text) });
    let named = move |tree: Tree| tree.into_element(namespace, member.name);
    if member.nillable && depth >= DEPTH {
        return nil.prop_map(named).boxed();
    }
    let some = content(member.ty, depth + 1);
    if !member.nillable {
        return some.prop_map(named).boxed();
    }
    Union::new_weighted(vec![(1, nil.boxed()), (3, some)]).prop_map(named).boxed()
}

fn enumeration(names: &[EnumName]) -> BoxedStrategy<Tree> {
    let names: Vec<_> = names.iter().map(|name| Just(name.name.to_owned())).collect();
    Union::new(names).prop_map(|name| Tree::leaf(name, Freedom::Collapsed)).boxed()
}

fn array(item: &'static Item, depth: usize) -> BoxedStrategy<Tree> {
    let named = |tree: Tree| tree.into_element(item.namespace, item.name);
    let items = if depth >= DEPTH {
        Just(Vec::new()).boxed()
    } else {
        vec(content(item.ty, depth + 1).prop_map(named), 0..3).boxed()
    };
    items.prop_map(|items| Tree::with_children(items, Freedom::Array)).boxed()
}

fn any_type() -> BoxedStrategy<Tree> {
    let typed = |content: BoxedStrategy<Tree>, local: &'static str| {
        content.prop_map(move |tree| tree.typed(local)).boxed()
    };
    let decimal = r"-?[0-9]{1,12}(\.[0-9]{1,6})?"
        .prop_map(|text| Tree::leaf(text, Freedom::Collapsed))
        .boxed();
    Union::new([
        typed(content(TypeRef::String, 0), "string"),
        typed(content(TypeRef::Int, 0), "int"),
        typed(decimal, "decimal"),
        typed(content(TypeRef::Double, 0), "double"),
        typed(content(TypeRef::Boolean, 0), "boolean"),
        typed(content(TypeRef::DateTime, 0), "dateTime"),
    ])
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    let character = Union::new_weighted(vec![
        (4, proptest::char::range('a', 'z').boxed()),
        (
            2,
            proptest::sample::select(vec!['<', '>', '&', '"', '\'', ']', ' ', '\t', '\n', '\r'])
                .boxed(),
        ),
        (1, proptest::char::range('\u{a0}', '\u{2fff}').boxed()),
        (1, proptest::char::range('\u{1f300}', '\u{1f5ff}').boxed()),
    ]);
    vec(character, 0..12).prop_map(|characters| characters.into_iter().collect()).boxed()
}

/// Numbers with a short form, and the special ones.
fn double() -> BoxedStrategy<String> {
    let plain = (any::<i32>(), 0_i32..1000).prop_map(|(whole, part)| {
        let text = format!("{whole}.{part:03}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    });
    let special = proptest::sample::select(vec!["INF", "-INF", "1E+20", "-2.5E-07", "0"]);
    Union::new([plain.boxed(), special.prop_map(str::to_owned).boxed()]).boxed()
}

/// Moments of the years 1 to 9999 in ticks, now and then whole seconds.
fn date_time() -> BoxedStrategy<String> {
    let seconds = -62_135_596_800_i64..253_402_207_200;
    let ticks = Union::new([Just(0).boxed(), (0_i32..10_000_000).boxed()]);
    (seconds, ticks)
        .prop_map(|(second, ticks)| Timestamp::new(second, ticks * 100).unwrap())
        .prop_map(|at| DateTime::new(at).to_string())
        .boxed()
}

/// What a document says, by a parser other than the one under test.
pub fn parse(document: &str) -> Tree {
    let mut reader = NsReader::from_str(document);
    let mut open = vec![Tree::leaf(String::new(), Freedom::Text)];
    loop {
        let text = match reader.read_event().unwrap() {
            Event::Start(start) => {
                open.push(parse_start(&reader, &start));
                continue;
            }
            Event::Empty(start) => {
                let element = parse_start(&reader, &start);
                open.last_mut().unwrap().children.push(element);
                continue;
            }
            Event::End(_) => {
                let element = open.pop().unwrap();
                open.last_mut().unwrap().children.push(element);
                continue;
            }
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::GeneralRef(name) => {
                unescape(&format!("&{};", name.into_inner())).unwrap().into()
            }
            Event::Eof => break,
            other => panic!("{other:?} is never written"),
        };
        open.last_mut().unwrap().text.push_str(&text);
    }
    open.pop().unwrap().children.pop().unwrap()
}

fn parse_start(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Tree {
    let (namespace, name) = resolve(reader, start.name());
    let mut tree = Tree::leaf(String::new(), Freedom::Text).into_element(&namespace, &name);
    for attribute in start.attributes() {
        let attribute = attribute.unwrap();
        let (bound, local) = reader.resolver().resolve_attribute(attribute.key);
        if bound != ResolveResult::Bound(Namespace(XSI)) {
            continue;
        }
        match local.into_inner() {
            "nil" => tree.nil = &*attribute.value == "true",
            "type" => tree.ty = Some(resolve(reader, QName(&attribute.value))),
            other => panic!("xsi:{other} is never written"),
        }
    }
    tree
}

fn resolve(reader: &NsReader<&[u8]>, name: QName<'_>) -> (String, String) {
    let (namespace, local) = reader.resolver().resolve_element(name);
    let namespace = match namespace {
        ResolveResult::Bound(namespace) => namespace.into_inner(),
        ResolveResult::Unbound => "",
        ResolveResult::Unknown(prefix) => panic!("undeclared prefix {prefix}"),
    };
    (namespace.to_owned(), local.into_inner().to_owned())
}
