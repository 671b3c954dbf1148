//! Whatever arrives, the answer is in the caller's form, costs little, and the next call is answered.
//!
//! Each family is a table of messages. A message says why it is hostile, to which face it goes and
//! what must come back; the trial sends it to the real binary over a socket and also holds the CPU
//! time and the peak of memory of the whole process to a bound. Small documents are files in
//! `xml-fixtures/hostile/`; large ones are made here.

#![cfg(test)]
#![expect(clippy::too_many_lines, reason = "a table has a line for each message")]

mod broken;
mod case;
mod codings;
mod comparison;
mod documents;
mod encodings;
mod files;
mod forms;
mod framing;
mod gateway;
mod heads;
mod isolation;
mod json;
mod letters;
mod make;
mod parts;
mod queries;
mod security;
mod sheets;
mod sizes;
mod slow;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;
mod trial;
mod wire;
#[path = "../world/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod world;

#[test]
fn xml_that_is_a_trap_or_no_xml_is_refused_by_every_face() {
    trial::run("documents", documents::cases);
}

#[test]
fn a_trap_is_seen_in_every_encoding() {
    trial::run("encodings", encodings::cases);
}

#[test]
fn documents_that_are_deep_wide_long_or_torn_are_refused_by_every_face() {
    trial::run("sizes", sizes::cases);
}

#[test]
fn http_that_lies_about_itself_steals_nothing() {
    trial::run("framing", framing::cases);
}

#[test]
fn heads_that_are_none_or_lead_elsewhere_are_refused() {
    trial::run("heads", heads::cases);
}

#[test]
fn bodies_that_unpack_to_more_than_they_are_are_refused() {
    trial::run("codings", codings::cases);
}

#[test]
fn json_that_is_deep_wide_or_none_is_refused() {
    trial::run("json", json::cases);
}

#[test]
fn forms_without_measure_are_refused() {
    trial::run("forms", forms::cases);
}

#[test]
fn proof_that_is_old_repeated_doubled_or_wrapped_is_no_proof() {
    trial::run("security", security::cases);
}

#[test]
fn logins_that_are_none_are_refused_and_then_slowed_down() {
    trial::run("logins", security::logins);
}

#[test]
fn multipart_forms_without_number_end_or_name_are_refused() {
    trial::run("parts", parts::cases);
}

#[test]
fn files_that_are_no_tables_end_as_such() {
    trial::run("files", files::cases);
}

#[test]
fn sheets_that_are_bombs_or_lead_out_of_themselves_end_as_such() {
    trial::run("sheets", files::sheet_cases);
}

#[test]
fn letters_have_the_headers_of_the_gateway_and_templates_run_nothing() {
    trial::run("letters", letters::cases);
}

#[test]
fn filters_without_measure_and_files_of_elsewhere_are_refused() {
    trial::run("queries", queries::cases);
}

#[test]
fn the_tables_hold_eight_hundred_messages_without_the_files_and_letters() {
    let gateway = gateway::Gateway::start();
    let tables = [
        documents::cases,
        encodings::cases,
        sizes::cases,
        framing::cases,
        heads::cases,
        json::cases,
        forms::cases,
        security::cases,
        parts::cases,
        queries::cases,
    ];
    let count: usize = tables.iter().map(|table| table(&gateway).len()).sum();
    assert!(count >= 800, "{count}");
}
