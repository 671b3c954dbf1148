//! Programs: not active here.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiProgram_GetProgramById",
        Method::GET,
        "/v2/programs/{id}",
        StatusCode::OK,
    ),
    &Operation::inactive("ApiProgram_GetPrograms", Method::GET, "/v2/programs", StatusCode::OK),
    &Operation::inactive(
        "ApiProgram_GetEnrolmentsByStatus",
        Method::GET,
        "/v2/programs/enrolments/{status}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiProgram_GetEnrolmentById",
        Method::GET,
        "/v2/programs/enrolments/{enrolmentId}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiProgram_GetEnrolmentReport",
        Method::GET,
        "/v2/programs/enrolments/{enrolmentId}/report-faults",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiProgram_PostEnrolment",
        Method::POST,
        "/v2/programs/enrolments",
        StatusCode::CREATED,
    ),
];
