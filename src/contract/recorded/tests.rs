use std::fs;
use std::sync::Arc;

use super::*;
use crate::contract::replay::head_of;
use crate::faces::dotdigital_rest::{self, DotdigitalRest};
use crate::faces::selzy::{self, Selzy};

fn selzy() -> Arc<dyn Face> {
    Arc::new(Selzy::new(selzy::Settings::default()))
}

/// A folder of recordings: each a path of a case with its `case.toml`, request and response.
fn folder(cases: &[(&str, &str, &str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, told, request, response) in cases {
        let place = folder.path().join(path);
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("case.toml"), format!("shows = \"It.\"\n{told}")).unwrap();
        fs::write(place.join("request.http"), request).unwrap();
        fs::write(place.join("response.http"), response).unwrap();
    }
    folder
}

fn lists(title: &str) -> String {
    format!("HTTP/1.1 200 OK\ncontent-type: application/json\n\n{{\"result\":[\"{title}\"]}}")
}

fn asked(target: &str) -> Request {
    Request::read(format!("GET {target} HTTP/1.1\nhost: x\n\n").as_bytes()).unwrap()
}

fn body(answer: Result<Played, Box<Miss>>) -> String {
    String::from_utf8(answer.unwrap().response.body.to_vec()).unwrap()
}

const GET_LISTS: &str = "GET /en/api/getLists?format=json&api_key={api_key} HTTP/1.1\nhost: y\n\n";

#[test]
fn who_calls_does_not_count() {
    let folder = folder(&[("selzy/getLists/all", "", GET_LISTS, &lists("a"))]);
    let shelf = Shelf::read(folder.path(), selzy(), Vec::new()).unwrap();
    for target in ["/en/api/getLists?format=json&api_key=k1", "/en/api/getLists?format=json"] {
        let played = shelf.answer(Some("getLists"), &asked(target)).unwrap();
        assert_eq!(played.id, "selzy/getLists/all");
    }
}

#[test]
fn the_same_call_recorded_more_than_once_is_answered_in_turn_and_the_last_one_stays() {
    let step = |number: u8| format!("[sequence]\nof = \"night\"\nstep = {number}\n");
    // By their names they would be the other way round.
    let folder = folder(&[
        ("selzy/getLists/a", &step(3), GET_LISTS, &lists("third")),
        ("selzy/getLists/b", &step(2), GET_LISTS, &lists("second")),
        ("selzy/getLists/c", &step(1), GET_LISTS, &lists("first")),
    ]);
    let shelf = Shelf::read(folder.path(), selzy(), Vec::new()).unwrap();
    let ask = || body(shelf.answer(Some("getLists"), &asked("/en/api/getLists?format=json")));
    let told: Vec<String> = (0..4).map(|_| ask()).collect();
    for (told, title) in told.iter().zip(["first", "second", "third", "third"]) {
        assert!(told.contains(title), "{told}");
    }
    shelf.reload().unwrap();
    assert!(ask().contains("first"));
}

#[test]
fn a_call_that_none_fits_names_the_closest_and_no_value() {
    let get = |id: &str| {
        format!("GET /en/api/getList?format=json&list_id={id}&secret=hush HTTP/1.1\nhost: y\n\n")
    };
    let near = get("7");
    let far = "POST /de/api/getList?format=xml HTTP/1.1\nhost: y\n\n";
    let folder = folder(&[
        ("selzy/getList/far", "", far, &lists("a")),
        ("selzy/getList/near", "", &near, &lists("b")),
    ]);
    let shelf = Shelf::read(folder.path(), selzy(), Vec::new()).unwrap();
    let target = "/en/api/getList?format=json&list_id=ann@example.org&secret=hush";
    let miss = shelf.answer(None, &asked(target)).unwrap_err();
    assert_eq!(miss.nearest.as_ref().unwrap().id, "selzy/getList/near");
    let text = miss.to_string();
    assert!(text.contains("selzy/getList/near") && text.contains("list_id"), "{text}");
    assert!(!text.contains("ann@") && !text.contains("hush"), "{text}");
}

#[test]
fn an_operation_without_recordings_is_a_miss_of_its_own() {
    let folder = folder(&[("selzy/getLists/all", "", GET_LISTS, &lists("a"))]);
    let shelf = Shelf::read(folder.path(), selzy(), Vec::new()).unwrap();
    let miss = shelf.answer(Some("getTags"), &asked("/en/api/getTags")).unwrap_err();
    let text = miss.to_string();
    assert_eq!(text, "No recording fits this call: there is none of its operation.");
}

#[test]
fn what_the_case_or_the_operator_leaves_open_may_differ() {
    let told = "[match]\nignore = [\"/query/limit\"]\n";
    let request = "GET /en/api/getLists?format=json&limit=1&page=1 HTTP/1.1\nhost: y\n\n";
    let folder = folder(&[("selzy/getLists/all", told, request, &lists("a"))]);
    let other_limit = asked("/en/api/getLists?format=json&limit=2&page=1");
    let other_page = asked("/en/api/getLists?format=json&limit=1&page=2");
    let shelf = Shelf::read(folder.path(), selzy(), Vec::new()).unwrap();
    assert!(shelf.answer(Some("getLists"), &other_limit).is_ok());
    assert!(shelf.answer(Some("getLists"), &other_page).is_err());
    let ignore = vec!["/query/page".parse().unwrap()];
    let shelf = Shelf::read(folder.path(), selzy(), ignore).unwrap();
    assert!(shelf.answer(Some("getLists"), &other_page).is_ok());
}

#[test]
fn the_recording_that_leaves_the_least_open_is_the_one() {
    let open = "GET /en/api/getLists?format=json&page=${xmlunit.ignore} HTTP/1.1\nhost: y\n\n";
    let exact = "GET /en/api/getLists?format=json&page=2 HTTP/1.1\nhost: y\n\n";
    let folder = folder(&[
        ("selzy/getLists/any", "", open, &lists("any")),
        ("selzy/getLists/two", "", exact, &lists("two")),
    ]);
    let shelf = Shelf::read(folder.path(), selzy(), Vec::new()).unwrap();
    let ask = |page| {
        let target = format!("/en/api/getLists?format=json&page={page}");
        body(shelf.answer(Some("getLists"), &asked(&target)))
    };
    for (page, title) in [("2", "two"), ("2", "two"), ("1", "any"), ("2", "two")] {
        assert!(ask(page).contains(title));
    }
}

#[test]
fn an_answer_of_a_kind_that_the_caller_does_not_take_does_not_fit() {
    let face = Arc::new(DotdigitalRest::new(dotdigital_rest::Settings::default()));
    let operation =
        face.operation_of(&head_of(&asked("/v2/server-time"), None), &[][..].into()).unwrap();
    let request = |kind: &str| format!("GET /v2/server-time HTTP/1.1\naccept: {kind}\n\n");
    let reply = |kind: &str| format!("HTTP/1.1 200 OK\ncontent-type: {kind}\n\n1");
    let folder = folder(&[
        (
            "dotdigital-rest/GetServerTime/json",
            "",
            &request("application/json"),
            &reply("application/json"),
        ),
        (
            "dotdigital-rest/GetServerTime/xml",
            "",
            &request("application/xml"),
            &reply("application/xml"),
        ),
    ]);
    let shelf = Shelf::read(folder.path(), face, Vec::new()).unwrap();
    for kind in ["application/json", "application/xml", "application/xml"] {
        let asked = Request::read(request(kind).as_bytes()).unwrap();
        let played = shelf.answer(Some(operation), &asked).unwrap();
        assert_eq!(played.response.headers["content-type"], kind);
    }
    let asked = Request::read(request("text/csv").as_bytes()).unwrap();
    assert!(shelf.answer(Some(operation), &asked).unwrap_err().to_string().contains("/accept"));
}

#[test]
fn a_folder_without_recordings_of_the_face_is_refused() {
    let folder = folder(&[("selzy/getLists/all", "", GET_LISTS, &lists("a"))]);
    let face = Arc::new(DotdigitalRest::new(dotdigital_rest::Settings::default()));
    let error = Shelf::read(folder.path(), face, Vec::new()).unwrap_err();
    assert!(error.to_string().ends_with("holds no recording of dotdigital-rest"), "{error}");
    assert!(Shelf::read(&folder.path().join("nowhere"), selzy(), Vec::new()).is_err());
}
