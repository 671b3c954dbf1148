//! What the XML reader takes, what it refuses, and how it says so.

#![cfg(test)]

use lychgate::protocol::xml::{Limits, Problem, Reader, XSI, XmlError, decode, decode_leniently};

/// The text of the root element.
fn text_of(document: &str) -> Result<String, XmlError> {
    let mut reader = Reader::new(document, Limits::default());
    reader.root()?;
    let text = reader.text()?.into_owned();
    reader.finish()?;
    Ok(text)
}

fn bytes_of(document: &str) -> Result<Vec<u8>, XmlError> {
    let mut reader = Reader::new(document, Limits::default());
    reader.root()?;
    reader.base64()
}

/// Walks the whole document.
fn walk(document: &str) -> Result<(), XmlError> {
    let mut reader = Reader::new(document, Limits::default());
    reader.root()?;
    reader.skip()?;
    reader.finish()
}

fn problem(document: &str) -> Problem {
    walk(document).unwrap_err().problem()
}

#[test]
fn names_count_by_namespace_whatever_the_prefix() {
    let documents = [
        r#"<x xmlns="urn:a"><y/></x>"#,
        r#"<p:x xmlns:p="urn:a"><p:y/></p:x>"#,
        r#"<p:x xmlns:p="urn:a"><q:y xmlns:q='urn:a'></q:y></p:x>"#,
        r#"<p:x xmlns:p="urn:a" xmlns:unused="urn:b"><p:y xmlns:p="urn:&#97;"/></p:x>"#,
    ];
    for document in documents {
        let mut reader = Reader::new(document, Limits::default());
        assert!(reader.root().unwrap().is("urn:a", "x"), "{document}");
        let child = reader.next_child().unwrap().unwrap();
        assert!(child.is("urn:a", "y"), "{document}");
        assert_eq!(child.within("urn:a"), Some("y"));
        assert_eq!(child.within("urn:b"), None);
        assert_eq!(reader.next_child().unwrap(), None);
        assert_eq!(reader.next_child().unwrap(), None);
        reader.finish().unwrap();
    }
}

#[test]
fn a_declaration_ends_with_its_element_and_can_be_undone() {
    let document =
        r#"<x xmlns="urn:a" xmlns:p="urn:p"><y xmlns=""><p:z xmlns:p="urn:q"/></y><p:z/></x>"#;
    let mut reader = Reader::new(document, Limits::default());
    reader.root().unwrap();
    assert!(reader.next_child().unwrap().unwrap().is("", "y"));
    assert!(reader.next_child().unwrap().unwrap().is("urn:q", "z"));
    reader.skip().unwrap();
    assert_eq!(reader.next_child().unwrap(), None);
    assert!(reader.next_child().unwrap().unwrap().is("urn:p", "z"));
}

#[test]
fn text_comes_together_from_pieces_references_and_cdata() {
    let document = "<x>a<!-- no -->b<![CDATA[<&>]]>&lt;&#65;&#x42;<?pi?>&quot;&apos;&gt;&amp;</x>";
    assert_eq!(text_of(document).unwrap(), "ab<&><AB\"'>&");
    assert_eq!(text_of("<x/>").unwrap(), "");
    assert_eq!(text_of("<x>  keep  </x>").unwrap(), "  keep  ");
}

#[test]
fn line_ends_become_line_feeds_unless_they_are_references() {
    assert_eq!(text_of("<x>a\r\nb\rc&#xD;\nd&#13;</x>").unwrap(), "a\nb\nc\r\nd\r");
    assert_eq!(text_of("<x><![CDATA[a\r\nb]]></x>").unwrap(), "a\nb");
}

#[test]
fn text_in_one_piece_is_borrowed() {
    let document = "<x>plain</x>".to_owned();
    let mut reader = Reader::new(&document, Limits::default());
    reader.root().unwrap();
    assert!(matches!(reader.text().unwrap(), std::borrow::Cow::Borrowed("plain")));
}

#[test]
fn characters_that_xml_forbids_are_dropped_and_counted() {
    let document = "<x a='\u{1}p&#x1F;'>a&#x1F;b\u{2}c&#xFFFE;d\u{ffff}\u{fffd}</x>";
    let mut reader = Reader::new(document, Limits::default());
    reader.root().unwrap();
    assert_eq!(reader.attribute("", "a"), Some("p"));
    assert_eq!(reader.text().unwrap(), "abcd\u{fffd}");
    assert_eq!(reader.dropped_characters(), 6);
}

#[test]
fn attributes_have_namespaces_and_normal_white_space() {
    let document = "<x xmlns:i='http://www.w3.org/2001/XMLSchema-instance' xmlns='urn:a' \
                    i:nil=' true ' plain='1\t2\r\n3&#10;&amp;'/>";
    let mut reader = Reader::new(document, Limits::default());
    reader.root().unwrap();
    assert!(reader.is_nil());
    assert_eq!(reader.attribute(XSI, "nil"), Some(" true "));
    assert_eq!(reader.attribute("", "plain"), Some("1 2 3\n&"));
    assert_eq!(reader.attribute("urn:a", "plain"), None);
    assert_eq!(reader.attributes().len(), 2);
}

#[test]
fn a_type_is_resolved_by_declarations_on_the_element_or_above() {
    let document = r#"<x xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:s="urn:s">
        <y i:type="s:string"/><y i:type=" b:int " xmlns:b="urn:b"/><y i:type="plain" xmlns="urn:d"/>
        <y/><y i:type="gone:x"/></x>"#;
    let mut reader = Reader::new(document, Limits::default());
    reader.root().unwrap();
    for expected in
        [Some(("urn:s", "string")), Some(("urn:b", "int")), Some(("urn:d", "plain")), None]
    {
        reader.next_child().unwrap().unwrap();
        let found = reader.xsi_type().unwrap();
        assert_eq!(found.as_ref().map(|name| (name.namespace(), name.local())), expected);
        reader.skip().unwrap();
    }
    reader.next_child().unwrap().unwrap();
    assert_eq!(reader.xsi_type().unwrap_err().problem(), Problem::UndeclaredPrefix);
}

#[test]
fn base64_may_be_broken_anywhere() {
    assert_eq!(bytes_of("<x>aGVsbG8gd29ybGQ=</x>").unwrap(), b"hello world");
    assert_eq!(bytes_of("<x> aGVs\r\nbG8g\td2\n9ybG Q = </x>").unwrap(), b"hello world");
    assert_eq!(
        bytes_of("<x>aG<!-- -->VsbG8<![CDATA[gd29]]>ybGQ&#x3D;</x>").unwrap(),
        b"hello world"
    );
    assert_eq!(bytes_of("<x/>").unwrap(), b"");
}

#[test]
fn base64_broken_at_every_place_is_the_same_bytes() {
    let text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJA==";
    let bytes: Vec<u8> = (0..37).collect();
    for at in 0..text.len() {
        let (head, tail) = text.split_at(at);
        assert_eq!(bytes_of(&format!("<x>{head}\r\n{tail}</x>")).unwrap(), bytes, "{at}");
        assert_eq!(bytes_of(&format!("<x>{head}<!---->{tail}</x>")).unwrap(), bytes, "{at}");
    }
}

#[test]
fn rubbish_in_base64_is_refused() {
    for text in [
        "aé<!---->éé<!---->é",
        "aé éé é",
        "aGVs bG8= aGVs",
        "aGVsbG8",
        "aGVsb*8=",
        "aGVsbG8=aGVs",
        "a",
        "====",
        "aGVsbG8gd29ybGQ=x",
        "é",
    ] {
        let error = bytes_of(&format!("<x>{text}</x>")).unwrap_err();
        assert_eq!(error.problem(), Problem::Invalid("xs:base64Binary"), "{text}");
    }
    assert_eq!(bytes_of("<x><y/></x>").unwrap_err().problem(), Problem::UnexpectedElement);
}

#[test]
fn a_document_type_is_refused_with_or_without_entities() {
    for document in [
        "<!DOCTYPE x><x/>",
        "<!doctype x><x/>",
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><x>&b;</x>",
        "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>",
        "<!DOCTYPE x [",
    ] {
        assert_eq!(problem(document), Problem::Doctype, "{document}");
    }
    assert_eq!(problem("<x>&b;</x>"), Problem::UnknownEntity);
    assert_eq!(problem("<x a='&b;'/>"), Problem::UnknownEntity);
    assert_eq!(problem("<x>&nbsp;</x>"), Problem::UnknownEntity);
}

#[test]
fn what_is_not_well_formed_is_refused() {
    let cases = [
        ("", Problem::NoRoot),
        (" \n", Problem::NoRoot),
        ("text", Problem::Malformed),
        ("<x>", Problem::Truncated),
        ("<x><y></x>", Problem::Malformed),
        ("<x", Problem::Truncated),
        ("<x>&amp", Problem::Malformed),
        ("<x>a & b</x>", Problem::Malformed),
        ("<x>&#xD800;</x>", Problem::Malformed),
        ("<x>&#;</x>", Problem::Malformed),
        ("<x>&#+5;</x>", Problem::Malformed),
        ("<x><![CDATA[</x>", Problem::Truncated),
        ("<x><!-- </x>", Problem::Truncated),
        ("<x/><y/>", Problem::Trailing),
        ("<x/>text", Problem::Trailing),
        ("<x/>&#32;", Problem::Trailing),
        ("<x/></x>", Problem::Malformed),
        ("<x a=1/>", Problem::Malformed),
        ("<x a/>", Problem::Malformed),
        ("<x a='<'/>", Problem::Malformed),
        ("<x a='1' a='2'/>", Problem::DuplicateAttribute),
        ("<x xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>", Problem::DuplicateAttribute),
        ("<x xmlns:p='u' xmlns:p='v'/>", Problem::DuplicateAttribute),
        ("<p:x/>", Problem::UndeclaredPrefix),
        ("<x p:a=''/>", Problem::UndeclaredPrefix),
        ("<x xmlns:p=''/>", Problem::BadDeclaration),
        ("<x xmlns:xmlns='u'/>", Problem::BadDeclaration),
        ("<x xmlns:xml='u'/>", Problem::BadDeclaration),
        ("<x xmlns:='u'/>", Problem::BadName),
        ("<a:b:c xmlns:a='u'/>", Problem::BadName),
        ("<1x/>", Problem::BadName),
        ("< x/>", Problem::Malformed),
        ("<x><?xml version='1.0'?></x>", Problem::Malformed),
        ("<x/><![CDATA[]]>", Problem::Malformed),
    ];
    for (document, expected) in cases {
        assert_eq!(problem(document), expected, "{document}");
        assert!(expected.is_malformed());
    }
}

#[test]
fn white_space_comments_and_instructions_around_the_root_are_fine() {
    walk("\u{feff}\n<?xml version='1.0' encoding='utf-8'?>\n<!-- a --><?b c?>\n<x/>\n<!-- d -->\n")
        .unwrap();
}

#[test]
fn an_error_names_the_place_and_never_the_content() {
    let document = "<a><b><c>secret@example.com</c></b></a>";
    let mut reader = Reader::new(document, Limits::default());
    reader.root().unwrap();
    reader.next_child().unwrap();
    reader.next_child().unwrap();
    let error = reader.value("xs:int", |text| text.parse::<i32>().ok()).unwrap_err();
    assert_eq!(error.path(), "a/b/c");
    assert_eq!(error.problem(), Problem::Invalid("xs:int"));
    assert!(!error.problem().is_malformed());
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert_eq!(error.to_string(), "the value is not a valid xs:int (at /a/b/c, byte 31)");
}

#[test]
fn text_among_elements_and_elements_in_text_are_refused() {
    let mut reader = Reader::new("<a>text<b/></a>", Limits::default());
    reader.root().unwrap();
    assert_eq!(reader.next_child().unwrap_err().problem(), Problem::UnexpectedText);
    assert_eq!(text_of("<a>text<b/></a>").unwrap_err().problem(), Problem::UnexpectedElement);
}

#[test]
fn encodings_are_told_by_mark_then_charset_then_declaration() {
    let utf16le: Vec<u8> = "<x>é</x>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16be: Vec<u8> = "<x>é</x>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = |mark: &[u8], body: &[u8]| [mark, body].concat();
    let latin = b"<?xml version='1.0' encoding='iso-8859-1'?><x>\xe9</x>";
    let cases: Vec<(Vec<u8>, Option<&str>)> = vec![
        ("<x>é</x>".into(), None),
        ("<x>é</x>".into(), Some("utf-8")),
        ("<x>é</x>".into(), Some("\"UTF-8\"")),
        ("<?xml version='1.0' encoding='us-ascii'?><x>&#233;</x>".into(), None),
        (marked(b"\xef\xbb\xbf", "<x>é</x>".as_bytes()), Some("iso-8859-1")),
        (marked(b"\xff\xfe", &utf16le), None),
        (marked(b"\xfe\xff", &utf16be), Some("utf-16")),
        (utf16le.clone(), Some("utf-16")),
        (utf16le, None),
        (utf16be.clone(), Some("utf-16")),
        (utf16be, None),
        (latin.to_vec(), None),
        (latin.to_vec(), Some("windows-1252")),
        (b"\n<?xml version=\"1.0\" encoding = \"Latin1\" ?><x>\xe9</x>".to_vec(), None),
        (b"<x>\xe9</x>".to_vec(), Some("ISO-8859-1")),
        ("<?xml version='1.0' encoding='iso-8859-1'?><x>é</x>".into(), Some("utf-8")),
        ("<?xml version='1.0' encoding='utf-16'?><x>é</x>".into(), None),
    ];
    for (bytes, charset) in cases {
        let text = decode(&bytes, charset).unwrap();
        assert_eq!(text_of(&text).unwrap(), "é", "{bytes:?} {charset:?}");
    }
}

#[test]
fn bytes_that_are_not_in_their_encoding_are_refused() {
    let problem = |bytes: &[u8], charset| decode(bytes, charset).unwrap_err().problem();
    assert_eq!(problem(b"<x>\xe9</x>", None), Problem::InvalidEncoding);
    assert_eq!(problem(b"\xff\xfe<\x00\x00\xd8", None), Problem::InvalidEncoding);
    assert_eq!(problem(b"<x/>", Some("ebcdic-cp-us")), Problem::UnknownEncoding);
    assert_eq!(
        problem(b"<?xml version='1.0' encoding='gb2312'?><x/>", None),
        Problem::UnknownEncoding
    );
}

#[test]
fn utf_8_is_borrowed() {
    assert!(matches!(decode(b"<x/>", None).unwrap(), std::borrow::Cow::Borrowed("<x/>")));
}

#[test]
fn charsets_in_quotes_or_with_wrong_names_fall_back_sensibly() {
    let utf8 = "<x>Zoë</x>".as_bytes();
    let latin1 = b"<x>Zo\xeb</x>".as_slice();
    let declared = b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><x>Zo\xeb</x>".as_slice();
    let misdeclared = "<?xml version=\"1.0\" encoding=\"utf8mb4\"?><x>Zoë</x>".as_bytes();
    let cases = [
        (utf8, Some("'utf8'")),
        (utf8, Some("\"UTF-8\"")),
        (utf8, Some("klingon")),
        (utf8, None),
        (latin1, Some("'utf8'")),
        (latin1, Some("'latin1'")),
        (latin1, None),
        (declared, Some("klingon")),
        (misdeclared, None),
    ];
    for (bytes, charset) in cases {
        let text = decode_leniently(bytes, charset);
        assert!(text.ends_with("<x>Zoë</x>"), "{charset:?}: {text}");
    }
}

#[test]
fn the_names_of_html_are_known_where_they_are_asked_for() {
    let document = "<x a='&copy;&amp;'>Zo&euml;&nbsp;&lt;&#233;&apos;</x>";
    assert_eq!(problem(document), Problem::UnknownEntity);
    let mut reader = Reader::new(document, Limits::default()).with_html_entities();
    reader.root().unwrap();
    assert_eq!(reader.attributes()[0].value, "©&");
    assert_eq!(reader.text().unwrap(), "Zoë\u{a0}<é'");
    reader.finish().unwrap();

    let mut reader = Reader::new("<x>&nosuch;</x>", Limits::default()).with_html_entities();
    reader.root().unwrap();
    assert_eq!(reader.text().unwrap_err().problem(), Problem::UnknownEntity);
}
