use proptest::prelude::*;

use super::*;
use crate::contract::redact::{Secrets, SelfCheck};

/// Where a secret may be planted, each a whole exchange.
const PLANTS: &[fn(&str) -> Exchange] = &[
    |s| request(format!("GET /?a=1&api_key={}&b=%20 HTTP/1.1\r\n\r\n", in_form(s))),
    |s| {
        request(format!(
            "GET / HTTP/1.1\r\nauthorization: Basic {}\r\n\r\n",
            in_base64(format!("someone-else:{s}"))
        ))
    },
    |s| request(format!("GET / HTTP/1.1\r\nauthorization: Bearer {}\r\n\r\n", in_base64(s))),
    |s| request(format!("GET / HTTP/1.1\r\ncookie: a=b; sid={}\r\n\r\n", in_base64(s))),
    |s| post("text/xml", format!("<a><api_key>{}</api_key><b>{}</b></a>", in_xml(s), in_xml(s))),
    |s| {
        post(
            "text/xml",
            format!(
                "<s><UsernameToken><Username>u</Username><Password>{}</Password></UsernameToken>{}</s>",
                in_xml(s),
                in_json(&in_xml(s))
            ),
        )
    },
    |s| {
        post(
            "text/xml",
            format!(
                "<s token=\"{}\">&lt;x password='{}'/></s>",
                in_xml(s),
                in_xml(&in_xml(s).replace('\'', "&apos;"))
            ),
        )
    },
    |s| {
        post(
            "application/json",
            format!("{{\"x\":{{\"secret\":\"{0}\"}},\"y\":\"{0}\"}}", in_json(s)),
        )
    },
    |s| {
        post(
            "application/json",
            format!("{{\"x\":\"{{\\\"secret\\\":\\\"{}\\\"}}\"}}", in_json(&in_json(s))),
        )
    },
    |s| post("application/x-www-form-urlencoded", format!("a[password]={0}&b={0}", in_form(s))),
    |s| {
        post(
            "application/x-www-form-urlencoded",
            format!(
                "data={}",
                in_form(&format!("<api><shared_secret>{}</shared_secret></api>", in_xml(s)))
            ),
        )
    },
    |s| {
        post(
            "multipart/form-data; boundary=xx",
            format!(
                "--xx\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\n{s}\r\n--xx--"
            ),
        )
    },
    |s| post("text/plain", format!("a:1:{{s:6:\"secret\";s:{}:\"{s}\";}}", s.len())),
    |s| {
        post(
            "text/xml",
            format!(
                "<a><password>{}</password><data>{}</data></a>",
                in_xml(s),
                in_base64(format!("Email,Note\r\nx,the {s} of y\r\n"))
            ),
        )
    },
    |s| {
        post(
            "application/json",
            format!(
                "{{\"password\":\"{}\",\"data\":\"{}\"}}",
                in_json(s),
                in_base64(format!("a;b\n\"{s}\";2\n"))
            ),
        )
    },
];

/// Words, signs that every spelling escapes, and letters beyond ASCII; long enough to be looked for.
fn secrets() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9]{4}[a-zA-Z0-9&<>\"'+/=%\\\\{}é€. -]{4,20}[a-zA-Z0-9]{4}"
}

fn addresses() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9][a-zA-Z0-9._+'-]{0,10}[a-z0-9]@[a-z]{3,8}\\.(example|test)"
        .prop_filter("judged", |text| !text.contains(".."))
}

fn bytes_of(exchange: &Exchange) -> Vec<u8> {
    [exchange.request.write(), exchange.response.write()].concat()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_planted_secret_is_nowhere_in_any_spelling(secret in secrets()) {
        for (at, plant) in PLANTS.iter().enumerate() {
            let exchange = plant(&secret);
            let redacted = redact(Options::default(), &exchange).unwrap_or_else(|e| panic!("plant {at}: {e}"));
            let bytes = bytes_of(&redacted.exchange);
            for spelled in [secret.clone(), in_xml(&secret), in_json(&secret), in_form(&secret), in_base64(&secret)] {
                prop_assert!(!contains(&bytes, &spelled), "plant {at} {spelled}");
            }
            let mut seen = Secrets::default();
            seen.add(&secret, "");
            prop_assert!(SelfCheck::new(&seen).bytes(&bytes).is_ok(), "plant {at}");
            prop_assert!(SelfCheck::new(&seen).bytes(&bytes_of(&exchange)).is_err(), "plant {at}");
        }
    }

    #[test]
    fn redacting_twice_changes_nothing_more(secret in secrets(), address in addresses()) {
        for (at, plant) in PLANTS.iter().enumerate() {
            let mut exchange = plant(&secret);
            exchange.response.body = format!("<c><firstname>Ann</firstname><Email>{}</Email><mobile>+353 1</mobile></c>", in_xml(&address)).into();
            let once = redact(people(), &exchange).unwrap_or_else(|e| panic!("plant {at}: {e}")).exchange;
            let twice = redact(people(), &once).unwrap_or_else(|e| panic!("plant {at}: {e}"));
            prop_assert!(twice.exchange == once, "plant {at}:\n{}\n{}", String::from_utf8_lossy(&bytes_of(&once)), String::from_utf8_lossy(&bytes_of(&twice.exchange)));
            prop_assert_eq!(twice.secrets_seen.len(), 0);
        }
    }

    #[test]
    fn the_same_address_is_the_same_token_in_all_exchanges(address in addresses()) {
        let redactor = Redactor::new(people(), KEY);
        let in_body = post("text/xml", format!("<Email>{}</Email>", in_xml(&address)));
        let in_path = request(format!("GET /contacts/{} HTTP/1.1\r\n\r\n", in_form(&address)));
        let body = redactor.redact(&in_body).unwrap().exchange.request.body;
        let body = String::from_utf8(body.to_vec()).unwrap();
        let token = body.strip_prefix("<Email>").unwrap().strip_suffix("</Email>").unwrap().to_owned();
        prop_assert!(token.starts_with("p-"));
        let target = redactor.redact(&in_path).unwrap().exchange.request.target;
        prop_assert_eq!(target, format!("/contacts/{}", token.replace('@', "%40")));
        let other = Redactor::new(people(), [8; 32]).redact(&in_body).unwrap().exchange;
        prop_assert!(other.request.body != body);
    }

    #[test]
    fn whatever_is_sent_is_redacted_or_refused_and_without_secrets_nothing_changes(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        text in "[<>a-c=&%\"'{}\\[\\]:;,!/?0-9 \n@.-]{0,200}",
        kind in 0_usize..5,
    ) {
        let content_type = ["text/xml", "application/json", "application/x-www-form-urlencoded", "", "multipart/form-data; boundary=a"][kind];
        for body in [bytes, text.into_bytes()] {
            let exchange = post(content_type, &body);
            if let Ok(redacted) = redact(Options::default(), &exchange) {
                prop_assert!(!redacted.secrets_seen.is_empty() || redacted.exchange.request.body == body);
            }
            // No panic, and nothing is left half.
            drop(redact(Options { mark_binaries: true, ..people() }, &exchange));
        }
    }
}

#[test]
fn what_is_nested_on_purpose_is_read_in_a_time_that_is_bearable() {
    let deep =
        |open: &str, close: &str| format!("{}x{}", open.repeat(20_000), close.repeat(20_000));
    let bodies = [
        ("application/json", deep("{\"value\":", ",\"key\":\"password\"}")),
        ("text/xml", deep("<m><value>", "</value><name>password</name></m>")),
        ("application/x-www-form-urlencoded", "a=<&".repeat(50_000)),
        ("text/xml", "<a \"><![CDATA[".repeat(20_000)),
        ("text/plain", "@".repeat(100_000)),
        ("text/plain", "a:1:{i:0;".repeat(20_000)),
    ];
    for (content_type, body) in bodies {
        drop(redact(people(), &post(content_type, body)));
    }
}
