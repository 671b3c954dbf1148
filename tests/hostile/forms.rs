//! Forms: too many pairs, brackets without end, names that are numbers, and texts that are code.

use super::case::{Case, Expected, Form, answered, refused};
use super::gateway::{Gateway, empower};
use super::make::{each, form, percent};

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let mut cases = sizes(gateway);
    cases.extend(brackets(gateway));
    cases.extend(imports(gateway));
    cases.extend(calls(gateway));
    cases
}

fn too_large() -> Expected {
    refused(Form::Selzy, 200, "The arguments cannot be read")
}

fn sizes(gateway: &Gateway) -> Vec<Case> {
    let rows: Vec<(&str, &'static str, String, Expected)> = vec![
        (
            "100,000 pairs",
            "is a table of 100,000",
            each(100_000, |n| format!("a{n}=b&")),
            too_large(),
        ),
        (
            "100,000 pairs of one name",
            "is replaced 100,000 times",
            "a=b&".repeat(100_000),
            too_large(),
        ),
        (
            "a million empty pairs",
            "is nothing, a million times",
            "&".repeat(1_000_000),
            answered("\"result\""),
        ),
        ("a name of a megabyte", "is a key", format!("{}=b", "n".repeat(1 << 20)), too_large()),
        (
            "a value of eight megabytes",
            "is copied",
            format!("a={}", "v".repeat(8 << 20)),
            answered("\"result\""),
        ),
        (
            "a megabyte of percents",
            "is decoded for ever",
            format!("a={}", "%".repeat(1 << 20)),
            answered("\"result\""),
        ),
        ("a megabyte of equals", "is split for ever", "=".repeat(1 << 20), answered("\"result\"")),
        ("an unencoded NUL", "cuts the form short", "a=\0&b=c".into(), answered("\"result\"")),
    ];
    rows.into_iter()
        .map(|(name, why, body, expected)| {
            Case::new(name, why, Form::Selzy, gateway.selzy("getLists", "", body), expected)
        })
        .collect()
}

fn brackets(gateway: &Gateway) -> Vec<Case> {
    let rows: Vec<(&str, &'static str, String, Expected)> = vec![
        (
            "100,000 brackets",
            "is a tree of that depth",
            format!("a{}=b", "[b]".repeat(100_000)),
            too_large(),
        ),
        ("65 brackets", "is a level too many", format!("a{}=b", "[b]".repeat(65)), too_large()),
        (
            "64 brackets, 1,000 times",
            "is a forest of 64,000 branches",
            each(1_000, |n| format!("a{n}{}=b&", "[b]".repeat(64))),
            too_large(),
        ),
        (
            "64 brackets, 40,000 times",
            "is a forest of two gigabytes",
            each(40_000, |n| format!("a{n}{}=b&", "[b]".repeat(64))),
            too_large(),
        ),
        (
            "100,000 open brackets",
            "is looked through for each",
            format!("a{}=b", "[".repeat(100_000)),
            too_large(),
        ),
        (
            "900 open brackets, 5,000 times",
            "is looked through for each",
            each(5_000, |_| format!("a{}=b&", "[".repeat(900))),
            answered("\"result\""),
        ),
        (
            "a thousand million and one",
            "is a list of that length",
            "data[999999999][0]=a".into(),
            answered("\"result\""),
        ),
        (
            "the largest number",
            "is the last there is",
            "a[4294967295]=a&a[]=b&a[]=c".into(),
            answered("\"result\""),
        ),
        (
            "a number beyond 32 bits",
            "wraps around",
            "a[4294967296]=a".into(),
            answered("\"result\""),
        ),
        ("a negative number", "wraps around", "a[-1]=a".into(), answered("\"result\"")),
        (
            "30,000 empty brackets",
            "counts on from the largest each time",
            "a[]=b&".repeat(30_000),
            answered("\"result\""),
        ),
        (
            "the globals of PHP",
            "changes variables of the program",
            "GLOBALS[admin]=1&_SESSION[user]=1&this=1".into(),
            answered("\"result\""),
        ),
        (
            "a key that is a list",
            "is compared with nothing",
            "api_key[]=x".into(),
            refused(Form::Selzy, 200, "invalid_api_key"),
        ),
        (
            "an operator of MongoDB for a key",
            "matches every key",
            "api_key[$ne]=".into(),
            refused(Form::Selzy, 200, "invalid_api_key"),
        ),
        (
            "a second key",
            "is checked by its first and used by its second",
            "api_key=other".into(),
            refused(Form::Selzy, 200, "invalid_api_key"),
        ),
    ];
    rows.into_iter()
        .map(|(name, why, body, expected)| {
            Case::new(name, why, Form::Selzy, gateway.selzy("getLists", "", body), expected)
        })
        .collect()
}

fn imports(gateway: &Gateway) -> Vec<Case> {
    let names = "field_names[0]=email&field_names[1]=FIRSTNAME";
    let row =
        |name: &str| format!("{names}&data[0][0]=form@b.example&data[0][1]={}", percent(name));
    let total = "\"total\":1";
    let rows: Vec<(&str, &'static str, String, Expected)> = vec![
        (
            "a PHP object in a cell",
            "is made when it is read",
            row("O:8:\"stdClass\":1:{s:4:\"file\";s:11:\"/etc/passwd\";}"),
            answered(total),
        ),
        (
            "a formula in a cell",
            "runs a program in a spreadsheet",
            row("=cmd|' /C calc'!A0"),
            answered(total),
        ),
        (
            "markup in a cell",
            "runs a script in the console",
            row("<script>alert(1)</script>"),
            answered(total),
        ),
        ("SQL in a cell", "deletes a table", row("'; DROP TABLE contacts; --"), answered(total)),
        (
            "a template in a cell",
            "is filled in a letter",
            row("{$smarty.server.PATH}{php}system('id');{/php}"),
            answered(total),
        ),
        (
            "a cell of a megabyte",
            "is more than a field holds",
            row(&"n".repeat(1 << 20)),
            answered("\"total\":1"),
        ),
        (
            "501 rows",
            "is more than a call takes",
            format!("{names}&{}", each(501, |n| format!("data[{n}][0]=r{n}@b.example&"))),
            refused(Form::Selzy, 200, ""),
        ),
        (
            "1,000 columns",
            "is more than a call takes",
            format!("{}data[0][0]=a@b.example", each(1_000, |n| format!("field_names[{n}]=F{n}&"))),
            refused(Form::Selzy, 200, ""),
        ),
        (
            "a row a thousand million behind",
            "is a list of that length",
            format!("{names}&data[999999999][0]=far@b.example"),
            answered(total),
        ),
        (
            "a column a thousand million behind",
            "is a row of that length",
            format!("{names}&data[0][0]=far@b.example&data[0][999999999]=x"),
            answered(total),
        ),
        (
            "names that are lists",
            "is of another type",
            "field_names[0][0][0]=email&data[0][0]=a@b.example".into(),
            refused(Form::Selzy, 200, ""),
        ),
        (
            "rows that are texts",
            "is of another type",
            format!("{names}&data=a&data[0]=b"),
            answered(""),
        ),
    ];
    rows.into_iter()
        .map(|(name, why, body, expected)| {
            let wire = gateway.selzy("importContacts", "", body);
            Case::new(name, why, Form::Selzy, wire, expected)
        })
        .collect()
}

/// Methods and forms that are not there.
fn calls(gateway: &Gateway) -> Vec<Case> {
    let unknown = || refused(Form::Selzy, 200, "unknown_method");
    let rows: Vec<(&str, &'static str, &str, Expected)> = vec![
        (
            "a method with markup",
            "is repeated in a page",
            "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
            unknown(),
        ),
        (
            "a method with a line feed",
            "writes a line of its own into the log",
            "a%0d%0a2026-01-01%20INFO%20admin%20logged%20in",
            unknown(),
        ),
        ("a method of 10 KB", "is repeated", "", unknown()),
        ("a method that is a path", "is a file", "..%2f..%2fetc%2fpasswd", unknown()),
    ];
    let long = "m".repeat(10_000);
    let mut cases: Vec<Case> = rows
        .into_iter()
        .map(|(name, why, method, expected)| {
            let method = if method.is_empty() { long.as_str() } else { method };
            Case::new(name, why, Form::Selzy, gateway.selzy(method, "", ""), expected)
        })
        .collect();
    let document = gateway.api("utilities.checkEmail", "<email>a@b.example</email>");
    let twice = form(&[("data", "<api/>"), ("data", &document)]);
    let content_type = "application/x-www-form-urlencoded";
    let rows: Vec<(&str, &'static str, Vec<u8>, Expected)> = vec![
        (
            "101 fields beside the document",
            "is a table",
            [each(101, |n| format!("a{n}=b&")), form(&[("data", &document)])].concat().into_bytes(),
            refused(Form::Empower, 200, ""),
        ),
        (
            "two documents in a form",
            "is checked by one and answered by another",
            twice.into_bytes(),
            refused(Form::Empower, 200, ""),
        ),
        (
            "a document in a document",
            "is decoded twice",
            form(&[("data", &form(&[("data", &document)]))]).into_bytes(),
            refused(Form::Empower, 200, ""),
        ),
        (
            "a form of blanks",
            "is nothing",
            b"data=+++++".to_vec(),
            refused(Form::Empower, 200, "No XML data passed"),
        ),
        (
            "a form of markup that does not end",
            "is looked through for its end",
            [b"data=<".to_vec(), b"<".repeat(1 << 20)].concat(),
            refused(Form::Empower, 200, ""),
        ),
    ];
    cases.extend(rows.into_iter().map(|(name, why, body, expected)| {
        Case::new(name, why, Form::Empower, empower(content_type, body), expected)
    }));
    cases
}
