//! Files on their way in: a body becomes the bytes of the file in it, chunk by chunk.
//!
//! A face makes an [`Upload`] from the call's content type and pushes the body's chunks into it as
//! they come; out come the file's bytes, at most about as many as went in. Three kinds of document
//! hold a file: `multipart/form-data` ([`multipart`]), a JSON object with base64 in one member
//! ([`json`]), an XML element with base64 in one child ([`xml`]). Around the file everything has
//! its bound, and a document that holds a second file is refused.

mod document;
mod json;
pub mod multipart;
mod part_head;
mod skeleton;
mod xml;

use self::document::DocumentUpload;
use self::json::JsonScan;
use self::multipart::FormUpload;
use self::xml::XmlScan;
use super::form::FormError;

pub use self::part_head::PartHead;

/// Why a body gives no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    #[error("the document holds no file")]
    NoFile,
    #[error("the document holds more than one file")]
    SecondFile,
    #[error("the file is not base64")]
    NotBase64,
    #[error("the document is malformed: {0}")]
    Malformed(&'static str),
    #[error("what surrounds the file is longer than {most_bytes} bytes")]
    TooMuchAround { most_bytes: usize },
    #[error("the form has more than {most_parts} parts")]
    TooManyParts { most_parts: usize },
    #[error("the Content-Type has no usable boundary")]
    NoBoundary,
}

/// What a document says of its file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Uploaded {
    /// The name without the folders that old browsers put before it; `None` where none is given.
    pub file_name: Option<String>,
}

/// A document that is read while it comes in.
#[derive(Debug)]
pub struct Upload(Form);

#[derive(Debug)]
enum Form {
    Multipart(FormUpload),
    Json(Box<DocumentUpload<JsonScan>>),
    Xml(Box<DocumentUpload<XmlScan>>),
}

impl Upload {
    /// A form whose file is the one part with a file name, whatever its field's name.
    ///
    /// `None` when `content_type` is not `multipart/form-data`.
    pub fn of_form(content_type: &str) -> Option<Result<Self, UploadError>> {
        let boundary = super::form::multipart::boundary(content_type)?;
        let form = boundary
            .map_err(|_: FormError| UploadError::NoBoundary)
            .and_then(|boundary| FormUpload::new(&boundary));
        Some(form.map(|form| Self(Form::Multipart(form))))
    }

    /// `{"fileName": "…", "data": "<base64>"}`: names in any letter case and order.
    pub fn of_json() -> Self {
        Self(Form::Json(Box::default()))
    }

    /// `<…><FileName>…</FileName><Data>base64</Data></…>`: names in any letter case, order and
    /// namespace.
    pub fn of_xml() -> Self {
        Self(Form::Xml(Box::default()))
    }

    /// Takes the next chunk of the body and appends what it holds of the file to `file`.
    pub fn push(&mut self, chunk: &[u8], file: &mut Vec<u8>) -> Result<(), UploadError> {
        match &mut self.0 {
            Form::Multipart(form) => form.push(chunk, file),
            Form::Json(json) => json.push(chunk, file),
            Form::Xml(xml) => xml.push(chunk, file),
        }
    }

    /// Whether everything was there; appends the last bytes of the file to `file`.
    pub fn finish(self, file: &mut Vec<u8>) -> Result<Uploaded, UploadError> {
        match self.0 {
            Form::Multipart(form) => form.finish(),
            Form::Json(json) => json.finish(file),
            Form::Xml(xml) => xml.finish(file),
        }
    }
}

/// The last part of a path of either kind, such as `/C:/Example/contacts.csv` or `C:\contacts.csv`.
fn base_name(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).trim();
    // A folder is no name; what stands there instead of one still counts as given.
    let name = if name.is_empty() { path.trim() } else { name };
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests;
