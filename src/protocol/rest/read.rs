//! From a tree to a `serde` record, with the manners of .NET's serializers.

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess,
    Unexpected, VariantAccess, Visitor,
};

use super::tree::Tree;

/// Why a document cannot be read. Says nothing of its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The document is not well-formed, or beyond its bounds; `place` says where.
    #[error("the document is malformed ({place})")]
    Malformed { place: String },
    /// The document is fine, but a value in it is not what its place takes.
    #[error("{} is not valid", member.unwrap_or("the document"))]
    Unfit {
        /// The outermost member that holds the value, by the record's own name for it.
        member: Option<&'static str>,
    },
}

impl ReadError {
    pub(super) fn malformed(place: String) -> Self {
        Self::Malformed { place }
    }

    fn within(self, outer: &'static str) -> Self {
        match self {
            Self::Unfit { .. } => Self::Unfit { member: Some(outer) },
            malformed @ Self::Malformed { .. } => malformed,
        }
    }
}

/// What `serde` would say may repeat content, so only the place is kept.
impl serde::de::Error for ReadError {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self::Unfit { member: None }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Unfit { member: Some(field) }
    }
}

/// Reads a record out of a tree.
///
/// Members are found by name in any letter case; the last of several counts, an unknown one is
/// passed over, and a null one is as good as absent. Numbers may come as text and text as numbers;
/// a boolean also as `1` and `0`; an enumeration by name in any letter case or by its place.
/// Records with `#[serde(flatten)]` are read by the exact names of their members.
pub fn from_tree<T: DeserializeOwned>(tree: &Tree) -> Result<T, ReadError> {
    T::deserialize(From(tree))
}

#[derive(Clone, Copy)]
struct From<'t>(&'t Tree);

impl<'t> From<'t> {
    /// A scalar as text; `None` for what is none.
    fn text(self) -> Option<std::borrow::Cow<'t, str>> {
        match self.0 {
            Tree::Text(text) => Some(text.as_str().into()),
            Tree::Number(number) => Some(number.to_string().into()),
            Tree::Boolean(truth) => Some(if *truth { "true" } else { "false" }.into()),
            Tree::Element(element) if element.children.is_empty() => {
                Some(element.text.as_str().into())
            }
            Tree::Null | Tree::List(_) | Tree::Record(_) | Tree::Element(_) => None,
        }
    }

    fn parsed<T: std::str::FromStr>(self) -> Result<T, ReadError> {
        let text = self.text().ok_or_else(|| self.unfit())?;
        text.trim().parse().map_err(|_| self.unfit())
    }

    fn members(self) -> Result<&'t [(String, Tree)], ReadError> {
        match self.0 {
            Tree::Record(members) => Ok(members),
            Tree::Element(element) if element.text.trim().is_empty() => Ok(&element.children),
            _ => Err(self.unfit()),
        }
    }

    fn unfit(self) -> ReadError {
        ReadError::invalid_type(Unexpected::Other(self.0.kind()), &"another value")
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $kind:ty),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            visitor.$visit(self.parsed::<$kind>()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for From<'_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Tree::Null => visitor.visit_unit(),
            Tree::Boolean(truth) => visitor.visit_bool(*truth),
            Tree::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(whole), _) => visitor.visit_u64(whole),
                (None, Some(whole)) => visitor.visit_i64(whole),
                (None, None) => visitor.visit_f64(number.as_f64().ok_or_else(|| self.unfit())?),
            },
            Tree::Text(text) => visitor.visit_str(text),
            Tree::List(_) => self.deserialize_seq(visitor),
            Tree::Element(element) if element.children.is_empty() => {
                visitor.visit_str(&element.text)
            }
            Tree::Record(_) | Tree::Element(_) => self.deserialize_map(visitor),
        }
    }

    whole_numbers!(
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
    );

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_f32(self.parsed()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_f64(self.parsed()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let text = self.text().ok_or_else(|| self.unfit())?;
        match text.trim() {
            "1" => visitor.visit_bool(true),
            "0" => visitor.visit_bool(false),
            text if text.eq_ignore_ascii_case("true") => visitor.visit_bool(true),
            text if text.eq_ignore_ascii_case("false") => visitor.visit_bool(false),
            _ => Err(self.unfit()),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let text = self.text().ok_or_else(|| self.unfit())?;
        visitor.visit_str(&text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Tree::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Tree::List(items) => visitor.visit_seq(SeqDeserializer::new(items.iter().map(From))),
            Tree::Element(element) if element.text.trim().is_empty() => {
                let items = element.children.iter().map(|(_, item)| From(item));
                visitor.visit_seq(SeqDeserializer::new(items))
            }
            _ => Err(self.unfit()),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let members = self.members()?.iter().map(|(name, value)| (name.as_str(), From(value)));
        visitor.visit_map(MapDeserializer::new(members))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let given = self.members()?;
        visitor.visit_map(Members { fields: fields.iter(), given, value: None })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let text = self.text().ok_or_else(|| self.unfit())?;
        let text = text.trim();
        let named = variants.iter().find(|known| known.eq_ignore_ascii_case(text));
        let by_place = || text.parse().ok().and_then(|place: usize| variants.get(place));
        let variant = named.or_else(by_place).ok_or_else(|| self.unfit())?;
        visitor.visit_enum(Variant(variant))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }
}

impl IntoDeserializer<'_, ReadError> for From<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The members of a record in the order in which the type declares them.
struct Members<'t> {
    fields: std::slice::Iter<'static, &'static str>,
    given: &'t [(String, Tree)],
    value: Option<(&'static str, &'t Tree)>,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReadError> {
        for field in self.fields.by_ref() {
            let mut named = self.given.iter().rev();
            let found = named.find(|(name, _)| name.eq_ignore_ascii_case(field));
            let Some((_, value)) = found.filter(|(_, value)| *value != Tree::Null) else {
                continue;
            };
            self.value = Some((field, value));
            let name: StrDeserializer<'_, ReadError> = (*field).into_deserializer();
            return seed.deserialize(name).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ReadError> {
        let (field, value) = self.value.take().ok_or(ReadError::Unfit { member: None })?;
        seed.deserialize(From(value)).map_err(|error| error.within(field))
    }
}

/// A plain variant of an enumeration.
struct Variant(&'static str);

impl<'de> serde::de::EnumAccess<'de> for Variant {
    type Error = ReadError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), ReadError> {
        let name: StrDeserializer<'_, ReadError> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, ReadError> {
        Err(ReadError::Unfit { member: None })
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, ReadError> {
        Err(ReadError::Unfit { member: None })
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, ReadError> {
        Err(ReadError::Unfit { member: None })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::protocol::rest::{Bounds, read_json, read_xml};

    #[derive(Debug, PartialEq, Deserialize)]
    enum Color {
        Red,
        DarkBlue,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Sample {
        count: i32,
        large: Option<i64>,
        share: Option<f64>,
        is_open: Option<bool>,
        full_name: Option<String>,
        color: Option<Color>,
        tags: Vec<String>,
        inner: Option<Box<Sample>>,
        anything: Option<serde_json::Value>,
    }

    fn json(text: &str) -> Result<Sample, ReadError> {
        from_tree(&read_json(text.as_bytes(), Bounds::default())?)
    }

    fn xml(inside: &str) -> Result<Sample, ReadError> {
        let text = format!("<Sample>{inside}</Sample>");
        from_tree(&read_xml(text.as_bytes(), None, Bounds::default())?)
    }

    #[test]
    fn json_and_xml_say_the_same() {
        let expected = Sample {
            count: 7,
            large: Some(1 << 40),
            share: Some(0.5),
            is_open: Some(true),
            full_name: Some("Ann & Co".to_owned()),
            color: Some(Color::DarkBlue),
            tags: vec!["a".to_owned(), "b".to_owned()],
            inner: Some(Box::new(Sample { count: 1, ..Sample::default() })),
            anything: Some("x".into()),
        };
        let by_json = json(
            r#"{"count":7,"large":1099511627776,"share":0.5,"isOpen":true,"fullName":"Ann & Co",
                "color":"DarkBlue","tags":["a","b"],"inner":{"count":1},"anything":"x"}"#,
        );
        assert_eq!(by_json.unwrap(), expected);
        let by_xml = xml(
            "<Count>7</Count><Large>1099511627776</Large><Share>0.5</Share><IsOpen>true</IsOpen>\
             <FullName>Ann &amp; Co</FullName><Color>DarkBlue</Color>\
             <Tags><string>a</string><string>b</string></Tags>\
             <Inner><Count>1</Count></Inner><Anything>x</Anything>",
        );
        assert_eq!(by_xml.unwrap(), expected);
    }

    #[test]
    fn letter_case_and_the_types_of_scalars_are_read_leniently() {
        let read = json(
            r#"{"COUNT":" 7 ","IsOpen":"False","fullname":12,"color":"darkblue","More":[{}]}"#,
        );
        let read = read.unwrap();
        assert_eq!((read.count, read.is_open), (7, Some(false)));
        assert_eq!(read.full_name.as_deref(), Some("12"));
        assert_eq!(read.color, Some(Color::DarkBlue));
        for color in ["1", "\"1\""] {
            let read = json(&format!(r#"{{"color":{color}}}"#)).unwrap();
            assert_eq!(read.color, Some(Color::DarkBlue));
        }
    }

    #[test]
    fn null_is_as_good_as_absent() {
        assert_eq!(json(r#"{"count":null,"tags":null,"color":null}"#).unwrap(), Sample::default());
        let nil = "xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'";
        assert_eq!(xml(&format!("<Count {nil}/><Tags {nil}/>")).unwrap(), Sample::default());
    }

    #[test]
    fn the_last_of_several_members_counts() {
        assert_eq!(json(r#"{"count":1,"Count":2,"COUNT":3}"#).unwrap().count, 3);
        assert_eq!(json(r#"{"count":1,"Count":null}"#).unwrap().count, 0);
    }

    #[test]
    fn a_value_that_does_not_fit_is_named_by_its_outermost_member() {
        let unfit = |member| Err(ReadError::Unfit { member });
        for text in [
            r#"{"count":"seven"}"#,
            r#"{"count":4294967296}"#,
            r#"{"count":1.5}"#,
            r#"{"count":true}"#,
            r#"{"count":{}}"#,
            r#"{"count":[]}"#,
        ] {
            assert_eq!(json(text), unfit(Some("count")), "{text}");
        }
        assert_eq!(json(r#"{"color":"Green"}"#), unfit(Some("color")));
        assert_eq!(json(r#"{"color":2}"#), unfit(Some("color")));
        assert_eq!(json(r#"{"inner":{"tags":{"a":1}}}"#), unfit(Some("inner")));
        assert_eq!(json(r#"{"tags":"a"}"#), unfit(Some("tags")));
        assert_eq!(json("[]"), unfit(None));
        assert_eq!(xml("<Inner>text</Inner>"), unfit(Some("inner")));
        assert_eq!(xml("<Count><a/></Count>"), unfit(Some("count")));
    }

    #[test]
    fn numbers_keep_what_json_said_of_them() {
        let anything = |text: &str| json(&format!(r#"{{"anything":{text}}}"#)).unwrap().anything;
        for text in ["-1", "18446744073709551615", "0.25", "true", "[1,{\"a\":null}]"] {
            assert_eq!(anything(text), Some(serde_json::from_str(text).unwrap()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_document_makes_it_panic(
            text in r#"[\[\]{}",:0-9a-z]{0,40}|\{"(count|tags|color|inner|anything)":[^}]{0,20}\}"#,
        ) {
            drop(json(&text));
        }
    }
}
