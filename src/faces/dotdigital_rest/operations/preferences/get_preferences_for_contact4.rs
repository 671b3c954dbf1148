//! `GET /v2/contact/{contactID}/preferences`.

use http::{Method, StatusCode};

use super::get_preferences_for_contact3;
use crate::faces::dotdigital_rest::{Body, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_GetPreferencesForContact4",
    method: Method::GET,
    path: "/v2/contact/{contactID}/preferences",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the preferences and which of them a contact is opted in to (an older path).",
    run: get_preferences_for_contact3::OPERATION.run,
};
