//! JSON into a tree, within bounds.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::read::ReadError;
use super::tree::{Bounds, Tree};

/// Reads one JSON document; a byte-order mark in front is passed over.
pub fn read_json(body: &[u8], bounds: Bounds) -> Result<Tree, ReadError> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let values_left = Cell::new(bounds.values);
    let seed = Value { depth_left: bounds.depth, values_left: &values_left };
    let mut json = serde_json::Deserializer::from_slice(body);
    let tree = seed.deserialize(&mut json).map_err(|error| malformed(&error))?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(tree)
}

/// The place, without the words of `serde_json`, which may repeat what was sent.
fn malformed(error: &serde_json::Error) -> ReadError {
    ReadError::malformed(format!("line {}, column {}", error.line(), error.column()))
}

#[derive(Clone, Copy)]
struct Value<'a> {
    depth_left: usize,
    values_left: &'a Cell<usize>,
}

impl Value<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth_left =
            self.depth_left.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Self { depth_left, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        let left = self.values_left.get().checked_sub(1);
        self.values_left.set(left.ok_or_else(|| D::Error::custom("too many values"))?);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Tree, E> {
        Ok(Tree::Boolean(truth))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Number(number.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Tree, E> {
        let number = serde_json::Number::from_f64(number);
        number.map(Tree::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Tree, E> {
        Ok(Tree::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let deeper = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(deeper)? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let deeper = self.deeper()?;
        let mut record = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            record.push((name, members.next_value_seed(deeper)?));
        }
        Ok(Tree::Record(record))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOUNDS: Bounds = Bounds { depth: 4, values: 10 };

    #[test]
    fn a_document_beyond_its_bounds_is_refused() {
        assert!(read_json(b"[[[[1]]]]", BOUNDS).is_ok());
        assert!(read_json(b"[[[[[1]]]]]", BOUNDS).is_err());
        assert!(read_json(b"[1,2,3,4,5,6,7,8,9]", BOUNDS).is_ok());
        assert!(read_json(b"[1,2,3,4,5,6,7,8,9,10]", BOUNDS).is_err());
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        assert!(read_json(&deep, Bounds { depth: usize::MAX, ..Bounds::default() }).is_err());
    }

    #[test]
    fn an_error_says_the_place_and_nothing_of_the_content() {
        let error = read_json(br#"{"email":"someone@example.org","id":nope}"#, BOUNDS).unwrap_err();
        assert_eq!(error.to_string(), "the document is malformed (line 1, column 38)");
    }

    #[test]
    fn bytes_that_are_no_text_and_numbers_that_are_none_are_refused() {
        for body in [&b"\"\xff\""[..], b"1e999", b"NaN", b"", b"{} {}", b"{\"a\":1"] {
            assert!(read_json(body, BOUNDS).is_err(), "{body:?}");
        }
        assert!(read_json(b"\xef\xbb\xbf{}", BOUNDS).is_ok());
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(read_json(&body, BOUNDS));
        }
    }
}
