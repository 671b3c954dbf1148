//! The same trap in encodings that a filter before the server may not read.

use super::case::{Case, Expected, Form, refused};
use super::documents::{post, problem_in, within};
use super::gateway::Gateway;
use super::make::{utf16be, utf16le, utf32be};

const TRAP: &str = "<!DOCTYPE x [<!ENTITY xxe SYSTEM \"file:///etc/passwd\">]>\n<call>&xxe;</call>";
const DOCTYPE: &str = "a document type declaration is not allowed";
const UNKNOWN: &str = "the encoding is not one that is understood here";
const INVALID: &str = "the bytes are not valid in their encoding";
/// What is wrong first depends on the reader.
const ANY: &str = "";

/// How the trap is written, why, and what is said of it where faces say what is wrong.
type Row = (&'static str, &'static str, &'static str, fn(&str) -> Vec<u8>);

fn declared(encoding: &str, document: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>{document}")
}

const ROWS: &[Row] = &[
    ("utf-8 with a mark", "hides behind a byte order mark", DOCTYPE, |trap| {
        [b"\xef\xbb\xbf", trap.as_bytes()].concat()
    }),
    ("utf-16le with a mark", "hides from a filter that reads bytes", DOCTYPE, |trap| {
        [b"\xff\xfe".to_vec(), utf16le(trap)].concat()
    }),
    ("utf-16be with a mark", "hides from a filter that reads bytes", DOCTYPE, |trap| {
        [b"\xfe\xff".to_vec(), utf16be(trap)].concat()
    }),
    ("utf-16le without a mark", "is known by its first character alone", DOCTYPE, utf16le),
    ("utf-16be without a mark", "is known by its first character alone", DOCTYPE, utf16be),
    ("utf-16 declared, utf-8 sent", "is two documents to two readers", DOCTYPE, |trap| {
        declared("utf-16", trap).into_bytes()
    }),
    ("latin-1 declared", "is read as another encoding", DOCTYPE, |trap| {
        declared("ISO-8859-1", trap).into_bytes()
    }),
    ("utf-7 declared", "hides its markup in +ADw-", UNKNOWN, |trap| {
        let hidden = trap.replace('<', "+ADw-").replace('>', "+AD4-");
        declared("UTF-7", &hidden).into_bytes()
    }),
    ("ebcdic declared", "is another document in EBCDIC", UNKNOWN, |trap| {
        declared("IBM037", trap).into_bytes()
    }),
    ("ebcdic sent", "is no ASCII at all", ANY, |_| {
        // `<?xml ` and more in code page 37.
        b"\x4c\x6f\xa7\x94\x93\x40\xa5\x85\x99\xa2\x89\x96\x95\x7e\x7f\xf1\x4b\xf0\x7f\x6f\x6e"
            .to_vec()
    }),
    ("ucs-4 declared", "is read four bytes at a time by some", UNKNOWN, |trap| {
        declared("ISO-10646-UCS-4", trap).into_bytes()
    }),
    ("ucs-4 sent", "is read four bytes at a time by some", ANY, utf32be),
    ("utf-32 with a mark", "is UTF-16LE with NULs to some", ANY, |trap| {
        let little: Vec<u8> = trap.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        [b"\xff\xfe\0\0".to_vec(), little].concat()
    }),
    ("shift_jis declared", "has a backslash that is none", UNKNOWN, |trap| {
        declared("Shift_JIS", trap).into_bytes()
    }),
    ("gb18030 declared", "has second bytes that look like markup", UNKNOWN, |trap| {
        declared("gb18030", trap).into_bytes()
    }),
    ("hz-gb-2312 declared", "switches to another alphabet within", UNKNOWN, |trap| {
        declared("hz-gb-2312", trap).into_bytes()
    }),
    ("an endless name declared", "copies what it is told", UNKNOWN, |trap| {
        declared(&"x".repeat(100), trap).into_bytes()
    }),
    ("marked twice", "has a character before its declaration", ANY, |trap| {
        ["\u{feff}\u{feff}", trap].concat().into_bytes()
    }),
    ("overlong utf-8", "writes `<` in two bytes past a filter", INVALID, |trap| {
        trap.bytes()
            .flat_map(|byte| if byte == b'<' { vec![0xc0, 0xbc] } else { vec![byte] })
            .collect()
    }),
    ("surrogates in utf-8", "is CESU and no UTF-8", INVALID, |trap| {
        [trap.as_bytes(), b"\xed\xa0\x80\xed\xb0\x80"].concat()
    }),
    ("utf-8 cut within a character", "leaves a decoder waiting", INVALID, |trap| {
        [trap.as_bytes(), b"\xe2\x82"].concat()
    }),
    ("half a surrogate pair in utf-16", "is half a character", INVALID, |trap| {
        [b"\xff\xfe".to_vec(), utf16le(trap), vec![0x3d, 0xd8]].concat()
    }),
    ("utf-16 of odd length", "is half a unit", INVALID, |trap| {
        [b"\xff\xfe".to_vec(), utf16le(trap), vec![b'<']].concat()
    }),
    ("a nul within", "ends early for programs in C", ANY, |trap| {
        trap.replace("<!DOCTYPE", "\0<!DOCTYPE").into_bytes()
    }),
];

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let doors = [Form::Soap11, Form::RestXml, Form::Empower, Form::XmlRpc, Form::Which50Xml];
    let each = ROWS.iter().flat_map(|row| doors.map(|door| case(gateway, row, door)));
    each.chain(labelled(gateway)).collect()
}

fn case(gateway: &Gateway, (name, why, problem, write): &Row, door: Form) -> Case {
    let bytes = write(&within(gateway, door, TRAP));
    let wire = unlabelled(&post(gateway, door, &bytes));
    Case::new(format!("{name} to {door:?}"), why, door, wire, expected(door, problem))
}

/// The content type names no charset, so that the bytes must tell.
fn unlabelled(wire: &[u8]) -> Vec<u8> {
    let wanted = b"; charset=utf-8";
    match super::wire::position(wire, wanted) {
        Some(at) => [&wire[..at], &wire[at + wanted.len()..]].concat(),
        None => wire.to_vec(),
    }
}

fn expected(door: Form, problem: &'static str) -> Expected {
    let is_lenient = matches!(door, Form::Empower | Form::XmlRpc);
    match problem {
        // By its first byte it is not even XML.
        _ if door == Form::RestXml => refused(door, 400, "Error: ERROR_"),
        // These clients name encodings wrongly, and so what cannot be read is read all the same.
        UNKNOWN | INVALID if is_lenient => refused(door, 200, ANY),
        _ => problem_in(door, problem),
    }
}

/// The content type lies about the bytes.
fn labelled(gateway: &Gateway) -> Vec<Case> {
    let body = within(gateway, Form::Soap11, TRAP);
    let rows = [
        ("utf-7", UNKNOWN, "is told to be read as UTF-7"),
        ("ibm037", UNKNOWN, "is told to be read as EBCDIC"),
        ("utf-32", UNKNOWN, "is told to be read four bytes at a time"),
        ("utf-16", ANY, "is told to be UTF-16 and is not"),
        ("x-user-defined", UNKNOWN, "names an encoding of browsers"),
        ("\"utf-8\\\"", UNKNOWN, "ends its quotes with an escape"),
    ];
    rows.map(|(charset, says, why)| {
        let headers = format!(
            "Authorization: {}\r\nContent-Type: text/xml; charset={charset}\r\n",
            gateway.basic
        );
        let wire = super::gateway::request("POST", "/v2/api.svc", &headers, body.as_bytes());
        let expected = refused(Form::Soap11, 500, says);
        Case::new(format!("charset={charset}"), why, Form::Soap11, wire, expected)
    })
    .into()
}
