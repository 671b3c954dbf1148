//! Whatever the bytes, the reader answers: it neither panics nor runs on.

#![cfg(test)]

mod xml_support;

use lychgate::protocol::xml::{AnyValue, DateTime, Limits, Reader, XmlRecord, decode, read_value};
use proptest::collection::vec;
use proptest::prelude::{any, proptest};
use proptest::sample::{Index, select};
use uuid::Uuid;

const DATA: &str = "http://vendor.example";

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "Everything", ns = DATA)]
struct Everything {
    #[xml(name = "Int")]
    int: Option<i32>,
    #[xml(name = "Double")]
    double: f64,
    #[xml(name = "Text")]
    text: String,
    #[xml(name = "At")]
    at: DateTime,
    #[xml(name = "Bytes")]
    bytes: Vec<u8>,
    #[xml(name = "Guid")]
    guid: Uuid,
    #[xml(name = "Any")]
    any: Option<AnyValue>,
    #[xml(name = "Inner")]
    inner: Option<Vec<Everything>>,
}

/// Pieces of XML, so that chance makes something near to a document.
const PIECES: &[&str] = &[
    "<",
    ">",
    "/",
    "</",
    "/>",
    "<x>",
    "</x>",
    "<x/>",
    "=",
    "'",
    "\"",
    "&",
    ";",
    "&amp;",
    "&#x1F;",
    "&#",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE",
    "<?",
    "?>",
    "<?xml version='1.0'?>",
    " ",
    "\r\n",
    "xmlns",
    "xmlns:p='u'",
    ":",
    "p:",
    "text",
    "\u{0}",
    "\u{ffff}",
    "é",
    "a='v'",
    "xml:lang='en'",
    "<Everything xmlns='http://vendor.example'>",
    "<Int>",
    "</Int>",
    "<Bytes>QQ==</Bytes>",
    "<At>",
    "2014-10-08T16:06:35.1",
    "+01:00",
    "i:type='i:int'",
    "xmlns:i='http://www.w3.org/2001/XMLSchema-instance'",
];

const DOCUMENT: &str = "<?xml version='1.0' encoding='utf-8'?><e xmlns='http://vendor.example' \
    xmlns:i='http://www.w3.org/2001/XMLSchema-instance' xmlns:s='http://www.w3.org/2001/XMLSchema'>\
    <Int>12</Int><Double>1.5E-07</Double><Text>a&lt;<![CDATA[<b>]]>&#233;é</Text>\
    <At>2014-10-08T16:06:35.1234567+01:00</At><Bytes>aGVs\r\nbG8=</Bytes>\
    <Guid>{01234567-89ab-cdef-0123-456789abcdef}</Guid><Any i:type='s:decimal'>-1.50</Any>\
    <Inner><Everything><Int i:nil='true'/><!-- c --><Any xmlns:t='urn:t' i:type='t:x'/></Everything>\
    </Inner></e>";

/// Reads as every layer does, and walks what is left; the answer does not matter.
fn read(bytes: &[u8], charset: Option<&str>) {
    let Ok(text) = decode(bytes, charset) else { return };
    let mut reader = Reader::new(&text, Limits::default());
    if reader.root().is_ok() {
        let read = read_value::<Everything>(&mut reader).and_then(|_| reader.finish());
        if let Err(error) = read {
            assert!(!error.to_string().is_empty());
        }
    }
    let mut walker = Reader::new(&text, Limits::default());
    if walker.root().is_ok() && walker.skip().is_ok() {
        drop(walker.finish());
    }
}

#[test]
fn the_document_that_is_damaged_below_is_itself_read() {
    let mut reader = Reader::new(DOCUMENT, Limits::default());
    reader.root().unwrap();
    let value: Everything = read_value(&mut reader).unwrap();
    assert_eq!(value.text, "a<<b>éé");
    assert_eq!(value.any, Some(AnyValue::Decimal("-1.50".to_owned())));
    assert_eq!(value.inner.unwrap().len(), 1);
}

#[test]
fn a_document_cut_short_anywhere_is_refused() {
    for end in 0..DOCUMENT.len() {
        let Some(cut) = DOCUMENT.get(..end) else { continue };
        let mut reader = Reader::new(cut, Limits::default());
        let read = reader.root().and_then(|_| read_value::<Everything>(&mut reader));
        assert!(read.is_err(), "{cut}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in vec(any::<u8>(), 0..200)) {
        for charset in [None, Some("utf-16"), Some("iso-8859-1"), Some("x")] {
            read(&bytes, charset);
        }
    }

    #[test]
    fn any_run_of_pieces_is_answered(pieces in vec(select(PIECES), 0..40)) {
        read(pieces.concat().as_bytes(), None);
    }

    #[test]
    fn a_damaged_document_is_answered(
        damage in vec((any::<Index>(), any::<Index>(), select(PIECES)), 1..4),
    ) {
        let mut bytes = DOCUMENT.as_bytes().to_vec();
        for (from, to, piece) in damage {
            let (a, b) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
            let short = a.min(b)..a.max(b).min(a.min(b) + 8);
            bytes.splice(short, piece.bytes());
        }
        read(&bytes, None);
    }

    #[test]
    fn any_text_is_answered_by_every_simple_type(text in "\\PC{0,12}|[0-9TZ:.+-]{0,30}") {
        if let Some(at) = DateTime::parse(&text) {
            assert_eq!(DateTime::parse(&at.to_string()), Some(at));
        }
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        for member in ["Int", "Double", "At", "Bytes", "Guid", "Any"] {
            read(format!("<x xmlns='{DATA}'><{member}>{escaped}</{member}></x>").as_bytes(), None);
        }
    }
}

#[test]
fn the_record_above_is_read_as_written() {
    xml_support::holds::<Everything>();
}
