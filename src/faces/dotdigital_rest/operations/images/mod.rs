//! Images of campaigns: not active here.

use http::{Method, StatusCode};

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &Operation::inactive(
        "ApiImage_GetImageFolders",
        Method::GET,
        "/v2/image-folders",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiImage_GetImageFolderById",
        Method::GET,
        "/v2/image-folders/{id}",
        StatusCode::OK,
    ),
    &Operation::inactive(
        "ApiImage_CreateImageFolder",
        Method::POST,
        "/v2/image-folders/{id}",
        StatusCode::CREATED,
    ),
    &Operation::inactive(
        "ApiImage_UploadImage",
        Method::POST,
        "/v2/image-folders/{folderId}/images",
        StatusCode::OK,
    ),
];
