//! `multipart/form-data` that is in memory already; values are slices of the body, not copies.

use bytes::Bytes;

use super::{Field, Fields, FormError, parameter, text};

/// Bytes of one part's head. Real ones take some hundred: a disposition, a type, a file name.
const MOST_HEAD_BYTES: usize = 8 * 1024;

/// The boundary of a `Content-Type` of `multipart/form-data`; `None` when it is another type.
///
/// Quoted or bare; curl writes it bare, .NET quotes it.
pub fn boundary(content_type: &str) -> Option<Result<String, FormError>> {
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary").filter(|boundary| !boundary.is_empty());
    Some(boundary.ok_or(FormError::NoBoundary))
}

/// Reads the named parts of a body, which has at most `most_fields` parts.
///
/// What stands before the first boundary or after the last is passed over, and so are parts without
/// a name, which count. Lines may end in LF alone, and the last boundary may be missing:
/// hand-written clients do both. A part's type, charset and file name do not matter.
pub fn read(body: &Bytes, boundary: &str, most_fields: usize) -> Result<Fields, FormError> {
    let mut fields = Fields::default();
    for (head, value) in parts(body, boundary, most_fields)? {
        if let Some(name) = name(&head) {
            fields.push(Field { name, value }, most_fields)?;
        }
    }
    Ok(fields)
}

/// As [`read`], with the head of every part as it stands, and parts without a name too.
pub fn parts(
    body: &Bytes,
    boundary: &str,
    most_parts: usize,
) -> Result<Vec<(String, Bytes)>, FormError> {
    let mut pieces = Parts { body, boundary: boundary.as_bytes(), at: 0 };
    pieces.skip_preamble();
    let mut parts = Vec::new();
    while let Some(part) = pieces.next() {
        if parts.len() >= most_parts {
            return Err(FormError::TooManyFields { most_fields: most_parts });
        }
        parts.push(split_head(&part)?);
    }
    Ok(parts)
}

/// The pieces between boundaries.
struct Parts<'a> {
    body: &'a Bytes,
    boundary: &'a [u8],
    at: usize,
}

impl Parts<'_> {
    fn skip_preamble(&mut self) {
        if self.is_delimiter(0) {
            self.at = 0;
            self.pass_delimiter();
        } else if let Some((_, delimiter)) = self.piece() {
            self.at = delimiter;
            self.pass_delimiter();
        } else {
            self.at = self.body.len();
        }
    }

    fn next(&mut self) -> Option<Bytes> {
        if self.at >= self.body.len() {
            return None;
        }
        let start = self.at;
        let (end, delimiter) = self.piece().unwrap_or((self.body.len(), self.body.len()));
        self.at = delimiter;
        self.pass_delimiter();
        Some(self.body.slice(start..end.max(start)))
    }

    /// Where the piece from here ends, and where the delimiter after its line break begins.
    fn piece(&self) -> Option<(usize, usize)> {
        let mut from = self.at;
        loop {
            let line_feed = from + position(self.body.get(from..)?, b'\n')?;
            from = line_feed + 1;
            if self.is_delimiter(from) {
                let ends_in_crlf = line_feed > 0 && self.body.get(line_feed - 1) == Some(&b'\r');
                return Some((line_feed - usize::from(ends_in_crlf), from));
            }
        }
    }

    /// Whether a whole delimiter stands at `at`: another boundary may begin with this one.
    fn is_delimiter(&self, at: usize) -> bool {
        let line = self.body.get(at..).unwrap_or_default();
        let after = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(self.boundary));
        after.is_some_and(|after| {
            after.is_empty()
                || after.starts_with(b"--")
                || matches!(after.first(), Some(b'\r' | b'\n' | b' ' | b'\t'))
        })
    }

    /// Steps over the delimiter's line; over everything when it is the last.
    fn pass_delimiter(&mut self) {
        let name_ends = self.at + 2 + self.boundary.len();
        let after = self.body.get(name_ends..).unwrap_or_default();
        self.at = match position(after, b'\n') {
            Some(line_feed) if !after.starts_with(b"--") => name_ends + line_feed + 1,
            _ => self.body.len(),
        };
    }
}

fn position(bytes: &[u8], wanted: u8) -> Option<usize> {
    bytes.iter().position(|byte| *byte == wanted)
}

/// The head of a part as text, and what follows its empty line.
fn split_head(part: &Bytes) -> Result<(String, Bytes), FormError> {
    let mut line_starts = 0;
    while let Some(length) = position(part.get(line_starts..).unwrap_or_default(), b'\n') {
        let line = part.get(line_starts..line_starts + length).unwrap_or_default();
        let next = line_starts + length + 1;
        if line.is_empty() || line == b"\r" {
            let head = part.get(..line_starts).unwrap_or_default();
            return Ok((text::read(head).into_owned(), part.slice(next..)));
        }
        if next > MOST_HEAD_BYTES {
            return Err(FormError::PartHeadTooLong { most_bytes: MOST_HEAD_BYTES });
        }
        line_starts = next;
    }
    // Without an empty line there is no body, and the head says what it says.
    let head = part.get(..part.len().min(MOST_HEAD_BYTES)).unwrap_or_default();
    Ok((text::read(head).into_owned(), Bytes::new()))
}

/// The field's name, from the part's `Content-Disposition`.
fn name(head: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (header, value) = line.split_once(':')?;
        let is_disposition = header.trim().eq_ignore_ascii_case("content-disposition");
        let (_, parameters) = value.split_once(';').filter(|_| is_disposition)?;
        parameter(parameters, "name")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(body: &str) -> Vec<(String, String)> {
        let fields = read(&Bytes::from(body.to_owned()), "x-1", 10).unwrap();
        let pair = |field: &Field| (field.name.clone(), text::read(&field.value).into_owned());
        fields.iter().map(pair).collect()
    }

    fn of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_boundary_is_read_quoted_and_bare() {
        let read = |content_type| boundary(content_type).map(Result::unwrap);
        assert_eq!(read("multipart/form-data; boundary=----x").unwrap(), "----x");
        assert_eq!(read("Multipart/Form-Data;charset=utf-8; Boundary=\"a b\"").unwrap(), "a b");
        assert_eq!(read("multipart/form-data; boundary=a ; charset=utf-8").unwrap(), "a");
        assert_eq!(read("text/xml"), None);
        assert_eq!(boundary("multipart/form-data"), Some(Err(FormError::NoBoundary)));
    }

    #[test]
    fn parts_are_read_as_curl_sends_them() {
        let body = "--x-1\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n<api>\r\n</api>\r\n\
                    --x-1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a;b\"\r\n\
                    Content-Type: text/xml\r\n\r\n\r\n--x-1--\r\n";
        assert_eq!(said(body), of(&[("data", "<api>\r\n</api>"), ("file", "")]));
    }

    #[test]
    fn parts_are_read_as_hand_written_clients_send_them() {
        let body = "preamble\n--x-1  \ncontent-disposition:form-data;name=data\n\nvalue\n--x-10\n\
                    --x-1\n\nnameless\n--x-1\nContent-Disposition: form-data; filename=\"n\"; \
                    name=\"with \\\"quotes\\\"\"\n\nlast";
        let expected = [("data", "value\n--x-10"), ("with \"quotes\"", "last")];
        assert_eq!(said(body), of(&expected));
    }

    #[test]
    fn a_body_without_its_boundary_has_no_fields() {
        assert_eq!(said(""), of(&[]));
        assert_eq!(said("data=<api/>"), of(&[]));
        assert_eq!(said("--x-1--"), of(&[]));
    }

    #[test]
    fn long_heads_and_too_many_parts_are_refused() {
        let part = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n";
        let many = Bytes::from(part.repeat(3) + "--x--");
        assert_eq!(read(&many, "x", 2), Err(FormError::TooManyFields { most_fields: 2 }));
        let nameless = Bytes::from("--x\r\nA: b\r\n\r\n1\r\n".repeat(3) + "--x--");
        assert_eq!(read(&nameless, "x", 2), Err(FormError::TooManyFields { most_fields: 2 }));
        assert_eq!(read(&nameless, "x", 3), Ok(Fields::default()));
        let long = format!("--x\r\nA: {}\r\nB: b\r\n\r\n1\r\n--x--", "a".repeat(MOST_HEAD_BYTES));
        let refused = FormError::PartHeadTooLong { most_bytes: MOST_HEAD_BYTES };
        assert_eq!(read(&Bytes::from(long), "x", 2), Err(refused));
    }

    fn written(fields: &Fields, boundary: &str) -> Bytes {
        let mut body = Vec::new();
        for field in fields {
            let name = field.name.replace('\\', "\\\\").replace('"', "\\\"");
            let head =
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(&field.value);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        body.into()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            pairs in prop::collection::vec(("[^\\p{C}\\x{2028}\\x{2029}]{0,12}", prop::collection::vec(any::<u8>(), 0..40)), 0..8)
        ) {
            let fields: Fields = pairs.into_iter().collect();
            let body = written(&fields, "----boundary-42");
            prop_assert_eq!(&read(&body, "----boundary-42", 8).unwrap(), &fields);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "--b", "--", "\r\n", "\n", "\r", " ", "Content-Disposition", ":", ";", "name=", "\"", "\\", "a", "\u{e9}",
            ]), 0..60)
        ) {
            let body = Bytes::from(pieces.concat());
            let fields = read(&body, "b", 100).unwrap();
            prop_assert!(fields.iter().map(|field| field.value.len()).sum::<usize>() <= body.len());
            boundary(&pieces.concat());
        }
    }
}
