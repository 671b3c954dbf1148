//! A message as mail programs open it (RFC 5322, MIME).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Attachment, Carbon, CarbonKind, Message};
use crate::domain::ids::MessageId;

/// Longest line of Base64, in characters.
const LINE_CHARS: usize = 76;

/// The message as an `.eml` file: both bodies as alternatives and attachments behind them, each in
/// Base64, lines ended by CRLF. Blind copies stand in a header too: nobody is sent the file.
pub fn eml(id: MessageId, message: &Message) -> String {
    let mut out = String::new();
    let date = message.time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
    header(&mut out, "Date", &date);
    header(&mut out, "From", &mailbox(&message.from_description, &message.from_email));
    recipients(&mut out, message);
    if !message.reply_email.is_empty() {
        header(&mut out, "Reply-To", &plain(&message.reply_email));
    }
    header(&mut out, "Subject", &encoded(&message.subject));
    header(&mut out, "Message-ID", &format!("<{id}@outbox.lychgate.invalid>"));
    header(&mut out, "MIME-Version", "1.0");
    if message.extras.attachments.is_empty() {
        bodies(&mut out, id, message);
        return out;
    }
    let boundary = format!("--outbox-files-{id}");
    header(&mut out, "Content-Type", &format!("multipart/mixed; boundary=\"{boundary}\""));
    out.push_str("\r\n");
    line(&mut out, &["--", &boundary]);
    bodies(&mut out, id, message);
    for attachment in &message.extras.attachments {
        line(&mut out, &["--", &boundary]);
        file(&mut out, attachment);
    }
    line(&mut out, &["--", &boundary, "--"]);
    out
}

fn recipients(out: &mut String, message: &Message) {
    for kind in [CarbonKind::To, CarbonKind::Cc, CarbonKind::Bcc] {
        let first = message.recipient.iter().filter(|_| kind == CarbonKind::To);
        let first = first.map(|recipient| mailbox(&recipient.name, &recipient.address));
        let of_kind = |carbon: &&Carbon| carbon.kind == kind;
        let others = message.extras.carbons.iter().filter(of_kind);
        let all: Vec<String> =
            first.chain(others.map(|other| mailbox(&other.name, &other.address))).collect();
        if !all.is_empty() {
            header(out, kind.header(), &all.join(",\r\n "));
        }
    }
}

fn bodies(out: &mut String, id: MessageId, message: &Message) {
    match (message.plain.is_empty(), message.html.is_empty()) {
        (_, true) => part(out, "text/plain", &message.plain),
        (true, false) => part(out, "text/html", &message.html),
        (false, false) => {
            // No line of Base64 begins with a hyphen, so no body holds the boundary.
            let boundary = format!("--outbox-{id}");
            let kind = format!("multipart/alternative; boundary=\"{boundary}\"");
            header(out, "Content-Type", &kind);
            out.push_str("\r\n");
            for (kind, body) in [("text/plain", &message.plain), ("text/html", &message.html)] {
                line(out, &["--", &boundary]);
                part(out, kind, body);
            }
            line(out, &["--", &boundary, "--"]);
        }
    }
}

fn file(out: &mut String, attachment: &Attachment) {
    let content_type = plain(&attachment.content_type);
    let content_type = Some(content_type.as_str()).filter(|known| known.contains('/'));
    header(out, "Content-Type", content_type.unwrap_or("application/octet-stream"));
    header(out, "Content-Transfer-Encoding", "base64");
    let name = parameter(&attachment.name);
    header(out, "Content-Disposition", &format!("attachment; filename*=UTF-8''{name}"));
    out.push_str("\r\n");
    base64_lines(out, &attachment.content);
}

/// A text as the value of a header's parameter (RFC 8187).
fn parameter(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            out.push(char::from(byte));
        } else {
            let digit = |nibble: u8| char::from_digit(nibble.into(), 16);
            let digits = [digit(byte >> 4), digit(byte & 15)].into_iter().flatten();
            out.push('%');
            out.extend(digits.map(|digit| digit.to_ascii_uppercase()));
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
    base64_lines(out, body.as_bytes());
}

fn base64_lines(out: &mut String, bytes: &[u8]) {
    let encoded = STANDARD.encode(bytes);
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
    use crate::domain::outbox::{Extras, Origin, Recipient};
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
            extras: Extras::default(),
        }
    }

    #[test]
    fn attachments_stand_behind_the_bodies_and_further_recipients_in_their_headers() {
        let carbon =
            |kind, address: &str| Carbon { kind, address: address.to_owned(), name: String::new() };
        let extras = Extras {
            carbons: vec![
                carbon(CarbonKind::To, "al@b.example"),
                carbon(CarbonKind::Bcc, "secret@b.example"),
            ],
            attachments: vec![Attachment::new(
                "m\u{fc} 1.pdf".to_owned(),
                "application/pdf".to_owned(),
                "%PDF".into(),
            )],
            ..Extras::default()
        };
        let file = eml(MessageId(7), &Message { extras, ..message() });
        for part in [
            "To: \"Jo \\\"J\\\" Ann\" <jo@b.example>,\r\n <al@b.example>\r\n",
            "Bcc: <secret@b.example>\r\n",
            "Content-Type: multipart/mixed; boundary=\"--outbox-files-7\"\r\n",
            "----outbox-7--\r\n----outbox-files-7\r\nContent-Type: application/pdf\r\n",
            "attachment; filename*=UTF-8''m%C3%BC%201.pdf\r\n\r\nJVBERg==\r\n----outbox-files-7--\r\n",
        ] {
            assert!(file.contains(part), "{part}\n{file}");
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
