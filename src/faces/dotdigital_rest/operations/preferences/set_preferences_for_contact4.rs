//! `PUT /v2/contact/{contactEmail}/preferences`.

use http::{Method, StatusCode};

use super::set_preferences_for_contact3;
use crate::faces::dotdigital_rest::{Body, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_SetPreferencesForContact4",
    method: Method::PUT,
    path: "/v2/contact/{contactEmail}/preferences",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Opts a contact in to preferences or out of them, by its address (an older path).",
    run: set_preferences_for_contact3::OPERATION.run,
};
