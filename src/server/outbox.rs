//! What would have been sent, for the operator with the admin token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::operator::{broken, json_reply};
use super::reply::plain;
use crate::domain::outbox::{Attachment, Carbon, Extras, Message, Origin, Recipients};
use crate::domain::template::Edition;
use crate::domain::{Account, Context, Error, MessageId, Refusal};
use crate::protocol::form::urlencoded;
use crate::protocol::http::Reply;

const MESSAGES_LISTED: usize = 100;
const MOST_MESSAGES_LISTED: usize = 1_000;

/// Most pairs of a query that are looked at.
const MOST_PAIRS: usize = 10;

/// The newest messages of `?account=` (its name or number), without bodies: as many as `&limit=`
/// says, up to 1000, with ids below `&before=`.
pub async fn list(context: &Context, query: &str) -> Reply {
    let asked = match Asked::read(query) {
        Ok(asked) => asked,
        Err(why) => return plain(StatusCode::BAD_REQUEST, why),
    };
    let account = match asked.account(context).await {
        Ok(account) => account,
        Err(reply) => return reply,
    };
    let limit = asked.limit.unwrap_or(MESSAGES_LISTED).min(MOST_MESSAGES_LISTED);
    match account.outbox().page(asked.before.map(MessageId), limit).await {
        Ok(found) => {
            let listed = found.iter().map(|(id, message)| Value::Object(head(*id, message)));
            json_reply(StatusCode::OK, &json!({ "messages": listed.collect::<Vec<_>>() }))
        }
        Err(error) => broken("list the outbox", &error),
    }
}

/// One message of `?account=` with its bodies.
pub async fn message(context: &Context, id: MessageId, query: &str) -> Reply {
    let account = match Asked::read(query) {
        Ok(asked) => asked.account(context).await,
        Err(why) => Err(plain(StatusCode::BAD_REQUEST, why)),
    };
    let account = match account {
        Ok(account) => account,
        Err(reply) => return reply,
    };
    match account.outbox().get(id).await {
        Ok(found) => {
            let mut told = head(id, &found);
            told.insert("html".to_owned(), found.html.into());
            told.insert("plain".to_owned(), found.plain.into());
            if !found.extras.attachments.is_empty() {
                let attachments = found.extras.attachments.iter().map(|one| attachment(one, true));
                told.insert("attachments".to_owned(), attachments.collect());
            }
            json_reply(StatusCode::OK, &Value::Object(told))
        }
        Err(Error::Refused(Refusal::MessageNotFound)) => {
            plain(StatusCode::NOT_FOUND, "There is no such message.\n")
        }
        Err(error) => broken("show a message", &error),
    }
}

/// What a query says.
struct Asked {
    account: String,
    limit: Option<usize>,
    before: Option<u32>,
}

impl Asked {
    /// An error says what is wrong with it.
    fn read(query: &str) -> Result<Self, &'static str> {
        let fields = urlencoded::read(query.as_bytes(), MOST_PAIRS);
        let fields = fields.map_err(|_| "The query holds too much.\n")?;
        let text = |name: &str| fields.text(name).map(std::borrow::Cow::into_owned);
        let account = text("account").ok_or("account is missing.\n")?;
        let limit = text("limit").map(|limit| limit.parse()).transpose();
        let before = text("before").map(|before| before.parse()).transpose();
        Ok(Self {
            account,
            limit: limit.map_err(|_| "limit is not a number.\n")?,
            before: before.map_err(|_| "before is not a number.\n")?,
        })
    }

    async fn account<'c>(&self, context: &'c Context) -> Result<Account<'c>, Reply> {
        match context.accounts().find(&self.account).await {
            Ok(found) => Ok(context.account(found.id)),
            Err(Error::Refused(Refusal::AccountNotFound)) => {
                Err(plain(StatusCode::NOT_FOUND, "There is no such account.\n"))
            }
            Err(error) => Err(broken("find an account", &error)),
        }
    }
}

/// Everything of a message but its bodies.
fn head(id: MessageId, message: &Message) -> Map<String, Value> {
    let mut told = Map::new();
    told.insert("id".to_owned(), id.0.into());
    told.insert("time".to_owned(), message.time.to_string().into());
    match message.origin {
        Origin::Template(template, edition) => {
            told.insert("template_id".to_owned(), template.0.into());
            told.insert("test".to_owned(), (edition == Edition::Test).into());
        }
        Origin::Campaign(campaign, recipients) => {
            told.insert("campaign_id".to_owned(), campaign.0.into());
            told.insert("recipients".to_owned(), counted(recipients));
        }
        Origin::CampaignMessage(campaign) => {
            told.insert("campaign_id".to_owned(), campaign.0.into());
        }
        Origin::Direct(campaign) => {
            told.insert("direct".to_owned(), true.into());
            if let Some(campaign) = campaign {
                told.insert("campaign_id".to_owned(), campaign.0.into());
            }
        }
    }
    if let Some(recipient) = &message.recipient {
        told.insert("email".to_owned(), recipient.address.as_str().into());
        told.insert("name".to_owned(), recipient.name.as_str().into());
        told.insert("contact_id".to_owned(), recipient.contact.map(|contact| contact.0).into());
    }
    told.insert("from_description".to_owned(), message.from_description.as_str().into());
    told.insert("from_email".to_owned(), message.from_email.as_str().into());
    told.insert("reply_email".to_owned(), message.reply_email.as_str().into());
    told.insert("subject".to_owned(), message.subject.as_str().into());
    add_extras(&mut told, &message.extras);
    told
}

/// Only what a message has of them.
fn add_extras(told: &mut Map<String, Value>, extras: &Extras) {
    let carbons = extras.carbons.iter().map(|carbon| {
        let Carbon { kind, address, name } = carbon;
        json!({ "header": kind.header(), "email": address, "name": name })
    });
    let attachments = extras.attachments.iter().map(|one| attachment(one, false));
    for (name, values) in [
        ("carbons", carbons.collect::<Vec<Value>>()),
        ("attachments", attachments.collect()),
        ("tags", extras.tags.iter().map(|tag| tag.as_str().into()).collect()),
    ] {
        if !values.is_empty() {
            told.insert(name.to_owned(), values.into());
        }
    }
    if !extras.metadata.is_empty() {
        told.insert("metadata".to_owned(), extras.metadata.as_str().into());
    }
}

fn attachment(attachment: &Attachment, with_content: bool) -> Value {
    let Attachment { name, content_type, bytes, content } = attachment;
    let mut told = json!({ "name": name, "content_type": content_type, "bytes": bytes });
    if let Some(told) = told.as_object_mut().filter(|_| with_content) {
        told.insert("content".to_owned(), STANDARD.encode(content).into());
    }
    told
}

fn counted(recipients: Recipients) -> Value {
    json!({
        "sent": recipients.sent,
        "sent_plain": recipients.sent_plain,
        "globally_suppressed": recipients.globally_suppressed,
        "suppressed": recipients.suppressed,
        "withheld": recipients.withheld,
    })
}
