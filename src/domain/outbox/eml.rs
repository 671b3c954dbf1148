//! A message as mail programs open it (RFC 5322, MIME).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Message;
use crate::domain::ids::MessageId;

/// Longest line of Base64, in characters.
const LINE_CHARS: usize = 76;

/// The message as an `.eml` file: both bodies as alternatives, each in Base64, lines ended by CRLF.
pub fn eml(id: MessageId, message: &Message) -> String {
    let mut out = String::new();
    let date = message.time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    header(&mut out, "Date", &date);
    header(&mut out, "From", &mailbox(&message.from_description, &message.from_email));
    if let Some(recipient) = &message.recipient {
        header(&mut out, "To", &mailbox(&recipient.name, &recipient.address));
    }
    if !message.reply_email.is_empty() {
        header(&mut out, "Reply-To", &plain(&message.reply_email));
    }
    header(&mut out, "Subject", &encoded(&message.subject));
    header(&mut out, "Message-ID", &format!("<{id}@outbox.lychgate.invalid>"));
    header(&mut out, "MIME-Version", "1.0");
    match (message.plain.is_empty(), message.html.is_empty()) {
        (_, true) => part(&mut out, "text/plain", &message.plain),
        (true, false) => part(&mut out, "text/html", &message.html),
        (false, false) => {
            // No line of Base64 begins with a hyphen, so no body holds the boundary.
            let boundary = format!("--outbox-{id}");
            let kind = format!("multipart/alternative; boundary=\"{boundary}\"");
            header(&mut out, "Content-Type", &kind);
            out.push_str("\r\n");
            for (kind, body) in [("text/plain", &message.plain), ("text/html", &message.html)] {
                line(&mut out, &["--", &boundary]);
                part(&mut out, kind, body);
            }
            line(&mut out, &["--", &boundary, "--"]);
        }
    }
    out
}

fn header(out: &mut String, name: &str, value: &str) {
    line(out, &[name, ": ", value]);
}

fn line(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
    out.push_str("\r\n");
}

fn part(out: &mut String, kind: &str, body: &str) {
    header(out, "Content-Type", &format!("{kind}; charset=utf-8"));
    header(out, "Content-Transfer-Encoding", "base64");
    out.push_str("\r\n");
    let encoded = STANDARD.encode(body);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(LINE_CHARS).unwrap_or((rest, ""));
        out.push_str(line);
        out.push_str("\r\n");
        rest = after;
    }
}

/// A text as far as it fits into a header as it is: without line breaks and other controls.
fn plain(text: &str) -> String {
    text.chars().filter(|one| !one.is_control()).collect()
}

/// A text for a header; with anything but ASCII as encoded words.
fn encoded(text: &str) -> String {
    const WORD_BYTES: usize = 42;
    let text = plain(text);
    if text.is_ascii() && !text.contains("=?") {
        return text;
    }
    let mut words: Vec<String> = vec![String::new()];
    for one in text.chars() {
        match words.last_mut() {
            Some(word) if word.len() + one.len_utf8() <= WORD_BYTES => word.push(one),
            _ => words.push(one.to_string()),
        }
    }
    let words = words.iter().map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word)));
    words.collect::<Vec<_>>().join("\r\n ")
}

fn mailbox(name: &str, address: &str) -> String {
    let address = plain(address).replace(['<', '>'], "");
    if name.is_empty() {
        return format!("<{address}>");
    }
    let quoted = encoded(name);
    if quoted.starts_with("=?") {
        return format!("{quoted} <{address}>");
    }
    format!("\"{}\" <{address}>", quoted.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::TemplateId;
    use crate::domain::outbox::{Origin, Recipient};
    use crate::domain::template::Edition;
    use crate::domain::testing::noon;

    fn message() -> Message {
        Message {
            origin: Origin::Template(TemplateId(1), Edition::Live),
            recipient: Some(Recipient {
                address: "jo@b.example".to_owned(),
                name: "Jo \"J\" Ann".to_owned(),
                contact: None,
            }),
            from_description: "B\u{fc}ro".to_owned(),
            from_email: "shop@b.example".to_owned(),
            reply_email: "help@b.example\r\nBcc: all@b.example".to_owned(),
            subject: "Order".to_owned(),
            html: "<p>Hi</p>".to_owned(),
            plain: "Hi".to_owned(),
            time: noon(),
        }
    }

    #[test]
    fn both_bodies_are_alternatives() {
        let file = eml(MessageId(7), &message());
        for line in [
            "Date: Fri, 02 Jan 2026 12:00:00 +0000",
            "From: =?UTF-8?B?QsO8cm8=?= <shop@b.example>",
            "To: \"Jo \\\"J\\\" Ann\" <jo@b.example>",
            "Subject: Order",
            "Content-Type: multipart/alternative; boundary=\"--outbox-7\"",
            "----outbox-7",
            "SGk=",
            "PHA+SGk8L3A+",
            "----outbox-7--",
        ] {
            assert!(file.contains(&format!("{line}\r\n")), "{line}\n{file}");
        }
    }

    #[test]
    fn a_line_break_in_a_value_makes_no_header() {
        let file = eml(MessageId(7), &message());
        assert!(!file.contains("\nBcc:"), "{file}");
    }

    #[test]
    fn one_body_stands_alone() {
        let file = eml(MessageId(7), &Message { html: String::new(), ..message() });
        assert!(file.contains("\r\nContent-Type: text/plain; charset=utf-8\r\n"), "{file}");
        assert!(!file.contains("multipart"), "{file}");
    }
}
