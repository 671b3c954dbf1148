//! Multipart forms: parts without number, end, name or sense, to the faces that read them.

use super::case::{Case, Expected, Form, answered, refused};
use super::gateway::{Gateway, empower};
use super::make::multipart;

const FILE: &str =
    "Content-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv";
const CSV: &[u8] = b"Email\nparts@b.example\n";

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let mut cases = rest(gateway);
    cases.extend(forms(gateway));
    cases
}

/// The REST face reads a file while it comes in.
fn rest(gateway: &Gateway) -> Vec<Case> {
    let head =
        |inner: &str| format!("Content-Disposition: form-data; {inner}\r\nContent-Type: text/csv");
    let one = |head: &str| multipart("b", &[(head, CSV)]);
    let field = "Content-Disposition: form-data; name=\"a\"";
    let taken = || Expected::Answered { status: 202, says: "\"status\":\"NotFinished\"" };
    let refusal = || refused(Form::RestJson, 400, "ERROR_");
    let no_file = || refused(Form::RestJson, 400, "file must be valid");
    let long = "x".repeat(1 << 20);
    let long_boundary = format!("boundary={}", "b".repeat(10_000));
    let many = |count: usize| {
        let mut parts = vec![(field, &b"v"[..]); count];
        parts.push((FILE, CSV));
        multipart("b", &parts)
    };
    let rows: Vec<(&str, &'static str, &str, Vec<u8>, Expected)> = vec![
        ("10,000 parts", "are looked at one by one", "boundary=b", many(10_000), refusal()),
        ("no boundary", "has no parts", "", one(FILE), refusal()),
        (
            "an empty boundary",
            "is found everywhere",
            "boundary=\"\"",
            multipart("", &[(FILE, CSV)]),
            refusal(),
        ),
        ("a boundary of 10 KB", "is looked for everywhere", &long_boundary, one(FILE), refusal()),
        (
            "a boundary that does not come",
            "is looked for up to the end",
            "boundary=other",
            one(FILE),
            no_file(),
        ),
        (
            "a boundary with an escape",
            "is another to some",
            "boundary=\"\\b\"",
            one(FILE),
            no_file(),
        ),
        (
            "two boundaries",
            "has other parts to another reader",
            "boundary=b; boundary=c",
            one(FILE),
            taken(),
        ),
        (
            "no end",
            "lost its end",
            "boundary=b",
            one(FILE)[..one(FILE).len() - 6].to_vec(),
            refusal(),
        ),
        (
            "cut within a boundary",
            "lost its end",
            "boundary=b",
            one(FILE)[..one(FILE).len() - 4].to_vec(),
            refusal(),
        ),
        ("cut within a head", "lost its end", "boundary=b", one(FILE)[..20].to_vec(), refusal()),
        (
            "a head of a megabyte",
            "is kept until its end",
            "boundary=b",
            one(&format!("{FILE}\r\nX: {long}")),
            refusal(),
        ),
        (
            "a head without an end",
            "is kept until its end",
            "boundary=b",
            [b"--b\r\nX: ".to_vec(), long.clone().into_bytes()].concat(),
            refusal(),
        ),
        (
            "10,000 headers of a part",
            "are kept until their end",
            "boundary=b",
            one(&format!("{FILE}{}", "\r\nX: a".repeat(10_000))),
            refusal(),
        ),
        (
            "a part without a head",
            "is nobody's",
            "boundary=b",
            multipart("b", &[("", CSV)]),
            no_file(),
        ),
        (
            "a part without a name",
            "is nobody's",
            "boundary=b",
            one(&head("filename=\"a.csv\"")),
            taken(),
        ),
        (
            "a file of another folder",
            "is written there",
            "boundary=b",
            one(&head("name=\"file\"; filename=\"../../../../etc/cron.d/a.csv\"")),
            taken(),
        ),
        (
            "a file name with a NUL",
            "is another file's",
            "boundary=b",
            one(&head("name=\"file\"; filename=\"a.csv\0.exe\"")),
            refusal(),
        ),
        (
            "a file name of a megabyte",
            "is kept",
            "boundary=b",
            one(&head(&format!("name=\"file\"; filename=\"{long}.csv\""))),
            refusal(),
        ),
        (
            "two files",
            "imports the one and reports the other",
            "boundary=b",
            multipart("b", &[(FILE, CSV), (FILE, CSV)]),
            refusal(),
        ),
        (
            "a form in a form",
            "is unpacked again and again",
            "boundary=b",
            multipart(
                "b",
                &[(
                    "Content-Disposition: form-data; name=\"file\"\r\nContent-Type: multipart/mixed; boundary=c",
                    &multipart("c", &[(FILE, CSV)]),
                )],
            ),
            no_file(),
        ),
        (
            "a part that says it is base64",
            "is decoded by some",
            "boundary=b",
            one(&format!("{FILE}\r\nContent-Transfer-Encoding: base64")),
            taken(),
        ),
        (
            "eight megabytes in front",
            "is looked through",
            "boundary=b",
            [vec![b'x'; 8 << 20], b"\r\n".to_vec(), one(FILE)].concat(),
            taken(),
        ),
        (
            "a million dashes in front",
            "nearly is a boundary, a million times",
            "boundary=b",
            ["\r\n--".repeat(1 << 20).into_bytes(), b"\r\n".to_vec(), one(FILE)].concat(),
            taken(),
        ),
        ("nothing", "is no form", "boundary=b", Vec::new(), no_file()),
    ];
    rows.into_iter()
        .map(|(name, why, parameters, body, expected)| {
            let content_type = format!("multipart/form-data; {parameters}");
            let wire = gateway.rest("/v2/contacts/import", &content_type, body);
            Case::new(format!("{name} to RestJson"), why, Form::RestJson, wire, expected)
        })
        .collect()
}

/// The two faces of PHP read forms as a whole.
fn forms(gateway: &Gateway) -> Vec<Case> {
    let document = gateway.api("utilities.checkEmail", "<email>a@b.example</email>");
    let data = "Content-Disposition: form-data; name=\"data\"";
    let field = "Content-Disposition: form-data; name=\"a\"";
    let refusal = || refused(Form::Empower, 200, "");
    let rows: Vec<(&str, &'static str, &str, Vec<u8>, Expected)> = vec![
        (
            "10,000 parts",
            "are a table",
            "b",
            multipart("b", &vec![(field, &b"v"[..]); 10_000]),
            refusal(),
        ),
        (
            "a head of a megabyte",
            "is kept",
            "b",
            multipart(
                "b",
                &[(&format!("X: {}\r\nY: a\r\n{data}", "x".repeat(1 << 20)), document.as_bytes())],
            ),
            refusal(),
        ),
        (
            "no end",
            "lost its end; hand-written clients forget it",
            "b",
            {
                let whole = multipart("b", &[(data, document.as_bytes())]);
                whole[..whole.len() - 7].to_vec()
            },
            answered("Valid"),
        ),
        (
            "another boundary",
            "has no parts",
            "c",
            multipart("b", &[(data, document.as_bytes())]),
            refusal(),
        ),
        (
            "two documents",
            "is checked by one and answered by another",
            "b",
            multipart("b", &[(data, b"<api/>"), (data, document.as_bytes())]),
            refusal(),
        ),
        (
            "a megabyte of line feeds",
            "nearly is a boundary",
            "b",
            [vec![b'\n'; 1 << 20], multipart("b", &[(data, document.as_bytes())])].concat(),
            answered("Valid"),
        ),
    ];
    let mut cases: Vec<Case> = rows
        .into_iter()
        .map(|(name, why, boundary, body, expected)| {
            let content_type = format!("multipart/form-data; boundary={boundary}");
            let wire = empower(&content_type, body);
            Case::new(format!("{name} to Empower"), why, Form::Empower, wire, expected)
        })
        .collect();
    let many = multipart("b", &vec![(field, &b"v"[..]); 70_000]);
    let key = gateway.selzy_key.clone();
    let wire = |body: &[u8]| {
        let headers = "Content-Type: multipart/form-data; boundary=b\r\n";
        super::gateway::request(
            "POST",
            &format!("/en/api/getLists?format=json&api_key={key}"),
            headers,
            body,
        )
    };
    let expected = refused(Form::Selzy, 200, "The arguments cannot be read");
    cases.push(Case::new(
        "70,000 parts to Selzy",
        "are a tree",
        Form::Selzy,
        wire(&many),
        expected,
    ));
    let deep = format!("Content-Disposition: form-data; name=\"a{}\"", "[b]".repeat(300));
    let expected = refused(Form::Selzy, 200, "The arguments cannot be read");
    let body = multipart("b", &[(&deep, b"v")]);
    cases.push(Case::new(
        "300 brackets to Selzy",
        "is a tree of that depth",
        Form::Selzy,
        wire(&body),
        expected,
    ));
    cases
}
