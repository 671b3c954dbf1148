//! What documents with a file in base64 have in common while they come in.

use super::skeleton::Characters;
use super::{UploadError, Uploaded};
use crate::protocol::xml::base64::Decoder;

/// Reads the characters of one kind of document.
pub trait Scan: Default {
    fn push(&mut self, text: &str) -> Result<(), UploadError>;

    /// The file's decoder, once the file has begun.
    fn file(&mut self) -> Option<&mut Decoder>;

    /// Whether everything was there; appends the last bytes of the file to `file`.
    fn finish(self, file: &mut Vec<u8>) -> Result<Uploaded, UploadError>;
}

/// A document that comes in chunks, cut anywhere.
#[derive(Debug, Default)]
pub struct DocumentUpload<S> {
    characters: Characters,
    scan: S,
}

impl<S: Scan> DocumentUpload<S> {
    pub fn push(&mut self, chunk: &[u8], file: &mut Vec<u8>) -> Result<(), UploadError> {
        let Self { characters, scan } = self;
        characters.push(chunk, |text| scan.push(text))?;
        take_into(scan, file);
        Ok(())
    }

    pub fn finish(self, file: &mut Vec<u8>) -> Result<Uploaded, UploadError> {
        let Self { characters, mut scan } = self;
        characters.finish(|text| scan.push(text))?;
        take_into(&mut scan, file);
        scan.finish(file)
    }
}

fn take_into(scan: &mut impl Scan, file: &mut Vec<u8>) {
    if let Some(decoder) = scan.file() {
        decoder.take_into(file);
    }
}
