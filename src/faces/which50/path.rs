//! Which paths are this face's, and what their parts say.

use super::failure::Failure;
use crate::protocol::rest;

/// The application's root: the first segment of every path, in any letter case.
const ROOT: &str = "Which50API";

/// Whether a path is below the application's root.
pub fn is_ours(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    first.eq_ignore_ascii_case(ROOT)
}

/// The segments below the root, decoded one by one.
pub fn segments(path: &str) -> Vec<String> {
    let mut segments = rest::segments(path);
    segments.drain(..segments.len().min(1));
    segments
}

/// The values of a path's parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathArgs(pub(super) rest::PathArgs);

impl PathArgs {
    /// The text of a parameter; empty for a name that the template does not have.
    pub fn text(&self, name: &str) -> &str {
        self.0.text(name)
    }

    /// An id. One that is no `Int32` is refused as Web API binds it; a negative one is nobody's.
    pub fn id(&self, name: &'static str) -> Result<u32, Failure> {
        let id: i32 = self.text(name).parse().map_err(|_| Failure::unbound(name))?;
        Ok(u32::try_from(id).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_known_in_any_letter_case_and_only_whole() {
        for path in ["/Which50API/contactLists", "/WHICH50API/", "/which50api", "//which50Api/x"] {
            assert!(is_ours(path), "{path}");
        }
        for path in ["/", "/Which50/contactLists", "/Which50APIs/x", "/v2/Which50API"] {
            assert!(!is_ours(path), "{path}");
        }
        assert_eq!(segments("/which50api/contacts/a+b%2Fc//x/"), ["contacts", "a+b/c", "x"]);
    }
}
