//! What a document is: its media type says so, or its first bytes do.

use serde::{Deserialize, Serialize};

use super::Content;

/// A form of document that is compared by its own rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Xml,
    Json,
    /// `application/x-www-form-urlencoded`; multipart forms too.
    Form,
    /// PHP's `serialize`.
    Php,
    Csv,
    Text,
    Binary,
}

impl Kind {
    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xml => "XML",
            Self::Json => "JSON",
            Self::Form => "a form",
            Self::Php => "PHP's serialized values",
            Self::Csv => "CSV",
            Self::Text => "text",
            Self::Binary => "binary data",
        }
    }

    /// What a document is. Media types that many things are sent as (`text/html`, `text/plain`,
    /// none at all) leave it to the first bytes.
    pub fn of(content: Content<'_>) -> Self {
        let media_type = content.essence();
        match media_type.as_str() {
            "application/json" | "text/json" => return Self::Json,
            "application/xml" | "text/xml" => return Self::Xml,
            "application/x-www-form-urlencoded" | "multipart/form-data" => return Self::Form,
            "application/vnd.php.serialized" | "application/php" => return Self::Php,
            "text/csv" => return Self::Csv,
            _ if media_type.ends_with("+xml") => return Self::Xml,
            _ if media_type.ends_with("+json") => return Self::Json,
            _ => {}
        }
        Self::by_look(content.bytes)
    }

    /// What the first bytes look like.
    fn by_look(bytes: &[u8]) -> Self {
        let is_utf16 =
            matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..]);
        if is_utf16 {
            return Self::Xml;
        }
        let Ok(text) = std::str::from_utf8(bytes) else { return Self::Binary };
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.contains('\0') && !is_php(text) {
            return Self::Binary;
        }
        match (text.as_bytes().first(), text.as_bytes().last()) {
            (Some(b'<'), Some(b'>')) => Self::Xml,
            (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) => Self::Json,
            _ if is_php(text) => Self::Php,
            _ => Self::Text,
        }
    }
}

/// `a:2:{…}`, `s:3:"abc";`, `i:1;`, `b:1;`, `d:0.5;`, `N;`
fn is_php(text: &str) -> bool {
    let counted =
        |rest: &str| rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || byte == b'-');
    match text.split_at_checked(2) {
        Some(("a:" | "O:", rest)) => counted(rest) && text.ends_with('}'),
        Some(("s:", rest)) => counted(rest) && text.ends_with("\";"),
        Some(("i:" | "b:" | "d:", rest)) => counted(rest) && text.ends_with(';'),
        Some(("N;", rest)) => rest.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_type_says_what_a_document_is_and_else_its_look() {
        let kinds = [
            ("text/xml; charset=utf-8", "", Kind::Xml),
            ("application/soap+xml", "", Kind::Xml),
            ("Application/JSON", "x", Kind::Json),
            ("application/problem+json", "{}", Kind::Json),
            ("application/x-www-form-urlencoded", "{}", Kind::Form),
            ("application/vnd.php.serialized", "", Kind::Php),
            ("text/csv", "<a/>", Kind::Csv),
            ("text/html", "<a/>", Kind::Xml),
            ("", " {\"a\":1}\n", Kind::Json),
            ("text/plain", "a:1:{i:0;s:1:\"x\";}", Kind::Php),
            ("text/plain", "s:1:\"x\";", Kind::Php),
            ("text/plain", "a: 1", Kind::Text),
            ("", "", Kind::Text),
            ("application/octet-stream", "hello", Kind::Text),
        ];
        for (media_type, text, kind) in kinds {
            let content = Content { media_type, bytes: text.as_bytes() };
            assert_eq!(Kind::of(content), kind, "{media_type} {text}");
        }
        let binary = Content { media_type: "", bytes: &[0x89, b'P', 0, 1] };
        assert_eq!(Kind::of(binary), Kind::Binary);
        let utf16 = Content { media_type: "", bytes: &[0xff, 0xfe, b'<', 0] };
        assert_eq!(Kind::of(utf16), Kind::Xml);
    }
}
