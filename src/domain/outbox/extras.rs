//! What only few messages have: further recipients, attachments, tags, and words of the sender.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::MAX_LINE_BYTES;
use crate::domain::edit::Edit;
use crate::domain::error::Refusal;
use crate::domain::long_text::TextRef;

/// Most bytes of all attachments of a message together: Dotdigital's bound.
pub const MAX_ATTACHMENTS_BYTES: usize = 15 * 1024 * 1024;

/// Most attachments of a message, and most tags.
const MOST_ATTACHMENTS: usize = 100;
const MOST_TAGS: usize = 50;

/// Most further recipients: some 20 KiB of addresses.
const MOST_CARBONS: usize = 250;

/// What only few messages have.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// Recipients beside the first one.
    pub carbons: Vec<Carbon>,
    pub attachments: Vec<Attachment>,
    pub tags: Vec<String>,
    /// Kept as it was given, for whoever looks at the message.
    pub metadata: String,
}

/// A recipient beside the first one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carbon {
    pub kind: CarbonKind,
    pub address: String,
    /// Often empty.
    pub name: String,
}

/// In which header a recipient stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CarbonKind {
    To,
    Cc,
    /// In none.
    Bcc,
}

impl CarbonKind {
    pub fn header(self) -> &'static str {
        match self {
            Self::To => "To",
            Self::Cc => "Cc",
            Self::Bcc => "Bcc",
        }
    }

    pub fn of_header(name: &str) -> Option<Self> {
        [Self::To, Self::Cc, Self::Bcc].into_iter().find(|kind| kind.header() == name)
    }
}

/// A file that goes with a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    /// Such as `application/pdf`; empty for one that nobody knows.
    pub content_type: String,
    pub bytes: u32,
    /// Empty in listings.
    pub content: Bytes,
}

impl std::fmt::Debug for Extras {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (carbons, attachments) = (self.carbons.len(), self.attachments.len());
        f.debug_struct("Extras")
            .field("carbons", &carbons)
            .field("attachments", &attachments)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Carbon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carbon").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Attachment {
    pub fn new(name: String, content_type: String, content: Bytes) -> Self {
        let bytes = u32::try_from(content.len()).unwrap_or(u32::MAX);
        Self { name, content_type, bytes, content }
    }
}

impl Extras {
    /// Refuses what does not fit into a stored record, and files that are too large together
    /// ([`Refusal::AttachmentsTooLarge`]).
    pub fn ensure_storable(&self) -> Result<(), Refusal> {
        let files: usize = self.attachments.iter().map(|file| file.content.len()).sum();
        if files > MAX_ATTACHMENTS_BYTES {
            return Err(Refusal::AttachmentsTooLarge { limit_bytes: MAX_ATTACHMENTS_BYTES });
        }
        let names = self.attachments.iter().flat_map(|file| [&file.name, &file.content_type]);
        let carbons = self.carbons.iter().flat_map(|carbon| [&carbon.address, &carbon.name]);
        let texts = names.chain(carbons).chain(&self.tags).chain([&self.metadata]);
        let bytes: usize = texts.map(String::len).sum();
        for (parameter, given, most) in [
            ("attachments", self.attachments.len(), MOST_ATTACHMENTS),
            ("tags", self.tags.len(), MOST_TAGS),
            ("recipients", self.carbons.len(), MOST_CARBONS),
            ("recipients, tags and metadata", bytes, 2 * MAX_LINE_BYTES),
        ] {
            if given > most {
                return Err(Refusal::ParameterInvalid { parameter });
            }
        }
        Ok(())
    }

    /// Puts the attachments into the edit, in their order.
    pub(super) fn write(&self, edit: &mut Edit<'_>) -> Vec<TextRef> {
        let files = self.attachments.iter();
        files.map(|file| TextRef::write_bytes(edit, &file.content)).collect()
    }
}

/// Extras as they are stored.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct StoredExtras {
    carbons: Vec<Carbon>,
    attachments: Vec<StoredAttachment>,
    tags: Vec<String>,
    metadata: String,
}

#[derive(Serialize, Deserialize)]
struct StoredAttachment {
    name: String,
    content_type: String,
    file: TextRef,
}

impl StoredExtras {
    pub fn new(extras: &Extras, files: Vec<TextRef>) -> Self {
        let attachments = extras.attachments.iter().zip(files);
        Self {
            carbons: extras.carbons.clone(),
            attachments: attachments
                .map(|(attachment, file)| StoredAttachment {
                    name: attachment.name.clone(),
                    content_type: attachment.content_type.clone(),
                    file,
                })
                .collect(),
            tags: extras.tags.clone(),
            metadata: extras.metadata.clone(),
        }
    }

    pub fn files(&self) -> Vec<TextRef> {
        self.attachments.iter().map(|attachment| attachment.file).collect()
    }

    /// Without the files' contents.
    pub fn seen(self) -> Extras {
        let attachments = self.attachments.into_iter().map(|stored| Attachment {
            name: stored.name,
            content_type: stored.content_type,
            bytes: stored.file.bytes(),
            content: Bytes::new(),
        });
        let attachments = attachments.collect();
        let Self { carbons, tags, metadata, .. } = self;
        Extras { carbons, attachments, tags, metadata }
    }
}
