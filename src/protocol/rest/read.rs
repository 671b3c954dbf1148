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
            Tree::Record(_) => self.deserialize_map(visitor),
            Tree::Element(element) if element.children.is_empty() => {
                visitor.visit_str(&element.text)
            }
            Tree::Element(_) => self.deserialize_map(visitor),
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
        let members = self.members()?;
        visitor.visit_map(Members { fields: fields.iter(), members, value: None })
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

impl<'de> IntoDeserializer<'de, ReadError> for From<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The members of a record in the order in which the type declares them.
struct Members<'t> {
    fields: std::slice::Iter<'static, &'static str>,
    members: &'t [(String, Tree)],
    value: Option<(&'static str, &'t Tree)>,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReadError> {
        for field in self.fields.by_ref() {
            let mut named = self.members.iter().rev();
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
