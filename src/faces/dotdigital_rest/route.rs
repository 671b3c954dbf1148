//! From method and path to an operation.
//!
//! A segment of a template is a word, in any letter case, or a parameter. Several templates may
//! fit one path: the words of the API come before its parameters, and `{id}`, which takes digits
//! (or a GUID, where ids are GUIDs), before `{email}`, which takes anything.

use http::Method;

use super::operation::Operation;
use super::operations;
use super::path::PathArgs;
use crate::protocol::rest::{self, parameter, segments, template};

/// What a call asks for.
#[derive(Debug)]
pub enum Route {
    Found(&'static Operation, PathArgs),
    /// The path is there, for these methods.
    OtherMethod(Vec<&'static str>),
    Unknown,
}

/// Parameters whose values are GUIDs.
const GUIDS: [&str; 4] = ["sendId", "importId", "deletionRequestId", "enrolmentId"];

/// How well a segment fits, the best one last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Something that is no GUID where a GUID is expected: the operation says so best.
    Loose,
    Anything,
    Exact,
    Word,
}

/// How well a whole path fits: what its first segments say counts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank(u64);

impl Rank {
    /// Two bits a segment; no template has more than a dozen.
    fn with(self, fit: Fit) -> Self {
        let fit = match fit {
            Fit::Loose => 0,
            Fit::Anything => 1,
            Fit::Exact => 2,
            Fit::Word => 3,
        };
        Self((self.0 << 2) | fit)
    }
}

/// Finds the operation. `HEAD` asks for what `GET` does.
pub fn find(method: &Method, path: &str) -> Route {
    let path = segments(path);
    let method = if method == Method::HEAD { &Method::GET } else { method };
    let mut best: Option<(Rank, &'static Operation)> = None;
    let mut methods = Vec::new();
    for operation in operations::all() {
        let Some(rank) = fit(operation.path, &path) else { continue };
        if operation.method != *method {
            methods.push(operation.method.as_str());
        } else if best.is_none_or(|(known, _)| known < rank) {
            best = Some((rank, operation));
        }
    }
    if let Some((_, operation)) = best {
        return Route::Found(operation, PathArgs(rest::PathArgs::of(operation.path, path)));
    }
    methods.sort_unstable();
    methods.dedup();
    if methods.is_empty() { Route::Unknown } else { Route::OtherMethod(methods) }
}

/// How well the segments fit, or `None` when the path is not of this template.
fn fit(path: &'static str, segments: &[String]) -> Option<Rank> {
    let mut rank = Rank(0);
    let mut given = segments.iter();
    for expected in template(path) {
        rank = rank.with(fit_one(expected, given.next()?)?);
    }
    given.next().is_none().then_some(rank)
}

fn fit_one(expected: &'static str, given: &str) -> Option<Fit> {
    let Some(name) = parameter(expected) else {
        return expected.eq_ignore_ascii_case(given).then_some(Fit::Word);
    };
    if GUIDS.contains(&name) {
        let is_guid = uuid::Uuid::try_parse(given).is_ok();
        return Some(if is_guid { Fit::Exact } else { Fit::Loose });
    }
    if !is_number(name) {
        return Some(Fit::Anything);
    }
    let digits = given.strip_prefix('-').unwrap_or(given);
    let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(Fit::Exact)
}

fn is_number(parameter: &str) -> bool {
    let start = parameter.len().saturating_sub(2);
    parameter.get(start..).is_some_and(|end| end.eq_ignore_ascii_case("id"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(method: &Method, path: &str) -> (&'static str, PathArgs) {
        match find(method, path) {
            Route::Found(operation, args) => (operation.name(), args),
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn digits_are_an_id_and_anything_else_is_an_address() {
        assert_eq!(found(&Method::GET, "/v2/contacts/17").0, "GetContactById");
        let (name, args) = found(&Method::GET, "/V2/Contacts/a+b@example.org/");
        assert_eq!((name, args.text("email")), ("GetContactByEmail", "a+b@example.org"));
        let (name, args) = found(&Method::GET, "/v2/contacts/a%2Bb%40example.org");
        assert_eq!((name, args.text("email")), ("GetContactByEmail", "a+b@example.org"));
    }

    #[test]
    fn a_word_of_the_api_comes_before_a_parameter() {
        assert_eq!(found(&Method::GET, "/v2/contacts/COUNT").0, "GetAllContactsCount");
        assert_eq!(found(&Method::GET, "/v2/address-books/public").0, "GetPublicAddressBooks");
        let since = "/v2/contacts/created-since/2015-01-01T00:00:00+0000";
        let (name, args) = found(&Method::GET, since);
        assert_eq!((name, args.text("date")), ("GetNewContacts", "2015-01-01T00:00:00+0000"));
    }

    #[test]
    fn guids_and_other_words_are_told_apart() {
        let guid = "/v2/programs/enrolments/af4ac4bc-e1e7-4817-8a66-73fb59e91ce6";
        assert_eq!(found(&Method::GET, guid).0, "GetEnrolmentById");
        let status = "/v2/programs/enrolments/Processing";
        assert_eq!(found(&Method::GET, status).0, "GetEnrolmentsByStatus");
        let import = "/v2/contacts/import/none";
        assert_eq!(found(&Method::GET, import).0, "GetContactImportProgress");
    }

    #[test]
    fn a_path_for_other_methods_says_which_and_an_unknown_one_is_unknown() {
        let Route::OtherMethod(methods) = find(&Method::PATCH, "/v2/address-books/1") else {
            panic!("another method");
        };
        assert_eq!(methods, ["DELETE", "GET", "PUT"]);
        for path in ["/v2", "/v2/", "/v2/nothing", "/v2/address-books/abc", "/v2/contacts/1/2/3"] {
            assert!(matches!(find(&Method::GET, path), Route::Unknown), "{path}");
        }
        assert_eq!(found(&Method::HEAD, "/v2/contacts").0, "GetContacts");
    }

    #[test]
    fn every_operation_is_found_by_a_path_of_its_own() {
        for operation in operations::all() {
            let filled = operation.path.split('/').map(|segment| match parameter(segment) {
                Some(name) if GUIDS.contains(&name) => "af4ac4bc-e1e7-4817-8a66-73fb59e91ce6",
                Some(name) if is_number(name) => "17",
                Some(name) if name.to_lowercase().contains("email") => "a@example.org",
                Some(_) => "2026-01-02",
                None => segment,
            });
            let path = filled.collect::<Vec<_>>().join("/");
            let (name, _) = found(&operation.method, &path);
            assert_eq!(name, operation.name(), "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_path_makes_it_panic(path in "/v2(/[a-z0-9%+@.-]{0,12}){0,9}|\\PC{0,60}") {
            find(&Method::GET, &path);
        }
    }
}
