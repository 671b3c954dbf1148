use std::fs;
use std::path::Path;

use http::Method;

use super::*;
use crate::contract::Exchange;

/// A case's folder in an empty recording.
fn folder(root: &Path, id: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = root.join(id);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

fn only(root: &Path) -> Result<Case, BadCase> {
    read_all(root).map(|mut cases| cases.remove(0))
}

fn refused(files: &[(&str, &str)]) -> String {
    let root = tempfile::tempdir().unwrap();
    folder(root.path(), "empower/x.y/case", files);
    let error = only(root.path()).unwrap_err();
    let shown = error.to_string();
    assert!(error.file.starts_with(root.path()), "{shown}");
    shown.rsplit_once("/case/").unwrap().1.to_owned()
}

#[test]
fn a_body_alone_becomes_an_ordinary_call_of_its_face() {
    let root = tempfile::tempdir().unwrap();
    let files = [("case.toml", "shows = \"a\""), ("request.xml", "<a/>"), ("response.xml", "<b/>")];
    folder(root.path(), "dotdigital-soap/GetContacts/first", &files);
    let case = only(root.path()).unwrap();
    assert_eq!(case.id(), "dotdigital-soap/GetContacts/first");
    assert_eq!(
        (case.request.method.as_str(), case.request.target.as_str()),
        ("POST", "/v2/api.svc")
    );
    let header = |name| case.request.headers.get(name).unwrap().to_str().unwrap();
    assert_eq!(header("content-type"), "text/xml; charset=utf-8");
    assert_eq!(header("soapaction"), "\"http://apiconnector.com/v2/ApiService/GetContacts\"");
    assert_eq!(header("authorization"), "Basic {login}:{password}");
    let response = case.response.unwrap();
    assert_eq!((response.status.as_u16(), &*response.body), (200, &b"<b/>"[..]));
}

#[test]
fn the_folder_of_a_recording_of_a_face_of_an_operation_or_of_a_case_can_be_named() {
    let root = tempfile::tempdir().unwrap();
    let path = "shows = \"a\"\nrequest = { path = \"/v2/account-info\" }";
    let case = folder(root.path(), "dotdigital-rest/GetAccountInfo/a", &[("case.toml", path)]);
    for dir in case.ancestors().take(4) {
        assert_eq!(only(dir).unwrap().id(), "dotdigital-rest/GetAccountInfo/a");
    }
    let empty = tempfile::tempdir().unwrap();
    assert!(read_all(empty.path()).unwrap_err().to_string().contains("no case below"));
}

#[test]
fn a_message_says_its_head_itself() {
    let root = tempfile::tempdir().unwrap();
    let request = "PUT /x?a=1 HTTP/1.1\nhost: h\nx-b: {login}\n\nbody";
    let response = "HTTP/1.1 404 Not Found\ncontent-type: text/plain\n\nnone";
    let files =
        [("case.toml", "shows = \"a\""), ("request.http", request), ("response.http", response)];
    folder(root.path(), "which50/other/case", &files);
    let case = only(root.path()).unwrap();
    assert_eq!((case.request.method.clone(), case.request.query()), (Method::PUT, "a=1"));
    assert_eq!(case.status(), 404);
    assert!(case.has_reply_head);
    assert!(!format!("{case:?}").contains("body"));
}

#[test]
fn what_is_wrong_is_named_with_its_file_and_line() {
    let told = ("case.toml", "shows = \"a\"");
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("case.toml", "shows = \"a\"\nfoo = 1\n")], "case.toml, line 2: unknown field `foo`"),
        (
            &[("case.toml", "shows = \"a\"\n\n[request]\ncredentials = \"maybe\"")],
            "case.toml, line 4: unknown variant `maybe`",
        ),
        (&[("case.toml", "")], "missing field `shows`"),
        (&[("case.toml", "shows = \"a\"\nstatus = 7")], "case.toml: `status` is no HTTP status"),
        (&[told, ("request.http", "hello\n\n")], "request.http: the first line is neither"),
        (&[told, ("request.http", "GET / HTTP/1.1\nx\n\n")], "request.http: line 2 is no header"),
        (
            &[told, ("request.xml", ""), ("request.json", "")],
            "request.json: there is a request.xml as well",
        ),
        (
            &[
                ("case.toml", "shows = \"a\"\nrequest = { path = \"/\" }"),
                ("request.http", "GET / HTTP/1.1\n\n"),
            ],
            "case.toml: `path` in [request] is said by request.http already",
        ),
        (
            &[
                ("case.toml", "shows = \"a\"\nstatus = 200"),
                ("response.http", "HTTP/1.1 500 -\n\n"),
            ],
            "response.http: case.toml says status 200",
        ),
        (
            &[("case.toml", "shows = \"a\"\nrequest = { method = \"a b\" }")],
            "case.toml: `a b` is no method",
        ),
    ];
    for (files, expected) in cases {
        let said = refused(files);
        assert!(said.contains(expected), "{said} does not say {expected}");
    }
}

#[test]
fn a_case_begins_like_another_but_not_in_a_circle() {
    let root = tempfile::tempdir().unwrap();
    let first = "shows = \"a\"\nnow = \"2026-05-01T00:00:00Z\"\n[[given]]\ncategory = \"one\"";
    let second = "shows = \"b\"\nlike = \"empower/x.y/first\"\n[[given]]\ncategory = \"two\"";
    folder(root.path(), "empower/x.y/first", &[("case.toml", first)]);
    let like = folder(root.path(), "empower/x.y/second", &[("case.toml", second)]);
    let case = only(&like).unwrap();
    assert_eq!(
        (case.told.given.len(), case.now().to_string().as_str()),
        (2, "2026-05-01T00:00:00Z")
    );
    let circle = "shows = \"b\"\nlike = \"empower/x.y/second\"";
    fs::write(like.join("case.toml"), circle).unwrap();
    assert!(only(&like).unwrap_err().to_string().contains("`like` leads on"));
}

fn exchange() -> Exchange {
    let request = "POST /v2/api.svc?key=token-1 HTTP/1.1\nhost: h\ncontent-length: 99\n\
                   authorization: Basic dG9rZW4tMTp0b2tlbi0y\n\n<a>token-2</a>";
    let response = "HTTP/1.1 201 Created\ndate: today\ncontent-type: text/xml\n\n<b>token-1</b>";
    Exchange {
        request: Request::read(request.as_bytes()).unwrap(),
        response: Response::read(response.as_bytes()).unwrap(),
    }
}

#[test]
fn what_is_written_is_read_with_stand_ins_for_the_credentials() {
    let root = tempfile::tempdir().unwrap();
    let exchange = exchange();
    let stand_ins =
        [("token-1".to_owned(), "login".to_owned()), ("token-2".to_owned(), "password".to_owned())];
    let new = NewCase {
        face: "dotdigital-soap",
        operation: "a/b",
        name: "../Ann's call",
        shows: "What Ann \"does\".",
        exchange: &exchange,
        source: "recorded",
        at: Some("2026-05-01T00:00:00Z".parse().unwrap()),
        sequence: Some(Sequence { of: "morning".to_owned(), step: 3 }),
        stand_ins: &stand_ins,
        compare: toml::Table::new(),
    };
    let folder = write(root.path(), &new).unwrap();
    assert_eq!(folder, root.path().join("dotdigital-soap/a.b/Ann-s-call"));
    let case = only(root.path()).unwrap();
    assert_eq!(case.request.headers["authorization"], "Basic {login}:{password}");
    assert!(!case.request.headers.contains_key("content-length"));
    assert_eq!(
        (case.request.query(), &*case.request.body),
        ("key={login}", &b"<a>{password}</a>"[..])
    );
    let response = case.response.as_ref().unwrap();
    assert_eq!((response.status.as_u16(), &*response.body), (201, &b"<b>{login}</b>"[..]));
    assert!(!response.headers.contains_key("date"));
    assert_eq!(case.told.shows, new.shows);
    assert_eq!(case.told.sequence, new.sequence);
    assert_eq!(Some(case.now()), new.at);
    assert!(write(root.path(), &new).unwrap().ends_with("Ann-s-call-2"));
}

#[test]
fn another_reply_is_put_on_record_and_the_rest_of_the_file_stays() {
    let root = tempfile::tempdir().unwrap();
    let told = "# why\nshows = \"a\"\nstatus = 200\n\n[request]\npath = \"/x\"\n";
    let files = [("case.toml", told), ("response.txt", "old")];
    let folder = folder(root.path(), "dotdigital-rest/x/a", &files);
    let mut response = exchange().response;
    rewrite_response(&only(root.path()).unwrap(), &response).unwrap();
    assert_eq!(fs::read_to_string(folder.join("case.toml")).unwrap(), told.replace("200", "201"));
    let case = only(root.path()).unwrap();
    assert_eq!(case.status(), 201);
    assert_eq!(case.response.as_ref().unwrap().body, "<b>token-1</b>");
    assert!(!folder.join("response.txt").exists());
    response.status = StatusCode::OK;
    fs::write(folder.join("case.toml"), "shows = \"a\"\nstatus = 201\nrequest.path = \"/\"\n")
        .unwrap();
    rewrite_response(&only(root.path()).unwrap(), &response).unwrap();
    assert_eq!(only(root.path()).unwrap().status(), 200);
}
