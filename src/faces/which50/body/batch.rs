//! A batch of contacts, from the body into rows without a contact in between: a body of 20 MB
//! makes no tree of its values.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::values::contact;
use super::{syntax, with_xml};
use crate::domain::import::{BatchedState, RowsWritten};
use crate::domain::{Refusal, Schema};
use crate::faces::which50::call::Call;
use crate::faces::which50::failure::Failure;
use crate::faces::which50::fields::{Meaning, meaning};
use crate::faces::which50::records::DTO;
use crate::protocol::datacontract::Syntax;

/// The rows of the contacts in the body, with the values that the import's columns name.
pub fn read_batch(
    call: &Call<'_>,
    import: &BatchedState,
    schema: &Schema,
) -> Result<RowsWritten, Failure> {
    let mut rows = Rows::new(import, schema, call.settings.batch_contacts);
    match syntax(call)? {
        Syntax::Json => {
            let body = call.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(call.body);
            let mut json = serde_json::Deserializer::from_slice(body);
            let read = Contacts(&mut rows).deserialize(&mut json).and_then(|()| json.end());
            if let (Err(error), false) = (read, rows.is_over()) {
                let (line, column) = (error.line(), error.column());
                let place =
                    format!("The body is not a list of contacts (line {line}, column {column}).");
                return Err(Failure::malformed(place));
            }
        }
        Syntax::Xml => with_xml(call, |xml| {
            if !xml.root()?.is(DTO, "ArrayOfContact") {
                return Ok(None);
            }
            while let Some(name) = xml.next_child()? {
                if !name.is(DTO, "Contact") {
                    xml.skip()?;
                    continue;
                }
                for (name, value) in contact(xml)? {
                    rows.put(&name, value.unwrap_or_default());
                }
                rows.end_contact();
            }
            Ok(Some(()))
        })?,
    }
    if rows.is_over() {
        return Err(Refusal::TooManyRows { limit: rows.most }.into());
    }
    Ok(rows.written)
}

/// Rows in the making.
struct Rows {
    written: RowsWritten,
    /// Column by the name of its values, in lower case.
    columns: BTreeMap<String, usize>,
    /// Of the contact at hand.
    cells: Vec<String>,
    most: u32,
}

impl Rows {
    fn new(import: &BatchedState, schema: &Schema, most: u32) -> Self {
        let named = import.columns.iter().enumerate();
        let mut columns: BTreeMap<String, usize> =
            named.map(|(place, column)| (column.name.trim().to_lowercase(), place)).collect();
        // Whatever the address was called, and whatever name of it a contact has.
        for name in ["email", "emailaddress", "e-mail", "email address"] {
            if meaning(schema, name) == Meaning::Address {
                columns.entry(name.to_owned()).or_insert(0);
            }
        }
        let cells = vec![String::new(); import.columns.len()];
        Self { written: import.batch(), columns, cells, most }
    }

    fn put(&mut self, name: &str, value: String) {
        let place = self.columns.get(&name.trim().to_lowercase());
        if let Some(cell) = place.and_then(|place| self.cells.get_mut(*place)) {
            *cell = value;
        }
    }

    fn end_contact(&mut self) {
        if !self.is_over() {
            self.written.push(self.cells.iter().map(String::as_str));
        }
        self.cells.iter_mut().for_each(String::clear);
    }

    fn is_over(&self) -> bool {
        self.written.count() > self.most
    }
}

/// The list of contacts.
struct Contacts<'r>(&'r mut Rows);

impl<'de> DeserializeSeed<'de> for Contacts<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Contacts<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of contacts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(OneContact(&mut *self.0))?.is_some() {
            if self.0.is_over() {
                return Err(A::Error::custom("too many contacts"));
            }
        }
        Ok(())
    }
}

/// One contact; null is one without values.
struct OneContact<'r>(&'r mut Rows);

impl<'de> DeserializeSeed<'de> for OneContact<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneContact<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a contact")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.end_contact();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if name.eq_ignore_ascii_case("values") {
                members.next_value_seed(Values(&mut *self.0))?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        self.0.end_contact();
        Ok(())
    }
}

/// The values of a contact; null is none.
struct Values<'r>(&'r mut Rows);

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values by name")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Scalar)?;
            self.0.put(&name, value);
        }
        Ok(())
    }
}

/// A scalar as text; anything else is no text.
struct Scalar;

impl<'de> DeserializeSeed<'de> for Scalar {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalar {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<String, E> {
        Ok(String::new())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<String, E> {
        Ok(flag.to_string())
    }

    fn visit_i64<E>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E>(self, number: f64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<String, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<String, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(String::new())
    }
}
