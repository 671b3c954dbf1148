//! Text messages: not active here.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiSms_SendSingleSmsMessage",
        Method::POST,
        "/v2/sms-messages/send-to/{telephoneNumber}",
        StatusCode::NO_CONTENT,
    ),
    &Operation::inactive(
        "ApiSms_CreateSmsCampaign",
        Method::POST,
        "/v2/sms/campaigns",
        StatusCode::CREATED,
    ),
    &Operation::inactive(
        "ApiSms_GetSmsCampaigns",
        Method::GET,
        "/v2/sms/campaigns",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiSms_UpdateSmsCampaign",
        Method::PUT,
        "/v2/sms/campaigns/{id}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiSms_DeleteSmsCampaign",
        Method::DELETE,
        "/v2/sms/campaigns/{id}",
        StatusCode::NO_CONTENT,
    ),
    &Operation::inactive(
        "ApiSms_GetSmsCampaign",
        Method::GET,
        "/v2/sms/campaigns/{id}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiSms_CopySmsCampaign",
        Method::POST,
        "/v2/sms/campaigns/copy",
        StatusCode::CREATED,
    ),
];
