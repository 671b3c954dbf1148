//! `PUT /v2/contact/{contactId}/preferences`.

use http::{Method, StatusCode};

use super::set_preferences_for_contact;
use crate::faces::dotdigital_rest::{Body, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_SetPreferencesForContact2",
    method: Method::PUT,
    path: "/v2/contact/{contactId}/preferences",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Opts a contact in to preferences or out of them (an older path).",
    run: set_preferences_for_contact::OPERATION.run,
};
