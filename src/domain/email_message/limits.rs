//! What a message may hold.

use super::{NewEmailMessage, NewFile, Purpose};
use crate::domain::error::{Refusal, Result};
use crate::domain::long_text::{ensure_short, ensure_text};

/// Longest subject, name, address, title and the like, in characters.
pub(super) const MAX_SHORT_CHARS: usize = 1_000;

/// All files of one message together, in bytes. Mail servers take some 10 to 25 MB.
pub const MAX_FILES_BYTES: usize = 10 * 1024 * 1024;
/// Most files of one message.
const MOST_FILES: usize = 100;
/// Longest name of a file, in bytes.
const MAX_FILE_NAME_BYTES: usize = 255;

impl NewEmailMessage {
    pub(super) fn ensure_storable(&self) -> Result<()> {
        let (tag, title, description) = match &self.purpose {
            Purpose::Campaigns { tag, .. } => (tag.as_deref().unwrap_or(""), "", ""),
            Purpose::Template { title, description } => ("", title.as_str(), description.as_str()),
            Purpose::Confirmation { .. } => ("", "", ""),
        };
        let short = [
            ("sender_name", self.sender_name.as_str()),
            ("sender_email", &self.sender_email),
            ("subject", &self.subject),
            ("lang", &self.language),
            ("categories", &self.categories),
            ("tag", tag),
            ("title", title),
            ("description", description),
        ];
        ensure_short(&short, MAX_SHORT_CHARS)?;
        ensure_text(&self.html)?;
        ensure_text(&self.plain)?;
        ensure_files(&self.files)
    }
}

/// Refuses files without a name that mail programs can show, and too many or too large ones.
fn ensure_files(files: &[NewFile]) -> Result<()> {
    let fits = |name: &str| {
        !name.is_empty()
            && name.len() <= MAX_FILE_NAME_BYTES
            && !name.chars().any(|c| c.is_control() || c == '/' || c == '\\')
    };
    if files.len() > MOST_FILES || !files.iter().all(|file| fits(&file.name)) {
        return Err(Refusal::ParameterInvalid { parameter: "attachments" }.into());
    }
    if files.iter().map(|file| file.content.len()).sum::<usize>() > MAX_FILES_BYTES {
        return Err(Refusal::TextTooLong { limit_bytes: MAX_FILES_BYTES }.into());
    }
    Ok(())
}
