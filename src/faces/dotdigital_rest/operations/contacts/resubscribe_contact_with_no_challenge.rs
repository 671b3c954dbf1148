//! `POST /v2/contacts/resubscribe-with-no-challenge`.

use http::{Method, StatusCode};

use super::resubscribe_contact;
use crate::faces::dotdigital_rest::{Body, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiContact_ResubscribeContactWithNoChallenge",
    method: Method::POST,
    path: "/v2/contacts/resubscribe-with-no-challenge",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "As `resubscribe`, where the vendor would not have asked the contact by mail.",
    run: resubscribe_contact::OPERATION.run,
};
