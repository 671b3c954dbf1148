//! Records that are not packed into blocks: a format version byte, then named fields.
//!
//! A field added with `#[serde(default)]` needs no new version. What an older program would
//! misread does: raise [`Record::VERSION`] and turn the old form into the new in
//! [`Record::upgrade`].

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::seam::{StoreError, Table};

/// A stored record and its format.
pub trait Record: Serialize + DeserializeOwned {
    const TABLE: Table;
    /// The version that this program writes. Older ones go through [`Record::upgrade`], newer
    /// ones are refused.
    const VERSION: u8;

    /// The record from a body of an older version; `None` for a version that never was.
    fn upgrade(_version: u8, _body: &[u8]) -> Option<Result<Self, rmp_serde::decode::Error>> {
        None
    }

    fn encode(&self) -> Result<Bytes, StoreError> {
        encode(Self::TABLE, Self::VERSION, self)
    }

    fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let damaged = |why: String| damaged(Self::TABLE, &why);
        let (version, body) = split_version(Self::TABLE, Self::VERSION, bytes)?;
        let decoded = if version == Self::VERSION {
            rmp_serde::from_slice(body)
        } else {
            Self::upgrade(version, body)
                .ok_or_else(|| damaged(format!("there is no format {version}")))?
        };
        decoded.map_err(|error| damaged(without_values(&error)))
    }
}

/// The stored form of `record`.
pub fn encode(table: Table, version: u8, record: &impl Serialize) -> Result<Bytes, StoreError> {
    let mut bytes = vec![version];
    record
        .serialize(&mut rmp_serde::Serializer::new(&mut bytes).with_struct_map())
        .map_err(|error| damaged(table, &error.to_string()))?;
    Ok(bytes.into())
}

/// The version byte and the body behind it; a version above `known` is refused.
pub fn split_version(table: Table, known: u8, bytes: &[u8]) -> Result<(u8, &[u8]), StoreError> {
    let Some((version, body)) = bytes.split_first() else {
        return Err(damaged(table, "the record is empty"));
    };
    if *version > known {
        return Err(StoreError::NewerFormat { found: (*version).into(), known: known.into() });
    }
    Ok((*version, body))
}

/// What is wrong with a body. A syntax error would quote stored values, which no log may show.
fn without_values(error: &rmp_serde::decode::Error) -> String {
    match error {
        rmp_serde::decode::Error::Syntax(_) => "a field does not fit its type".to_owned(),
        other => other.to_string(),
    }
}

/// Bytes of `table` that cannot be what this program wrote.
pub fn damaged(table: Table, why: &str) -> StoreError {
    StoreError::Damaged { what: format!("table {}: {why}", table.name()) }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Lamp {
        color: String,
        #[serde(default)]
        watts: u32,
    }

    impl Record for Lamp {
        const TABLE: Table = Table::Campaign;
        const VERSION: u8 = 3;

        fn upgrade(version: u8, body: &[u8]) -> Option<Result<Self, rmp_serde::decode::Error>> {
            let color = || rmp_serde::from_slice::<String>(body);
            (version == 2).then(|| color().map(|color| Self { color, watts: 1 }))
        }
    }

    fn lamp() -> Lamp {
        Lamp { color: "red".to_owned(), watts: 60 }
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let bytes = lamp().encode().unwrap();
        assert_eq!(bytes.first(), Some(&3));
        assert_eq!(Lamp::decode(&bytes).unwrap(), lamp());
    }

    #[test]
    fn a_field_that_an_older_program_did_not_write_takes_its_default() {
        #[derive(Serialize)]
        struct Older {
            color: &'static str,
        }
        let bytes = encode(Lamp::TABLE, 3, &Older { color: "red" }).unwrap();
        assert_eq!(Lamp::decode(&bytes).unwrap(), Lamp { watts: 0, ..lamp() });
    }

    #[test]
    fn an_older_version_is_upgraded_on_read() {
        let bytes = encode(Lamp::TABLE, 2, &"blue").unwrap();
        assert_eq!(Lamp::decode(&bytes).unwrap(), Lamp { color: "blue".to_owned(), watts: 1 });
    }

    #[test]
    fn a_newer_version_is_refused() {
        let bytes = encode(Lamp::TABLE, 4, &lamp()).unwrap();
        let refused = Lamp::decode(&bytes).unwrap_err();
        assert!(matches!(refused, StoreError::NewerFormat { found: 4, known: 3 }), "{refused}");
    }

    #[test]
    fn damaged_bytes_name_their_table() {
        for bytes in [&[][..], &[3], &[3, 0xc1], &[1, 0x80]] {
            let refused = Lamp::decode(bytes).unwrap_err();
            assert!(refused.to_string().contains("table campaign"), "{refused}");
        }
    }
}
