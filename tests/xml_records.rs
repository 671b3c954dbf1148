//! Wire records: the exact bytes written, and what is taken from clients that write otherwise.

#![cfg(test)]

use jiff::Timestamp;
use lychgate::protocol::xml::{
    AnyValue, DateTime, Kind, Limits, Problem, Reader, TypeRef, Writer, XmlEnum, XmlError,
    XmlRecord, XmlValue, read_value,
};
use uuid::Uuid;

const DATA: &str = "http://vendor.example";
const CALLS: &str = "http://vendor.example/v2";

/// How an address was
/// confirmed.
#[derive(Debug, Clone, Copy, PartialEq, XmlRecord)]
#[xml(name = "OptInTypes", ns = DATA)]
enum OptIn {
    /// Newer than the caller.
    #[xml(value = -1)]
    NotAvailableInThisVersion,
    Unknown,
    #[xml(name = "Single")]
    Once,
    #[xml(value = 7)]
    Double,
    Triple,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "Contact", ns = DATA)]
struct Contact {
    /// Given by the server.
    #[xml(name = "Id")]
    id: i32,
    #[xml(name = "Email", required)]
    email: Option<String>,
    #[xml(name = "OptInType")]
    opt_in: OptIn,
    #[xml(name = "Value")]
    value: Option<AnyValue>,
    #[xml(name = "Books")]
    books: Option<Vec<i32>>,
    #[xml(name = "Friends")]
    friends: Option<Vec<Contact>>,
}

#[derive(Debug, PartialEq, XmlRecord)]
#[xml(name = "Required", ns = DATA)]
struct Required {
    #[xml(name = "Contact", required)]
    contact: Contact,
}

fn contact() -> Contact {
    let (email, value, books, friends) = (None, None, None, None);
    Contact { id: 12, email, opt_in: OptIn::Once, value, books, friends }
}

/// The value written as the result of a call.
fn written<T: XmlValue>(value: &T) -> String {
    let mut writer = Writer::new();
    writer.open_as("", CALLS, "R");
    lychgate::protocol::xml::write_member(&mut writer, CALLS, "Result", value);
    let text = String::from_utf8(writer.finish()).unwrap();
    let inner = text.strip_prefix(r#"<R xmlns="http://vendor.example/v2">"#).unwrap();
    inner.strip_suffix("</R>").unwrap().to_owned()
}

/// The content of the root element read as a value.
fn read<T: XmlValue>(document: &str) -> Result<T, XmlError> {
    let mut reader = Reader::new(document, Limits::default());
    reader.root()?;
    let value = read_value(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

/// Text as the content of an element read as a value.
fn read_text<T: XmlValue>(text: &str) -> Result<T, XmlError> {
    read(&format!("<x>{text}</x>"))
}

const DECLARED: &str =
    r#"xmlns:a="http://vendor.example" xmlns:i="http://www.w3.org/2001/XMLSchema-instance""#;

#[test]
fn a_record_declares_its_namespace_and_that_of_nil_on_the_result() {
    let full = Contact {
        email: Some("a<b>&\"c'\r\n\t".to_owned()),
        value: Some(AnyValue::Text("Bob".to_owned())),
        books: Some(vec![1, -2]),
        friends: Some(vec![contact()]),
        ..contact()
    };
    let expected = format!(
        "<Result {DECLARED}><a:Id>12</a:Id><a:Email>a&lt;b&gt;&amp;\"c'&#xD;\n\t</a:Email>\
         <a:OptInType>Single</a:OptInType>\
         <a:Value i:type=\"b:string\" xmlns:b=\"http://www.w3.org/2001/XMLSchema\">Bob</a:Value>\
         <a:Books xmlns:b=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\">\
         <b:int>1</b:int><b:int>-2</b:int></a:Books>\
         <a:Friends><a:Contact><a:Id>12</a:Id><a:Email i:nil=\"true\"/>\
         <a:OptInType>Single</a:OptInType><a:Value i:nil=\"true\"/>\
         <a:Books i:nil=\"true\" xmlns:b=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\"/>\
         <a:Friends i:nil=\"true\"/></a:Contact></a:Friends></Result>"
    );
    assert_eq!(written(&full), expected);
    assert_eq!(read::<Contact>(&written(&full)).unwrap(), full);
}

#[test]
fn a_list_declares_the_namespace_of_its_items() {
    assert_eq!(
        written(&vec![3]),
        "<Result xmlns:a=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\" \
         xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><a:int>3</a:int></Result>"
    );
    assert_eq!(written(&Vec::<Contact>::new()), format!("<Result {DECLARED}/>"));
}

#[test]
fn a_nil_result_says_so_before_its_declarations() {
    assert_eq!(written(&None::<Contact>), format!("<Result i:nil=\"true\" {DECLARED}/>"));
    assert_eq!(
        written(&None::<String>),
        "<Result i:nil=\"true\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"/>"
    );
}

#[test]
fn simple_results_declare_nothing() {
    assert_eq!(written(&7), "<Result>7</Result>");
    assert_eq!(written(&true), "<Result>true</Result>");
    assert_eq!(written(&String::new()), "<Result/>");
    assert_eq!(written(&b"hello".to_vec()), "<Result>aGVsbG8=</Result>");
    assert_eq!(written(&OptIn::Double), "<Result>Double</Result>");
    let guid = Uuid::from_u128(0x00FF_EEDD);
    assert_eq!(written(&guid), "<Result>00000000-0000-0000-0000-000000ffeedd</Result>");
}

#[test]
fn characters_that_xml_forbids_are_never_written() {
    assert_eq!(
        written(&"a\u{0}\u{1f}\u{b}b\u{ffff}\u{fffd}".to_owned()),
        "<Result>ab\u{fffd}</Result>"
    );
}

#[test]
fn members_come_in_any_order_and_the_unknown_is_passed_over() {
    let document = format!(
        "<x xmlns='{DATA}'><OptInType>Double</OptInType><Unknown><Id>9</Id></Unknown>\
         <Id xmlns='urn:other'>8</Id><Id xmlns=''>7</Id><Id> +12\n</Id></x>"
    );
    let expected = Contact { opt_in: OptIn::Double, ..contact() };
    assert_eq!(read::<Contact>(&document).unwrap(), expected);
}

#[test]
fn of_a_repeated_member_the_last_counts() {
    let document =
        format!("<x xmlns='{DATA}'><Id>1</Id><OptInType>Single</OptInType><Id>12</Id></x>");
    assert_eq!(read::<Contact>(&document).unwrap(), contact());
}

#[test]
fn absent_and_nil_members_are_what_dot_net_has_by_default() {
    let nil = "xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='1'";
    let expected = Contact { id: 0, opt_in: OptIn::Unknown, ..contact() };
    assert_eq!(read::<Contact>("<x/>").unwrap(), expected);
    let document =
        format!("<x xmlns='{DATA}'><Id {nil}/><Email {nil}></Email><OptInType {nil}/></x>");
    assert_eq!(read::<Contact>(&document).unwrap(), expected);
    let error = read::<Required>("<x/>").unwrap_err();
    assert_eq!((error.problem(), error.path()), (Problem::Missing("Contact"), "x"));
    let error = read::<Required>(&format!("<x xmlns='{DATA}'><Contact {nil}/></x>")).unwrap_err();
    assert_eq!((error.problem(), error.path()), (Problem::Nil, "x/Contact"));
}

#[test]
fn nil_items_are_left_out_and_items_of_another_name_passed_over() {
    let document = "<x xmlns='http://schemas.microsoft.com/2003/10/Serialization/Arrays' \
                    xmlns:i='http://www.w3.org/2001/XMLSchema-instance'>\
                    <int>1</int><long>2</long><int i:nil='true'/><int xmlns=''>3</int><int>4</int></x>";
    assert_eq!(read::<Vec<i32>>(document).unwrap(), [1, 4]);
}

#[test]
fn a_value_of_the_wrong_form_is_refused_with_its_place() {
    let document = format!(
        "<x xmlns='{DATA}'><Friends><Contact><OptInType>single</OptInType></Contact></Friends></x>"
    );
    let error = read::<Contact>(&document).unwrap_err();
    assert_eq!(error.problem(), Problem::NotInEnumeration("OptInTypes"));
    assert_eq!(error.path(), "x/Friends/Contact/OptInType");
    let document = format!("<x xmlns='{DATA}'><Id>1<b/></Id></x>");
    assert_eq!(read::<Contact>(&document).unwrap_err().problem(), Problem::UnexpectedElement);
    assert_eq!(read_text::<Contact>("text").unwrap_err().problem(), Problem::UnexpectedText);
}

#[test]
fn numbers_and_truths_have_the_forms_of_the_schema() {
    for (text, number) in [("0", 0), (" -5 ", -5), ("+7", 7), ("007", 7), ("2147483647", i32::MAX)]
    {
        assert_eq!(read_text::<i32>(text).unwrap(), number);
    }
    for text in ["", "1.0", "2147483648", "0x1", "1 2", "1e3", "\u{a0}1", "\u{661}"] {
        assert_eq!(
            read_text::<i32>(text).unwrap_err().problem(),
            Problem::Invalid("xs:int"),
            "{text}"
        );
    }
    for (text, truth) in [("true", true), ("1", true), ("\tfalse", false), ("0", false)] {
        assert_eq!(read_text::<bool>(text).unwrap(), truth);
    }
    for text in ["", "True", "yes", "2"] {
        assert!(read_text::<bool>(text).is_err(), "{text}");
    }
}

#[test]
fn doubles_are_written_as_dot_net_writes_them() {
    let cases = [
        (0.1, "0.1"),
        (-3.0, "-3"),
        (99.5, "99.5"),
        (1e15, "1E+15"),
        (123_456_789_012_345.0, "123456789012345"),
        (1.5e-7, "1.5E-07"),
        (0.0001, "0.0001"),
        (1e300, "1E+300"),
        (f64::INFINITY, "INF"),
        (f64::NEG_INFINITY, "-INF"),
        (f64::NAN, "NaN"),
    ];
    for (number, text) in cases {
        assert_eq!(written(&number), format!("<Result>{text}</Result>"));
        assert_eq!(read_text::<f64>(text).unwrap().to_bits(), number.to_bits());
    }
    for text in ["", "inf", "nan", "infinity", "1,5", "0x1p3", "1e"] {
        assert!(read_text::<f64>(text).is_err(), "{text}");
    }
}

fn moment(text: &str) -> Option<DateTime> {
    read_text(text).ok()
}

fn at(text: &str) -> DateTime {
    DateTime::new(text.parse::<Timestamp>().unwrap())
}

#[test]
fn moments_are_read_in_the_forms_of_dot_net() {
    let whole = at("2014-10-08T16:06:35Z");
    assert_eq!(moment("2014-10-08T16:06:35Z"), Some(whole));
    assert_eq!(moment("2014-10-08T16:06:35"), Some(whole));
    assert_eq!(moment(" 2014-10-08T17:06:35+01:00 "), Some(whole));
    assert_eq!(moment("2014-10-08T12:36:35.000-03:30"), Some(whole));
    assert_eq!(
        moment("2014-10-08T16:06:35.12345678912Z"),
        Some(at("2014-10-08T16:06:35.1234567Z"))
    );
    assert_eq!(moment("2014-10-08T16:06:35.5"), Some(at("2014-10-08T16:06:35.5Z")));
    assert_eq!(moment("2014-10-08"), Some(at("2014-10-08T00:00:00Z")));
    assert_eq!(moment("2014-10-08Z"), Some(at("2014-10-08T00:00:00Z")));
    assert_eq!(moment("2014-10-08+02:00"), Some(at("2014-10-07T22:00:00Z")));
    assert_eq!(moment("0001-01-01T00:00:00"), Some(DateTime::MIN));
    assert_eq!(moment("0001-01-01T00:00:00+01:00"), Some(DateTime::MIN));
    assert_eq!(moment("9999-12-31T23:59:59.9999999"), Some(DateTime::new(Timestamp::MAX)));
    for text in [
        "",
        "2014-10-08T",
        "2014-10-08 16:06:35",
        "2014-10-08 02:00",
        "2014-13-08T16:06:35",
        "2014-02-29T00:00:00",
        "2014-10-08T16:06",
        "2014-10-08T25:06:35",
        "2014-10-08T16:06:35.",
        "14-10-08T16:06:35",
        "2014-10-08T16:06:35z",
        "2014-10-08T16:06:35+1:00",
        "2014-10-08T16:06:35+0100",
        "2014-10-08T16:06:35+15:00",
        "2014-10-08T16:06:35Zx",
        "0000-01-01T00:00:00",
        "-2014-10-08T16:06:35",
        "2014-1-8T16:06:35",
        "+2014-10-08T16:06:35",
        "2014-10-08T16:06:\u{663}5",
    ] {
        assert_eq!(moment(text), None, "{text}");
    }
}

#[test]
fn moments_are_written_in_ticks_without_trailing_zeros() {
    let cases = [
        ("2014-10-08T16:06:35.1234567Z", "2014-10-08T16:06:35.1234567Z"),
        ("2014-10-08T16:06:35.123456789Z", "2014-10-08T16:06:35.1234567Z"),
        ("2014-10-08T16:06:35.100Z", "2014-10-08T16:06:35.1Z"),
        ("2014-10-08T16:06:35Z", "2014-10-08T16:06:35Z"),
        ("0987-01-01T00:00:00Z", "0987-01-01T00:00:00Z"),
        ("1960-01-01T00:00:00.00000015Z", "1960-01-01T00:00:00.0000001Z"),
        ("1969-12-31T23:59:58.00000005Z", "1969-12-31T23:59:58Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00"),
    ];
    for (moment, text) in cases {
        assert_eq!(written(&at(moment)), format!("<Result>{text}</Result>"));
    }
}

#[test]
fn guids_are_read_in_every_usual_form() {
    let guid = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    for text in [
        "01234567-89ab-cdef-0123-456789abcdef",
        " 01234567-89AB-CDEF-0123-456789ABCDEF\n",
        "{01234567-89ab-cdef-0123-456789abcdef}",
        "0123456789abcdef0123456789abcdef",
    ] {
        assert_eq!(read_text::<Uuid>(text).unwrap(), guid, "{text}");
    }
    for text in ["", "0123", "01234567-89ab-cdef-0123-456789abcdeg"] {
        assert!(read_text::<Uuid>(text).is_err(), "{text}");
    }
}

fn any(ty: &str, text: &str) -> Result<Option<AnyValue>, XmlError> {
    read(&format!(
        "<x xmlns:i='http://www.w3.org/2001/XMLSchema-instance' \
         xmlns:s='http://www.w3.org/2001/XMLSchema' xmlns:o='urn:other' {ty}>{text}</x>"
    ))
}

#[test]
fn a_value_of_any_type_is_what_it_says_or_text() {
    let text = |text: &str| AnyValue::Text(text.to_owned());
    let decimal = |text: &str| AnyValue::Decimal(text.to_owned());
    let cases = [
        ("i:type='s:string'", " Bob ", text(" Bob ")),
        ("", "Bob", text("Bob")),
        ("", "", text("")),
        ("i:type='o:int'", "12", text("12")),
        ("i:type='s:anyURI'", "urn:x", text("urn:x")),
        ("i:type='s:int'", " 12 ", AnyValue::Int(12)),
        ("i:type='s:short'", "-1", AnyValue::Int(-1)),
        ("i:type='s:long'", "12345678901", decimal("12345678901")),
        ("i:type='s:decimal'", " 12.50 ", decimal("12.50")),
        ("i:type='s:decimal'", ".5", decimal(".5")),
        ("i:type='s:double'", "1E3", AnyValue::Double(1000.0)),
        ("i:type='s:boolean'", "1", AnyValue::Boolean(true)),
        ("i:type='s:date'", "2014-10-08", text("2014-10-08")),
        ("i:type='s:date'", " 2014-10-08-05:00 ", text("2014-10-08")),
        (
            "i:type='s:dateTime'",
            "2014-10-08T16:06:35",
            AnyValue::DateTime(at("2014-10-08T16:06:35Z")),
        ),
    ];
    for (ty, content, expected) in cases {
        assert_eq!(any(ty, content).unwrap(), Some(expected), "{ty}");
    }
    assert_eq!(any("i:nil='true' i:type='s:int'", "").unwrap(), None);
    for (ty, content) in [
        ("i:type='s:int'", "x"),
        ("i:type='s:decimal'", "1e3"),
        ("i:type='s:decimal'", "."),
        ("i:type='s:dateTime'", "soon"),
        ("i:type='s:date'", "2014-10-08T16:06:35"),
        ("i:type='s:boolean'", ""),
        ("i:type='gone:int'", "1"),
        ("", "<y/>"),
    ] {
        assert!(any(ty, content).is_err(), "{ty} {content}");
    }
}

#[test]
fn the_shape_says_what_the_declaration_says() {
    let shape = Contact::shape();
    assert_eq!((shape.name, shape.namespace, shape.doc), ("Contact", DATA, ""));
    let Kind::Sequence(members) = shape.kind else { panic!("a struct is a sequence") };
    let said: Vec<_> = members
        .iter()
        .map(|member| (member.name, member.ty.qualified_name().1, member.required, member.nillable))
        .collect();
    let expected = [
        ("Id", "int".into(), false, false),
        ("Email", "string".into(), true, true),
        ("OptInType", "OptInTypes".into(), false, false),
        ("Value", "anyType".into(), false, true),
        ("Books", "ArrayOfint".into(), false, true),
        ("Friends", "ArrayOfContact".into(), false, true),
    ];
    assert_eq!(said, expected);
    assert_eq!(members[0].doc, "Given by the server.");
    let (TypeRef::ArrayOf(books), TypeRef::ArrayOf(friends)) = (members[4].ty, members[5].ty)
    else {
        panic!("a Vec is an array")
    };
    assert_eq!((books.name, books.nillable), ("int", false));
    assert_eq!((friends.name, friends.namespace, friends.nillable), ("Contact", DATA, true));
    let TypeRef::Named(friend) = friends.ty else { panic!("a record has a name") };
    assert_eq!(friend().name, "Contact");
}

#[test]
fn an_enumeration_keeps_order_names_and_numbers() {
    let Kind::Enumeration(names) = OptIn::shape().kind else { panic!("an enum is an enumeration") };
    let said: Vec<_> = names.iter().map(|name| (name.name, name.value)).collect();
    let expected = [
        ("NotAvailableInThisVersion", -1),
        ("Unknown", 0),
        ("Single", 1),
        ("Double", 7),
        ("Triple", 8),
    ];
    assert_eq!(said, expected);
    assert_eq!(OptIn::shape().doc, "How an address was confirmed.");
    assert_eq!(names[0].doc, "Newer than the caller.");
    assert_eq!(OptIn::from_wire_name("Single"), Some(OptIn::Once));
    assert_eq!(OptIn::from_wire_name("Once"), None);
    assert_eq!(OptIn::ALL.len(), 5);
}
