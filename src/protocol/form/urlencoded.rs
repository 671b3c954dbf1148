//! `application/x-www-form-urlencoded`, also as a query string, and read as leniently as PHP does.

use std::borrow::Cow;

use bytes::Bytes;

use super::{Field, Fields, FormError, text};

/// Reads a body or a query string of at most `most_fields` fields.
///
/// `+` is a blank; a `%` without two hex digits stands for itself; a name without `=` has an empty
/// value; empty pairs are passed over.
pub fn read(form: &[u8], most_fields: usize) -> Result<Fields, FormError> {
    let mut fields = Fields::default();
    for pair in form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        fields.push(field(pair), most_fields)?;
    }
    Ok(fields)
}

/// As [`read`], where the field `markup` may carry XML that its client forgot to encode.
///
/// Such a value begins with `<` and reaches to the last `>`, whatever `&` it holds: `&amp;` within
/// it is an entity of the XML and not the end of the field. Its `+` and `%` are decoded all the
/// same, as the vendor's PHP did: nothing tells the two kinds of client apart but the `<`.
pub fn read_with_markup(
    form: &[u8],
    markup: &str,
    most_fields: usize,
) -> Result<Fields, FormError> {
    let Some(start) = raw_markup(form, markup) else { return read(form, most_fields) };
    let (before, rest) = form.split_at(start);
    let end = rest.iter().rposition(|byte| *byte == b'>').map_or(rest.len(), |last| last + 1);
    let (pair, after) = rest.split_at(end);
    let mut fields = read(before, most_fields)?;
    fields.push(field(pair), most_fields)?;
    for field in read(after, most_fields)?.0 {
        fields.push(field, most_fields)?;
    }
    Ok(fields)
}

/// Where the pair begins whose name is `markup` and whose value begins with `<` as it stands.
fn raw_markup(form: &[u8], markup: &str) -> Option<usize> {
    let mut start = 0;
    for pair in form.split(|byte| *byte == b'&') {
        let value = pair.strip_prefix(markup.as_bytes()).and_then(|rest| rest.strip_prefix(b"="));
        let first = value.and_then(|value| {
            value.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != b'+')
        });
        if first == Some(&b'<') {
            return Some(start);
        }
        start += pair.len() + 1;
    }
    None
}

fn field(pair: &[u8]) -> Field {
    let equals = pair.iter().position(|byte| *byte == b'=');
    let (name, value) = match equals {
        Some(at) => (pair.get(..at), pair.get(at + 1..)),
        None => (Some(pair), None),
    };
    let name = decoded(name.unwrap_or_default());
    Field {
        name: text::read(&name).into_owned(),
        value: Bytes::from(decoded(value.unwrap_or_default()).into_owned()),
    }
}

/// `+` and `%xx` undone; anything else stays.
pub fn decoded(encoded: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = encoded.iter().position(|byte| matches!(byte, b'+' | b'%')) else {
        return Cow::Borrowed(encoded);
    };
    let (plain, mut rest) = encoded.split_at(first);
    let mut decoded = Vec::with_capacity(encoded.len());
    decoded.extend_from_slice(plain);
    while let Some((byte, after)) = rest.split_first() {
        let (byte, after) = match (byte, after) {
            (b'+', after) => (b' ', after),
            (b'%', pair @ [high, low, after @ ..]) => match (hex_digit(*high), hex_digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, after),
                _ => (b'%', pair),
            },
            (byte, after) => (*byte, after),
        };
        decoded.push(byte);
        rest = after;
    }
    Cow::Owned(decoded)
}

/// The value of a hexadecimal digit.
pub fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Writes fields so that [`read`] gives them back.
pub fn write(fields: &Fields) -> String {
    let mut form = String::new();
    for field in fields {
        if !form.is_empty() {
            form.push('&');
        }
        encode(field.name.as_bytes(), &mut form);
        form.push('=');
        encode(&field.value, &mut form);
    }
    form
}

/// A text for a query or a path: everything but letters, digits, `-`, `_` and `.` as `%XX`.
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                encoded.push(char::from(byte));
            }
            _ => escape(byte, &mut encoded),
        }
    }
    encoded
}

fn encode(plain: &[u8], form: &mut String) {
    for byte in plain {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                form.push(char::from(*byte));
            }
            b' ' => form.push('+'),
            _ => escape(*byte, form),
        }
    }
}

fn escape(byte: u8, text: &mut String) {
    const HEX: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |value: u8| HEX.get(usize::from(value)).copied().unwrap_or('0');
    text.extend(['%', digit(byte >> 4), digit(byte & 15)]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(fields: &Fields) -> Vec<(String, String)> {
        let pair = |field: &Field| (field.name.clone(), text::read(&field.value).into_owned());
        fields.iter().map(pair).collect()
    }

    fn of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn fields_come_decoded_and_in_order() {
        let fields = read(b"b=2+%2b%20x&a=%C3%A9&a=%E9&&flag&=nameless", 10).unwrap();
        let expected = [("b", "2 + x"), ("a", "é"), ("a", "é"), ("flag", ""), ("", "nameless")];
        assert_eq!(said(&fields), of(&expected));
        assert_eq!(fields.text("a").unwrap(), "é");
    }

    #[test]
    fn a_broken_percent_stands_for_itself() {
        assert_eq!(decoded(b"100%"), b"100%".as_slice());
        assert_eq!(decoded(b"5%zz%4"), b"5%zz%4".as_slice());
        assert_eq!(decoded(b"%%41"), b"%A".as_slice());
        assert_eq!(decoded(b"%4%41"), b"%4A".as_slice());
    }

    #[test]
    fn xml_that_was_not_encoded_reaches_past_its_ampersands() {
        let body = b"data=<api><a>AT&amp;T 100% sure+%41</a></api>";
        let fields = read_with_markup(body, "data", 10).unwrap();
        assert_eq!(said(&fields), of(&[("data", "<api><a>AT&amp;T 100% sure A</a></api>")]));
    }

    #[test]
    fn fields_around_xml_that_was_not_encoded_are_kept() {
        let body = b"x=1&data=\r\n<api>a&b=c</api>&submit=Go+on";
        let fields = read_with_markup(body, "data", 10).unwrap();
        let expected = [("x", "1"), ("data", "\r\n<api>a&b=c</api>"), ("submit", "Go on")];
        assert_eq!(said(&fields), of(&expected));
    }

    #[test]
    fn encoded_xml_ends_where_its_field_ends() {
        let body = b"data=%3Capi%3Ea%26b%3C%2Fapi%3E&more=<b>&metadata=<c>";
        let fields = read_with_markup(body, "data", 10).unwrap();
        let expected = [("data", "<api>a&b</api>"), ("more", "<b>"), ("metadata", "<c>")];
        assert_eq!(said(&fields), of(&expected));
    }

    #[test]
    fn more_fields_than_allowed_are_refused() {
        let refused = FormError::TooManyFields { most_fields: 2 };
        assert_eq!(read(b"a&b&c", 2), Err(refused));
        assert_eq!(read_with_markup(b"a&data=<b>&c", "data", 2), Err(refused));
        assert_eq!(read(b"a&b", 2).unwrap().len(), 2);
    }

    #[test]
    fn a_text_for_a_query_holds_nothing_that_ends_it() {
        assert_eq!(percent_encoded("a-_.Z9"), "a-_.Z9");
        assert_eq!(percent_encoded("a b&c=/\u{e9}+%"), "a%20b%26c%3D%2F%C3%A9%2B%25");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            pairs in prop::collection::vec((".{0,12}", prop::collection::vec(any::<u8>(), 0..40)), 0..8)
        ) {
            let fields: Fields = pairs.into_iter().collect();
            let form = write(&fields);
            prop_assert_eq!(&read(form.as_bytes(), 8).unwrap(), &fields);
            prop_assert_eq!(&read_with_markup(form.as_bytes(), "data", 8).unwrap(), &fields);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(
            form in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'&'), Just(b'%'), Just(b'<')], 0..200)
        ) {
            let with_data = [b"data=<".as_slice(), &form].concat();
            for form in [&form, &with_data] {
                let fields = read_with_markup(form, "data", 1_000).unwrap();
                prop_assert!(fields.iter().map(|field| field.value.len()).sum::<usize>() <= form.len());
            }
        }
    }
}
