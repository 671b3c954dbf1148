//! Heads of calls: no HTTP, without end, and to targets that lead elsewhere.

use super::case::{Case, Expected, Form, refused};
use super::gateway::{Gateway, get};
use super::make::each;

const STEAL: &str = "is one request to a proxy and another here";

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    heads().into_iter().chain(floods()).chain(targets(gateway)).collect()
}

fn case(name: &str, why: &'static str, wire: Vec<u8>, expected: Expected) -> Case {
    Case::new(name, why, Form::Http, wire, expected)
}

fn heads() -> Vec<Case> {
    let bad = || refused(Form::Http, 400, "");
    let rows: Vec<(&str, &'static str, &str, Expected)> = vec![
        ("no host", "has no name to route by", "GET / HTTP/1.1\r\n\r\n", bad()),
        (
            "two hosts",
            "is routed by the one and answered by the other",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            bad(),
        ),
        (
            "a host with markup",
            "ends up in the WSDL and in links",
            "GET /v2/api.svc?wsdl HTTP/1.1\r\nHost: a\"><x/>\r\n\r\n",
            bad(),
        ),
        (
            "a host with a path",
            "moves links elsewhere",
            "GET /v2/api.svc HTTP/1.1\r\nHost: attacker.example/x\r\n\r\n",
            bad(),
        ),
        (
            "a host with a user",
            "moves links elsewhere",
            "GET /v2/api.svc HTTP/1.1\r\nHost: a@attacker.example\r\n\r\n",
            bad(),
        ),
        (
            "a host with a port beyond 16 bits",
            "is no address",
            "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n",
            bad(),
        ),
        ("nothing but NULs", "is no HTTP", "\0\0\0\0\r\n\r\n", bad()),
        ("TLS to a plain port", "is no HTTP", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n", bad()),
        ("a method without a target", "is no request", "GET\r\n\r\n", bad()),
        ("two blanks in the request line", STEAL, "GET  / HTTP/1.1\r\nHost: t\r\n\r\n", bad()),
        ("a version that is none", "is no HTTP", "GET / HTTP/9.9\r\nHost: t\r\n\r\n", bad()),
        (
            "the preface of HTTP/2",
            "changes the protocol",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            Expected::Closed,
        ),
        (
            "a tunnel",
            "makes the server a proxy",
            "CONNECT internal:22 HTTP/1.1\r\nHost: internal:22\r\n\r\n",
            refused(Form::Http, 405, "not a proxy"),
        ),
        (
            "another server's target",
            "makes the server a proxy",
            "GET http://internal.example/secret HTTP/1.1\r\nHost: t\r\n\r\n",
            refused(Form::Http, 404, "Nothing is served"),
        ),
        (
            "a target of another scheme",
            "reads a file",
            "GET file:///etc/passwd HTTP/1.1\r\nHost: t\r\n\r\n",
            refused(Form::Http, 400, ""),
        ),
        (
            "TRACE",
            "shows cookies to scripts",
            "TRACE /v2/api.svc HTTP/1.1\r\nHost: t\r\n\r\n",
            refused(Form::Http, 405, ""),
        ),
        (
            "a method of its own",
            "is passed to what looks at known ones only",
            "BREW /_lychgate/outbox HTTP/1.1\r\nHost: t\r\n\r\n",
            refused(Form::Http, 405, ""),
        ),
    ];
    rows.into_iter()
        .map(|(name, why, wire, expected)| {
            case(name, why, wire.as_bytes().to_vec(), expected).hanging_up()
        })
        .collect()
}

fn floods() -> Vec<Case> {
    let too_large = || refused(Form::Http, 431, "");
    let get = |headers: &str| format!("GET / HTTP/1.1\r\nHost: t\r\n{headers}\r\n").into_bytes();
    let rows: Vec<(&str, &'static str, Vec<u8>, Expected)> = vec![
        (
            "10,000 headers",
            "are compared each with each",
            get(&each(10_000, |n| format!("A{n}: b\r\n"))),
            too_large(),
        ),
        (
            "200 headers",
            "are more than any client sends",
            get(&each(200, |n| format!("A{n}: b\r\n"))),
            too_large(),
        ),
        (
            "10,000 headers of one name",
            "make one list",
            get(&"A: b\r\n".repeat(10_000)),
            too_large(),
        ),
        (
            "a header of a megabyte",
            "is kept until its end",
            get(&format!("A: {}\r\n", "b".repeat(1 << 20))),
            too_large(),
        ),
        (
            "a header's name of a megabyte",
            "is kept until its end",
            get(&format!("{}: b\r\n", "A".repeat(1 << 20))),
            too_large(),
        ),
        (
            "a request line of a megabyte",
            "is kept until its end",
            format!("GET /{}", "x".repeat(1 << 20)).into_bytes(),
            too_large(),
        ),
        (
            "a path of 20 KB",
            "is compared with every route",
            format!("GET /{} HTTP/1.1\r\nHost: t\r\n\r\n", "x".repeat(20_000)).into_bytes(),
            refused(Form::Http, 404, "Nothing is served"),
        ),
        (
            "10,000 segments",
            "are walked",
            format!("GET {} HTTP/1.1\r\nHost: t\r\n\r\n", "/a".repeat(10_000)).into_bytes(),
            refused(Form::Http, 404, "Nothing is served"),
        ),
        (
            "a login of 20 KB",
            "is hashed",
            get(&format!("Authorization: Basic {}\r\n", "QUFB".repeat(5_000))),
            refused(Form::Http, 404, ""),
        ),
        (
            "64 accepted ranges and more",
            "are sorted",
            get(&format!("Accept: {}\r\n", "a/b;q=0.1,".repeat(2_000))),
            refused(Form::Http, 404, ""),
        ),
    ];
    rows.into_iter()
        .map(|(name, why, wire, expected)| case(name, why, wire, expected).hanging_up())
        .collect()
}

fn targets(gateway: &Gateway) -> Vec<Case> {
    let get = |path: &str| get(path, &gateway.basic);
    let rows: Vec<(&str, &'static str, &str, Expected)> = vec![
        (
            "dots out of a face",
            "leads out of the folder",
            "/v2/../../etc/passwd",
            refused(Form::RestJson, 404, "No HTTP resource"),
        ),
        (
            "dots in percents",
            "leads out behind a decoder",
            "/v2/%2e%2e/%2e%2e/etc/passwd",
            refused(Form::RestJson, 404, "No HTTP resource"),
        ),
        (
            "dots in double percents",
            "leads out behind two decoders",
            "/v2/%252e%252e/etc/passwd",
            refused(Form::RestJson, 404, "No HTTP resource"),
        ),
        (
            "a slash in percents",
            "is a segment to one and two to another",
            "/v2/contacts%2f1",
            refused(Form::RestJson, 404, ""),
        ),
        (
            "a NUL in the path",
            "cuts the path short",
            "/v2/contacts/1%00.json",
            refused(Form::RestJson, 400, "ERROR_PARAMETER_INVALID"),
        ),
        (
            "backslashes",
            "leads out on Windows",
            "/v2/..\\..\\windows\\win.ini",
            refused(Form::RestJson, 404, ""),
        ),
        (
            "bytes that are no UTF-8",
            "are no text",
            "/v2/contacts/%ff%fe",
            refused(Form::RestJson, 400, "ERROR_PARAMETER_INVALID"),
        ),
        (
            "an id beyond 64 bits",
            "wraps around to another's",
            "/v2/contacts/18446744073709551617",
            refused(Form::RestJson, 400, "ERROR_PARAMETER_INVALID"),
        ),
        ("a negative id", "wraps around", "/v2/contacts/-1", refused(Form::RestJson, 404, "")),
        (
            "an id in exponents",
            "is a float to some",
            "/v2/contacts/1e1",
            refused(Form::RestJson, 400, "ERROR_PARAMETER_INVALID"),
        ),
        (
            "a skip beyond 32 bits",
            "wraps around",
            "/v2/contacts?select=1&skip=99999999999999",
            refused(Form::RestJson, 400, "ERROR_PARAMETER_INVALID"),
        ),
        (
            "a negative select",
            "wraps around",
            "/v2/contacts?select=-1",
            refused(Form::RestJson, 400, "ERROR_PARAMETER_INVALID"),
        ),
        (
            "a select of two thousand million",
            "is set aside",
            "/v2/contacts?select=2147483647",
            refused(Form::RestJson, 400, "ERROR_PARAMETER_INVALID"),
        ),
        (
            "a date before all calendars",
            "overflows",
            "/v2/contacts/created-since/-999999-01-01",
            refused(Form::RestJson, 400, ""),
        ),
        (
            "a date of the year 99999",
            "overflows",
            "/v2/contacts/created-since/99999-12-31T23:59:59Z",
            refused(Form::RestJson, 400, ""),
        ),
        (
            "a download of another folder",
            "reads the folder above",
            "/en/api/files/..%2f..%2fetc%2fpasswd",
            refused(Form::Selzy, 200, "invalid_api_key"),
        ),
        (
            "the console without a token",
            "shows addresses",
            "/_lychgate/outbox",
            refused(Form::Http, 401, ""),
        ),
        (
            "the operator's pages by dots",
            "slips past the check of the token",
            "/_lychgate/health/../outbox",
            refused(Form::Http, 404, ""),
        ),
        (
            "the operator's pages twice slashed",
            "slips past the check of the token",
            "//_lychgate/outbox",
            refused(Form::Http, 404, ""),
        ),
    ];
    rows.into_iter()
        .map(|(name, why, path, expected)| case(name, why, get(path), expected))
        .collect()
}
