//! `lychgate outbox`: what would have been sent.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::Value;

use super::admin::{AdminPlace, OutboxPage};
use super::output;
use super::runtime::block_on;
use crate::domain::MessageId;
use crate::domain::outbox::{
    Attachment, Carbon, CarbonKind, Extras, Message, Origin, Recipient, Recipients, eml,
};
use crate::domain::template::Edition;
use crate::domain::{CampaignId, ContactId, TemplateId};

/// Messages asked for at once.
const MESSAGES_AT_ONCE: u32 = 500;

/// Lists, shows and exports messages that would have been sent.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the newest messages of an account.
    #[command(after_help = "Example:\n  lychgate outbox list acme --limit 50")]
    List {
        /// How many to list
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: u32,
        #[command(flatten)]
        of: Of,
    },
    /// Shows one message with its bodies, as JSON or as a mail file.
    #[command(after_help = "Example:\n  lychgate outbox show acme 17 --eml > message.eml")]
    Show {
        #[command(flatten)]
        of: Of,
        /// Number of the message
        id: u32,
        /// As a mail file
        #[arg(long)]
        eml: bool,
    },
    /// Writes every message, the newest first: as JSON lines, or as mail files into a folder.
    #[command(after_help = EXPORT_HELP)]
    Export {
        #[command(flatten)]
        of: Of,
        /// Folder for mail files, one a message
        #[arg(long, value_name = "DIR")]
        eml: Option<PathBuf>,
    },
}

const EXPORT_HELP: &str = "\
Examples:
  lychgate outbox export acme > messages.ndjson
  lychgate outbox export acme --eml messages --server http://127.0.0.1:8080";

/// Whose outbox, and where it is.
#[derive(Debug, Args)]
pub struct Of {
    /// Name or number of the account
    account: String,
    #[command(flatten)]
    place: AdminPlace,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::List { limit, of } => block_on(list(of, limit)),
            Self::Show { of, id, eml } => block_on(show(of, id, eml)),
            Self::Export { of, eml } => block_on(export(of, eml)),
        }
    }
}

#[derive(Deserialize)]
struct Listed {
    messages: Vec<Line>,
}

/// A message as the admin API tells it.
#[derive(Deserialize)]
struct Line {
    id: u32,
    time: jiff::Timestamp,
    template_id: Option<u32>,
    #[serde(default)]
    test: bool,
    campaign_id: Option<u32>,
    #[serde(default)]
    direct: bool,
    recipients: Option<Recipients>,
    email: Option<String>,
    #[serde(default)]
    name: String,
    contact_id: Option<u32>,
    from_description: String,
    from_email: String,
    reply_email: String,
    subject: String,
    #[serde(default)]
    html: String,
    #[serde(default)]
    plain: String,
    #[serde(default)]
    carbons: Vec<CarbonLine>,
    #[serde(default)]
    attachments: Vec<AttachmentLine>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    metadata: String,
}

#[derive(Deserialize)]
struct CarbonLine {
    header: String,
    email: String,
    name: String,
}

#[derive(Deserialize)]
struct AttachmentLine {
    name: String,
    content_type: String,
    /// In Base64; only of a single message.
    #[serde(default)]
    content: String,
}

impl Line {
    fn row(&self) -> Vec<String> {
        let made_from = match (self.template_id, self.campaign_id) {
            (None, None) => "itself".to_owned(),
            (Some(id), _) if self.test => format!("template {id}, test"),
            (Some(id), _) => format!("template {id}"),
            (None, id) => format!("campaign {}", id.unwrap_or_default()),
        };
        let recipient = match (&self.email, self.recipients) {
            (Some(email), _) => email.clone(),
            (None, recipients) => format!("{} recipients", recipients.unwrap_or_default().sent),
        };
        let time = self.time.strftime("%Y-%m-%d %H:%M").to_string();
        vec![self.id.to_string(), time, made_from, recipient, self.subject.clone()]
    }

    fn origin(&self) -> Origin {
        let edition = if self.test { Edition::Test } else { Edition::Live };
        let campaign = self.campaign_id.map(CampaignId);
        match (self.template_id, campaign, self.recipients) {
            (Some(id), _, _) => Origin::Template(TemplateId(id), edition),
            (None, campaign, _) if self.direct => Origin::Direct(campaign),
            (None, Some(campaign), Some(recipients)) => Origin::Campaign(campaign, recipients),
            (None, Some(campaign), None) => Origin::CampaignMessage(campaign),
            (None, None, _) => Origin::Direct(None),
        }
    }

    fn message(self) -> Message {
        Message {
            origin: self.origin(),
            recipient: self.email.map(|address| Recipient {
                address,
                name: self.name,
                contact: self.contact_id.map(ContactId),
            }),
            from_description: self.from_description,
            from_email: self.from_email,
            reply_email: self.reply_email,
            subject: self.subject,
            html: self.html,
            plain: self.plain,
            time: self.time,
            extras: Extras {
                carbons: self.carbons.into_iter().filter_map(CarbonLine::carbon).collect(),
                attachments: self.attachments.iter().map(AttachmentLine::attachment).collect(),
                tags: self.tags,
                metadata: self.metadata,
            },
        }
    }
}

impl CarbonLine {
    fn carbon(self) -> Option<Carbon> {
        let kind = CarbonKind::of_header(&self.header)?;
        Some(Carbon { kind, address: self.email, name: self.name })
    }
}

impl AttachmentLine {
    fn attachment(&self) -> Attachment {
        // What the server wrote is Base64.
        let content = STANDARD.decode(&self.content).unwrap_or_default();
        Attachment::new(self.name.clone(), self.content_type.clone(), content.into())
    }
}

async fn list(of: Of, limit: u32) -> Result<()> {
    let admin = of.place.open().await?;
    let (mut rows, mut before) = (Vec::new(), None);
    loop {
        let left = limit.saturating_sub(u32::try_from(rows.len())?);
        let page = OutboxPage::List { before, limit: left.min(MESSAGES_AT_ONCE) };
        let listed: Listed = admin.outbox(&of.account, page).await?;
        before = listed.messages.last().map(|last| last.id);
        rows.extend(listed.messages.iter().map(Line::row));
        if before.is_none() || left <= MESSAGES_AT_ONCE {
            break;
        }
    }
    admin.close().await?;
    output::table(&["ID", "TIME", "FROM", "TO", "SUBJECT"], &rows)
}

async fn show(of: Of, id: u32, as_eml: bool) -> Result<()> {
    let admin = of.place.open().await?;
    let told: Value = admin.outbox(&of.account, OutboxPage::Message(id)).await?;
    admin.close().await?;
    if as_eml {
        return output::bytes(mail_file(told)?.as_bytes());
    }
    output::line(serde_json::to_string_pretty(&told)?)
}

async fn export(of: Of, folder: Option<PathBuf>) -> Result<()> {
    let admin = of.place.open().await?;
    if let Some(folder) = &folder {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let (mut before, mut written) = (None, 0_u64);
    loop {
        let page = OutboxPage::List { before, limit: MESSAGES_AT_ONCE };
        let listed: Listed = admin.outbox(&of.account, page).await?;
        let Some(last) = listed.messages.last() else { break };
        before = Some(last.id);
        for line in &listed.messages {
            let told: Value = admin.outbox(&of.account, OutboxPage::Message(line.id)).await?;
            match &folder {
                None => output::line(&told)?,
                Some(folder) => write(folder, line.id, told)?,
            }
            written += 1;
        }
    }
    admin.close().await?;
    match folder {
        None => Ok(()),
        Some(folder) => output::line(format_args!("{written} messages in {}", folder.display())),
    }
}

fn write(folder: &Path, id: u32, told: Value) -> Result<()> {
    let file = folder.join(format!("{id}.eml"));
    let written = fs::write(&file, mail_file(told)?);
    written.with_context(|| format!("cannot write {}", file.display()))
}

fn mail_file(told: Value) -> Result<String> {
    let line: Line = serde_json::from_value(told).context("the answer cannot be read")?;
    Ok(eml(MessageId(line.id), &line.message()))
}
