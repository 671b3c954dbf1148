//! The head of one part of a form.

use encoding_rs::Encoding;

use super::base_name;
use crate::protocol::form::urlencoded::hex_digit;
use crate::protocol::form::{parameter, text};

/// What a part says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartHead {
    /// The field's name.
    pub name: Option<String>,
    /// The last part of `filename*` or else of `filename`; `None` for a part that is no file.
    pub file_name: Option<String>,
    /// As written; many clients leave it out.
    pub content_type: Option<String>,
}

impl PartHead {
    /// Reads the lines before a part's empty line, folded ones included.
    ///
    /// The vendor's own sample prints type and disposition in one line, `Content-Type:
    /// multipart/form-data; Content-Disposition: form-data; name=…; filename=…`: clients that
    /// follow it to the letter are understood.
    pub fn read(head: &[u8]) -> Self {
        let head = text::read(head).replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
        let header = |wanted: &str| {
            let mut headers = head.lines().filter_map(|line| line.split_once(':'));
            let found = headers.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
            found.map(|(_, value)| value.trim())
        };
        let content_type = header("content-type");
        let disposition = header("content-disposition").or(content_type).unwrap_or_default();
        let (_, parameters) = disposition.split_once(';').unwrap_or_default();
        let extended = parameter(parameters, "filename*").and_then(|value| extended(&value));
        let file_name = extended.or_else(|| parameter(parameters, "filename"));
        Self {
            name: parameter(parameters, "name"),
            file_name: file_name.as_deref().and_then(base_name),
            content_type: content_type.map(str::to_owned),
        }
    }
}

/// The text of `charset'language'percent-encoded`, RFC 5987; `None` when it is not that.
fn extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        let decoded = match byte {
            b'%' => hex_digit(rest.next()?)? << 4 | hex_digit(rest.next()?)?,
            byte => byte,
        };
        bytes.push(decoded);
    }
    let charset = Encoding::for_label(charset.as_bytes())?;
    Some(charset.decode_without_bom_handling(&bytes).0.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_name(disposition: &str) -> Option<String> {
        let head = format!("Content-Disposition: form-data; {disposition}\r\n");
        PartHead::read(head.as_bytes()).file_name
    }

    #[test]
    fn a_file_name_is_read_in_every_spelling() {
        let names = [
            ("name=\"Contacts\"; filename=\"contacts.csv\"", "contacts.csv"),
            ("filename=contacts.csv; name=file", "contacts.csv"),
            ("name=file;FileName = \"contacts.csv\"", "contacts.csv"),
            ("filename=\"/C:/Example/contacts.csv\"", "contacts.csv"),
            (r#"filename="C:\Example\contacts.csv""#, "contacts.csv"),
            (r#"filename="C:\\Example\\contacts.csv""#, "contacts.csv"),
            (r#"filename="a \"quoted\" name.csv""#, "a \"quoted\" name.csv"),
            ("filename=\"a;b.csv\"", "a;b.csv"),
            ("filename=plain.csv; filename*=UTF-8''caf%C3%A9.csv", "caf\u{e9}.csv"),
            ("filename*=iso-8859-1'en'caf%e9.csv", "caf\u{e9}.csv"),
            ("filename=plain.csv; filename*=broken", "plain.csv"),
            ("filename=\"folder/\"", "folder/"),
        ];
        for (disposition, expected) in names {
            assert_eq!(file_name(disposition).as_deref(), Some(expected), "{disposition}");
        }
    }

    #[test]
    fn a_part_without_a_file_name_is_no_file() {
        for disposition in ["name=file", "filename=", "filename=\"\"", "filename=\" \"", ""] {
            assert_eq!(file_name(disposition), None, "{disposition}");
        }
    }

    #[test]
    fn heads_are_read_folded_in_latin_1_and_in_the_one_line_of_the_vendors_sample() {
        let head = PartHead::read(
            b"content-disposition: form-data;\r\n name=\"f\";\r\n\tfilename=\"caf\xe9.csv\"\r\n\
              Content-Type: text/csv\r\n",
        );
        assert_eq!(head.name.as_deref(), Some("f"));
        assert_eq!(head.file_name.as_deref(), Some("caf\u{e9}.csv"));
        assert_eq!(head.content_type.as_deref(), Some("text/csv"));
        let sample = PartHead::read(
            b"Content-Type: multipart/form-data; Content-Disposition: form-data; \
              name=\"contacts.csv\"; filename=\"/C:/Example/contacts.csv\"\n",
        );
        assert_eq!(sample.name.as_deref(), Some("contacts.csv"));
        assert_eq!(sample.file_name.as_deref(), Some("contacts.csv"));
    }
}
