//! A template as the vendor shows it.

use serde::Serialize;

use crate::domain::email_message::{Bodies, EmailMessage, Purpose};
use crate::faces::selzy::args::shown_time;

/// A template without its bodies.
#[derive(Debug, Serialize)]
pub struct Head {
    id: u32,
    sub_user_login: Option<String>,
    title: String,
    description: String,
    lang_code: String,
    subject: String,
    attachments: String,
    screenshot_url: String,
    fullsize_screenshot_url: String,
    created: String,
    updated: String,
    message_format: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// A template with its bodies.
#[derive(Debug, Serialize)]
pub struct Row {
    #[serde(flatten)]
    head: Head,
    body: String,
    raw_body: String,
}

impl Head {
    pub fn of(template: EmailMessage) -> Self {
        let (title, description) = match template.purpose {
            Purpose::Template { title, description } => (title, description),
            Purpose::Campaigns { .. } | Purpose::Confirmation { .. } => Default::default(),
        };
        let language = template.language;
        Self {
            id: template.id.0,
            sub_user_login: None,
            title,
            description,
            lang_code: if language.is_empty() { "en".to_owned() } else { language },
            subject: template.subject,
            attachments: String::new(),
            screenshot_url: String::new(),
            fullsize_screenshot_url: String::new(),
            created: shown_time(template.created),
            updated: shown_time(template.updated),
            message_format: "raw_html",
            kind: "user",
        }
    }
}

impl Row {
    pub fn of(template: EmailMessage, bodies: Bodies) -> Self {
        let (body, raw_body) = (bodies.html.clone(), bodies.html);
        Self { head: Head::of(template), body, raw_body }
    }
}
