//! The members of the records that REST operations read, as their declarations have them.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, Visitor};

use crate::faces::dotdigital_rest::records::{ApiAddressBook, ApiContact, ApiDataField};

/// Names of the members of a record.
type Members = fn() -> &'static [&'static str];

/// The record that each operation reads, for those which take every member that the vendor's has.
const RECORDS: &[(&str, Members)] = &[
    ("CreateContact", members::<ApiContact>),
    ("UpdateContact", members::<ApiContact>),
    ("AddContactToAddressBook", members::<ApiContact>),
    ("UnsubscribeContact", members::<ApiContact>),
    ("UnsubscribeContactFromAddressBook", members::<ApiContact>),
    ("CreateAddressBook", members::<ApiAddressBook>),
    ("UpdateAddressBook", members::<ApiAddressBook>),
    ("CreateDataField", members::<ApiDataField>),
];

/// The members that an operation's record has, by the operation's id.
pub fn members_of(id: &str) -> Option<&'static [&'static str]> {
    let name = id.split_once('_').map_or(id, |(_, name)| name);
    let (_, members) = RECORDS.iter().find(|(operation, _)| *operation == name)?;
    Some(members()).filter(|names| !names.is_empty())
}

/// What a record tells a reader of its members, without anything being read.
fn members<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // Always ends in the error that keeps it from reading.
    drop(T::deserialize(Asked(&mut names)));
    names
}

/// Takes down the names that a record asks for, and gives it nothing.
struct Asked<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("nothing is read"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(Self::Error::custom("nothing is read"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::dotdigital_rest::operations;

    #[test]
    fn a_record_tells_the_names_of_its_members() {
        let names = members_of("ApiContact_CreateContact").unwrap();
        assert!(names.contains(&"optInType"), "{names:?}");
        assert_eq!(members_of("ApiContact_GetContacts"), None);
    }

    #[test]
    fn every_listed_operation_exists_and_has_a_record_with_members() {
        for (name, members) in RECORDS {
            assert!(operations::all().any(|operation| operation.name() == *name), "{name}");
            assert!(!members().is_empty(), "{name}");
        }
    }
}
