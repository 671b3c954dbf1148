use super::*;
use crate::contract::redact::SelfCheck;

/// A header's value before and after.
fn header(name: &str, value: &[u8]) -> String {
    let mut text = format!("GET / HTTP/1.1\r\n{name}: ").into_bytes();
    text.extend_from_slice(b"x\r\n\r\n");
    let mut exchange = request(text);
    let value = http::HeaderValue::from_bytes(value).unwrap();
    let header: http::HeaderName = name.parse().unwrap();
    exchange.request.headers.insert(&header, value);
    let redacted = redact(Options::default(), &exchange).unwrap().exchange;
    redacted.request.headers.get(header).unwrap().to_str().unwrap().to_owned()
}

#[test]
fn authorization_keeps_its_scheme_alone() {
    let login = format!("{LOGIN}:{PASSWORD}");
    let latin1: Vec<u8> = login.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for basic in [in_base64(&login), in_base64(&latin1), in_base64(&login).replace('=', "")] {
        let value = format!("Basic {basic}");
        assert_eq!(header("authorization", value.as_bytes()), "Basic {login}:{password}");
    }
    assert_eq!(header("authorization", b"bearer 0a1b2c3d4e5f"), "bearer {api_key}");
    for value in ["Digest username=\"ann\", response=\"0a1b2c\"", "Basic %%%", "0a1b2c3d"] {
        let redacted = header("authorization", value.as_bytes());
        let scheme = value.split_once(' ').map_or("", |(scheme, _)| scheme);
        let token = redacted.strip_prefix(scheme).unwrap().trim_start();
        assert!(token.starts_with("redacted-"), "{redacted}");
        assert_eq!(token.len(), "redacted-".len() + 12);
    }
    let proxy = header("proxy-authorization", format!("Basic {}", in_base64(login)).as_bytes());
    assert!(proxy.starts_with("Basic redacted-"), "{proxy}");
}

#[test]
fn cookies_keep_their_names_and_attributes() {
    let sent = header("cookie", b"ASP.NET_SessionId=0a1b2c3d4e; lang=en-GB0");
    let parts: Vec<&str> = sent.split("; ").collect();
    assert!(parts[0].starts_with("ASP.NET_SessionId=redacted-"), "{sent}");
    assert!(parts[1].starts_with("lang=redacted-"), "{sent}");
    let exchange =
        response("HTTP/1.1 200 OK\r\nset-cookie: sid=0a1b2c3d4e; path=/; HttpOnly\r\n\r\n");
    let redacted = redact(Options::default(), &exchange).unwrap().exchange;
    let set = redacted.response.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(set.starts_with("sid=redacted-") && set.ends_with("; path=/; HttpOnly"), "{set}");
}

#[test]
fn headers_that_nobody_knows_are_dropped() {
    let head = "GET / HTTP/1.1\r\nHost: a.example\r\nX-Api-Key: 0a1b2c3d4e\r\nAccept: */*\r\n\
                X-Forwarded-For: 10.1.2.3\r\nContent-Encoding: gzip\r\n\r\n";
    let redacted = redact(Options::default(), &request(head)).unwrap().exchange;
    let names: Vec<&str> = redacted.request.headers.keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["host", "accept"]);
}

const ENVELOPE: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">\r\n  \
    <s:Header><o:Security s:mustUnderstand='1' xmlns:o=\"urn:wsse\">\
    <o:UsernameToken u:Id=\"uuid-1\"><o:Username>(user)</o:Username>\
    <o:Password Type=\"http://x#(type)\">(password)</o:Password>(more)</o:UsernameToken>\
    </o:Security></s:Header><s:Body><Q xmlns=\"urn:q\"/></s:Body></s:Envelope>\n";

fn envelope(user: &str, kind: &str, password: &str, more: &str) -> String {
    let filled = ENVELOPE.replace("(user)", user).replace("(type)", kind);
    filled.replace("(password)", password).replace("(more)", more)
}

#[test]
fn a_username_token_becomes_stand_ins_and_the_envelope_around_it_stays() {
    let post = |body: &str| text_of(Options::default(), &post("text/xml", body));
    let sent = envelope(LOGIN, "PasswordText", &in_xml(PASSWORD), "");
    assert_eq!(post(&sent), envelope("{login}", "PasswordText", "{password}", ""));
    let cdata = format!("<![CDATA[{PASSWORD}]]>");
    let sent = envelope(LOGIN, "PasswordText", &cdata, "");
    assert_eq!(post(&sent), envelope("{login}", "PasswordText", "<![CDATA[{password}]]>", ""));
    let created = "<u:Created>2026-11-22T10:00:00Z</u:Created>";
    let nonce = |value: &str| format!("<o:Nonce>{value}</o:Nonce>{created}");
    let digest = "CFp95l1EYHnG1msIkhOmM4dvb8k=";
    let sent = envelope(LOGIN, "PasswordDigest", digest, &nonce("MDEyMzQ1Njc4OWFiY2RlZg=="));
    let expected = envelope("{login}", "PasswordDigest", "{password_digest}", &nonce("{nonce}"));
    assert_eq!(post(&sent), expected);
}

/// Bodies by content type with `(key)` and `(secret)` for the caller's credentials, each in the
/// spelling of the document.
type Keyed = (&'static str, &'static str, fn(&str) -> String);

const KEYED: &[Keyed] = &[
    (
        "text/xml",
        "<api>\n <authentication>\n  <api_key>(key)</api_key> <Shared_Secret> (secret) </Shared_Secret>\
         </authentication><data/></api>",
        in_xml,
    ),
    (
        "text/xml",
        "<api><authentication><api_key>(key)<!-- of ours --></api_key><shared_secret>(secret)\
         </shared_secret></authentication></api",
        in_xml,
    ),
    (
        "text/xml",
        "<methodCall><methodName>x</methodName><params><param><value><struct><member><name>api_key\
         </name><value>(key)</value></member><member><name>shared_secret</name><value><string>(secret)\
         </string></value></member></struct></value></param></params></methodCall>",
        in_xml,
    ),
    (
        "text/xml",
        "<struct><member><value>(key)</value><name>api_key</name></member><member><value><string>\
         (secret)</string></value><name>shared_secret</name></member></struct>",
        in_xml,
    ),
    ("text/xml", "<call api_key=\"(key)\" shared_secret = '(secret)' />", in_xml),
    (
        "text/html",
        "<br><input name=\"api_key\" value=\"(key)\"><input name=shared_secret value='(secret)'>",
        in_xml,
    ),
    (
        "application/x-www-form-urlencoded",
        "format=json&api_key=(key)&shared_secret=(secret)&a=b+c",
        in_form,
    ),
    (
        "application/x-www-form-urlencoded",
        "a%5Bapi_key%5D=(key)&a[shared_secret]=(secret)",
        in_form,
    ),
    (
        "application/x-www-form-urlencoded",
        "api%5fkey=(key)&args%5b0%5d[Shared-Secret]=(secret)",
        in_form,
    ),
    ("", "api_key=(key)&shared_secret[]=(secret)", in_form),
    (
        "application/json",
        "{ \"api_key\" : \"(key)\", \"a\": [ { \"sharedSecret\":\"(secret)\" } ] , \"n\": 1.50 }",
        in_json,
    ),
    (
        "application/json",
        "[{\"key\":\"api_key\",\"value\":\"(key)\"},{\"value\":\"(secret)\",\"Name\":\"shared_secret\"}]",
        in_json,
    ),
    (
        "application/json",
        "{\"api_key\":\"(key)\",\"shared_secret\":\"(secret)\",\"cut\":[1,",
        in_json,
    ),
    (
        "multipart/form-data; boundary=x-1",
        "--x-1\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\n(key)\r\n--x-1\r\n\
         Content-Disposition: form-data; name=\"a[shared_secret]\"\r\n\r\n(secret)\r\n--x-1--\r\n",
        str::to_owned,
    ),
    (
        "text/plain",
        "a:2:{s:7:\"api_key\";s:16:\"(key)\";s:13:\"shared_secret\";s:15:\"(secret)\";}",
        str::to_owned,
    ),
];

#[test]
fn the_key_and_the_secret_become_stand_ins_wherever_a_document_holds_them() {
    for (content_type, body, spelled) in KEYED {
        let fill = |key: &str, secret: &str| body.replace("(key)", key).replace("(secret)", secret);
        let sent = fill(&spelled(API_KEY), &spelled(SHARED_SECRET));
        let exchange = post(content_type, &sent);
        let redacted =
            redact(Options::default(), &exchange).unwrap_or_else(|e| panic!("{e}: {sent}"));
        let mut expected = fill("{api_key}", "{shared_secret}");
        if body.starts_with("a:2") {
            expected = expected.replace("s:16:\"{", "s:9:\"{");
        }
        let found = String::from_utf8(redacted.exchange.request.body.to_vec()).unwrap();
        assert_eq!(found, expected, "{content_type}");
        assert_eq!(redacted.secrets_seen.len(), 2, "{content_type}: {sent}");
    }
}

#[test]
fn a_document_in_a_form_field_is_redacted_in_the_spelling_of_the_form() {
    let document = |key: &str, secret: &str| {
        format!(
            "<api><authentication><api_key>{key}</api_key>\n<shared_secret>{secret}</shared_secret>\
                 </authentication><data><a>1 + 1</a></data></api>"
        )
    };
    let sent = document(API_KEY, &in_xml(SHARED_SECRET));
    let exchange =
        post("application/x-www-form-urlencoded", format!("x=1&data={}&y=2", in_form(&sent)));
    let found = text_of(Options::default(), &exchange);
    let expected = in_form(&document("(key)", "(secret)"));
    let expected =
        expected.replace("%28key%29", "{api_key}").replace("%28secret%29", "{shared_secret}");
    assert_eq!(found, format!("x=1&data={expected}&y=2"));

    let raw = format!("data={}", document(API_KEY, "a&amp;b1234567"));
    let found = text_of(Options::default(), &post("application/x-www-form-urlencoded", raw));
    assert_eq!(found, format!("data={}", document("{api_key}", "{shared_secret}")));
}

#[test]
fn a_query_is_redacted_and_its_path_stays() {
    let head = format!(
        "GET /en/api/getLists?format=json&api_key={API_KEY}&password=abc%26def HTTP/1.1\r\n\r\n"
    );
    let redacted = redact(Options::default(), &request(head)).unwrap().exchange;
    let target = redacted.request.target;
    let rest =
        target.strip_prefix("/en/api/getLists?format=json&api_key={api_key}&password=redacted-");
    assert_eq!(rest.map(str::len), Some(12), "{target}");
}

#[test]
fn other_secrets_become_tokens_by_their_names() {
    let body = r#"{"password":"hunter22","newPassword": "Hunter23","client_secret":"s3cr3t!","accessToken":["t0ken-1",77665544],
        "Token":null,"passwordSet":true,"tokens":"4","secretary":{"name":"x"}}"#;
    let found = text_of(Options::default(), &post("application/json", body));
    let json: serde_json::Value = serde_json::from_str(&found).unwrap();
    for pointer in
        ["/password", "/newPassword", "/client_secret", "/accessToken/0", "/accessToken/1"]
    {
        let token = json.pointer(pointer).unwrap().as_str().unwrap();
        assert!(token.starts_with("redacted-"), "{pointer}: {found}");
    }
    assert_eq!(json["passwordSet"], true);
    assert_eq!(json["tokens"], "4");
}

#[test]
fn a_key_that_is_a_whole_body_is_one_by_its_path() {
    for (content_type, body) in [
        ("application/json", "\"pepper-corn\""),
        ("application/json", "{\"Key\":\"pepper-corn\"}"),
        ("application/xml", "<string xmlns=\"urn:s\">pepper-corn</string>"),
        ("text/plain", "pepper-corn"),
    ] {
        let head = format!(
            "PUT /Which50API/webhook/apikey HTTP/1.1\r\ncontent-type: {content_type}\r\n\r\n{body}"
        );
        let found = text_of(Options::default(), &request(head));
        let token = body.replace("pepper-corn", "redacted-");
        assert!(!found.contains("pepper-corn"), "{found}");
        assert_eq!(found.len(), token.len() + 12, "{found}");
    }
}

#[test]
fn a_credential_that_is_repeated_anywhere_is_found_there() {
    let body = format!(
        "<r note=\"no {API_KEY} here\"><!-- {API_KEY} --><{API_KEY}/>x{}y</r>",
        API_KEY.to_uppercase()
    );
    let mut exchange = request(format!(
        "GET /{API_KEY}/?api_key={API_KEY} HTTP/1.1\r\nuser-agent: a/{API_KEY}\r\n\r\n"
    ));
    exchange.response.body = body.into();
    let redacted = redact(Options::default(), &exchange).unwrap().exchange;
    assert_eq!(redacted.request.target, "/{api_key}/?api_key={api_key}");
    assert_eq!(redacted.request.headers["user-agent"], "a/{api_key}");
    let expected = "<r note=\"no {api_key} here\"><!-- {api_key} --><{api_key}/>x{api_key}y</r>";
    assert_eq!(redacted.response.body, expected);
}

#[test]
fn the_reply_to_a_registration_does_not_become_the_callers_own_key() {
    let mut exchange = request(format!("GET /?api_key={API_KEY} HTTP/1.1\r\n\r\n"));
    exchange.response.body =
        format!("{{\"old\":\"{API_KEY}\",\"api_key\":\"ffff00001111\"}}").into();
    let redacted = redact(Options::default(), &exchange).unwrap().exchange;
    let body = String::from_utf8(redacted.response.body.to_vec()).unwrap();
    assert!(body.starts_with("{\"old\":\"{api_key}\",\"api_key\":\"redacted-"), "{body}");
}

#[test]
fn a_login_in_a_url_is_taken_out() {
    let body = "{\"url\":\"ftp://ann:s3cr3t-w0rd@files.example/a.csv?x=1@2\"}";
    let found = text_of(Options::default(), &post("application/json", body));
    assert!(found.starts_with("{\"url\":\"ftp://redacted-"), "{found}");
    assert!(found.ends_with("@files.example/a.csv?x=1@2\"}"), "{found}");
}

#[test]
fn what_was_seen_is_found_in_files_afterwards() {
    let exchange = request(format!("GET /?api_key={API_KEY} HTTP/1.1\r\n\r\n"));
    let seen = redact(Options::default(), &exchange).unwrap().secrets_seen;
    let check = SelfCheck::new(&seen);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("a")).unwrap();
    let file = folder.path().join("a/response.txt");
    std::fs::write(&file, "nothing").unwrap();
    check.folder(folder.path()).unwrap();
    std::fs::write(&file, format!("x {}", in_base64(format!("ab{API_KEY}c")))).unwrap();
    assert!(check.folder(folder.path()).unwrap_err().to_string().contains("response.txt"));
    std::fs::remove_file(&file).unwrap();
    std::fs::write(folder.path().join(API_KEY), "").unwrap();
    check.folder(folder.path()).unwrap_err();
}
