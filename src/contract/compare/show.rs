//! How much of two differing texts a report shows.

/// Longest text kept whole, in characters.
const MOST_CHARACTERS: usize = 600;
/// Characters kept before the first that differs, when the beginning is left out.
const BEFORE: usize = 40;
/// Bytes at the beginning that are never left out.
const ALWAYS: usize = 100;

/// Both texts, cut down to where they begin to differ; `…` stands for what is left out.
pub(super) fn shortened(
    expected: Option<&str>,
    found: Option<&str>,
) -> (Option<String>, Option<String>) {
    let from = match (expected, found) {
        (Some(one), Some(other)) if is_long(one) || is_long(other) => beginning(one, other),
        _ => 0,
    };
    (expected.map(|text| window(text, from)), found.map(|text| window(text, from)))
}

fn is_long(text: &str) -> bool {
    text.chars().nth(MOST_CHARACTERS).is_some()
}

/// The byte from which on both are shown.
fn beginning(one: &str, other: &str) -> usize {
    let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    if same <= ALWAYS {
        return 0;
    }
    let at = (0..=same).rev().find(|at| one.is_char_boundary(*at)).unwrap_or(0);
    let common = one.get(..at).unwrap_or_default();
    common.char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at)
}

fn window(text: &str, from: usize) -> String {
    let mut characters = text.get(from..).unwrap_or(text).chars();
    let mut shown = String::new();
    if from > 0 {
        shown.push('…');
    }
    shown.extend(characters.by_ref().take(MOST_CHARACTERS));
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shown_from_shortly_before_they_differ() {
        let one = format!("{}X{}", "a".repeat(1000), "b".repeat(1000));
        let other = format!("{}Y", "a".repeat(1000));
        let (one, other) = shortened(Some(&one), Some(&other));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert!(one.starts_with("…aaa") && one.ends_with("b…") && one.contains("aXb"), "{one}");
        assert!(other.starts_with("…aaa") && other.ends_with("aY"), "{other}");
    }

    #[test]
    fn short_texts_are_shown_whole() {
        let (one, other) = shortened(Some("ä"), None);
        assert_eq!((one.as_deref(), other), (Some("ä"), None));
    }
}
