//! JSON that is deep, wide, doubtful or none, to the two faces that read it.

use super::case::{Case, Expected, Form, answered, refused};
use super::gateway::Gateway;
use super::make::each;

/// A document, why, and whether it is refused as such, taken, or unfit in its place.
type Row = (&'static str, &'static str, fn() -> Vec<u8>, Verdict);

#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Malformed,
    /// JSON, but not of a contact.
    Unfit,
    /// A contact without an address.
    NoAddress,
    /// A contact is made: what is doubtful about it is passed over.
    Taken,
}
use Verdict::{Malformed, NoAddress, Taken, Unfit};

fn contact(inside: &str) -> Vec<u8> {
    // Both faces find their own members and pass over the other's.
    format!("{{\"email\":\"json@b.example\",\"values\":{{\"Email\":\"json@b.example\"}}{inside}}}")
        .into_bytes()
}

const ROWS: &[Row] = &[
    (
        "100,000 lists in lists",
        "overflows the stack",
        || [b"[".repeat(100_000), b"]".repeat(100_000)].concat(),
        Malformed,
    ),
    (
        "100,000 records in records",
        "overflows the stack",
        || "{\"a\":".repeat(100_000).into_bytes(),
        Malformed,
    ),
    (
        "100,000 levels in a member nobody reads",
        "overflows the stack where it is skipped",
        || contact(&format!(",\"x\":{}{}", "[".repeat(100_000), "]".repeat(100_000))),
        Malformed,
    ),
    (
        "a million values",
        "makes a tree of a million nodes",
        || contact(&format!(",\"x\":[{}0]", "0,".repeat(1_000_000))),
        Malformed,
    ),
    (
        "a million members of one name",
        "makes a list of a million",
        || contact(&",\"x\":0".repeat(1_000_000)),
        Malformed,
    ),
    (
        "600,000 members of other names",
        "makes a table of a million",
        || contact(&each(600_000, |n| format!(",\"x{n}\":0"))),
        Malformed,
    ),
    (
        "a name of a megabyte",
        "is kept",
        || contact(&format!(",\"{}\":0", "n".repeat(1 << 20))),
        Taken,
    ),
    (
        "a text of eight megabytes",
        "is copied",
        || contact(&format!(",\"x\":\"{}\"", "t".repeat(8 << 20))),
        Taken,
    ),
    (
        "a million escapes",
        "grows letter by letter",
        || contact(&format!(",\"x\":\"{}\"", "\\u0041".repeat(1_000_000))),
        Taken,
    ),
    (
        "a number of a megabyte",
        "is computed digit by digit",
        || contact(&format!(",\"x\":{}", "9".repeat(1 << 20))),
        Malformed,
    ),
    (
        "a fraction of a megabyte",
        "is computed digit by digit",
        || contact(&format!(",\"x\":0.{}", "9".repeat(1 << 20))),
        Taken,
    ),
    ("1e999999", "is infinite", || contact(",\"x\":1e999999"), Malformed),
    ("1e-999999", "is nothing", || contact(",\"x\":1e-999999"), Taken),
    (
        "an exponent beyond 64 bits",
        "wraps around",
        || contact(",\"x\":1e99999999999999999999"),
        Malformed,
    ),
    ("NaN", "is JavaScript", || contact(",\"x\":NaN"), Malformed),
    ("Infinity", "is JavaScript", || contact(",\"x\":-Infinity"), Malformed),
    ("a number in hex", "is JavaScript", || contact(",\"x\":0x10"), Malformed),
    ("a number with a leading zero", "is octal to some", || contact(",\"x\":010"), Malformed),
    ("a number with a plus", "is read by some", || contact(",\"x\":+1"), Malformed),
    ("half a surrogate pair", "is half a character", || contact(",\"x\":\"\\ud800\""), Malformed),
    (
        "a surrogate pair the wrong way round",
        "is two halves",
        || contact(",\"x\":\"\\udc00\\ud800\""),
        Malformed,
    ),
    (
        "a NUL in a text",
        "cuts the text short in programs in C",
        || contact(",\"x\":\"a\\u0000b\""),
        Taken,
    ),
    (
        "a control character in a text",
        "must be escaped",
        || contact(",\"x\":\"a\u{1}b\""),
        Malformed,
    ),
    ("a line feed in a text", "must be escaped", || contact(",\"x\":\"a\nb\""), Malformed),
    (
        "bytes that are no UTF-8",
        "are no text",
        || {
            [&b"{\"email\":\"\xff\xfe@b.example\",\"values\":{\"Email\":\"\xff@b.example\"}}"[..]]
                .concat()
        },
        Malformed,
    ),
    (
        "overlong UTF-8",
        "writes a quote in two bytes",
        || b"{\"email\":\"a\xc0\xa2\"}".to_vec(),
        Malformed,
    ),
    ("UTF-16", "is not UTF-8", || super::make::utf16le("{\"email\":\"a@b.example\"}"), Malformed),
    (
        "two documents",
        "hides the second behind the first",
        || [contact(""), contact("")].concat(),
        Malformed,
    ),
    ("rubbish behind", "hides what follows", || [contact(""), b"x".to_vec()].concat(), Malformed),
    ("a comment", "is JavaScript", || [b"/* a */".to_vec(), contact("")].concat(), Malformed),
    ("a comma too many", "is JavaScript", || contact(","), Malformed),
    (
        "quotes of the other kind",
        "is JavaScript",
        || b"{'email':'a@b.example'}".to_vec(),
        Malformed,
    ),
    ("cut within a text", "lost its end", || b"{\"email\":\"a@b".to_vec(), Malformed),
    ("cut within an escape", "lost its end", || b"{\"email\":\"a\\u00".to_vec(), Malformed),
    ("cut within a number", "lost its end", || b"{\"email\":1e".to_vec(), Malformed),
    ("one quote", "lost its end", || b"\"".to_vec(), Malformed),
    ("a list for a contact", "is of another type", || b"[1,2,3]".to_vec(), Unfit),
    ("a text for a contact", "is of another type", || b"\"a\"".to_vec(), Unfit),
    ("a number for a contact", "is of another type", || b"0".to_vec(), Unfit),
    (
        "the prototype",
        "changes all objects in JavaScript",
        || {
            contact(
                ",\"__proto__\":{\"admin\":true},\"constructor\":{\"prototype\":{\"admin\":true}}",
            )
        },
        Taken,
    ),
    (
        "a class to be made",
        "runs code in .NET and Java",
        || {
            contact(
                ",\"$type\":\"System.Windows.Data.ObjectDataProvider\",\"@class\":\"java.lang.ProcessBuilder\"",
            )
        },
        Taken,
    ),
    (
        "an operator of MongoDB",
        "matches everybody",
        || b"{\"email\":{\"$ne\":null},\"values\":{\"Email\":{\"$ne\":null}}}".to_vec(),
        NoAddress,
    ),
];

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let doors = [Form::RestJson, Form::Which50Json];
    let mut cases: Vec<Case> =
        ROWS.iter().flat_map(|row| doors.map(|door| of_row(gateway, row, door))).collect();
    cases.extend(in_streams(gateway));
    cases.extend(doubtful_members(gateway));
    cases.extend(batches(gateway));
    cases
}

fn of_row(gateway: &Gateway, (name, why, make, verdict): &Row, door: Form) -> Case {
    let body = make();
    let wire = match door {
        Form::RestJson => gateway.rest("/v2/contacts", "application/json", body),
        _ => gateway.which50("/contactLists/3/contact", "application/json", body),
    };
    let expected: Expected = match (door, verdict) {
        (Form::RestJson, Malformed | Unfit | NoAddress) => refused(door, 400, "ERROR_"),
        (_, Malformed) => refused(door, 400, "The request is invalid."),
        (_, NoAddress) => refused(door, 417, ""),
        (_, Unfit) => refused(door, 400, "The body is not a Contact."),
        (Form::RestJson, Taken) => Expected::Answered { status: 201, says: "json@b.example" },
        (_, Taken) => answered("json@b.example"),
    };
    Case::new(format!("{name} to {door:?}"), why, door, wire, expected)
}

/// A file in JSON is read while it comes in, by another reader.
fn in_streams(gateway: &Gateway) -> Vec<Case> {
    let rows: [(&str, &'static str, String); 7] = [
        (
            "two files in one document",
            "imports the one and reports the other",
            "{\"data\":\"QQ==\",\"data\":\"Qg==\"}".into(),
        ),
        (
            "a file that is no base64",
            "decodes to whatever",
            "{\"fileName\":\"a.csv\",\"data\":\"****\"}".into(),
        ),
        (
            "a file that is cut short",
            "lost its end",
            "{\"fileName\":\"a.csv\",\"data\":\"RW1haWw".into(),
        ),
        (
            "a file within 100,000 levels",
            "overflows the stack",
            format!("{}{{\"data\":\"QQ==\"", "{\"a\":".repeat(100_000)),
        ),
        (
            "a file beside a megabyte",
            "is kept until its end",
            format!("{{\"x\":\"{}\",\"data\":\"QQ==\"}}", "x".repeat(1 << 20)),
        ),
        (
            "a file that is a record",
            "is of another type",
            "{\"fileName\":\"a.csv\",\"data\":{\"a\":1}}".into(),
        ),
        (
            "a file that is a list of bytes",
            "is how JavaScript writes bytes",
            format!("{{\"fileName\":\"a.csv\",\"data\":[{}0]}}", "0,".repeat(500_000)),
        ),
    ];
    rows.map(|(name, why, body)| {
        let wire = gateway.rest("/v2/contacts/import", "application/json", body);
        Case::new(name, why, Form::RestJson, wire, refused(Form::RestJson, 400, "ERROR_"))
    })
    .into()
}

/// Values that overflow, or that are another's.
fn doubtful_members(gateway: &Gateway) -> Vec<Case> {
    let rows: [(&str, &'static str, &str, Expected); 6] = [
        (
            "an id that is given",
            "takes another contact's place",
            "{\"id\":1,\"email\":\"id@b.example\"}",
            Expected::Answered { status: 201, says: "id@b.example" },
        ),
        (
            "an enumeration beyond its names",
            "is a number without a name",
            "{\"email\":\"e@b.example\",\"optInType\":99}",
            refused(Form::RestJson, 400, "optInType is not valid"),
        ),
        (
            "an address with a line feed",
            "adds a header to a letter",
            "{\"email\":\"a@b.example\\r\\nBcc: c@d.example\"}",
            refused(Form::RestJson, 400, "Email is not a valid"),
        ),
        (
            "an address with a NUL",
            "is two addresses",
            "{\"email\":\"a@b.example\\u0000@c.example\"}",
            refused(Form::RestJson, 400, "Email is not a valid"),
        ),
        (
            "an address of letters that look alike",
            "is somebody else's to the eye, and an address",
            "{\"email\":\"\u{430}nn@b.example\"}",
            Expected::Answered { status: 201, says: "\u{430}nn@b.example" },
        ),
        (
            "a field that does not exist",
            "makes a field of its own",
            "{\"email\":\"f@b.example\",\"dataFields\":[{\"key\":\"'; DROP TABLE\",\"value\":1}]}",
            refused(Form::RestJson, 404, "ERROR_"),
        ),
    ];
    rows.map(|(name, why, body, expected)| {
        let wire = gateway.rest("/v2/contacts", "application/json", body);
        Case::new(name, why, Form::RestJson, wire, expected)
    })
    .into()
}

/// A batch makes no tree: it is read contact by contact.
fn batches(gateway: &Gateway) -> Vec<Case> {
    let begin = gateway.which50(
        "/contactLists/3/import",
        "application/json",
        "{\"FieldNames\":[\"Email\"]}",
    );
    let begun = gateway.ask(&begin).unwrap();
    let begun: serde_json::Value = serde_json::from_slice(&begun.body).unwrap();
    let path = format!("/contactLists/3/import/{}", begun["Id"]);
    let deep = |count: usize| {
        let (open, close) = ("[".repeat(count), "]".repeat(count));
        format!("[{{\"values\":{{\"Email\":\"a@b.example\"}},\"x\":{open}{close}}}]")
    };
    let many = each(200_000, |n| format!("{}null", if n > 0 { "," } else { "" }));
    let values = each(200_000, |n| format!("\"v{n}\":0,"));
    let bad = || refused(Form::Which50Json, 400, "The request is invalid.");
    let rows: [(&str, &'static str, String, Expected); 6] = [
        (
            "a batch of 200,000 contacts",
            "is more than a call takes",
            format!("[{many}]"),
            refused(Form::Which50Json, 417, ""),
        ),
        (
            "a batch of one with 200,000 values",
            "is a row of that length",
            format!("[{{\"values\":{{{values}\"Email\":\"v@b.example\"}}}}]"),
            answered("\"Id\""),
        ),
        (
            "a batch with 100,000 levels nobody reads",
            "overflows the stack where it is skipped",
            deep(100_000),
            answered("\"Id\""),
        ),
        ("a batch that is no list", "is of another type", "{\"a\":1}".into(), bad()),
        ("a batch of texts", "is of another type", "[\"a\",\"b\"]".into(), bad()),
        (
            "a batch cut short",
            "lost its end",
            "[{\"values\":{\"Email\":\"c@b.example\"}},".into(),
            bad(),
        ),
    ];
    rows.map(|(name, why, body, expected)| {
        let wire = gateway.which50(&path, "application/json", body);
        Case::new(name, why, Form::Which50Json, wire, expected)
    })
    .into()
}
