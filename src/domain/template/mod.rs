//! Templates of transactional and welcome messages.
//!
//! Each has a live version, which is sent, and a test version, which is changed and tried out;
//! rebuilding promotes the test version to live. Texts are [`smarty`] templates: they are checked
//! for nothing but their length, since whatever is stored must render as well as it can.

mod line;
mod record;
mod send;
pub mod smarty;
mod templates;

use jiff::Timestamp;

use super::error::Refusal;
use super::ids::TemplateId;
use super::long_text::{ensure_short, ensure_text};
pub use line::{LineError, TemplateLine};
pub(super) use send::ensure_sendable;
pub use send::{Preference, Send, Sent};
pub use templates::Templates;

/// Longest subject, description, address, note and the like, in characters.
pub const MAX_SHORT_CHARS: usize = 500;

/// Longest name of a binding, in characters.
const MAX_BINDING_CHARS: usize = 64;

/// What one version of a template says and how it is sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Version {
    pub subject: String,
    /// The name that goes with `from_email`.
    pub from_description: String,
    pub from_email: String,
    pub reply_email: String,
    pub html: String,
    pub plain: String,
    pub message_notes: String,
    pub bill_codes: String,
    pub track_links: bool,
    pub track_roi: bool,
    /// The group of sender addresses that the operator has names for; empty for the usual one.
    pub binding: String,
}

impl std::fmt::Debug for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Version(redacted)")
    }
}

impl Version {
    /// Refuses what is too long to be stored, and a binding that cannot be one.
    fn ensure_storable(&self) -> Result<(), Refusal> {
        let short = [
            ("subject", self.subject.as_str()),
            ("from_description", &self.from_description),
            ("from_email", &self.from_email),
            ("reply_email", &self.reply_email),
            ("message_notes", &self.message_notes),
            ("bill_codes", &self.bill_codes),
        ];
        ensure_short(&short, MAX_SHORT_CHARS)?;
        ensure_text(&self.html)?;
        ensure_text(&self.plain)?;
        ensure_binding(&self.binding)
    }
}

/// The original knew its bindings by name; here every name of letters, digits, `.`, `_` and `-` is
/// one, since a binding changes nothing about a message that goes into the outbox.
fn ensure_binding(name: &str) -> Result<(), Refusal> {
    let is_part = |one: char| one.is_ascii_alphanumeric() || matches!(one, '.' | '_' | '-');
    if name.len() <= MAX_BINDING_CHARS && name.chars().all(is_part) {
        return Ok(());
    }
    Err(Refusal::BindingInvalid)
}

/// What shall be different in a version; `None` stays as it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct VersionChange {
    pub subject: Option<String>,
    pub from_description: Option<String>,
    pub from_email: Option<String>,
    pub reply_email: Option<String>,
    pub html: Option<String>,
    pub plain: Option<String>,
    pub message_notes: Option<String>,
    pub bill_codes: Option<String>,
    pub track_links: Option<bool>,
    pub track_roi: Option<bool>,
    pub binding: Option<String>,
}

impl std::fmt::Debug for VersionChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VersionChange(redacted)")
    }
}

impl VersionChange {
    /// Makes the change.
    pub fn apply(self, version: &mut Version) {
        fn set<T>(slot: &mut T, new: Option<T>) {
            if let Some(new) = new {
                *slot = new;
            }
        }
        set(&mut version.subject, self.subject);
        set(&mut version.from_description, self.from_description);
        set(&mut version.from_email, self.from_email);
        set(&mut version.reply_email, self.reply_email);
        set(&mut version.html, self.html);
        set(&mut version.plain, self.plain);
        set(&mut version.message_notes, self.message_notes);
        set(&mut version.bill_codes, self.bill_codes);
        set(&mut version.track_links, self.track_links);
        set(&mut version.track_roi, self.track_roi);
        set(&mut version.binding, self.binding);
    }
}

/// Which of the two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    Live,
    Test,
}

/// What a template is sent for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Whenever a program asks for it.
    Transactional,
    /// When somebody subscribes.
    Welcome(Welcome),
}

/// When a welcome message is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Welcome {
    /// What a subscription says to get this message; empty when nothing does.
    pub trigger: String,
    /// Sent to those whose subscription names no trigger.
    #[serde(rename = "default")]
    pub is_default: bool,
    /// Hours between the subscription and the message.
    pub delay_hours: u32,
}

/// A template without its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateHead {
    pub id: TemplateId,
    pub purpose: Purpose,
    /// An inactive template is listed and changed, but not sent and not rebuilt.
    pub active: bool,
    pub created: Timestamp,
    pub modified: Timestamp,
}

/// A template with one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub head: TemplateHead,
    pub version: Version,
}

/// A template as it is put in the place of another, or of none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTemplate {
    pub purpose: Purpose,
    pub active: bool,
    pub live: Version,
    pub test: Version,
}

impl NewTemplate {
    /// An active transactional template with two equal versions.
    pub fn transactional(version: Version) -> Self {
        Self { purpose: Purpose::Transactional, active: true, live: version.clone(), test: version }
    }
}
