//! Where this face listens: `/{language}/api/{method}`.

use std::borrow::Cow;

use crate::protocol::form::{text, urlencoded};

/// The method that a path names: `getLists`, `async/exportContacts`. `None` when the path is not of
/// this face. The language is any two letters, since it decides nothing but texts.
///
/// A slash at the end is passed over, and one within the method's name may be percent-encoded.
pub fn method(path: &str) -> Option<Cow<'_, str>> {
    let (language, rest) = path.strip_prefix('/')?.split_once('/')?;
    let is_language =
        language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let name = rest.strip_prefix("api/").filter(|_| is_language)?;
    let name = name.strip_suffix('/').unwrap_or(name);
    Some(match urlencoded::decoded(name.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(name),
        Cow::Owned(decoded) => Cow::Owned(text::read(&decoded).into_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_stands_behind_any_language() {
        for (path, expected) in [
            ("/en/api/getLists", Some("getLists")),
            ("/RU/api/getLists/", Some("getLists")),
            ("/xx/api/async/exportContacts", Some("async/exportContacts")),
            ("/ua/api/async%2FgetTaskResult", Some("async/getTaskResult")),
            ("/en/api/", Some("")),
            ("/en/api", None),
            ("/v2/api.svc", None),
            ("/v2/api/x", None),
            ("/eng/api/getLists", None),
            ("/api/xmlrpc/index.php", None),
            ("/", None),
        ] {
            assert_eq!(method(path).as_deref(), expected, "{path}");
        }
    }
}
