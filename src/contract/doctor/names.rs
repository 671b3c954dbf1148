//! Names that were meant, and names that may be repeated.

/// Longest name that is repeated, in characters.
const SHOWN_CHARS: usize = 64;

/// How alike two names must be for one to be taken for the other; 1 is the same.
const ALIKE: f64 = 0.7;

/// The known name that was meant: the same in other letters, or one that is much alike.
pub fn nearest<'k>(given: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    // Longer than any name of an API; comparing takes the product of the lengths.
    if given.chars().count() > SHOWN_CHARS {
        return None;
    }
    let given = given.to_ascii_lowercase();
    let alike = known.map(|name| {
        (strsim::normalized_damerau_levenshtein(&given, &name.to_ascii_lowercase()), name)
    });
    let best = alike.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= ALIKE).then_some(best.1)
}

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

/// `; did you mean `x`?`, or nothing.
pub fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; the nearest known one is `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_is_found_and_a_strange_one_is_not() {
        let known = || ["Email", "EmailType", "OptInType"].into_iter();
        assert_eq!(nearest("EMAIL", known()), Some("Email"));
        assert_eq!(nearest("EmailTyp", known()), Some("EmailType"));
        assert_eq!(nearest("xyz", known()), None);
        assert_eq!(nearest(&"E".repeat(65), known()), None);
    }

    #[test]
    fn what_could_be_somebodys_is_not_shown() {
        assert_eq!(shown("OptInType"), "`OptInType`");
        assert!(!shown("ann@example.org").contains("ann"));
        assert!(!shown(&"a".repeat(65)).contains("aaa"));
    }
}
