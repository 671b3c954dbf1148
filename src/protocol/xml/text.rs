//! Characters: references, white space, and what XML 1.0 forbids.

use std::borrow::Cow;

use super::entities::html4;
use super::error::Problem;

/// Which names of characters a document may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entities {
    /// The five of XML.
    Xml,
    /// Those of HTML 4 as well.
    Html4,
}

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
pub fn may_begin_forbidden(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0xef
}

/// Whether a byte can begin something that [`clean`] changes.
fn may_need_cleaning(byte: u8) -> bool {
    byte == b'\r' || may_begin_forbidden(byte)
}

/// Text as XML means it: line ends are line feeds, forbidden characters are gone, and `dropped`
/// counts them. Borrowed when nothing changes.
pub fn clean<'t>(raw: Cow<'t, str>, dropped: &mut usize) -> Cow<'t, str> {
    let changes = |c: char| c == '\r' || is_forbidden(c);
    if !raw.bytes().any(may_need_cleaning) || !raw.contains(changes) {
        return raw;
    }
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' => text.push('\n'),
            c if is_forbidden(c) => *dropped += 1,
            c => text.push(c),
        }
    }
    Cow::Owned(text)
}

/// What a reference stands for, given without its `&` and `;`. A reference to a forbidden
/// character stands for nothing.
pub fn resolve_reference(name: &str, entities: Entities) -> Result<Option<char>, Problem> {
    let number = match name {
        "lt" => return Ok(Some('<')),
        "gt" => return Ok(Some('>')),
        "amp" => return Ok(Some('&')),
        "quot" => return Ok(Some('"')),
        "apos" => return Ok(Some('\'')),
        _ => match name.strip_prefix('#') {
            Some(number) => number,
            None if entities == Entities::Html4 => {
                return html4(name).map(Some).ok_or(Problem::UnknownEntity);
            }
            None => return Err(Problem::UnknownEntity),
        },
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
pub fn attribute_value<'t>(
    raw: &'t str,
    entities: Entities,
    dropped: &mut usize,
) -> Result<Cow<'t, str>, Problem> {
    if raw.contains('<') {
        return Err(Problem::Malformed);
    }
    let clean = clean(Cow::Borrowed(raw), dropped);
    if !clean.contains(['&', '\t', '\n']) {
        return Ok(clean);
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = &*clean;
    while let Some((before, after)) = rest.split_once('&') {
        value.extend(before.chars().map(space_or_self));
        let (name, after) = after.split_once(';').ok_or(Problem::Malformed)?;
        let c = resolve_reference(name, entities)?;
        *dropped += usize::from(c.is_none());
        value.extend(c);
        rest = after;
    }
    value.extend(rest.chars().map(space_or_self));
    Ok(Cow::Owned(value))
}

fn space_or_self(c: char) -> char {
    if is_space(c) { ' ' } else { c }
}
