//! Characters: references, white space, and what XML 1.0 forbids.

use std::borrow::Cow;

use super::error::Problem;

/// What XML calls white space; less than what Unicode does.
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// White space at both ends taken off, as `whiteSpace="collapse"` does for values without inner
/// white space.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// A character that an XML 1.0 document may not contain, not even as a reference.
///
/// .NET Framework clients send them nevertheless (`&#x1F;`). They are dropped on reading and
/// never written.
pub fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a byte can begin a forbidden character: a quick look before the exact one.
fn may_be_forbidden(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0xef
}

/// The text without its forbidden characters; borrowed when there are none.
pub fn without_forbidden(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.bytes().any(may_be_forbidden) || !text.contains(is_forbidden) {
        return text;
    }
    Cow::Owned(text.chars().filter(|c| !is_forbidden(*c)).collect())
}

/// What a reference stands for, given without its `&` and `;`. A reference to a forbidden
/// character stands for nothing.
pub fn resolve_reference(name: &str) -> Result<Option<char>, Problem> {
    let number = match name {
        "lt" => return Ok(Some('<')),
        "gt" => return Ok(Some('>')),
        "amp" => return Ok(Some('&')),
        "quot" => return Ok(Some('"')),
        "apos" => return Ok(Some('\'')),
        _ => name.strip_prefix('#').ok_or(Problem::UnknownEntity)?,
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(Problem::Malformed);
    }
    let code = u32::from_str_radix(digits, radix).map_err(|_| Problem::Malformed)?;
    let c = char::from_u32(code).ok_or(Problem::Malformed)?;
    Ok(Some(c).filter(|c| !is_forbidden(*c)))
}

/// An attribute's value: references resolved, white space turned into spaces.
pub fn attribute_value(raw: &str) -> Result<Cow<'_, str>, Problem> {
    if raw.contains('<') {
        return Err(Problem::Malformed);
    }
    if !raw.contains(['&', '\t', '\n', '\r']) {
        return Ok(without_forbidden(Cow::Borrowed(raw)));
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        push_with_spaces(&mut value, before);
        let (name, after) = after.split_once(';').ok_or(Problem::Malformed)?;
        value.extend(resolve_reference(name)?);
        rest = after;
    }
    push_with_spaces(&mut value, rest);
    Ok(Cow::Owned(value))
}

fn push_with_spaces(value: &mut String, raw: &str) {
    let mut previous = ' ';
    for c in raw.chars().filter(|c| !is_forbidden(*c)) {
        if !(c == '\n' && previous == '\r') {
            value.push(if is_space(c) { ' ' } else { c });
        }
        previous = c;
    }
}
