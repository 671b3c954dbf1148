//! Mixed calls over all faces for a while, every answer held against a model of what must be so.
//!
//! Clients share accounts, but each has addresses and lists of its own, so that it knows what must
//! be answered. They call, vanish, import files and send in events; the server is stopped and
//! killed under them. In the end all accounts are read whole, and the server holds no more than it
//! did when it was warm. What is measured, and how the long form is run, stands in `docs/soak.md`.

#![cfg(test)]

mod client;
mod faces;
mod importing;
mod imports;
mod lists;
mod model;
mod plan;
mod process;
mod server;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;
mod whole;
mod wire;

use plan::Plan;

#[test]
fn every_answer_is_right_and_nothing_grows_or_is_lost() {
    plan::run(&Plan::SHORT.as_environment_says());
}

#[test]
#[should_panic(expected = "a scoped thread panicked")]
fn one_wrong_answer_in_hundreds_is_noticed() {
    let fault = "[[fault]]\nface = \"which50\"\nrate = 0.05\nerror = \"417\"\n";
    plan::run(&Plan { steps: 200, fault, ..Plan::SHORT.as_environment_says() });
}

#[test]
#[ignore = "the long form: as long as SOAK_STEPS says"]
fn every_answer_is_right_and_nothing_grows_or_is_lost_for_long() {
    plan::run(&Plan::LONG.as_environment_says());
}
