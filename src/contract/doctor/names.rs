//! Names that may be repeated.

/// Longest name that is repeated, in characters.
const SHOWN_CHARS: usize = 64;

/// A name as it may be shown: shortened, and only when it looks like a name rather than like
/// somebody's data.
pub fn shown(name: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/');
    if name.is_empty() || name.chars().count() > SHOWN_CHARS || !name.chars().all(is_name) {
        return "(a name that is not shown)".to_owned();
    }
    format!("`{name}`")
}

/// A namespace in words; shortened, since a document may name any.
pub fn shown_namespace(namespace: &str) -> String {
    if namespace.is_empty() {
        return "no namespace".to_owned();
    }
    let shown: String = namespace.chars().filter(char::is_ascii_graphic).take(120).collect();
    format!("`{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_somebodys_is_not_shown() {
        assert_eq!(shown("OptInType"), "`OptInType`");
        assert!(!shown("ann@example.org").contains("ann"));
        assert!(!shown(&"a".repeat(65)).contains("aaa"));
    }
}
