//! A message as lists of messages show it.

use serde::Serialize;

use crate::domain::email_message::{Bodies, EmailMessage, Purpose};
use crate::faces::selzy::args::shown_time;
use crate::faces::selzy::files;

/// Messages here are written as HTML, and no block editor knows them.
pub const FORMAT: &str = "raw_html";
/// What is no SMS.
pub const SERVICE: &str = "email";
/// The language of a message that says none.
const LANGUAGE: &str = "en";

/// A message without its bodies.
#[derive(Debug, Serialize)]
pub struct Head {
    id: u32,
    /// Of an account's further users, of whom there are none here.
    sub_user_login: Option<String>,
    list_id: Option<u32>,
    segment_id: Option<u32>,
    created: String,
    updated: String,
    service_type: &'static str,
    active_version_id: Option<u32>,
    lang_code: String,
    sender_email: String,
    sender_name: String,
    subject: String,
    message_format: &'static str,
}

/// A message with its body and files.
#[derive(Debug, Serialize)]
pub struct Row {
    #[serde(flatten)]
    head: Head,
    body: String,
    attachments: Vec<Attachment>,
}

/// A file that goes with a message.
#[derive(Debug, Serialize)]
pub struct Attachment {
    #[serde(rename = "isInline")]
    is_inline: bool,
    name: String,
    size: u32,
    url: String,
}

impl Head {
    pub fn of(message: EmailMessage) -> Self {
        Self {
            id: message.id.0,
            sub_user_login: None,
            list_id: list(&message.purpose),
            segment_id: None,
            created: shown_time(message.created),
            updated: shown_time(message.updated),
            service_type: SERVICE,
            active_version_id: None,
            lang_code: language(message.language),
            sender_email: message.sender_email,
            sender_name: message.sender_name,
            subject: message.subject,
            message_format: FORMAT,
        }
    }
}

impl Row {
    /// `place` is where the files of the account can be fetched.
    pub fn of(message: EmailMessage, bodies: Bodies, place: &files::Place) -> Self {
        let attachments = message.files.iter().enumerate().map(|(number, (name, size))| {
            let url = place.attachment(&message, number);
            Attachment { is_inline: false, name: name.clone(), size: *size, url }
        });
        let attachments = attachments.collect();
        Self { head: Head::of(message), body: bodies.html, attachments }
    }
}

/// The list of a message for campaigns.
pub fn list(purpose: &Purpose) -> Option<u32> {
    match purpose {
        Purpose::Campaigns { list, .. } | Purpose::Confirmation { list } => Some(list.0),
        Purpose::Template { .. } => None,
    }
}

/// The language that a message says, or the one that is meant.
pub fn language(own: String) -> String {
    if own.is_empty() { LANGUAGE.to_owned() } else { own }
}
