//! Every limit of the XML reader refuses, and refuses quickly.

#![cfg(test)]

use std::time::Duration;

use lychgate::protocol::xml::{Limits, Problem, Reader, decode};

/// CPU time that a refusal may take. The work is bounded before it is done, so it is far below
/// this even in an unoptimized build.
const QUICK: Duration = Duration::from_millis(50);

/// CPU time of this thread so far, as the kernel counts it: other tests run beside this one.
fn cpu_time() -> Duration {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(counted.split(' ').next().unwrap().parse().unwrap())
}

/// Walks the document up to its refusal, and says what that cost.
fn refusal(document: &str) -> (Problem, Duration) {
    let before = cpu_time();
    let text = decode(document.as_bytes(), None).unwrap();
    let mut reader = Reader::new(&text, Limits::default());
    let refused = reader.root().and_then(|_| reader.skip()).unwrap_err();
    (refused.problem(), cpu_time().checked_sub(before).unwrap())
}

#[track_caller]
fn refuses_quickly(document: &str, what: &str) {
    let (problem, took) = refusal(document);
    assert!(matches!(problem, Problem::Limit { what: found, .. } if found == what), "{problem}");
    assert!(took < QUICK, "{what}: {took:?}");
}

fn repeated(count: usize, each: impl Fn(usize) -> String) -> String {
    (0..count).map(each).collect()
}

#[test]
fn a_hundred_thousand_attributes_are_refused_quickly() {
    let attributes = repeated(100_000, |n| format!(" a{n}='v'"));
    refuses_quickly(&format!("<x{attributes}/>"), "attributes of an element");
}

#[test]
fn a_hundred_thousand_nested_elements_are_refused_quickly() {
    refuses_quickly(&"<x>".repeat(100_000), "levels of elements");
}

#[test]
fn ten_thousand_declarations_are_refused_quickly_on_one_element_or_nested() {
    let declarations = repeated(10_000, |n| format!(" xmlns:p{n}='urn:{n}'"));
    refuses_quickly(&format!("<x{declarations}/>"), "namespace declarations in scope");
    let element = format!("<x{}>", repeated(10, |n| format!(" xmlns:p{n}='urn:{n}'")));
    refuses_quickly(&element.repeat(1_000), "namespace declarations in scope");
}

#[test]
fn an_envelope_that_declares_every_prefix_of_the_wsdl_is_read() {
    let declarations = repeated(140, |n| format!(" xmlns:q{n}='urn:{n}'"));
    let document = format!("<x{declarations}><q7:y xmlns:q7='urn:7'/></x>");
    let mut reader = Reader::new(&document, Limits::default());
    reader.root().unwrap();
    assert!(reader.next_child().unwrap().unwrap().is("urn:7", "y"));
}

#[test]
fn too_many_elements_are_refused() {
    let (problem, _) = refusal(&format!("<x>{}</x>", "<y/>".repeat(200_000)));
    assert_eq!(problem, Problem::Limit { what: "elements", limit: 200_000 });
}

#[test]
fn a_long_name_is_refused_quickly() {
    let long = "n".repeat(1_000_000);
    refuses_quickly(&format!("<{long}/>"), "bytes of a name");
    refuses_quickly(&format!("<x {long}=''/>"), "bytes of a name");
    refuses_quickly(&format!("<x xmlns:{long}='u'/>"), "bytes of a name");
}

#[test]
fn an_entity_bomb_is_refused_quickly() {
    let entities = repeated(1_000, |n| format!("<!ENTITY e{} '&e{n};&e{n};&e{n};'>", n + 1));
    let (problem, took) = refusal(&format!("<!DOCTYPE x [{entities}]><x>&e1000;</x>"));
    assert_eq!(problem, Problem::Doctype);
    assert!(took < QUICK, "{took:?}");
}

#[test]
fn long_text_is_refused_where_it_passes_the_limit() {
    let limits = Limits { text_bytes: 10, ..Limits::default() };
    for document in ["<x>12345678901</x>", "<x>123456<!---->78901</x>", "<x>1234567890&amp;</x>"] {
        let mut reader = Reader::new(document, limits);
        reader.root().unwrap();
        let problem = reader.text().unwrap_err().problem();
        assert_eq!(problem, Problem::Limit { what: "bytes of text", limit: 10 }, "{document}");
    }
    let mut reader = Reader::new("<x>AAAAAAAA<!---->AAAA</x>", limits);
    reader.root().unwrap();
    let problem = reader.base64().unwrap_err().problem();
    assert_eq!(problem, Problem::Limit { what: "bytes of text", limit: 10 });
}

#[test]
fn what_is_just_within_the_limits_is_read() {
    let attributes = repeated(156, |n| format!(" a{n}='v'"));
    let declarations = repeated(100, |n| format!(" xmlns:p{n}='urn:{n}'"));
    let nested = format!("{}{}", "<x>".repeat(63), "</x>".repeat(63));
    let document = format!("<x{declarations}{attributes}>{nested}</x>");
    let mut reader = Reader::new(&document, Limits::default());
    reader.root().unwrap();
    reader.skip().unwrap();
    reader.finish().unwrap();
}
