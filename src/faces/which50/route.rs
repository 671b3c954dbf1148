//! From method and path to an operation.
//!
//! A segment of a template is a word, in any letter case, or a parameter, which takes anything: an
//! id that is none is refused by name, as Web API binds it. Words come before parameters.

use http::Method;

use super::operation::Operation;
use super::operations::OPERATIONS;
use super::path::{PathArgs, segments};
use crate::protocol::rest;

/// What a call asks for.
#[derive(Debug)]
pub enum Route {
    Found(&'static Operation, PathArgs),
    /// The path is there, for these methods.
    OtherMethod(Vec<&'static str>),
    Unknown,
}

/// Finds the operation.
pub fn find(method: &Method, path: &str) -> Route {
    let path = segments(path);
    let fitting = OPERATIONS
        .iter()
        .copied()
        .filter_map(|operation| fit(operation.path, &path).map(|words| (words, operation)));
    let mut fitting: Vec<(usize, &'static Operation)> = fitting.collect();
    let most = fitting.iter().map(|(words, _)| *words).max().unwrap_or_default();
    fitting.retain(|(words, _)| *words == most);
    let found = fitting.iter().find(|(_, operation)| operation.method == *method);
    if let Some((_, operation)) = found {
        return Route::Found(operation, PathArgs(rest::PathArgs::of(operation.path, path)));
    }
    let mut methods: Vec<_> =
        fitting.iter().map(|(_, operation)| operation.method.as_str()).collect();
    methods.sort_unstable();
    methods.dedup();
    if methods.is_empty() { Route::Unknown } else { Route::OtherMethod(methods) }
}

/// How many segments are words, or `None` when the path is not of this template.
fn fit(template: &'static str, segments: &[String]) -> Option<usize> {
    let (mut given, mut words) = (segments.iter(), 0);
    for expected in rest::template(template) {
        let given = given.next()?;
        if rest::parameter(expected).is_none() {
            if !expected.eq_ignore_ascii_case(given) {
                return None;
            }
            words += 1;
        }
    }
    given.next().is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &Method, path: &str) -> (&'static str, PathArgs) {
        match find(method, path) {
            Route::Found(operation, args) => (operation.name, args),
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn words_are_found_in_any_letter_case_and_come_before_parameters() {
        let (name, args) = found(&Method::GET, "/WHICH50API/contactlists/7/IMPORT/9/");
        assert_eq!(name, "GetImportJob");
        assert_eq!((args.id("contactListId").unwrap(), args.id("importJobId").unwrap()), (7, 9));
        assert_eq!(
            found(&Method::POST, "/Which50API/contactLists/contactForm").0,
            "PostContactForm"
        );
        assert_eq!(found(&Method::GET, "/Which50API/journeys/3/contacts").0, "GetJourneyContacts");
    }

    #[test]
    fn a_path_for_other_methods_says_which_and_an_unknown_one_is_unknown() {
        let Route::OtherMethod(methods) =
            find(&Method::DELETE, "/Which50API/contactLists/1/import/2")
        else {
            panic!("another method");
        };
        assert_eq!(methods, ["GET", "POST"]);
        for path in ["/Which50API", "/Which50API/nothing", "/Which50API/contactLists/1/2/3/4/5"] {
            assert!(matches!(find(&Method::GET, path), Route::Unknown), "{path}");
        }
    }

    #[test]
    fn every_operation_is_found_by_its_own_template() {
        for operation in OPERATIONS {
            let path = format!("/Which50API/{}", operation.path.replace(['{', '}'], ""));
            assert_eq!(found(&operation.method, &path).0, operation.name);
        }
    }
}
