//! Documents against what .NET writes.

use proptest::prelude::*;

use super::*;
use crate::protocol::xml::{Limits, Reader};

const DTO: &str = "http://schemas.datacontract.org/2004/07/W50API.Models.DTO";
const BASE: &str = "http://schemas.datacontract.org/2004/07/W50Common.Model.DTO";
static LIST: Contract = Contract { name: "ContactsList", namespace: DTO };
static CONTACT: Contract = Contract { name: "Contact", namespace: DTO };
static ERROR: Contract = Contract { name: "Error", namespace: "" };

fn list(id: u32) -> Record {
    Record::of(&LIST).with("Id", id).with("Name", "a <b> \u{1}\"c\"").with("Count", 3_u32)
}

fn contact() -> Record {
    let values = vec![
        ("Email".to_owned(), Value::from("a@b.example")),
        ("Points".to_owned(), Value::Decimal("1.50".to_owned())),
        ("Gone".to_owned(), Value::Null),
    ];
    Record::of(&CONTACT)
        .with_base(BASE, "Id", 1_u32)
        .only_in_xml()
        .with_base(BASE, "ValidationWarnings", Value::Texts(vec!["one".to_owned()]))
        .with_base(BASE, "EncContactId", "x")
        .with_base(BASE, "ListId", 3_u32)
        .with_base(BASE, "Values", Value::Dictionary(values))
        .with("Added", Option::<u32>::None)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn json_has_members_in_the_order_of_their_declaration() {
    let document = Document::Records(&LIST, vec![list(1), list(2)]);
    assert_eq!(
        text(to_json(&document)),
        r#"[{"Id":1,"Name":"a <b> \u0001\"c\"","Count":3},{"Id":2,"Name":"a <b> \u0001\"c\"","Count":3}]"#
    );
    assert_eq!(
        text(to_json(&contact().into())),
        r#"{"ValidationWarnings":["one"],"EncContactId":"x","ListId":3,"Values":{"Email":"a@b.example","Points":1.50,"Gone":null},"Added":null}"#
    );
}

#[test]
fn xml_has_members_by_the_alphabet_in_the_namespace_of_their_class() {
    let document = Document::Records(&LIST, vec![list(1)]);
    assert_eq!(
        text(to_xml(&document)),
        "<ArrayOfContactsList xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns=\"http://schemas.datacontract.org/2004/07/W50API.Models.DTO\"><ContactsList>\
         <Count>3</Count><Id>1</Id><Name>a &lt;b&gt; \"c\"</Name></ContactsList></ArrayOfContactsList>"
    );
}

#[test]
fn members_of_a_base_class_come_first_and_collections_have_prefixes_by_their_depth() {
    let written = text(to_xml(&contact().into()));
    let arrays = "xmlns:d2p1=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\"";
    let base = "xmlns=\"http://schemas.datacontract.org/2004/07/W50Common.Model.DTO\"";
    let schema = "xmlns:d4p1=\"http://www.w3.org/2001/XMLSchema\"";
    let entry = |key: &str, value: &str| {
        format!(
            "<d2p1:KeyValueOfstringanyType><d2p1:Key>{key}</d2p1:Key>{value}\
             </d2p1:KeyValueOfstringanyType>"
        )
    };
    let email = entry(
        "Email",
        &format!("<d2p1:Value {schema} i:type=\"d4p1:string\">a@b.example</d2p1:Value>"),
    );
    let points =
        entry("Points", &format!("<d2p1:Value {schema} i:type=\"d4p1:decimal\">1.50</d2p1:Value>"));
    let gone = entry("Gone", "<d2p1:Value i:nil=\"true\" />");
    let expected = format!(
        "<Contact xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns=\"http://schemas.datacontract.org/2004/07/W50API.Models.DTO\">\
         <EncContactId {base}>x</EncContactId><Id {base}>1</Id><ListId {base}>3</ListId>\
         <ValidationWarnings {arrays} {base}><d2p1:string>one</d2p1:string></ValidationWarnings>\
         <Values {arrays} {base}>{email}{points}{gone}</Values>\
         <Added i:nil=\"true\" /></Contact>"
    );
    assert_eq!(written, expected);
}

#[test]
fn an_error_has_no_namespaces_and_an_empty_list_is_one_element() {
    let error = Record::of(&ERROR).with("Message", "No.").with("MessageDetail", "No, no.");
    assert_eq!(
        text(to_xml(&error.into())),
        "<Error><Message>No.</Message><MessageDetail>No, no.</MessageDetail></Error>"
    );
    assert_eq!(
        text(to_xml(&Document::Records(&LIST, Vec::new()))),
        "<ArrayOfContactsList xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns=\"http://schemas.datacontract.org/2004/07/W50API.Models.DTO\" />"
    );
}

#[test]
fn dictionaries_and_texts_are_documents_too() {
    let rows = vec![vec![("A".to_owned(), Value::from(true))]];
    let document = Document::Dictionaries(rows);
    assert_eq!(text(to_json(&document)), r#"[{"A":true}]"#);
    assert_eq!(
        text(to_xml(&document)),
        "<ArrayOfArrayOfKeyValueOfstringanyType \
         xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\">\
         <ArrayOfKeyValueOfstringanyType><KeyValueOfstringanyType><Key>A</Key>\
         <Value xmlns:d4p1=\"http://www.w3.org/2001/XMLSchema\" i:type=\"d4p1:boolean\">true</Value>\
         </KeyValueOfstringanyType></ArrayOfKeyValueOfstringanyType>\
         </ArrayOfArrayOfKeyValueOfstringanyType>"
    );
    assert_eq!(text(to_json(&Document::Text("a".to_owned()))), r#""a""#);
}

#[test]
fn a_stream_is_the_same_document() {
    for syntax in [Syntax::Json, Syntax::Xml] {
        for parts in [vec![], vec![1], vec![2, 0, 1]] {
            let all: Vec<Record> = (0..parts.iter().sum()).map(list).collect();
            let (mut stream, mut left) = (RecordStream::new(&LIST, syntax), all.clone());
            let mut streamed = Vec::new();
            for part in parts {
                let rest = left.split_off(part.try_into().unwrap());
                streamed.extend(stream.some(std::mem::replace(&mut left, rest)));
            }
            streamed.extend(stream.end());
            let document = Document::Records(&LIST, all);
            let whole = match syntax {
                Syntax::Json => to_json(&document),
                Syntax::Xml => to_xml(&document),
            };
            assert_eq!(text(streamed), text(whole), "{syntax:?}");
        }
    }
}

#[test]
fn what_is_written_is_read_by_true_names_only() {
    let written = text(to_xml(&contact().into()));
    let mut xml = Reader::new(&written, Limits::default());
    xml.root().unwrap();
    let (mut texts, mut entries) = (Vec::new(), Vec::new());
    while let Some(name) = xml.next_child().unwrap() {
        match name.within(BASE) {
            Some("ValidationWarnings") => texts = read_texts(&mut xml).unwrap(),
            Some("Values") => {
                read_dictionary(&mut xml, |key, value| entries.push((key, value))).unwrap();
            }
            _ => xml.skip().unwrap(),
        }
    }
    assert_eq!(texts, ["one"]);
    let expected = [("Email", Some("a@b.example")), ("Points", Some("1.50")), ("Gone", None)];
    let expected = expected.map(|(key, value)| (key.to_owned(), value.map(str::to_owned)));
    assert_eq!(entries, expected);

    let foreign =
        "<v xmlns='urn:x'><KeyValueOfstringanyType><Key>a</Key></KeyValueOfstringanyType></v>";
    let mut xml = Reader::new(foreign, Limits::default());
    xml.root().unwrap();
    read_dictionary(&mut xml, |_, _| panic!("a stranger")).unwrap();
}

proptest! {
    #[test]
    fn any_values_are_read_as_they_were_written(
        entries in prop::collection::vec(("\\PC{0,8}", "[\\PC\\r\\n\\t]{1,20}"), 0..6),
    ) {
        // White space alone is nothing to a reader of mixed content.
        let entries: Vec<(String, String)> =
            entries.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect();
        let values =
            entries.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect();
        let record = Record::of(&CONTACT).with_base(BASE, "Values", Value::Dictionary(values));
        let written = text(to_xml(&record.clone().into()));
        let mut xml = Reader::new(&written, Limits::default());
        xml.root().unwrap();
        xml.next_child().unwrap();
        let mut read = Vec::new();
        read_dictionary(&mut xml, |key, value| read.push((key, value.unwrap_or_default()))).unwrap();
        prop_assert_eq!(read, entries.clone());
        let json: serde_json::Value = serde_json::from_slice(&to_json(&record.into())).unwrap();
        for (key, _) in &entries {
            let last = entries.iter().rev().find(|(known, _)| known == key);
            prop_assert_eq!(json["Values"][key].as_str(), last.map(|(_, value)| value.as_str()));
        }
    }
}
