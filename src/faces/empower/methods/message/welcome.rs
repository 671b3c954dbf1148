//! Greeting one who has subscribed.

use crate::domain::EmailAddress;
use crate::domain::template::smarty::Value;
use crate::faces::empower::{Args, Call, Failure, Given, pacific};

/// Puts the welcome message that the call asks for into the outbox: by `welcome_trigger` the one
/// with this trigger or id, by `welcomeletter` the same or, for a yes, the default one.
///
/// The call's texts are the message's variables. A message that does not exist is nothing sent: the
/// subscription has happened.
pub async fn greet(call: Call<'_>, address: &EmailAddress) -> Result<(), Failure> {
    let Some(trigger) = trigger(call.args) else { return Ok(()) };
    let texts = call.args.iter().filter_map(|(name, given)| match given {
        Given::Text(text) => Some((name.clone(), Value::text(text.trim()))),
        Given::Nested(_) => None,
    });
    let (variables, zone) = (texts.collect(), pacific::zone().clone());
    let templates = call.account.templates();
    let sent = templates.send_welcome(address, trigger, variables, zone).await?;
    if sent.is_none() {
        tracing::info!("a subscription asked for a welcome message that is not sent");
    }
    Ok(())
}

/// What is asked for: `None` nothing, `Some(None)` the default message.
fn trigger(args: &Args) -> Option<Option<&str>> {
    let is_any =
        |text: &str, words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let asked = args.text("welcome_trigger").or_else(|| args.text("welcomeletter"))?;
    if is_any(asked, &["0", "n", "no", "false"]) {
        return None;
    }
    Some((!is_any(asked, &["1", "y", "yes", "true"])).then_some(asked))
}
