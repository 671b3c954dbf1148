//! What a content is, by its first bytes where they tell, else by its type.

use crate::protocol::form::multipart;

use super::php;

/// What a content is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Multipart(String),
    NoBoundary,
    Binary,
    Xml,
    Json,
    Php,
    Form,
    Text,
}

/// Longest name in front of the `=` that makes a form, in bytes.
const MOST_NAME_BYTES: usize = 300;

/// The kind of a content in UTF-8 or an encoding alike.
pub(super) fn kind_of(bytes: &[u8], content_type: &str) -> Kind {
    match multipart::boundary(content_type) {
        Some(Ok(boundary)) => return Kind::Multipart(boundary),
        Some(Err(_)) => return Kind::NoBoundary,
        None => {}
    }
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    kind_of_essence(bytes, &essence.to_ascii_lowercase())
}

/// The kind of a text inside another content.
pub(super) fn kind_of_text(bytes: &[u8]) -> Kind {
    kind_of_essence(bytes, "text/plain")
}

fn kind_of_essence(bytes: &[u8], essence: &str) -> Kind {
    let start = bytes.trim_ascii_start();
    if bytes.contains(&0) || start.starts_with(b"%PDF-") {
        return Kind::Binary;
    }
    match start.first() {
        Some(b'<') => return Kind::Xml,
        Some(b'{' | b'[') => return Kind::Json,
        _ => {}
    }
    if bytes.iter().any(|byte| is_odd_control(*byte)) {
        return Kind::Binary;
    }
    if essence.ends_with("json") {
        return Kind::Json;
    }
    if php::is_php(start) {
        return Kind::Php;
    }
    if is_form(start, essence) { Kind::Form } else { Kind::Text }
}

/// A control character that stands in no text.
fn is_odd_control(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n' | 0x0c | 0x1a | 0x1b)
}

/// Faces read a body as a form whatever its type says. Other types than a form's count only when
/// they are none of a table's.
fn is_form(start: &[u8], essence: &str) -> bool {
    if essence == "application/x-www-form-urlencoded" {
        return true;
    }
    if matches!(essence, "text/plain" | "text/csv" | "text/html") {
        return false;
    }
    let name = start.iter().take(MOST_NAME_BYTES).position(|byte| *byte == b'=');
    let name = name.and_then(|end| start.get(..end)).unwrap_or_default();
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_%[].+-".contains(byte);
    !name.is_empty() && name.iter().all(is_of_name)
}
