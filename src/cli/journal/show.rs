//! One call for people.

use std::borrow::Cow;

use anyhow::Result;

use crate::cli::output;
use crate::contract::doctor;
use crate::contract::journal::{Entry, Kept, Message};

/// Prints facts and both messages; what a terminal would obey is made visible.
pub fn entry(entry: &Entry<'_>) -> Result<()> {
    let fact = |name: &str, value: &str| output::line(printable(&format!("{name:<10} {value}")));
    fact("call", &entry.id)?;
    fact("at", &entry.at.to_string())?;
    fact("took", &super::milliseconds(entry.took_us))?;
    fact("from", &entry.peer.to_string())?;
    fact("to", &entry.base_url)?;
    fact("face", &entry.face)?;
    fact(
        "operation",
        if entry.operation.is_empty() {
            "none of ours, or refused before it was looked at"
        } else {
            &entry.operation
        },
    )?;
    if let Some(account) = entry.account {
        fact("account", &account.to_string())?;
    }
    let status = if entry.ended.is_cut() {
        format!("none sent; it would have been {}", entry.status)
    } else {
        entry.status.to_string()
    };
    fact("status", &status)?;
    if !entry.ended.is_whole() {
        fact("ended", super::ended(entry.ended))?;
    }
    fact("received", &format!("{} bytes", entry.received_bytes))?;
    fact("sent", &format!("{} bytes", entry.sent_bytes))?;
    if let Some(left_out) = &entry.left_out {
        fact("left out", left_out)?;
    }
    for code in &entry.doctor {
        let title = doctor::ailment(code).map_or("", |ailment| ailment.title());
        fact("doctor", &format!("{code}: {title}"))?;
    }
    if !entry.doctor.is_empty() {
        fact("", &format!("(`lychgate doctor --journal {}` says what to change)", entry.id))?;
    }
    let Some(Kept { target, request, response }) = &entry.kept else { return Ok(()) };
    output::line("")?;
    message(&format!("{} {target} HTTP/1.1", entry.method), request)?;
    if entry.ended.is_cut() {
        return Ok(());
    }
    output::line("")?;
    let status = http::StatusCode::from_u16(entry.status).ok();
    let reason = status.and_then(|status| status.canonical_reason()).unwrap_or("-");
    message(&format!("HTTP/1.1 {} {reason}", entry.status), response)
}

fn message(first: &str, message: &Message<'_>) -> Result<()> {
    output::line(printable(first))?;
    for (name, value) in &message.headers {
        output::line(printable(&format!("{name}: {value}")))?;
    }
    if let Some(encoded) = &message.body_base64 {
        return output::line(format_args!("\n(base64) {}", printable(encoded)));
    }
    if message.body.is_empty() {
        return Ok(());
    }
    let pretty = serde_json::from_str::<serde_json::Value>(&message.body)
        .and_then(|json| serde_json::to_string_pretty(&json));
    match pretty {
        Ok(json) => output::line(format_args!("\n{}", printable(&json))),
        Err(_) => output::line(format_args!("\n{}", printable(&lines_of_markup(&message.body)))),
    }
}

/// Markup in one line gets a line for each element that follows another.
fn lines_of_markup(body: &str) -> Cow<'_, str> {
    let is_markup = body.trim_start().starts_with('<');
    if !is_markup || body.trim().contains('\n') {
        return Cow::Borrowed(body);
    }
    let mut depth = 0_usize;
    let mut out = String::new();
    for piece in body.split_inclusive("><") {
        let (text, more) = match piece.strip_suffix('<') {
            Some(text) if piece.ends_with("><") => (text, true),
            _ => (piece, false),
        };
        let begun = if out.is_empty() { text.to_owned() } else { format!("<{text}") };
        let closes = begun.starts_with("</");
        if closes {
            depth = depth.saturating_sub(1);
        }
        out.push_str(&"  ".repeat(depth));
        out.push_str(&begun);
        let is_open = !closes
            && !begun.starts_with("<?")
            && !begun.starts_with("<!")
            && !begun.ends_with("/>")
            && !begun.contains("</");
        depth += usize::from(is_open);
        if more {
            out.push('\n');
        }
    }
    Cow::Owned(out)
}

/// Control characters but line ends and tabs as `\u{1b}`; carriage returns go.
pub fn printable(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !c.is_control() || c == '\n' || c == '\t';
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' => {}
            plain if is_plain(plain) => out.push(plain),
            control => out.extend(control.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_told_nothing() {
        assert_eq!(printable("a\r\n\tb"), "a\n\tb");
        assert_eq!(printable("\u{1b}[31mred"), "\\u{1b}[31mred");
    }

    #[test]
    fn markup_in_one_line_is_told_apart() {
        let told = lines_of_markup("<?xml version=\"1.0\"?><a><b>1</b><c/><d><e>2</e></d></a>");
        let expected =
            "<?xml version=\"1.0\"?>\n<a>\n  <b>1</b>\n  <c/>\n  <d>\n    <e>2</e>\n  </d>\n</a>";
        assert_eq!(told, expected);
        assert_eq!(lines_of_markup("<a>\n<b/></a>"), "<a>\n<b/></a>");
        assert_eq!(lines_of_markup("plain"), "plain");
    }
}
