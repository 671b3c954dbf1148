//! What sending and trying out a template share.

use crate::domain::template::smarty::Value;
use crate::domain::template::{Preference, Send};
use crate::domain::{EmailAddress, Error, ExternalId, Refusal};
use crate::faces::empower::methods::transactional::template;
use crate::faces::empower::{Arg, Args, Call, Failure, Given, Need, pacific};

const OPTIONAL: Need = Need::Optional;

pub const EMAIL: Arg = Arg::text("email", Need::Required, "Whom to send to.");
pub const CHECK_OPTOUT: Arg = Arg::flag("check_optout", "Refuse one who has opted out.");

/// What may be said of the message, in the documented order. Everything else that a call holds
/// gives a variable of the template its value.
pub const MESSAGE: [Arg; 6] = [
    Arg::text("email_preference", OPTIONAL, "mime (as when left out), html or plain."),
    Arg::text("name", OPTIONAL, "Name beside the address."),
    Arg::text("subject", OPTIONAL, "Instead of the template's."),
    Arg::text("from_description", OPTIONAL, "Instead of the template's."),
    Arg::text("from_email", OPTIONAL, "Instead of the template's."),
    Arg::text("reply_email", OPTIONAL, "Instead of the template's."),
];

/// Arguments that are variables as well.
const ALSO_VARIABLES: [&str; 5] = ["email", "external_id", "template_id", "name", "subject"];

/// The message that a call asks for, with the variables that are none of `known`.
pub fn read(call: Call<'_>, known: &[Arg]) -> Result<Send, Failure> {
    let args = call.args;
    let address = EmailAddress::parse(args.text("email").unwrap_or_default())
        .map_err(|_| Failure::plain("Invalid Email Address"))?;
    let external_id = args.text("external_id").map(ExternalId::parse).transpose();
    let text = |name: &str| args.text(name).map(str::to_owned);
    let given = ALSO_VARIABLES
        .iter()
        .filter_map(|name| args.text(name).map(|text| ((*name).to_owned(), Value::text(text))));
    Ok(Send {
        external_id: external_id?,
        name: text("name"),
        subject: text("subject"),
        from_description: text("from_description"),
        from_email: text("from_email"),
        reply_email: text("reply_email"),
        preference: preference(args)?,
        heeds_opt_out: args.flag("check_optout"),
        subscribes: args.flag("contact_add"),
        variables: given.chain(variables(args, known)).collect(),
        zone: pacific::zone().clone(),
        ..Send::new(template::id(args)?, address)
    })
}

fn preference(args: &Args) -> Result<Preference, Failure> {
    match args.text("email_preference").map(str::to_ascii_lowercase).as_deref() {
        None | Some("mime") => Ok(Preference::Mime),
        Some("html") => Ok(Preference::Html),
        Some("plain" | "text") => Ok(Preference::Plain),
        Some(_) => Err(Failure::invalid("email_preference")),
    }
}

/// Elements that are no arguments. Those of one name are a list.
fn variables(args: &Args, known: &[Arg]) -> Vec<(String, Value)> {
    let mut named: Vec<(String, Vec<Value>)> = Vec::new();
    for (name, given) in args.others(known) {
        let (name, value) = (name.to_lowercase(), value(given));
        match named.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => named.push((name, vec![value])),
        }
    }
    let listed = |(name, mut values): (String, Vec<Value>)| {
        let value = if values.len() > 1 {
            Value::list(values.into_iter().map(|value| (name.clone(), value)).collect())
        } else {
            values.pop().unwrap_or_default()
        };
        (name, value)
    };
    named.into_iter().map(listed).collect()
}

fn value(given: &Given) -> Value {
    match given {
        Given::Text(text) => Value::text(text.as_str()),
        Given::Nested(members) => {
            Value::list(members.iter().map(|(name, given)| (name.clone(), value(given))).collect())
        }
    }
}

/// Why nothing was sent. The original's words for these are not known.
pub fn failed(error: Error) -> Failure {
    match error {
        Error::Refused(Refusal::RecipientInvalid) => {
            Failure::plain("Email address is permanently invalid")
        }
        Error::Refused(Refusal::ContactSuppressed) => Failure::plain("Email address has opted out"),
        Error::Refused(Refusal::ExternalIdInUse) => {
            Failure::plain("Email address and external ID do not match")
        }
        error => error.into(),
    }
}
