//! Exports what happened to one promotional message, recipient by recipient.

use crate::domain::CampaignId;
use crate::domain::activity::Message;
use crate::faces::empower::activity_export::{actions, start};
use crate::faces::empower::exports::MESSAGE_CONTACTS;
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need};

const OPTIONAL: Need = Need::Optional;

pub static METHOD: Method = Method {
    name: "statistics.getMessageSubscriberData",
    echo: Echo::AsDocumented,
    doc: "Starts a task that exports who got a message, opened it, clicked, bounced, opted out.",
    args: &[
        Arg::number("mess_id", Need::Required, "The message."),
        Arg::list("action_types", OPTIONAL, "Of sent, bounce, open, click, optout; all if none."),
        Arg::list("action_type", OPTIONAL, "As action_types."),
        Arg::date("start_date", OPTIONAL, "What happened then or later."),
        Arg::date("end_date", OPTIONAL, "What happened then or earlier."),
        Arg::flag("salesforce", "With an empty salesforce_id."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let Some(message) = call.args.number("mess_id")? else {
        return Err(Failure::missing("mess_id"));
    };
    let actions = actions(call.args)?;
    let description = format!("Subscriber data of message {message}");
    let message = Message::Campaign(CampaignId(message));
    start(&call, message, actions, MESSAGE_CONTACTS, description).await
}
