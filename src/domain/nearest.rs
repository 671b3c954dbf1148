//! The known name that was meant by one that is not known.

/// Longest name that is compared, in characters: longer than any name of an API, since comparing
/// takes the product of the lengths.
const LONGEST_CHARS: usize = 64;

/// How alike two names must be for one to be taken for the other; 1 is the same.
const ALIKE: f64 = 0.7;

/// The known name that was meant: the same in other letters, or one that is much alike.
pub fn nearest<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if given.chars().count() > LONGEST_CHARS {
        return None;
    }
    let given = given.to_ascii_lowercase();
    let alike = known.into_iter().map(|name| {
        (strsim::normalized_damerau_levenshtein(&given, &name.to_ascii_lowercase()), name)
    });
    let best = alike.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= ALIKE).then_some(best.1)
}

/// What an error adds: `; the nearest known one is …`, or nothing.
pub fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; the nearest known one is `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_is_found_and_a_strange_one_is_not() {
        let known = ["Email", "EmailType", "OptInType"];
        assert_eq!(nearest("EMAIL", known), Some("Email"));
        assert_eq!(nearest("EmailTyp", known), Some("EmailType"));
        assert_eq!(nearest("EmialType", known), Some("EmailType"));
        assert_eq!(nearest("xyz", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest(&"E".repeat(LONGEST_CHARS + 1), known), None);
    }

    #[test]
    fn an_error_names_it_or_says_nothing() {
        assert_eq!(meant(Some("Email")), "; the nearest known one is `Email`");
        assert_eq!(meant(None), "");
    }
}
