use super::*;
use md5::{Digest as _, Md5};

#[test]
fn lengths_and_digests_are_those_of_what_is_written() {
    let body = "{\"password\":\"a-rather-long-password-that-shrinks\"}";
    let text = format!(
        "POST / HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                        content-md5: {}\r\n\r\n{body}",
        body.len(),
        in_base64(Md5::digest(body))
    );
    let redacted = redact(Options::default(), &request(&text)).unwrap().exchange.request;
    assert!(redacted.body.len() < body.len());
    assert_eq!(redacted.headers["content-length"], redacted.body.len().to_string());
    assert_eq!(redacted.headers["content-md5"], in_base64(Md5::digest(&redacted.body)));
}

#[test]
fn wrong_lengths_of_what_stays_are_kept() {
    let text = "POST / HTTP/1.1\r\ncontent-length: 77\r\n\r\nnothing";
    let redacted = redact(people(), &request(text)).unwrap().exchange.request;
    assert_eq!(redacted.headers["content-length"], "77");
    let coded = "POST / HTTP/1.1\r\ncontent-length: 77\r\ncontent-encoding: gzip\r\n\r\nnothing";
    let redacted = redact(people(), &request(coded)).unwrap().exchange.request;
    assert_eq!(redacted.headers["content-length"], "7");
}

#[test]
fn lengths_inside_parts_are_put_right() {
    let part = |value: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"password\"\r\nContent-Length:  {}\r\n\r\n{value}\r\n--b--\r\n",
            value.len()
        )
    };
    let exchange = post("multipart/form-data; boundary=\"b\"", part("short1"));
    let found = text_of(Options::default(), &exchange);
    let value = found.split("\r\n").nth(4).unwrap();
    assert!(value.starts_with("redacted-"), "{found}");
    assert_eq!(found, part(value));
}

#[test]
fn lengths_of_serialized_strings_are_in_bytes() {
    let body = "a:1:{i:0;a:3:{s:5:\"email\";s:16:\"zo\u{eb}@example.com\";s:1:\"n\";d:0.5;s:4:\"text\";s:20:\"x zo\u{eb}@example.com, y\";}}";
    let body = body.replace("s:20:", &format!("s:{}:", "x zo\u{eb}@example.com, y".len()));
    let token = crate::contract::redact::token::Tokens::new(KEY).address("zo\u{eb}@example.com");
    let found = text_of(people(), &post("text/plain", &body));
    let expected = format!(
        "a:1:{{i:0;a:3:{{s:5:\"email\";s:{}:\"{token}\";s:1:\"n\";d:0.5;s:4:\"text\";s:{}:\"x {token}, y\";}}}}",
        token.len(),
        token.len() + 5
    );
    assert_eq!(found, expected);
}
