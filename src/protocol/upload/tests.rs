use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;

/// How an upload begins.
type Begin = fn() -> Upload;

const BOUNDARY: &str = "----=_Part-7";

fn form() -> Upload {
    Upload::of_form("multipart/form-data; boundary=\"----=_Part-7\"").unwrap().unwrap()
}

type Read = Result<(Option<String>, Vec<u8>), UploadError>;

/// Reads a document that comes in these pieces.
fn read_pieces<'p>(mut upload: Upload, pieces: impl Iterator<Item = &'p [u8]>) -> Read {
    let mut file = Vec::new();
    for piece in pieces {
        upload.push(piece, &mut file)?;
    }
    let uploaded = upload.finish(&mut file)?;
    Ok((uploaded.file_name, file))
}

fn read(upload: Begin, document: &[u8]) -> Read {
    let whole = read_pieces(upload(), std::iter::once(document));
    let bytes = read_pieces(upload(), document.chunks(1));
    assert_eq!(whole, bytes, "one byte at a time is read like the whole");
    whole
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what reading answers")]
fn file(name: &str, bytes: &[u8]) -> Read {
    Ok((Some(name.to_owned()), bytes.to_owned()))
}

fn part(head: &str, body: &str) -> String {
    format!("--{BOUNDARY}\r\n{head}\r\n\r\n{body}\r\n")
}

const CSV: &str = "Email,Name\r\na@b.example,A\r\n";

#[test]
fn a_form_is_read_as_each_known_client_writes_it() {
    let disposition = "Content-Disposition: form-data; name=\"file\"; filename=\"contacts.csv\"";
    let php = part(&format!("{disposition}\r\nContent-Type: text/csv"), CSV);
    let dot_net = "Content-Disposition: form-data; name=\"Contacts\"; filename=\"contacts.csv\"";
    let documents = [
        format!("{php}--{BOUNDARY}--\r\n"),
        // A line break before the first delimiter, no type, nothing behind the last one.
        format!("\r\n{}--{BOUNDARY}--", part(dot_net, CSV)),
        format!("This is a form.\r\n--not-it\r\n{php}--{BOUNDARY}--\r\nthe end --{BOUNDARY}\r\n"),
        format!("{php}--{BOUNDARY}-- \r\n").replace("_Part-7\r\n", "_Part-7 \t\r\n"),
        format!("{}{php}--{BOUNDARY}--", part("Content-Disposition: form-data; name=a", "1")),
        format!("{php}{}--{BOUNDARY}--", part("X: y", "")),
    ];
    for document in documents {
        assert_eq!(
            read(form, document.as_bytes()),
            file("contacts.csv", CSV.as_bytes()),
            "{document}"
        );
    }
}

#[test]
fn a_form_with_bare_line_feeds_is_read() {
    let document = format!(
        "--{BOUNDARY}\nContent-Disposition: form-data; filename=a.csv\n\nEmail\n\n--{BOUNDARY}--\n"
    );
    assert_eq!(read(form, document.as_bytes()), file("a.csv", b"Email\n"));
}

#[test]
fn an_empty_file_is_a_file() {
    let head = "Content-Disposition: form-data; filename=a.csv";
    for between in ["\r\n\r\n\r\n", "\r\n\r\n"] {
        let document = format!("--{BOUNDARY}\r\n{head}{between}--{BOUNDARY}--\r\n");
        assert_eq!(read(form, document.as_bytes()), file("a.csv", b""));
    }
}

#[test]
fn what_only_looks_like_a_delimiter_belongs_to_the_file() {
    let body = format!(
        "\r\n--{BOUNDARY}x\r\n--{BOUNDARY}-\r\n -- {BOUNDARY}\r\r\n--\n\n--{BOUNDARY}-1--\r"
    );
    let document = part("Content-Disposition: form-data; filename=a.csv", &body);
    let document = format!("{document}--{BOUNDARY}--\r\n");
    assert_eq!(read(form, document.as_bytes()), file("a.csv", body.as_bytes()));
}

#[test]
fn forms_without_exactly_one_file_are_refused() {
    let one = part("Content-Disposition: form-data; name=a; filename=a.csv", CSV);
    let none = part("Content-Disposition: form-data; name=\"contacts.csv\"", CSV);
    let end = format!("--{BOUNDARY}--\r\n");
    let refused = [
        (String::new(), UploadError::NoFile),
        ("no form at all".to_owned(), UploadError::NoFile),
        (end.clone(), UploadError::NoFile),
        (format!("{none}{end}"), UploadError::NoFile),
        (format!("{one}{one}{end}"), UploadError::SecondFile),
        (one.clone(), UploadError::Malformed("the form ends before its last delimiter")),
        (format!("{}{end}", none.repeat(65)), UploadError::TooManyParts { most_parts: 64 }),
        (
            part(&format!("A: {}", "b".repeat(9_000)), CSV),
            UploadError::TooMuchAround { most_bytes: 8 * 1024 },
        ),
        (
            format!("--{BOUNDARY}\r\n{}", "A: b\r\n".repeat(9_000)),
            UploadError::TooMuchAround { most_bytes: 8 * 1024 },
        ),
    ];
    for (document, expected) in refused {
        assert_eq!(read(form, document.as_bytes()), Err(expected), "{document:.200}");
    }
}

#[test]
fn only_a_form_with_a_boundary_is_a_form() {
    assert!(Upload::of_form("application/json").is_none());
    let no_boundary = Upload::of_form("multipart/form-data").unwrap();
    assert_eq!(no_boundary.unwrap_err(), UploadError::NoBoundary);
    let long = format!("multipart/form-data; boundary={}", "x".repeat(300));
    assert_eq!(Upload::of_form(&long).unwrap().unwrap_err(), UploadError::NoBoundary);
}

#[test]
fn json_is_read_as_each_known_client_writes_it() {
    let data = STANDARD.encode(CSV);
    let wrapped: String = data.chars().flat_map(|letter| [letter, '\n']).collect();
    let documents = [
        format!(r#"{{"fileName":"contacts.csv","data":"{data}"}}"#),
        format!("\u{feff}{{\"Data\" : \"{data}\" ,\r\n\"FileName\":\"contacts.csv\"}}\n"),
        format!(
            r#"{{"x":[{{"data":"!"}},"a\"b",{{}}],"filename":"C:\\x\\contacts.csv","DATA":"{data}"}}"#
        ),
        format!(r#"{{"d\u0061ta":"{}","fileName":"contacts.csv"}}"#, data.replace('=', "\\u003d")),
        format!(r#"{{"fileName":"contacts.csv","data":"{}"}}"#, wrapped.replace('\n', "\\r\\n")),
        format!(r#"{{"fileName":"contacts.csv","data":"{wrapped}"}}"#),
    ];
    for document in documents {
        assert_eq!(
            read(Upload::of_json, document.as_bytes()),
            file("contacts.csv", CSV.as_bytes()),
            "{document}"
        );
    }
}

#[test]
fn escapes_inside_the_base64_are_its_letters() {
    let bytes = [0xff, 0xff, 0xfe, 0xfb, 0xef, 0xbe];
    let escaped = STANDARD.encode(bytes).replace('/', "\\/").replace('+', "\\u002B");
    assert!(escaped.contains("\\/") && escaped.contains("\\u002B"));
    let document = format!(r#"{{"data":"{escaped}","fileName":null}}"#);
    assert_eq!(read(Upload::of_json, document.as_bytes()), Ok((None, bytes.to_vec())));
}

#[test]
fn utf_16_is_known_by_its_mark() {
    let json = r#"{"fileName":"Köln.csv","data":"RW1haWw="}"#;
    let xml = "<a><FileName>Köln.csv</FileName><Data>RW1haWw=</Data></a>";
    let documents: [(Begin, &str); 2] = [(Upload::of_json, json), (Upload::of_xml, xml)];
    for (upload, text) in documents {
        let marked = format!("\u{feff}{text}");
        let bytes: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(upload, &bytes), file("Köln.csv", b"Email"));
    }
}

#[test]
fn json_without_exactly_one_file_is_refused() {
    let around = UploadError::TooMuchAround { most_bytes: 64 * 1024 };
    let no_object = UploadError::Malformed("the body is no JSON object");
    let refused = [
        (String::new(), UploadError::NoFile),
        ("null".to_owned(), UploadError::NoFile),
        (r#"{"fileName":"a.csv"}"#.to_owned(), UploadError::NoFile),
        (r#"{"fileName":"a.csv","data":null}"#.to_owned(), UploadError::NoFile),
        (r#"{"data":[1,2]}"#.to_owned(), UploadError::NotBase64),
        (r#"{"data":"RW1haWw"}"#.to_owned(), UploadError::NotBase64),
        (r#"{"data":"RW1h*Ww="}"#.to_owned(), UploadError::NotBase64),
        (r#"{"data":"RW1haWw=","Data":"RW1haWw="}"#.to_owned(), UploadError::SecondFile),
        (r#"{"data":"RW1haWw=""#.to_owned(), no_object),
        (r#"{"data":"RW1haWw="}}"#.to_owned(), no_object),
        (r#"["data","RW1haWw="]"#.to_owned(), no_object),
        (r#""data""#.to_owned(), no_object),
        (format!(r#"{{"x":"{}"}}"#, "x".repeat(70_000)), around),
        ("[".repeat(100), UploadError::Malformed("the JSON is nested too deeply")),
    ];
    for (document, expected) in refused {
        assert_eq!(read(Upload::of_json, document.as_bytes()), Err(expected), "{document:.200}");
    }
}

#[test]
fn xml_is_read_in_every_spelling() {
    let data = STANDARD.encode(CSV);
    let (front, back) = data.split_at(7);
    let names = "<FileName>contacts.csv</FileName>";
    let documents = [
        format!("<ApiFileMedia>{names}<Data>{data}</Data></ApiFileMedia>"),
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<a:M xmlns:a=\"urn:x\" b=\"'>'\">\
             <a:Data>\r\n{front}&#xD;\n<!-- - > -->{back}</a:Data>\
             <a:filename>/tmp/contacts.csv</a:filename></a:M>\n"
        ),
        format!("<m><Data><![CDATA[{front}]]><?p ?><![CDATA[{back}]]></Data>{names}</m>"),
        format!(
            "<m><x><Data>!</Data><![CDATA[]]]>]]></x>{names}<Data>{}</Data></m>",
            data.replace('=', "&#61;")
        ),
    ];
    for document in documents {
        assert_eq!(
            read(Upload::of_xml, document.as_bytes()),
            file("contacts.csv", CSV.as_bytes()),
            "{document}"
        );
    }
}

#[test]
fn xml_without_exactly_one_file_is_refused() {
    let no_xml = UploadError::Malformed("the body is no XML");
    let doctype = UploadError::Malformed("the XML has a document type declaration");
    let inside = UploadError::Malformed("there is an element inside the file");
    let nil = "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"";
    let refused = [
        (String::new(), UploadError::NoFile),
        ("<m><FileName>a.csv</FileName></m>".to_owned(), UploadError::NoFile),
        (format!("<m><Data {nil}/></m>"), UploadError::NoFile),
        ("<m><Data>RW1haWw=</Data><data/></m>".to_owned(), UploadError::SecondFile),
        ("<m><Data>RW1haWw</Data></m>".to_owned(), UploadError::NotBase64),
        ("<m><Data>RW1&amp;aWw=</Data></m>".to_owned(), UploadError::NotBase64),
        ("<m><Data>RW1h<b/>aWw=</Data></m>".to_owned(), inside),
        ("<m><Data>RW1haWw=</Data>".to_owned(), no_xml),
        ("<m><Data>RW1haWw=</Date></m>".to_owned(), no_xml),
        ("<!DOCTYPE m><m><Data>RW1haWw=</Data></m>".to_owned(), doctype),
        (
            format!("<m>{}</m>", " ".repeat(70_000)),
            UploadError::TooMuchAround { most_bytes: 64 * 1024 },
        ),
    ];
    for (document, expected) in refused {
        assert_eq!(read(Upload::of_xml, document.as_bytes()), Err(expected), "{document:.200}");
    }
    assert_eq!(read(Upload::of_xml, b"<m><Data/></m>"), Ok((None, Vec::new())));
}

#[test]
fn a_reader_shows_nothing_of_what_it_reads() {
    for mut upload in [form(), Upload::of_json(), Upload::of_xml()] {
        let text = format!("--{BOUNDARY}\r\nsomeone@example.org {{\"<a>someone@example.org");
        let _pushed = upload.push(text.as_bytes(), &mut Vec::new());
        assert!(!format!("{upload:?}").contains("someone"));
    }
}

/// Cuts a document at some places.
fn pieces<'d>(document: &'d [u8], cuts: &[prop::sample::Index]) -> Vec<&'d [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(document.len() + 1)).collect();
    places.sort_unstable();
    let mut rest = document;
    let mut begin = 0;
    let mut pieces = Vec::new();
    for place in places {
        let (piece, after) = rest.split_at(place - begin);
        pieces.push(piece);
        (rest, begin) = (after, place);
    }
    pieces.push(rest);
    pieces
}

/// Documents of the kinds' own tokens: many nearly right, some right.
fn soup(tokens: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(tokens), 0..40).prop_map(|tokens| tokens.concat())
}

const FORM_TOKENS: &[&str] = &[
    "------=_Part-7",
    "------=_Part-7--",
    "------=_Part-7\r\n",
    "\r\n",
    "\n",
    "\r",
    "--",
    "-",
    " ",
    "Content-Disposition: form-data; filename=\"a.csv\"\r\n\r\n",
    "Email",
    "\r\n------=_Part-7",
    "------=_Part-7\r\nContent-Disposition: form-data; filename=b\r\n\r\n",
    "\r\n------=_Part-7--",
];
const JSON_TOKENS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\"data\":\"",
    "RW1h",
    "aWw=",
    "=",
    "\\/",
    "\\u002B",
    "\\u",
    "\"fileName\":\"a\"",
    "{\"data\":\"",
    "\"}",
    " ",
    "\u{e9}",
    "null",
];
const XML_TOKENS: &[&str] = &[
    "<m>",
    "</m>",
    "<Data>",
    "</Data>",
    "<Data/>",
    "<FileName>a</FileName>",
    "RW1h",
    "aWw=",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "]",
    ">",
    "<",
    "&#65;",
    "&",
    ";",
    "<?x",
    "?>",
    "'",
    "\"",
    "<a b=\"",
    " ",
    "\u{e9}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_form_in_any_pieces_is_the_same_form(
        document in soup(FORM_TOKENS), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)
    ) {
        let document = document.as_bytes();
        let whole = read_pieces(form(), std::iter::once(document));
        prop_assert_eq!(&read_pieces(form(), pieces(document, &cuts).into_iter()), &whole);
    }

    #[test]
    fn json_in_any_pieces_is_the_same_json(
        document in soup(JSON_TOKENS), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)
    ) {
        let document = document.as_bytes();
        let whole = read_pieces(Upload::of_json(), std::iter::once(document));
        let cut = read_pieces(Upload::of_json(), pieces(document, &cuts).into_iter());
        prop_assert_eq!(&cut, &whole);
    }

    #[test]
    fn xml_in_any_pieces_is_the_same_xml(
        document in soup(XML_TOKENS), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)
    ) {
        let document = document.as_bytes();
        let whole = read_pieces(Upload::of_xml(), std::iter::once(document));
        let cut = read_pieces(Upload::of_xml(), pieces(document, &cuts).into_iter());
        prop_assert_eq!(&cut, &whole);
    }

    #[test]
    fn any_file_comes_out_as_it_went_in(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)
    ) {
        let data = STANDARD.encode(&bytes);
        let head = "Content-Disposition: form-data; name=\"f\"; filename=\"a.csv\"";
        let mut multipart = format!("--{BOUNDARY}\r\n{head}\r\n\r\n").into_bytes();
        multipart.extend_from_slice(&bytes);
        multipart.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let escaped = data.replace('/', "\\/");
        let json = format!(r#"{{"fileName":"a.csv","data":"{escaped}"}}"#);
        let xml = format!("<m><FileName>a.csv</FileName><Data>{data}</Data></m>");
        let documents = [
            (form(), multipart), (Upload::of_json(), json.into_bytes()),
            (Upload::of_xml(), xml.into_bytes()),
        ];
        for (upload, document) in documents {
            let read = read_pieces(upload, pieces(&document, &cuts).into_iter());
            prop_assert_eq!(&read, &file("a.csv", &bytes));
        }
    }
}
