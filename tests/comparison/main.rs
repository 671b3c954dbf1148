//! Pairs of documents, equal in meaning though different in bytes, and different though alike.

#![cfg(test)]

mod pairs;

use std::collections::BTreeSet;
use std::path::Path;

use lychgate::contract::compare::{
    Content, Declarations, Difference, Rules, Schema, compare, schema_of,
};

use self::pairs::{Document, Pair};

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
        assert!(pair.schema.as_ref().is_none_or(|schema| !schema.is_empty()), "{name}");
    }
}

/// The paths of all differences, sorted; each once, as one place may differ in two ways.
fn judged(pair: &Pair, expected: &Document, found: &Document) -> Vec<String> {
    let rules: Rules = toml::from_str(&pair.rules).unwrap_or_else(|e| panic!("{}: {e}", pair.name));
    let declared = pair.schema.as_deref().and_then(declarations);
    let face = pair.schema.as_deref().and_then(schema_of);
    let schema: Option<&dyn Schema> = match &declared {
        Some(declared) => Some(declared),
        None => face,
    };
    assert!(schema.is_some() || pair.schema.is_none(), "{}: no such schema", pair.name);
    let differences = compare(content(expected), content(found), &rules, schema);
    let paths = differences.into_iter().map(|Difference { path, .. }| path);
    paths.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What a file in `schemas` declares.
fn declarations(name: &str) -> Option<Declarations> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/comparison/schemas").join(name);
    let mut declarations = Declarations::default();
    declarations.add(&std::fs::read(file).ok()?).unwrap();
    Some(declarations)
}

fn content(document: &Document) -> Content<'_> {
    Content { media_type: &document.media_type, bytes: &document.bytes }
}

#[test]
fn no_pair_is_misjudged() {
    let mut misjudged = Vec::new();
    for pair in pairs::read_all() {
        let found = judged(&pair, &pair.expected, &pair.found);
        if found != pair.differences {
            misjudged.push(format!(
                "{}\n    true: {:?}\n    said: {found:?}",
                pair.name, pair.differences
            ));
        }
    }
    assert!(misjudged.is_empty(), "{}\n{} misjudged", misjudged.join("\n"), misjudged.len());
}

#[test]
fn a_pair_is_judged_alike_in_both_directions() {
    let mut misjudged = Vec::new();
    for pair in pairs::read_all().iter().filter(|pair| !pair.only_forth) {
        let found = judged(pair, &pair.found, &pair.expected);
        if found.is_empty() != pair.differences.is_empty() {
            misjudged.push(format!("{}\n    said: {found:?}", pair.name));
        }
    }
    assert!(misjudged.is_empty(), "{}\n{} misjudged", misjudged.join("\n"), misjudged.len());
}

#[test]
fn a_document_is_equal_to_itself() {
    for pair in pairs::read_all() {
        for document in [&pair.expected, &pair.found] {
            // A placeholder need not be what it stands for.
            let text = String::from_utf8_lossy(&document.bytes);
            let found = judged(&pair, document, document);
            assert!(text.contains("xmlunit") || found.is_empty(), "{}: {found:?}", pair.name);
        }
    }
}

#[test]
fn there_are_at_least_a_hundred_and_fifty_pairs() {
    let pairs = pairs::read_all();
    assert!(pairs.len() >= 150, "{}", pairs.len());
    let equal = pairs.iter().filter(|pair| pair.differences.is_empty()).count();
    assert!(equal >= 50 && pairs.len() - equal >= 50, "{equal} equal");
}

/// In a list, ignoring a place moves what is reported of an item more or less to another place.
#[test]
fn a_place_that_was_reported_can_be_ignored_as_it_stands() {
    for mut pair in pairs::read_all() {
        // Rules for the same key cannot be given twice.
        if pair.rules.contains("ignore") {
            continue;
        }
        pair.rules = format!("ignore = {:?}\n{}", pair.differences, pair.rules);
        let found = judged(&pair, &pair.expected, &pair.found);
        let again: Vec<_> = found.iter().filter(|at| pair.differences.contains(at)).collect();
        assert!(again.is_empty(), "{}: {again:?}", pair.name);
    }
}
