//! Documents, and the attachments of campaigns.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiDocument_GetDocuments",
        Method::GET,
        "/v2/document-folders/{folderId}/documents",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiDocument_UploadDocument",
        Method::POST,
        "/v2/document-folders/{folderId}/documents",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiDocument_GetDocumentFolders",
        Method::GET,
        "/v2/document-folders",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiDocument_GetCampaignAttachments",
        Method::GET,
        "/v2/campaigns/{campaignId}/attachments",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiDocument_AttachDocumentToCampaign",
        Method::POST,
        "/v2/campaigns/{campaignId}/attachments",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiDocument_CreateDocumentFolder",
        Method::POST,
        "/v2/document-folders/{folderId}",
        StatusCode::CREATED,
    ),
    &Operation::inactive(
        "ApiDocument_DeleteDocumentFromCampaign",
        Method::DELETE,
        "/v2/campaigns/{campaignId}/attachments/{documentId}",
        StatusCode::NO_CONTENT,
    ),
];
