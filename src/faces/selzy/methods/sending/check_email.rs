//! Tells what became of single messages.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{Error, MessageId, Refusal};
use crate::faces::selzy::outcome::Outcome;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

/// Messages of one call, as documented.
const MOST_MESSAGES: usize = 500;

pub static METHOD: Method = Method {
    name: "checkEmail",
    doc: "What became of messages that sendEmail sent.",
    args: &[Arg::list("email_id", Need::Required, "The messages, up to 500.")],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Checked {
    statuses: Vec<Status>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed_email_id: Vec<BTreeMap<u32, &'static str>>,
}

#[derive(Serialize)]
struct Status {
    id: u32,
    status: &'static str,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let ids = call.args.ids("email_id")?;
    if ids.len() > MOST_MESSAGES {
        return Err(Failure::invalid("email_id"));
    }
    let mut checked = Checked { statuses: Vec::new(), failed_email_id: Vec::new() };
    for id in ids {
        match call.account.direct().delivery(MessageId(id)).await {
            Ok(delivery) => {
                let status = Outcome::from(&delivery).word;
                checked.statuses.push(Status { id, status });
            }
            Err(Error::Refused(Refusal::MessageNotFound)) => {
                checked.failed_email_id.push(BTreeMap::from([(id, "not_found")]));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Answer::result(&checked)
}
