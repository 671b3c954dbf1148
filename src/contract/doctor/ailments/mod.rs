//! Everything that can be wrong, a family a file; [`AILMENTS`] lists all.

mod action;
mod addressing;
mod credentials;
mod encoding;
mod envelope;
mod http;
mod members;
mod method_call;
mod reply_form;
mod reply_size;
mod rest;
mod rest_members;
mod security;
mod tls;
mod wsdl;

use super::ailment::Ailment;
use super::document::Element;

/// The page of a code, in the folder of pages.
macro_rules! page {
    ($code:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/doctor/", $code, ".md"))
    };
}
use page;

/// All, in the order in which one looks for them: where the call goes, how it is written, what it
/// asks for, who calls, and then the reply.
pub static AILMENTS: &[&Ailment] = &[
    &tls::TOO_OLD,
    &tls::CERTIFICATE_KIND,
    &tls::CBC_ONLY,
    &tls::DISTRUSTED,
    &http::PATH,
    &http::METHOD,
    &http::TYPE_MISSING,
    &http::TYPE_FOREIGN,
    &http::TYPE_REFUSED,
    &http::CODING,
    &http::TOO_LARGE,
    &http::LENGTH,
    &http::EXPECTATION,
    &reply_form::MTOM_REQUEST,
    &encoding::DISAGREES,
    &encoding::INVALID,
    &envelope::MALFORMED,
    &envelope::UNDECLARED,
    &envelope::DOCTYPE,
    &envelope::NAMESPACE,
    &envelope::VERSION,
    &envelope::CONTROL,
    &envelope::NOT_UNDERSTOOD,
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
    &addressing::WRONG_NAMESPACE,
    &addressing::NONE_IN_REQUEST,
    &addressing::OTHER_HOST,
    &credentials::MISSING,
    &credentials::LOOP,
    &credentials::DAMAGED,
    &credentials::NO_PASSWORD,
    &credentials::ENCODING,
    &credentials::DIGEST,
    &credentials::REFUSED,
    &credentials::ELSEWHERE,
    &security::SKEW,
    &security::STALE,
    &security::REPLAYED,
    &method_call::UNKNOWN,
    &method_call::KEY,
    &method_call::ARGUMENT,
    &method_call::DATE,
    &rest::NULL,
    &rest::MALFORMED,
    &rest::MEMBER,
    &rest::BRACKETS,
    &reply_form::FAULT_STATUS,
    &reply_form::FAULT_DETAIL,
    &reply_form::CONTENT_TYPE,
    &reply_form::HTML,
    &reply_form::BEFORE_XML,
    &reply_form::BROKEN,
    &reply_form::CUT_SHORT,
    &reply_form::MTOM_REPLY,
    &reply_form::CONTROL,
    &reply_form::CONTRACT,
    &reply_form::ENUMERATION,
    &addressing::NONE_IN_REPLY,
    &addressing::UNRELATED,
    &security::REPLY_MISSING,
    &security::REPLY_UNASKED,
    &reply_size::MESSAGE,
    &reply_size::STRING,
    &reply_size::ARRAY,
    &reply_size::DEPTH,
    &reply_size::LIBXML,
    &wsdl::ADDRESS,
];
