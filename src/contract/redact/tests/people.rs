use super::*;
use crate::contract::redact::token::Tokens;

const ANN: &str = "Ann.O'Brien+news@shop.example";

fn ann() -> String {
    Tokens::new(KEY).address(ANN)
}

#[test]
fn an_address_is_the_same_token_in_every_place() {
    let token = ann();
    let bob = Tokens::new(KEY).address("bob@shop.example");
    let xml = |text: &str| {
        format!(
            "<c xmlns=\"urn:x\" mail=\"{text}\">\n <Email>{text}</Email><![CDATA[to <{text}>, x]]></c>"
        )
    };
    let csv =
        |text: &str| format!("\u{feff}Email,FIRSTNAM\r\n{text},\"x, y\"\r\nbob@shop.example,z\r\n");
    let csv_after = csv(&token).replace("bob@shop.example", &bob);
    let json = |text: &str| {
        format!("{{\"contact\": {{\"email\":\"{text}\"}}, \"text\":\"a\\n{text}\\u003e\"}}")
    };
    let cases: [(&str, String, String); 11] = [
        ("text/xml", xml(ANN), xml(&token)),
        ("text/xml", xml(&ANN.replace('@', "&#x40;").replace('\'', "&apos;")), xml(&token)),
        ("text/xml", xml(&ANN.to_uppercase()), xml(&token)),
        ("application/json", json(ANN), json(&token)),
        ("application/json", json(&ANN.replace('@', "\\u0040")), json(&token)),
        (
            "application/x-www-form-urlencoded",
            format!("a=1&email={}&b=2", in_form(ANN)),
            format!("a=1&email={}&b=2", token.replace('@', "%40")),
        ),
        ("application/x-www-form-urlencoded", format!("email={ANN}"), format!("email={token}")),
        ("text/csv", csv(ANN), csv_after.clone()),
        (
            "text/xml",
            format!("<data>{}</data>", in_base64(csv(ANN))),
            format!("<data>{}</data>", in_base64(&csv_after)),
        ),
        (
            "text/xml",
            format!("<data>\r\n{}\r\n</data>", lines(&in_base64(csv(ANN)), 20)),
            format!("<data>\r\n{}\r\n</data>", lines(&in_base64(&csv_after), 20)),
        ),
        (
            "application/json",
            format!("{{\"fileName\":\"a.csv\",\"data\":\"{}\"}}", in_base64(csv(ANN))),
            format!("{{\"fileName\":\"a.csv\",\"data\":\"{}\"}}", in_base64(&csv_after)),
        ),
    ];
    for (content_type, before, after) in cases {
        assert_eq!(text_of(people(), &post(content_type, &before)), after, "{before}");
        if !before.contains("bob") {
            let kept = text_of(Options::default(), &post(content_type, &before));
            assert_eq!(kept, before);
        }
    }
}

fn lines(text: &str, width: usize) -> String {
    let lines: Vec<&str> =
        text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
    lines.join("\r\n")
}

#[test]
fn an_address_in_the_target_and_in_headers_is_a_token() {
    let head = format!(
        "GET /v2/contacts/{}?email={}&next=http%3A%2F%2Fx%2F%3Fe%3Dann%2540b.example HTTP/1.1\r\n\
        user-agent: mine (ann@b.example)\r\n\r\n",
        in_form(ANN),
        in_form(ANN)
    );
    let redacted = redact(people(), &request(head)).unwrap().exchange;
    let token = ann().replace('@', "%40");
    let other = Tokens::new(KEY).address("ann@b.example");
    let twice = other.replace('@', "%2540");
    assert_eq!(
        redacted.request.target,
        format!("/v2/contacts/{token}?email={token}&next=http%3A%2F%2Fx%2F%3Fe%3D{twice}")
    );
    assert_eq!(redacted.request.headers["user-agent"], format!("mine ({other})"));
}

#[test]
fn a_text_in_utf_16_and_one_in_latin_1_are_redacted_in_their_encoding() {
    let document = |text: &str| {
        format!("<?xml version=\"1.0\" encoding=\"utf-16\"?><e p=\"\u{e9}\u{1f600}\">{text}</e>")
    };
    let utf16 = |text: &str| -> Vec<u8> {
        let units = document(text);
        let bytes = units.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(bytes).collect()
    };
    assert_eq!(body_of(people(), &post("text/xml", utf16(ANN))), utf16(&ann()));
    let latin1 = |text: &str| [b"<e>\xe9 ".as_slice(), text.as_bytes(), b"</e>"].concat();
    assert_eq!(body_of(people(), &post("text/xml", latin1(ANN))), latin1(&ann()));
}

#[test]
fn an_address_that_is_split_by_markup_leaves_the_markup() {
    let sent = "<e>ann<![CDATA[@b.ex]]>ample <!-- x --></e>";
    let token = Tokens::new(KEY).address("ann@b.example");
    let expected = format!("<e>{token}<![CDATA[]]> <!-- x --></e>");
    assert_eq!(text_of(people(), &post("text/xml", sent)), expected);
}

#[test]
fn names_and_numbers_are_taken_out_by_their_fields() {
    let tokens = Tokens::new(KEY);
    let (name, phone) = (tokens.name("Ann"), tokens.phone("+353 87 123 4567"));
    assert!(phone.starts_with("+999") && phone.len() == 13);
    let cases: [(&str, &str); 8] = [
        (
            "text/xml",
            "<f><Key>FIRSTNAME</Key><Value t=\"x\">Ann</Value></f><f><Key>LISTNAME</Key><Value>Ann's</Value></f>",
        ),
        (
            "text/xml",
            "<firstname>Ann</firstname><x><mobile_phone>+353 87 123 4567</mobile_phone></x>",
        ),
        (
            "application/json",
            "{\"dataFields\":[{\"key\":\"LastName\",\"value\":\"Ann\"},{\"value\":\"Ann\",\"key\":\"FULL_NAME\"}],\"list\":\"Ann's\"}",
        ),
        (
            "application/x-www-form-urlencoded",
            "fields%5Bfirst_name%5D=Ann&fields[phone]=%2B353+87+123+4567",
        ),
        (
            "application/x-www-form-urlencoded",
            "field_names[0]=email&field_names[1]=phone&data[0][0]=x&data[0][1]=+353%2087%20123%204567",
        ),
        ("text/csv", "Email;First name;Phone\nx;\"Ann\";+353 87 123 4567\ny;Ann;\n"),
        ("text/plain", "a:2:{s:9:\"firstname\";s:3:\"Ann\";s:4:\"city\";s:3:\"Ann\";}"),
        (
            "multipart/form-data; boundary=b",
            "--b\r\ncontent-disposition: form-data; name=lastname\r\ncontent-length: 3\r\n\r\nAnn\r\n--b--",
        ),
    ];
    for (content_type, before) in cases {
        let found = text_of(people(), &post(content_type, before));
        assert!(!found.contains("353"), "{found}");
        let is_phone_alone = !before.contains("Ann");
        assert!(is_phone_alone || found.contains(&name), "{found}");
        assert_eq!(before.contains("Ann's"), found.contains("Ann's"), "{found}");
        let without_names = Options { names: false, ..people() };
        assert_eq!(text_of(without_names, &post(content_type, before)), before);
    }
}

#[test]
fn what_only_looks_like_an_address_stays() {
    let body = "@media print { a@ } @import x; one @ two; \"@\"";
    assert_eq!(text_of(people(), &post("text/plain", body)), body);
}

#[test]
fn further_fields_are_taken_out_by_name() {
    let options = Options {
        secret_fields: vec!["loyalty_no".into()],
        person_fields: vec!["nick".into()],
        ..people()
    };
    let found = text_of(
        options,
        &post("application/json", "{\"LoyaltyNo\":\"12345678\",\"Nick\":\"Annie\",\"c\":3}"),
    );
    assert!(
        !found.contains("12345678") && !found.contains("Annie") && found.ends_with(",\"c\":3}"),
        "{found}"
    );
}

#[test]
fn a_description_of_fields_is_no_field() {
    let wsdl = "<xs:element name=\"password\" type=\"xs:string\"><xs:documentation>What to know\
                </xs:documentation></xs:element>";
    assert_eq!(text_of(people(), &post("text/xml", wsdl)), wsdl);
}
