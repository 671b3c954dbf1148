//! `GET /v2/contact/{contactEmail}/preferences`.

use http::{Method, StatusCode};

use super::get_preferences_for_contact;
use crate::faces::dotdigital_rest::{Body, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiPreference_GetPreferencesForContact2",
    method: Method::GET,
    path: "/v2/contact/{contactEmail}/preferences",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists the preferences and which of them a contact is opted in to, by its address (an older path).",
    run: get_preferences_for_contact::OPERATION.run,
};
