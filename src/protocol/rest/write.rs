//! From a `serde` record to XML.

use std::fmt::Display;

use serde::ser::{
    Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple,
    SerializeTupleStruct, Serializer,
};

use crate::protocol::xml::{Writer, XSI, XSI_PREFIX};

/// What names the parts of an XML document for which a record has no name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct XmlNames {
    /// The type in a list that is the whole document, such as `ApiContact`: an empty list does
    /// not tell. Its root is this and `List`.
    pub item: Option<&'static str>,
    /// The root of a scalar that is the whole document.
    pub scalar: Option<&'static str>,
}

/// Why a record cannot be written: it has a shape that no record of such an API has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record cannot be written as XML: {0}")]
pub struct WriteError(String);

impl serde::ser::Error for WriteError {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Writes a record as an XML document without a namespace.
///
/// The root is the record's `serde` name; members are named as in JSON, with a capital in front,
/// and stand in the order of their declaration; null is `i:nil`. An item of a list is named after
/// its type with a small letter in front: `apiContact`, `int`, `string`.
pub fn to_xml<T: Serialize + ?Sized>(value: &T, names: &XmlNames) -> Result<Vec<u8>, WriteError> {
    let mut xml = Writer::new();
    let place = Place::Root(*names);
    value.serialize(To { xml: &mut xml, place })?;
    Ok(xml.finish())
}

/// Where a value stands, which says the name of its element.
#[derive(Clone, Copy)]
enum Place<'n> {
    Root(XmlNames),
    Member(&'n str),
    Item,
}

struct To<'x, 'n> {
    xml: &'x mut Writer,
    place: Place<'n>,
}

/// The names of scalars where a list or a root has to name them, as .NET does.
mod scalar {
    pub const TEXT: &str = "string";
    pub const INT: &str = "int";
    pub const LONG: &str = "long";
    pub const DOUBLE: &str = "double";
    pub const BOOLEAN: &str = "boolean";
}

impl<'x> To<'x, '_> {
    fn scalar(mut self, type_name: &str, value: impl Display) {
        self.open(type_name);
        self.xml.text(&value.to_string());
        self.xml.close();
    }

    /// Opens the root; .NET declares `i` there, whether or not something in it is null.
    fn open_root(&mut self, name: &str) {
        self.xml.open("", name);
        self.xml.declare(XSI_PREFIX, XSI);
    }

    fn open(&mut self, type_name: &str) {
        match self.place {
            Place::Root(names) => self.open_root(names.scalar.unwrap_or(type_name)),
            Place::Member(name) => self.xml.open("", &capitalized(name)),
            Place::Item => self.xml.open("", &uncapitalized(type_name)),
        }
    }

    fn record(mut self, name: &str) -> Open<'x> {
        if matches!(self.place, Place::Root(_)) {
            self.open_root(name);
        } else {
            self.open(name);
        }
        Open { xml: self.xml }
    }
}

/// The name with a capital in front.
fn capitalized(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name
}

fn uncapitalized(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

macro_rules! scalars {
    ($($method:ident $kind:ty => $name:expr),* $(,)?) => {$(
        fn $method(self, value: $kind) -> Result<(), WriteError> {
            self.scalar($name, value);
            Ok(())
        }
    )*};
}

impl<'x> Serializer for To<'x, '_> {
    type Ok = ();
    type Error = WriteError;
    type SerializeSeq = List<'x>;
    type SerializeTuple = List<'x>;
    type SerializeTupleStruct = List<'x>;
    type SerializeTupleVariant = Impossible<(), WriteError>;
    type SerializeMap = Map<'x>;
    type SerializeStruct = Open<'x>;
    type SerializeStructVariant = Impossible<(), WriteError>;

    scalars!(
        serialize_bool bool => scalar::BOOLEAN,
        serialize_i8 i8 => scalar::INT,
        serialize_i16 i16 => scalar::INT,
        serialize_i32 i32 => scalar::INT,
        serialize_i64 i64 => scalar::LONG,
        serialize_u8 u8 => scalar::INT,
        serialize_u16 u16 => scalar::INT,
        serialize_u32 u32 => scalar::INT,
        serialize_u64 u64 => scalar::LONG,
        serialize_f32 f32 => scalar::DOUBLE,
        serialize_f64 f64 => scalar::DOUBLE,
        serialize_char char => scalar::TEXT,
        serialize_str &str => scalar::TEXT,
    );

    fn serialize_bytes(mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.open("base64Binary");
        self.xml.base64(bytes);
        self.xml.close();
        Ok(())
    }

    fn serialize_none(self) -> Result<(), WriteError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_unit(mut self) -> Result<(), WriteError> {
        self.open("anyType");
        self.xml.nil();
        self.xml.close();
        Ok(())
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), WriteError> {
        SerializeStruct::end(self.record(name))
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), WriteError> {
        self.scalar(name, variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), WriteError> {
        Err(WriteError(format!("{name} is no plain enumeration")))
    }

    fn serialize_seq(mut self, _: Option<usize>) -> Result<List<'x>, WriteError> {
        match self.place {
            Place::Root(XmlNames { item: Some(item), .. }) => {
                self.open_root(&format!("{}List", capitalized(item)));
            }
            Place::Root(_) => self.open_root("List"),
            Place::Member(_) | Place::Item => self.open("list"),
        }
        Ok(List { xml: self.xml })
    }

    fn serialize_tuple(self, length: usize) -> Result<List<'x>, WriteError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<List<'x>, WriteError> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, WriteError> {
        Err(WriteError(format!("{name} is no plain enumeration")))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map<'x>, WriteError> {
        let Open { xml } = self.record("map");
        Ok(Map { xml, name: String::new() })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Open<'x>, WriteError> {
        Ok(self.record(name))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, WriteError> {
        Err(WriteError(format!("{name} is no plain enumeration")))
    }
}

/// A record whose members are being written.
struct Open<'x> {
    xml: &'x mut Writer,
}

impl SerializeStruct for Open<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        value.serialize(To { xml: self.xml, place: Place::Member(name) })
    }

    fn end(self) -> Result<(), WriteError> {
        self.xml.close();
        Ok(())
    }
}

/// A list whose items are being written.
struct List<'x> {
    xml: &'x mut Writer,
}

impl SerializeSeq for List<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        value.serialize(To { xml: self.xml, place: Place::Item })
    }

    fn end(self) -> Result<(), WriteError> {
        self.xml.close();
        Ok(())
    }
}

impl SerializeTuple for List<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), WriteError> {
        SerializeSeq::end(self)
    }
}

impl SerializeTupleStruct for List<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), WriteError> {
        SerializeSeq::end(self)
    }
}

/// A map, whose keys become the names of its members.
struct Map<'x> {
    xml: &'x mut Writer,
    name: String,
}

impl SerializeMap for Map<'_> {
    type Ok = ();
    type Error = WriteError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), WriteError> {
        let key = serde_json::to_value(key).map_err(|error| WriteError(error.to_string()))?;
        let name = key.as_str().ok_or_else(|| WriteError("a key is no text".to_owned()))?;
        name.clone_into(&mut self.name);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        value.serialize(To { xml: self.xml, place: Place::Member(&self.name) })
    }

    fn end(self) -> Result<(), WriteError> {
        self.xml.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    enum Status {
        #[serde(rename = "Sent")]
        Gone,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct ApiThing {
        id: i32,
        full_name: Option<&'static str>,
        status: Status,
        parts: Vec<ApiPart>,
        numbers: Vec<i32>,
        more: BTreeMap<&'static str, bool>,
    }

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct ApiPart {
        share: f64,
    }

    fn xml<T: Serialize>(value: &T, names: &XmlNames) -> String {
        let xml = String::from_utf8(to_xml(value, names).unwrap()).unwrap();
        xml.replace(" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"", "")
    }

    #[test]
    fn members_stand_in_their_order_with_a_capital_and_items_have_the_names_of_types() {
        let thing = ApiThing {
            id: 1,
            full_name: Some("a < b"),
            status: Status::Gone,
            parts: vec![ApiPart { share: 0.5 }],
            numbers: vec![1, 2],
            more: BTreeMap::from([("isOpen", true)]),
        };
        assert_eq!(
            xml(&thing, &XmlNames::default()),
            "<ApiThing><Id>1</Id><FullName>a &lt; b</FullName><Status>Sent</Status>\
             <Parts><apiPart><Share>0.5</Share></apiPart></Parts>\
             <Numbers><int>1</int><int>2</int></Numbers><More><IsOpen>true</IsOpen></More>\
             </ApiThing>"
        );
    }

    #[test]
    fn a_list_is_named_after_its_items_even_without_any() {
        let names = XmlNames { item: Some("ApiPart"), ..XmlNames::default() };
        let some = vec![ApiPart { share: 1.0 }, ApiPart { share: 2.0 }];
        assert_eq!(
            xml(&some, &names),
            "<ApiPartList><apiPart><Share>1</Share></apiPart><apiPart><Share>2</Share></apiPart>\
             </ApiPartList>"
        );
        assert_eq!(xml(&Vec::<ApiPart>::new(), &names), "<ApiPartList/>");
    }

    #[test]
    fn scalars_and_nothing_have_names_of_their_own() {
        assert_eq!(xml(&7, &XmlNames::default()), "<int>7</int>");
        assert_eq!(xml(&"a", &XmlNames::default()), "<string>a</string>");
        let named = XmlNames { scalar: Some("dateTime"), ..XmlNames::default() };
        assert_eq!(
            xml(&"2020-01-01T00:00:00Z", &named),
            "<dateTime>2020-01-01T00:00:00Z</dateTime>"
        );
        assert_eq!(xml(&None::<i32>, &XmlNames::default()), "<anyType i:nil=\"true\"/>");
    }
}
