//! What a `Content-Type` says.

/// A `Content-Type`, taken apart. Borrowed from the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaType<'a> {
    essence: &'a str,
    parameters: &'a str,
}

/// The syntax that a media type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// `application/json`, `text/json`, anything with `+json`.
    Json,
    /// `application/xml`, `text/xml`, anything with `+xml`.
    Xml,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    Other,
}

impl<'a> MediaType<'a> {
    /// Takes a header's value apart; text without a `/` is a media type that nobody knows.
    pub fn parse(header: &'a str) -> Self {
        let (essence, parameters) = header.split_once(';').unwrap_or((header, ""));
        Self { essence: essence.trim(), parameters }
    }

    /// Type and subtype as written, without parameters.
    pub fn essence(self) -> &'a str {
        self.essence
    }

    pub fn syntax(self) -> Syntax {
        let is = |name: &str| self.essence.eq_ignore_ascii_case(name);
        if is("application/json") || is("text/json") || self.ends_with("+json") {
            Syntax::Json
        } else if is("application/xml") || is("text/xml") || self.ends_with("+xml") {
            Syntax::Xml
        } else if is("application/x-www-form-urlencoded") {
            Syntax::Form
        } else if is("multipart/form-data") {
            Syntax::Multipart
        } else {
            Syntax::Other
        }
    }

    /// A parameter's value, without quotes.
    pub fn parameter(self, name: &str) -> Option<&'a str> {
        let mut parameters = self.parameters.split(';').filter_map(|one| one.split_once('='));
        let (_, value) = parameters.find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
        Some(value.trim().trim_matches('"'))
    }

    fn ends_with(self, suffix: &str) -> bool {
        let start = self.essence.len().saturating_sub(suffix.len());
        self.essence.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_letter_case_do_not_matter() {
        let json = MediaType::parse(" Application/JSON ; charset=\"UTF-8\"");
        assert_eq!((json.syntax(), json.parameter("Charset")), (Syntax::Json, Some("UTF-8")));
        assert_eq!(MediaType::parse("text/xml").syntax(), Syntax::Xml);
        assert_eq!(MediaType::parse("text/json").syntax(), Syntax::Json);
        assert_eq!(MediaType::parse("application/problem+json").syntax(), Syntax::Json);
        assert_eq!(MediaType::parse("multipart/form-data; boundary=x").syntax(), Syntax::Multipart);
    }

    #[test]
    fn what_nobody_knows_is_other() {
        for text in ["", "json", "text/plain", "application/octet-stream", "é+jso"] {
            assert_eq!(MediaType::parse(text).syntax(), Syntax::Other, "{text}");
        }
    }
}
