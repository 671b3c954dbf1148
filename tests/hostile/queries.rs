//! Filters and searches that are deep, long or slow, and files that are somewhere else.

use super::case::{Case, Expected, Form, answered, refused};
use super::gateway::{Gateway, empower, get};
use super::make::{each, percent};

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let mut cases = options(gateway);
    cases.extend(places(gateway));
    cases
}

/// Query options on the face that has it.
fn options(gateway: &Gateway) -> Vec<Case> {
    let bad = || refused(Form::Which50Json, 400, "The request is invalid.");
    let none = || answered("");
    let chain =
        |count: usize| format!("$filter={}", percent(&vec!["Id ne 1"; count].join(" and ")));
    let rows: Vec<(&str, &'static str, String, Expected)> = vec![
        (
            "10,000 parentheses",
            "overflows the stack",
            format!("$filter={}Id eq 1{}", "(".repeat(5_000), ")".repeat(5_000))
                .replace(' ', "%20"),
            bad(),
        ),
        (
            "17 parentheses",
            "is a level too many",
            format!("$filter={}Id eq 1{}", "(".repeat(17), ")".repeat(17)).replace(' ', "%20"),
            bad(),
        ),
        (
            "1,000 times not",
            "overflows the stack",
            format!("$filter={}Id%20eq%201", "not%20".repeat(1_000)),
            bad(),
        ),
        ("200 comparisons", "is held against every contact", chain(200), none()),
        ("400 comparisons", "is held against every contact", chain(400), bad()),
        (
            "a text without an end",
            "is looked for up to the end",
            "$filter=FirstName%20eq%20%27abc".into(),
            bad(),
        ),
        (
            "4,000 quotes",
            "is joined two by two",
            format!("$filter=FirstName%20eq%20%27{}%27", "%27%27".repeat(2_000)),
            none(),
        ),
        ("an unknown function", "is run", "$filter=system(%27id%27)".into(), bad()),
        (
            "arithmetic",
            "overflows",
            "$filter=Id%20mul%209223372036854775807%20gt%201".into(),
            bad(),
        ),
        (
            "a number beyond 64 bits",
            "wraps around",
            "$filter=Id%20eq%2099999999999999999999999".into(),
            none(),
        ),
        (
            "a text that tries for ever",
            "is a pattern to some",
            format!("$filter=substringof(%27{}!%27,FirstName)", "(a%2B)%2B".repeat(50)),
            none(),
        ),
        ("everything", "is a list of that length", "$top=99999999999999999999".into(), bad()),
        ("less than nothing", "wraps around", "$top=-1".into(), bad()),
        ("far behind the end", "is counted through", "$skip=999999999".into(), none()),
        (
            "1,000 orders",
            "is sorted by each",
            format!("$orderby={}", each(1_000, |n| format!("F{n},"))),
            bad(),
        ),
        ("an order by nothing", "is compared with nothing", "$orderby=NoSuchField".into(), none()),
        ("300 parameters and more", "is a table", each(400, |n| format!("a{n}=b&")), bad()),
        (
            "an option twice",
            "is checked by one and used by another",
            "$top=1&$top=1000".into(),
            none(),
        ),
    ];
    rows.into_iter()
        .map(|(name, why, query, expected)| {
            let path = format!("/Which50API/contactLists/3/contacts?{query}");
            let wire = get(&path, &gateway.basic);
            let case = Case::new(format!("odata: {name}"), why, Form::Which50Json, wire, expected);
            // A thousand contacts are read for it.
            let (cpu, bytes) = (case.most_cpu * 10, case.most_bytes);
            case.costing(cpu, bytes)
        })
        .collect()
}

/// Files that a call names by a URL: only what the operator allows is ever opened or called.
fn places(gateway: &Gateway) -> Vec<Case> {
    let inside = "makes the server call what only it can reach";
    let file = "reads a file of the server";
    let rows: [(&str, &'static str, &str); 20] = [
        ("the metadata service", inside, "http://169.254.169.254/latest/meta-data/"),
        ("itself", inside, "http://127.0.0.1/_lychgate/metrics"),
        ("an allowed name with a private address", inside, "http://localhost/"),
        ("an allowed name at another port", inside, "http://localhost:22/"),
        ("itself in IPv6", inside, "http://[::1]/"),
        ("itself in one number", inside, "http://2130706433/"),
        ("itself in octal", inside, "http://0177.0.0.1/"),
        ("itself in hex", inside, "http://0x7f000001/"),
        ("itself as nought", inside, "http://0.0.0.0/"),
        ("itself in IPv4 in IPv6", inside, "http://[::ffff:127.0.0.1]/"),
        ("an allowed name as a user", inside, "http://localhost@attacker.example/"),
        ("an allowed name behind a backslash", inside, "http://attacker.example\\@localhost/"),
        ("an allowed name with a dot behind", inside, "http://localhost./"),
        ("a file", file, "file:///etc/passwd"),
        ("a gopher", inside, "gopher://127.0.0.1:25/_MAIL%20FROM"),
        ("another folder", file, "ftp://host/../secret.csv"),
        ("another folder in percents", file, "ftp://host/%2e%2e/secret.csv"),
        ("another folder by the host", file, "ftp://../secret.csv"),
        ("a path with a line feed", inside, "http://localhost/a%0d%0aX: b"),
        ("a path with a NUL", file, "ftp://host/a%00.csv"),
    ];
    rows.map(|(name, why, url)| {
        let arguments = format!("<data_url>{url}</data_url><match_fields>email</match_fields>");
        let call = gateway.api("legacy.delete_subscribers", &arguments);
        let wire = empower("text/xml", call);
        let expected = refused(Form::Empower, 200, "");
        Case::new(format!("a file at {name}"), why, Form::Empower, wire, expected).then(
            |_, reply| {
                let leaks = ["root:", "secret@outside.example", "lychgate_calls"];
                match leaks.iter().find(|leak| reply.text().contains(**leak)) {
                    Some(leak) => Err(format!("{leak} came back: {reply}")),
                    None => Ok(()),
                }
            },
        )
    })
    .into()
}
