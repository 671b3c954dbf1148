use std::fs;
use std::path::Path;

use super::*;
use crate::contract::case::read_all;
use crate::contract::show::Paint;

/// A recording with calls of the REST face: name, more of `case.toml`, request and response.
fn recording(cases: &[(&str, &str, &str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, told, request, response) in cases {
        let folder = root.path().join("dotdigital-rest/Any").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("case.toml"), format!("shows = \"{name}\"\n{told}")).unwrap();
        fs::write(folder.join("request.http"), request).unwrap();
        fs::write(folder.join("response.http"), response).unwrap();
    }
    root
}

const AS: &str = "authorization: Basic {login}:{password}\ncontent-type: application/json\n\n";

fn create(address: &str) -> String {
    format!("POST /v2/contacts HTTP/1.1\n{AS}{{\"email\":\"{address}\"}}")
}

fn report(root: &Path, manner: Manner, wants: &dyn Fn(&Case) -> bool) -> Report {
    let cases = read_all(root).unwrap();
    let jobs = NonZero::new(2).unwrap();
    let options = Options { target: Target::Fresh, manner, update: false, jobs };
    verify(&cases, &options, wants, &|_| {}).unwrap()
}

const CREATED: &str = "HTTP/1.1 201 Created\ncontent-type: application/json\n\n${xmlunit.ignore}";
const CONFLICT: &str = "HTTP/1.1 409 Conflict\ncontent-type: application/json\n\n${xmlunit.ignore}";

#[test]
fn the_steps_of_a_sequence_are_made_in_their_order_to_one_gateway() {
    let ann = create("ann@example.org");
    let get = format!("GET /v2/contacts/1 HTTP/1.1\n{AS}");
    let found = "HTTP/1.1 200 OK\ncontent-type: application/json\n\n${xmlunit.ignore}";
    let none = "HTTP/1.1 404 Not Found\ncontent-type: application/json\n\n${xmlunit.ignore}";
    let root = recording(&[
        ("a-last", "sequence = { of = \"one\", step = 30 }", &get, found),
        ("b-second", "sequence = { of = \"one\", step = 20 }", &ann, CREATED),
        ("c-first", "sequence = { of = \"one\", step = 1 }", &get, none),
        ("d-alone", "", &get, none),
    ]);
    let all = report(root.path(), Manner::Meaning, &|_| true);
    assert_eq!(
        all.counts,
        Counts { green: 4, ..Counts::default() },
        "{}",
        people(&all, Paint::Plain)
    );
    let last = report(root.path(), Manner::Meaning, &|case| case.name == "a-last");
    assert_eq!(
        last.counts,
        Counts { green: 1, ..Counts::default() },
        "{}",
        people(&last, Paint::Plain)
    );
}

#[test]
fn two_cases_cannot_be_the_same_step() {
    let get = format!("GET /v2/contacts/1 HTTP/1.1\n{AS}");
    let step = "sequence = { of = \"one\", step = 1 }";
    let root = recording(&[("a", step, &get, CREATED), ("b", step, &get, CREATED)]);
    let cases = read_all(root.path()).unwrap();
    let error = runs(&cases, &|_| true).unwrap_err();
    assert!(error.what.contains("step 1 of `one` is dotdigital-rest/Any/a as well"), "{error}");
}

#[test]
fn bytes_count_only_where_that_is_asked_for() {
    let get = format!("GET /v2/contacts/1 HTTP/1.1\n{AS}");
    let message = "{ \"message\" :\n\"Error: ERROR_CONTACT_NOT_FOUND\" }";
    let none = format!("HTTP/1.1 404 Not Found\ncontent-type: application/json\n\n{message}");
    let root = recording(&[("none", "", &get, &none)]);
    let meaning = report(root.path(), Manner::Meaning, &|_| true);
    assert!(meaning.is_green(), "{}", people(&meaning, Paint::Plain));
    let exact = report(root.path(), Manner::Exact, &|_| true);
    let Verdict::Red { differences } = &exact.cases[0].verdict else { panic!("{exact:?}") };
    assert_eq!(differences[0].path, "byte 1");
}

#[test]
fn status_header_and_media_type_are_named_when_they_differ() {
    let ann = create("ann@example.org");
    let told = "[reply_headers]\nx-missing = \"1\"\n";
    let text = CONFLICT.replace("application/json", "text/xml; charset=utf-8");
    let root = recording(&[("a", told, &ann, &text)]);
    let report = report(root.path(), Manner::Exact, &|_| true);
    let Verdict::Red { differences } = &report.cases[0].verdict else { panic!("{report:?}") };
    let paths: Vec<&str> = differences.iter().map(|difference| difference.path.as_str()).collect();
    assert_eq!(paths, ["status", "header x-missing", "header content-type", "byte 0"]);
    let shown = people(&report, Paint::Plain);
    assert!(shown.contains("expected  409") && shown.contains("found     201"), "{shown}");
}

#[test]
fn what_was_given_and_cannot_be_is_no_verdict_on_the_reply() {
    let get = format!("GET /v2/contacts/1 HTTP/1.1\n{AS}");
    let given = "[[given]]\ncategory = \"one\"\n[[given]]\ncontact = { email = \"no address\" }";
    let root = recording(&[("a", given, &get, CREATED)]);
    let report = report(root.path(), Manner::Meaning, &|_| true);
    let Verdict::Broken { why } = &report.cases[0].verdict else { panic!("{report:?}") };
    assert!(why.starts_with("[[given]] number 2: the e-mail address is not valid"), "{why}");
    assert!(!report.is_green() && !report.has_judged());
}

#[test]
fn an_id_that_the_server_makes_up_is_another_one_each_time_and_the_same_throughout() {
    let recorded = "11111111-1111-4111-8111-111111111111";
    let import = "POST /v2/contacts/import HTTP/1.1\nauthorization: Basic {login}:{password}\n\
         content-type: multipart/form-data; boundary=x\n\n--x\r\nContent-Disposition: \
         form-data; name=\"data\"; filename=\"a.csv\"\r\n\r\nemail\r\nann@b.example\r\n--x--\r\n";
    let said = |status: &str| {
        let body = format!("{{\"id\":\"{recorded}\",\"status\":\"NotFinished\"}}");
        format!("HTTP/1.1 {status} -\ncontent-type: application/json\n\n{body}")
    };
    let ask = format!("GET /v2/contacts/import/{recorded} HTTP/1.1\n{AS}");
    let step = |step: u8| format!("sequence = {{ of = \"one\", step = {step} }}");
    let root = recording(&[
        ("first", &step(1), import, &said("202")),
        ("second", &step(2), &ask, &said("200")),
    ]);
    let both = report(root.path(), Manner::Meaning, &|_| true);
    assert!(both.is_green() && both.counts.green == 2, "{}", people(&both, Paint::Plain));
    let changed = ask.replace("11111111-1111", "11111111-1112");
    let file = root.path().join("dotdigital-rest/Any/second/request.http");
    fs::write(file, changed).unwrap();
    let red = report(root.path(), Manner::Meaning, &|_| true);
    assert_eq!((red.counts.green, red.counts.red), (1, 1), "{}", people(&red, Paint::Plain));
}
