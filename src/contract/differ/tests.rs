use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn paths(expected: &Path, found: &Path, options: &Options) -> Vec<String> {
    let compared = differ(expected, found, options).unwrap();
    let told = compared.iter().flat_map(|compared| {
        let name = &compared.name;
        compared.differences.iter().map(move |difference| format!("{name} {}", difference.path))
    });
    told.map(|told| told.trim_start().to_owned()).collect()
}

#[test]
fn two_documents_are_compared_as_what_their_names_say() {
    let files = Files::new();
    let one = files.put("a.csv", "email,n\nann@b.example,1\n");
    let other = files.put("b.csv", "\"email\";\"n\"\r\n\"ann@b.example\";\"2\"\r\n");
    assert_eq!(paths(&one, &other, &Options::default()), ["/row[2]/n"]);
    let as_text = Options { media_type: Some("text/plain".to_owned()), ..Options::default() };
    assert_eq!(paths(&one, &other, &as_text), ["/line[1]", "/line[2]"]);
}

#[test]
fn messages_are_compared_by_head_and_body() {
    let files = Files::new();
    let one = files.put(
        "a.http",
        "POST /x?b=2&a=1 HTTP/1.1\nHost: one\nSOAPAction: \"urn:a\"\nContent-Type: text/xml; charset=UTF-8\n\n<a x='1' y='2'/>",
    );
    let other = files.put(
        "b.http",
        "POST /x?a=1&b=2 HTTP/1.1\r\ncontent-type: text/xml;charset=\"utf-8\"\r\nsoapaction: urn:a\r\nhost: two\r\ndate: now\r\n\r\n<a y=\"2\" x=\"1\"></a>",
    );
    assert!(paths(&one, &other, &Options::default()).is_empty());
    let third = files.put(
        "c.http",
        "PUT /y?a=1&b=3 HTTP/1.1\nX-More: 1\nContent-Type: text/xml\n\n<a x='1' y='3'/>",
    );
    let all = [
        "method",
        "target",
        "query b",
        "header content-type",
        "header soapaction",
        "header x-more",
        "/a/@y",
    ];
    assert_eq!(paths(&one, &third, &Options::default()), all);
    let words = ["method", "target", "header x-more", "header soapaction"];
    let passed_over = words.map(str::to_owned).into();
    let rules = Rules { ignore: vec!["/a/@y".parse().unwrap()], ..Rules::default() };
    let options = Options { rules, passed_over, ..Options::default() };
    assert_eq!(paths(&one, &third, &options), ["header content-type"]);
}

#[test]
fn a_call_and_a_reply_cannot_be_compared() {
    let files = Files::new();
    let call = files.put("a.http", "GET / HTTP/1.1\n\n");
    let reply = files.put("b.http", "HTTP/1.1 200 OK\n\n");
    let error = differ(&call, &reply, &Options::default()).unwrap_err();
    assert!(matches!(error, NotComparable::Sides { .. }), "{error}");
    let broken = files.put("c.http", "hello\n\n");
    let error = differ(&call, &broken, &Options::default()).unwrap_err();
    assert!(matches!(error, NotComparable::NoMessage { .. }), "{error}");
}

#[test]
fn folders_are_compared_file_by_file_with_the_rules_of_their_cases() {
    let files = Files::new();
    let rules = "shows = \"x\"\n[compare]\nignore = [\"/a/at\"]\n";
    files.put("one/Op/case/case.toml", rules);
    files.put("two/Op/case/case.toml", "shows = 'x'\n\n[compare]\nignore = ['/a/at']\n");
    files.put("one/Op/case/response.xml", "<a><at>1</at><b>1</b></a>");
    files.put("two/Op/case/response.xml", "<a><at>2</at><b>2</b></a>");
    files.put("one/Op/case/request.json", "{\"a\":1}");
    files.put("two/Op/case/request.json", "{ \"a\": 1.0 }");
    files.put("one/Op/gone/request.json", "1");
    files.put("two/Op/new/request.json", "1");
    let told = paths(&files.at("one"), &files.at("two"), &Options::default());
    assert_eq!(
        told,
        ["Op/case/response.xml /a/b", "Op/gone/request.json /", "Op/new/request.json /"]
    );
}

#[test]
fn what_cannot_be_compared_says_why() {
    let files = Files::new();
    let file = files.put("a.xml", "<a/>");
    let missing = files.at("nowhere.xml");
    let error = differ(&file, &missing, &Options::default()).unwrap_err();
    assert!(matches!(error, NotComparable::Read { .. }), "{error}");
    let error = differ(&file, &files.at(""), &Options::default()).unwrap_err();
    assert!(matches!(error, NotComparable::Kinds { .. }), "{error}");
    let unknown = Options { face: Some("nobody".to_owned()), ..Options::default() };
    let error = differ(&file, &file, &unknown).unwrap_err();
    assert!(matches!(error, NotComparable::Face { .. }), "{error}");
}
