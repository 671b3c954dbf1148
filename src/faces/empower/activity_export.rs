//! What the two methods that export a message's activity have in common.

use super::exports::SALESFORCE;
use super::{Answer, Args, Call, Failure, Tree};
use crate::domain::activity::{Between, Message};
use crate::domain::jobs::{Action, ExportActivity, NewTask, Work};

/// A text for the code, which is known from a client alone.
const QUEUED: &str = "Task has been queued";

/// Starts the task; `words` say how its file is laid out.
pub async fn start(
    call: &Call<'_>,
    message: Message,
    actions: Vec<Action>,
    words: &str,
    description: String,
) -> Result<Answer, Failure> {
    let between =
        Between { from: call.args.time("start_date")?, before: call.args.time_after("end_date")? };
    let salesforce = if call.args.flag("salesforce") { SALESFORCE } else { "" };
    let work = ExportActivity::new(message, between, actions);
    let layout = format!("{words} {salesforce}");
    let new = NewTask { layout, ..NewTask::new(Work::ExportActivity(work), description) };
    let task = call.account.tasks().start(new).await?;
    Ok(Answer::new(101, QUEUED).with("task_id", Tree::text(task)))
}

/// The actions that are asked for; all when none is named. Clients do not agree on the argument's
/// name.
pub fn actions(args: &Args) -> Result<Vec<Action>, Failure> {
    let mut actions = Vec::new();
    for name in ["action_types", "action_type"] {
        for word in args.texts(name) {
            let action = match word.to_ascii_lowercase().as_str() {
                "sent" => Action::Sent,
                "bounce" | "bounces" => Action::Bounce,
                "open" | "opens" => Action::Open,
                "click" | "clicks" => Action::Click,
                "optout" | "optouts" => Action::OptOut,
                "all" => {
                    actions.extend(Action::ALL);
                    continue;
                }
                _ => return Err(Failure::invalid("action_types")),
            };
            actions.push(action);
        }
    }
    Ok(if actions.is_empty() { Action::ALL.to_vec() } else { actions })
}
