//! Everything that can be wrong, a family a file; [`AILMENTS`] lists all.

mod action;
mod members;
mod tls;

use super::ailment::Ailment;

/// The page of a code, by its path from a file in this folder.
macro_rules! page {
    ($code:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/doctor/", $code, ".md"))
    };
}
use page;

/// All, in the order in which one looks for them: what the call asks for, how it is written, who
/// calls, and then the reply.
pub static AILMENTS: &[&Ailment] = &[
    &action::DISAGREE,
    &action::EMPTY_BODY,
    &action::UNKNOWN,
    &action::NAMESPACE,
    &action::EDITION,
    &members::NAMESPACE,
    &members::LETTER_CASE,
    &members::UNKNOWN,
    &members::ORDER,
    &members::UNTYPED,
    &members::ENUMERATION,
    &members::VALUE,
    &members::EMPTY,
    &tls::TOO_OLD,
    &tls::CERTIFICATE_KIND,
    &tls::CBC_ONLY,
    &tls::DISTRUSTED,
];
