//! Any document valid for a shape is read, and what is written for it says the same.

#![cfg(test)]

mod xml_support;

use lychgate::protocol::xml::{AnyValue, DateTime, XmlRecord};
use uuid::Uuid;

const DATA: &str = "http://vendor.example";
const CALLS: &str = "http://vendor.example/v2";

#[derive(Debug, Clone, Copy, PartialEq, XmlRecord)]
#[xml(name = "Visibility", ns = DATA)]
enum Visibility {
    #[xml(value = -1)]
    NotAvailableInThisVersion,
    Private,
    Public,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "Simple", ns = DATA)]
struct Simple {
    #[xml(name = "Int")]
    int: i32,
    #[xml(name = "Long")]
    long: i64,
    #[xml(name = "Double")]
    double: f64,
    #[xml(name = "Boolean")]
    boolean: bool,
    #[xml(name = "String")]
    string: String,
    #[xml(name = "DateTime")]
    date_time: DateTime,
    #[xml(name = "Bytes")]
    bytes: Vec<u8>,
    #[xml(name = "Guid")]
    guid: Uuid,
    #[xml(name = "Visibility")]
    visibility: Visibility,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "Nillable", ns = DATA)]
struct Nillable {
    #[xml(name = "Int", required)]
    int: Option<i32>,
    #[xml(name = "String")]
    string: Option<String>,
    #[xml(name = "DateTime")]
    date_time: Option<DateTime>,
    #[xml(name = "Bytes")]
    bytes: Option<Vec<u8>>,
    #[xml(name = "Visibility")]
    visibility: Option<Visibility>,
    #[xml(name = "Any")]
    any: Option<AnyValue>,
    #[xml(name = "Simple")]
    simple: Option<Simple>,
    #[xml(name = "Ints")]
    ints: Option<Vec<i32>>,
    #[xml(name = "Strings")]
    strings: Vec<String>,
    #[xml(name = "Simples")]
    simples: Option<Vec<Simple>>,
    #[xml(name = "Visibilities")]
    visibilities: Vec<Visibility>,
}

/// A folder of folders.
#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "Folder", ns = DATA)]
struct Folder {
    #[xml(name = "Name")]
    name: Option<String>,
    #[xml(name = "ChildFolders")]
    children: Option<Vec<Folder>>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "Call", ns = CALLS)]
struct Call {
    #[xml(name = "id")]
    id: i32,
    #[xml(name = "folder")]
    folder: Option<Folder>,
    #[xml(name = "data")]
    data: Vec<u8>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "Empty", ns = CALLS)]
struct Empty {}

#[test]
fn simple_types_are_read_as_written_and_as_others_write_them() {
    xml_support::holds::<Simple>();
}

#[test]
fn nillable_members_and_arrays_are_read_as_written_and_as_others_write_them() {
    xml_support::holds::<Nillable>();
}

#[test]
fn recursive_records_are_read_as_written_and_as_others_write_them() {
    xml_support::holds::<Folder>();
}

#[test]
fn wrappers_with_members_of_another_namespace_are_read_as_written() {
    xml_support::holds::<Call>();
    xml_support::holds::<Empty>();
}
