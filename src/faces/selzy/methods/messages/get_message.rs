//! Shows a message, or several.

use serde::Serialize;

use super::parts::alignment_word;
use super::row;
use crate::domain::email_message::{Bodies, EmailMessage};
use crate::domain::{EmailMessageId, Refusal};
use crate::faces::selzy::args::shown_time;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

/// Messages of one call.
const MOST_MESSAGES: usize = 10;

pub static METHOD: Method = Method {
    name: "getMessage",
    doc: "A message with its bodies; of several ids, a list of messages.",
    args: &[Arg::list("id", Need::Required, "The message, or up to 10.")],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Row {
    id: u32,
    sub_user_login: Option<String>,
    list_id: Option<u32>,
    created: String,
    last_update: String,
    service_type: &'static str,
    lang_code: String,
    active_version_id: Option<u32>,
    message_format: &'static str,
    wrap_type: &'static str,
    images_behavior: &'static str,
    sender_email: String,
    sender_name: String,
    subject: String,
    body: String,
    text_body: String,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let ids = call.args.ids("id")?;
    if ids.len() > MOST_MESSAGES {
        return Err(Failure::invalid("id"));
    }
    let messages = call.account.email_messages();
    let mut rows = Vec::with_capacity(ids.len());
    for id in &ids {
        let message = messages.get(EmailMessageId(*id)).await?;
        if message.purpose.is_template() {
            return Err(Refusal::MessageNotFound.into());
        }
        let bodies = messages.bodies(&message).await?;
        rows.push(row(message, bodies));
    }
    match rows.as_slice() {
        [one] => Answer::result(one),
        many => Answer::result(&many),
    }
}

fn row(message: EmailMessage, bodies: Bodies) -> Row {
    Row {
        id: message.id.0,
        sub_user_login: None,
        list_id: row::list(&message.purpose),
        created: shown_time(message.created),
        last_update: shown_time(message.updated),
        service_type: row::SERVICE,
        lang_code: row::language(message.language),
        active_version_id: None,
        message_format: row::FORMAT,
        wrap_type: alignment_word(message.alignment),
        images_behavior: "user_default",
        sender_email: message.sender_email,
        sender_name: message.sender_name,
        subject: message.subject,
        body: bodies.html,
        text_body: bodies.plain,
    }
}
