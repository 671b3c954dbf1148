//! What the four calls that upload a file have in common.

use bytes::Bytes;
use http::StatusCode;

use crate::domain::ListId;
use crate::domain::import::{DeclaredFormat, ImportState, MergeOption, NewUpload, Wording};
use crate::faces::dotdigital_rest::convert::list_id;
use crate::faces::dotdigital_rest::records::{ApiContactImport, ApiContactMergeOptionTypes};
use crate::faces::dotdigital_rest::{Answer, Call, Failure};
use crate::protocol::http::BodyReader;
use crate::protocol::rest::{MediaType, Syntax};
use crate::protocol::upload::{Upload, UploadError};

/// The vendor's words for an upload without a file, which come without a code.
const NO_FILE: &str = "file must be valid";

/// Where the contacts of a file go, and what becomes of what is stored.
#[derive(Debug, Clone, Copy)]
pub struct Into {
    pub list: Option<ListId>,
    pub merge: MergeOption,
}

/// The address book that the path names.
pub fn address_book(call: &Call<'_>) -> Result<ListId, Failure> {
    Ok(list_id(call.path.number("addressBookId")?)?)
}

/// A merge option by its name in any letter case, or by its number.
pub fn merge_option(text: &str) -> Result<MergeOption, Failure> {
    let option = ApiContactMergeOptionTypes::named(text);
    option.map(MergeOption::from).ok_or_else(|| Failure::parameter("MergeOption"))
}

/// Takes the file in and answers with the import that it became.
///
/// Whatever is wrong, the body is read to its end first: clients that send before they listen
/// would see a broken connection instead of the refusal.
pub async fn import(call: Call<'_>, into: Result<Into, Failure>) -> Result<Answer, Failure> {
    let mut body = call.take_stream().ok_or_else(Failure::malformed)?;
    let taken = match into {
        Ok(into) => take_in(&call, into, &mut body).await,
        Err(failure) => Err(failure),
    };
    if taken.is_err() {
        body.pass_rest().await;
    }
    Ok(Answer::of(ApiContactImport::from(&taken?)))
}

async fn take_in(
    call: &Call<'_>,
    Into { list, merge }: Into,
    body: &mut BodyReader<'_>,
) -> Result<ImportState, Failure> {
    let limit_bytes = call.settings.file_bytes;
    let new = NewUpload { list, merge, limit_bytes };
    let mut intake = call.account().imports().begin(new, Wording::default()).await?;
    let mut chunk = body.next().await.map_err(Failure::unreadable)?;
    let mut upload = reader(call, chunk.as_ref())?;
    let mut file = Vec::new();
    while let Some(bytes) = chunk {
        upload.push(&bytes, &mut file).map_err(refused)?;
        intake.write(&file).await?;
        file.clear();
        chunk = body.next().await.map_err(Failure::unreadable)?;
    }
    let uploaded = upload.finish(&mut file).map_err(refused)?;
    intake.write(&file).await?;
    Ok(intake.finish(declared(uploaded.file_name.as_deref())).await?)
}

/// The reader for what the call says that it sends, or else for what its first byte shows.
fn reader(call: &Call<'_>, first: Option<&Bytes>) -> Result<Upload, Failure> {
    let first = first.and_then(|chunk| first_byte(chunk));
    let Some(content_type) = call.head.header("content-type") else {
        return Ok(if first == Some(b'<') { Upload::of_xml() } else { Upload::of_json() });
    };
    let mismatch = || Failure::code("ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE");
    match MediaType::parse(content_type).syntax() {
        Syntax::Multipart => {
            Upload::of_form(content_type).ok_or_else(Failure::malformed)?.map_err(refused)
        }
        Syntax::Json if first == Some(b'<') => Err(mismatch()),
        Syntax::Json => Ok(Upload::of_json()),
        Syntax::Xml if first.is_some_and(|first| first == b'{') => Err(mismatch()),
        Syntax::Xml => Ok(Upload::of_xml()),
        Syntax::Form | Syntax::Other => Err(Failure::code("ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED")),
    }
}

fn first_byte(chunk: &[u8]) -> Option<u8> {
    chunk.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

fn refused(error: UploadError) -> Failure {
    match error {
        UploadError::NoFile => Failure::new(StatusCode::BAD_REQUEST, NO_FILE),
        UploadError::SecondFile => Failure::code("ERROR_MULTI_FILE_UPLOAD_NOT_ALLOWED"),
        UploadError::NotBase64
        | UploadError::Malformed(_)
        | UploadError::TooMuchAround { .. }
        | UploadError::TooManyParts { .. }
        | UploadError::NoBoundary => Failure::malformed(),
    }
}

/// The format that the file's name says. A name without an extension, as programs give to
/// temporary files, says none.
fn declared(file_name: Option<&str>) -> DeclaredFormat {
    let extension = file_name.and_then(|name| name.rsplit_once('.'));
    DeclaredFormat::from_text(extension.map_or("", |(_, extension)| extension))
}

impl ApiContactMergeOptionTypes {
    fn named(text: &str) -> Option<Self> {
        let known = [
            Self::Overwrite,
            Self::OnlyOverwriteIfNotEmpty,
            Self::OnlyOverwriteIfContactDataNotPopulated,
            Self::NotAvailableInThisVersion,
        ];
        let text = text.trim();
        known.into_iter().enumerate().find_map(|(number, option)| {
            let is_it = text == number.to_string() || text.eq_ignore_ascii_case(option.name());
            is_it.then_some(option)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merge_options_are_read_by_name_in_any_case_and_by_number() {
        let read = |text| merge_option(text).ok();
        for text in ["0", "Overwrite", "OVERWRITE", "3", "NotAvailableInThisVersion"] {
            assert_eq!(read(text), Some(MergeOption::Overwrite), "{text}");
        }
        for text in ["1", "onlyOverwriteIfNotEmpty", " 1 "] {
            assert_eq!(read(text), Some(MergeOption::OnlyOverwriteIfNotEmpty), "{text}");
        }
        for text in ["2", "OnlyOverwriteIfContactDataNotPopulated"] {
            let expected = MergeOption::OnlyOverwriteIfContactDataNotPopulated;
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for text in ["", "4", "-1", "01", "Merge"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_files_name_says_its_format_by_its_extension() {
        use DeclaredFormat::{Csv, Excel, Unsupported};
        let names = [
            (None, Csv),
            (Some("phpA1b2C3"), Csv),
            (Some("Contacts.CSV"), Csv),
            (Some("contacts.v2.txt"), Csv),
            (Some("contacts.xlsx"), Excel),
            (Some("contacts.xls"), Excel),
            (Some("contacts.pdf"), Unsupported),
        ];
        for (name, expected) in names {
            assert_eq!(declared(name), expected, "{name:?}");
        }
    }
}
