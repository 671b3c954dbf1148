//! Documents made from a [`Shape`]: what is valid for it, in the many ways clients write it.
//!
//! [`holds`] is the property that every wire record has: whatever a client may send is read, and
//! what is written for it says the same. Use it from any test file with
//! `#[path = "xml_support/mod.rs"] mod xml_support;`.

mod messy;
mod pen;
mod tree;

use lychgate::protocol::xml::{
    Limits, Reader, Shape, TypeRef, Writer, XmlRecord, read_value, write_member,
};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};

pub use tree::{Tree, parse};

/// Documents tried for each record.
const CASES: u32 = 64;

/// The element that a record under test is the content of.
const NAMESPACE: &str = "urn:lychgate:test";
const NAME: &str = "value";

/// Proves for a record type that any document valid for its shape is read, that what is written
/// says the same, and that this is read back equal.
pub fn holds<T: XmlRecord + PartialEq + std::fmt::Debug>() {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let sample = (content(T::shape), proptest::num::u64::ANY);
    TestRunner::new(config)
        .run(&sample, |(tree, seed)| {
            let document = messy::render(&tree, seed);
            let value: T = read(&document);
            let written = write(&value);
            assert_eq!(parse(&written), tree, "{document}\n{written}");
            assert_eq!(read::<T>(&written), value, "{written}");
            Ok(())
        })
        .unwrap();
}

fn content(shape: fn() -> &'static Shape) -> impl Strategy<Value = Tree> {
    tree::content(TypeRef::Named(shape), 0)
        .prop_map(|content| content.into_element(NAMESPACE, NAME))
}

fn read<T: XmlRecord>(document: &str) -> T {
    let mut reader = Reader::new(document, Limits::default());
    let result = reader
        .root()
        .and_then(|_| read_value(&mut reader))
        .and_then(|value| reader.finish().map(|()| value));
    result.unwrap_or_else(|error| panic!("{error}:\n{document}"))
}

fn write<T: XmlRecord>(value: &T) -> String {
    let mut writer = Writer::new();
    write_member(&mut writer, NAMESPACE, NAME, value);
    String::from_utf8(writer.finish()).unwrap()
}
