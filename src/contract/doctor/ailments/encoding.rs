//! Characters: what a body says that it is written in, and what it is written in.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::page;
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::document::parameter;
use crate::contract::doctor::seen::{Dialect, Seen};
use crate::protocol::xml::Problem;

/// How far into a body its declaration is looked for, in bytes.
const DECLARATION_BYTES: usize = 256;

pub static DISAGREES: Ailment = Ailment {
    code: "charset-disagrees",
    severity: Severity::MayFail,
    page: page!("charset-disagrees"),
    look: Look::Exchange(disagrees),
};

fn disagrees(seen: &Seen<'_>) -> Option<String> {
    let body = &seen.exchange.request.body;
    let mark = Encoding::for_bom(body).map(|(encoding, _)| ("the byte order mark", encoding));
    let label = |place, label: &str| Some((place, Encoding::for_label(label.trim().as_bytes())?));
    let header = seen.asked("content-type").and_then(|value| parameter(value, "charset"));
    let header = header.and_then(|charset| label("`Content-Type`", charset));
    let declared = declared(body).and_then(|charset| label("the XML declaration", charset));
    let said: Vec<_> = [mark, header, declared].into_iter().flatten().collect();
    // With ASCII letters alone every reading is the same, but for UTF-16.
    let is_wide = |encoding: &&'static Encoding| [UTF_16LE, UTF_16BE].contains(encoding);
    let matters = !body.is_ascii() || said.iter().any(|(_, encoding)| is_wide(encoding));
    let ((first, one), (second, other)) = said.iter().find_map(|one| {
        let other = said.iter().find(|other| other.1 != one.1)?;
        Some((*one, *other))
    })?;
    let takes_xml = matches!(seen.dialect, Dialect::Soap | Dialect::MethodCall);
    (matters && takes_xml).then(|| {
        let (one, other) = (one.name(), other.name());
        format!("By {first} the request is in {one}, by {second} in {other}.")
    })
}

/// The name in the declaration of a document whose bytes are ASCII so far.
fn declared(body: &[u8]) -> Option<&str> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    let start = body.get(..body.len().min(DECLARATION_BYTES))?.strip_prefix(b"<?xml")?;
    let end = start.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(start.get(..end)?).ok()?;
    let (_, rest) = declaration.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest.split(quote).nth(1)
}

pub static INVALID: Ailment = Ailment {
    code: "invalid-encoding",
    severity: Severity::Fails,
    page: page!("invalid-encoding"),
    look: Look::Exchange(invalid),
};

fn invalid(seen: &Seen<'_>) -> Option<String> {
    let takes_xml = matches!(seen.dialect, Dialect::Soap | Dialect::MethodCall);
    let error = seen.sent.error().filter(|_| takes_xml)?;
    let is_unknown = match error.problem() {
        Problem::InvalidEncoding => false,
        Problem::UnknownEncoding => true,
        _ => return None,
    };
    if is_unknown {
        return Some("The request names an encoding that is not known here.".to_owned());
    }
    let body = &seen.exchange.request.body;
    let named = seen.asked("content-type").and_then(|value| parameter(value, "charset"));
    let named =
        named.or_else(|| declared(body)).and_then(|name| Encoding::for_label(name.as_bytes()));
    let (named, at) = (named.unwrap_or(UTF_8).name(), error.offset());
    Some(format!("The request says that it is in {named}, and from byte {at} on it is not."))
}
