//! Transactional mail.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiTransactionalEmail_SendTransactionalEmail",
        Method::POST,
        "/v2/email",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiTransactionalEmail_SendTransactionalEmails",
        Method::POST,
        "/v2/email/batch",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiTransactionalEmail_SendTransactionalEmailTriggeredCampaign",
        Method::POST,
        "/v2/email/triggered-campaign",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiTransactionalEmail_SendTransactionalEmailTriggeredCampaigns",
        Method::POST,
        "/v2/email/triggered-campaign/batch",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiTransactionalEmail_GetTransactionalEmailStatistics",
        Method::GET,
        "/v2/email/stats/since-date/{startDate}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiTransactionalEmail_GetCampaignByIdWithCompiledContentForTransactionalEmail",
        Method::GET,
        "/v2/campaigns/{campaignId}/prepared-for-transactional-email/{email}",
        StatusCode::OK,
    ),
];
