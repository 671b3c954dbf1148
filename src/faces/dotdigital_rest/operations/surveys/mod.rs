//! Surveys: not active here.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive("ApiSurvey_GetSurveys", Method::GET, "/v2/surveys", StatusCode::OK),
    &Operation::inactive(
        "ApiSurvey_GetSurveys2",
        Method::GET,
        "/v2/surveys/with-activity-since/{date}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiSurvey_GetSurveyById",
        Method::GET,
        "/v2/surveys/{id}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiSurvey_GetSurveyFields",
        Method::GET,
        "/v2/surveys/{id}/fields",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiSurvey_GetSurveyResponses",
        Method::GET,
        "/v2/surveys/{id}/responses",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiSurvey_GetSurveyResponses2",
        Method::GET,
        "/v2/surveys/{id}/responses/with-activity-since/{date}",
        StatusCode::OK,
    ),
];
