//! Paths by templates such as `/contacts/{id}`.

use crate::protocol::form::urlencoded::decoded;

/// The segments of a path, decoded one by one; empty ones, such as behind a trailing slash, do not
/// count. A `+` is itself: in a path it never meant a blank.
pub fn segments(path: &str) -> Vec<String> {
    let decode = |segment: &str| {
        let plain = segment.replace('+', "%2B");
        String::from_utf8_lossy(&decoded(plain.as_bytes())).into_owned()
    };
    template(path).map(decode).collect()
}

/// The segments of a template, as they stand.
pub fn template(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The name of a parameter, where a segment of a template is one.
pub fn parameter(segment: &'static str) -> Option<&'static str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// The values of a path's parameters, in the order of the template. `Debug` shows the names only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PathArgs(Vec<(&'static str, String)>);

impl PathArgs {
    /// Of a path that fits the template.
    pub fn of(path: &'static str, segments: Vec<String>) -> Self {
        let pairs = template(path).zip(segments);
        Self(pairs.filter_map(|(name, value)| Some((parameter(name)?, value))).collect())
    }

    /// The text of a parameter; empty for a name that the template does not have.
    pub fn text(&self, name: &str) -> &str {
        let mut args = self.0.iter();
        args.find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    }
}

impl std::fmt::Debug for PathArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_decoded_one_by_one() {
        let found = segments("/v2/contacts/a+b%40x.org%2F1//%zz/");
        assert_eq!(found, ["v2", "contacts", "a+b@x.org/1", "%zz"]);
        assert_eq!(segments("/%ff"), ["\u{fffd}"]);
    }

    #[test]
    fn parameters_are_known_by_the_templates_names_and_shown_to_nobody() {
        let args = PathArgs::of("/contacts/{email}/{id}", segments("/contacts/a@b.example/7/"));
        assert_eq!(
            (args.text("email"), args.text("id"), args.text("contacts")),
            ("a@b.example", "7", "")
        );
        assert_eq!(format!("{args:?}"), "[\"email\", \"id\"]");
    }
}
