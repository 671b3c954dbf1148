//! Sends a message to one address, or the same to several.

use serde::Serialize;

use crate::domain::direct::{DirectMail, Mailbox};
use crate::domain::email_message::plain_text;
use crate::domain::outbox::{Attachment, Extras};
use crate::domain::{EmailAddress, Error, ListId, Refusal};
use crate::faces::selzy::methods::messages;
use crate::faces::selzy::{Answer, Arg, Args, Call, Failure, Method, Need};

/// Addresses of one call.
const MOST_ADDRESSES: usize = 100;

pub static METHOD: Method = Method {
    name: "sendEmail",
    doc: "Puts a message to one address, or the same to several, into the outbox.",
    args: &[
        Arg::list("email", Need::Required, "`a@b.example` or `Ann <a@b.example>`, or several."),
        Arg::text("sender_name", Need::Required, "Whom it is from."),
        Arg::text("sender_email", Need::Required, "The address that it is from."),
        Arg::text("subject", Need::Required, "Its subject."),
        Arg::text("body", Need::Required, "HTML."),
        Arg::number("list_id", Need::Required, "The list that its recipient can leave."),
        Arg::members("attachments", Need::Optional, "Files by name, as they are."),
        Arg::text("lang", Need::Optional, "Two letters."),
        Arg::flag("track_read", "Taken; opens come as events."),
        Arg::flag("track_links", "Taken; clicks come as events."),
        Arg::text("cc", Need::Optional, "An address that gets a copy."),
        Arg::text("headers", Need::Optional, "`Reply-To` is kept, others are not looked at."),
        Arg::text("wrap_type", Need::Optional, "Not looked at."),
        Arg::text("images_as", Need::Optional, "Not looked at."),
        Arg::text("ref_key", Need::Optional, "Kept with the message."),
        Arg::flag("error_checking", "Answer a list, with an error for each bad address."),
        Arg::members("metadata", Need::Optional, "Kept with the message."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Sent {
    email_id: u32,
}

/// What became of one address.
#[derive(Serialize)]
struct Row {
    index: usize,
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<RowError>,
}

#[derive(Serialize)]
struct RowError {
    code: &'static str,
    message: String,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let addresses = args.list("email");
    if addresses.len() > MOST_ADDRESSES {
        return Err(Failure::invalid("email"));
    }
    call.account.lists().get(ListId(args.required_number("list_id")?)).await?;
    messages::language(args)?;
    let mail = mail(args)?;
    if let ([one], false) = (addresses.as_slice(), args.flag("error_checking")) {
        let to = mailbox(one).ok_or_else(|| Failure::invalid("email"))?;
        let sent = send(call, &mail, to).await?;
        return Answer::result(&Sent { email_id: sent });
    }
    let mut rows = Vec::with_capacity(addresses.len());
    for (index, email) in addresses.into_iter().enumerate() {
        rows.push(row(call, &mail, index, email).await?);
    }
    Answer::result(&rows)
}

async fn row(
    call: Call<'_>,
    mail: &DirectMail,
    index: usize,
    email: String,
) -> Result<Row, Failure> {
    let sent = match mailbox(&email) {
        Some(to) => send(call, mail, to).await,
        None => Err(Refusal::AddressInvalid.into()),
    };
    let (id, errors) = match sent {
        Ok(id) => (Some(id), Vec::new()),
        Err(Error::Refused(refusal)) => {
            let code = match refusal {
                Refusal::AddressInvalid => "invalid_email",
                Refusal::ContactSuppressed => "unsubscribed",
                _ => return Err(refusal.into()),
            };
            (None, vec![RowError { code, message: refusal.to_string() }])
        }
        Err(broken) => return Err(broken.into()),
    };
    Ok(Row { index, email, id, errors })
}

async fn send(call: Call<'_>, mail: &DirectMail, to: Mailbox) -> Result<u32, Error> {
    let mail = DirectMail { to: vec![to], ..mail.clone() };
    Ok(call.account.direct().send(&mail).await?.message.0)
}

/// The message without its recipients.
fn mail(args: &Args) -> Result<DirectMail, Failure> {
    let copy = args.text("cc").map(|text| mailbox(&text).ok_or_else(|| Failure::invalid("cc")));
    let html = args.required("body")?;
    let attachment = |(name, content)| Attachment::new(name, String::new(), content);
    let attachments = args.files("attachments").into_iter().map(attachment).collect();
    let mut metadata = args.members("metadata");
    metadata.extend(args.text("ref_key").map(|key| ("ref_key".to_owned(), key)));
    let metadata = if metadata.is_empty() {
        String::new()
    } else {
        let members = metadata.into_iter().map(|(name, text)| (name, text.into()));
        serde_json::Value::Object(members.collect()).to_string()
    };
    Ok(DirectMail {
        cc: copy.transpose()?.into_iter().collect(),
        from_description: args.required("sender_name")?,
        from_email: messages::sender(args)?,
        reply_email: reply_to(args).unwrap_or_default(),
        subject: args.required("subject")?,
        plain: plain_text(&html),
        html,
        heeds_opt_out: true,
        extras: Extras { attachments, metadata, ..Extras::default() },
        ..DirectMail::default()
    })
}

/// The address of the header `Reply-To`.
fn reply_to(args: &Args) -> Option<String> {
    let headers = args.text("headers")?;
    let value = headers.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("reply-to").then(|| value.trim().to_owned())
    })?;
    mailbox(&value).map(|mailbox| mailbox.address.as_given().to_owned())
}

/// Reads `a@b.example` and `Ann <a@b.example>`.
pub fn mailbox(text: &str) -> Option<Mailbox> {
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"'), address),
        None => ("", text),
    };
    let address = EmailAddress::parse(address).ok()?;
    Some(Mailbox { address, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::mailbox;

    #[test]
    fn a_recipient_may_have_a_name() {
        for (text, name, address) in [
            ("a@b.example", "", "a@b.example"),
            (" Ann Lee <a@b.example> ", "Ann Lee", "a@b.example"),
            ("\"Lee, Ann\" <a@b.example>", "Lee, Ann", "a@b.example"),
            ("<a@b.example>", "", "a@b.example"),
        ] {
            let read = mailbox(text).unwrap();
            assert_eq!((read.name.as_str(), read.address.as_given()), (name, address));
        }
        for text in ["", "Ann", "Ann <a>", "a@b.example>"] {
            assert!(mailbox(text).is_none(), "{text}");
        }
    }
}
