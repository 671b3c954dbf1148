//! Pairs of documents, equal in meaning though different in bytes, and different though alike.

#![cfg(test)]

mod pairs;

use std::collections::BTreeSet;

#[test]
fn every_pair_has_a_sentence_of_its_own() {
    let pairs = pairs::read_all();
    let names: BTreeSet<&str> = pairs.iter().map(|pair| pair.name.as_str()).collect();
    assert_eq!(names.len(), pairs.len());
}

#[test]
fn every_pair_says_what_its_documents_are_and_by_which_rules_they_are_compared() {
    for pair in pairs::read_all() {
        let name = &pair.name;
        for document in [&pair.expected, &pair.found] {
            assert!(document.media_type.contains('/'), "{name}");
        }
        let rules: Result<toml::Table, _> = toml::from_str(&pair.rules);
        assert!(rules.is_ok(), "{name}: {rules:?}");
        assert!(pair.expected.bytes != pair.found.bytes || pair.differences.is_empty(), "{name}");
        assert!(
            !pair.only_forth || pair.expected.bytes.windows(2).any(|two| two == b"${"),
            "{name}"
        );
        assert!(pair.schema.as_ref().is_none_or(|schema| !schema.is_empty()), "{name}");
    }
}
