//! Exporting what happened to one message, recipient by recipient.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Part, Work};
use crate::domain::activity::{Activity, Between, Message, Of, Reading, What};
use crate::domain::jobs::file::{Line, Recipient, push_line};
use crate::domain::jobs::task::StoredTask;
use crate::domain::{Account, Result};

/// Activities looked at in one step, at least, as far as there are so many.
const ACTIVITIES_AT_ONCE: usize = 500;

/// What of a recipient's activity is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Action {
    Sent,
    Bounce,
    Open,
    Click,
    OptOut,
}

impl Action {
    pub const ALL: [Self; 5] = [Self::Sent, Self::Bounce, Self::Open, Self::Click, Self::OptOut];

    fn of(what: &What) -> Self {
        match what {
            // A mail system outside tells of deliveries only: what arrived was sent.
            What::Sent | What::Delivered => Self::Sent,
            What::Bounced { .. } => Self::Bounce,
            What::Opened => Self::Open,
            What::Clicked { .. } => Self::Click,
            What::Unsubscribed { .. } | What::Complained => Self::OptOut,
        }
    }
}

/// Whose activity to export. A recipient's turn comes with the first of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportActivity {
    pub message: Message,
    pub from: Option<Timestamp>,
    pub before: Option<Timestamp>,
    /// Who has none of these is left out.
    pub actions: Vec<Action>,
    /// Bounces lie apart, and come behind the others.
    at_bounces: bool,
    /// Activity before this is done,
    at: Option<Timestamp>,
    /// and so many that are of this very time.
    done_at: usize,
}

impl ExportActivity {
    pub fn new(message: Message, between: Between, actions: Vec<Action>) -> Self {
        let Between { from, before } = between;
        Self { message, from, before, actions, at_bounces: false, at: None, done_at: 0 }
    }

    fn between(&self) -> Between {
        Between { from: self.from, before: self.before }
    }

    /// What is still to be looked at in the map that is being read.
    fn reading(&self, account: Account<'_>) -> Reading {
        let between = Between { from: self.at.or(self.from), before: self.before };
        if self.at_bounces {
            return account.activities().bounces_of_message(self.message, between);
        }
        account.activities().of_message(self.message, between)
    }

    /// Moves the cursor behind `activity`.
    fn pass(&mut self, activity: &Activity) {
        if self.at == Some(activity.time) {
            self.done_at += 1;
        } else {
            (self.at, self.done_at) = (Some(activity.time), 1);
        }
    }
}

pub async fn step<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    order: &ExportActivity,
) -> Result<Part<'a>> {
    let mut order = order.clone();
    let some = next_some(account, &order).await?;
    if some.is_empty() && order.at_bounces {
        let output = format!("{} recipients exported.", stored.task.done);
        return Ok(Part::to(stored.task.work.clone()).ending(output));
    }
    if some.is_empty() {
        (order.at_bounces, order.at, order.done_at) = (true, None, 0);
        return Ok(Part::to(Work::ExportActivity(order)));
    }
    let mut recipients = Vec::new();
    for activity in &some {
        order.pass(activity);
        recipients.extend(recipient(account, &order, activity).await?);
    }
    complete(account, &mut recipients).await?;
    let mut file = Vec::new();
    let done = u64::try_from(recipients.len()).unwrap_or_default();
    for recipient in recipients {
        push_line(&mut file, &Line::Recipient(Box::new(recipient)))?;
    }
    Ok(Part { done, file, ..Part::to(Work::ExportActivity(order)) })
}

/// The next activities behind the cursor; none at the end of the map.
async fn next_some(account: Account<'_>, order: &ExportActivity) -> Result<Vec<Activity>> {
    let mut reading = order.reading(account);
    let (mut some, mut skip) = (Vec::new(), order.done_at);
    while some.len() < ACTIVITIES_AT_ONCE {
        let Some(more) = reading.next_some(account).await? else { break };
        for activity in more {
            if skip > 0 && Some(activity.time) == order.at {
                skip -= 1;
            } else {
                some.push(activity);
            }
        }
    }
    Ok(some)
}

/// The recipient whose first activity `activity` is; `None` when another one is, or when nothing
/// that was asked for happened.
async fn recipient(
    account: Account<'_>,
    order: &ExportActivity,
    activity: &Activity,
) -> Result<Option<Recipient>> {
    let activities = account.activities();
    let mut reading =
        activities.of_address(&activity.address, Of::Message(order.message), order.between());
    let mut recipient = Recipient::of(order.message, activity);
    let (mut first, mut is_wanted): (Option<Activity>, bool) = (None, false);
    while let Some(some) = reading.next_some(account).await? {
        for one in some {
            let comes_before = first.as_ref().is_none_or(|first| rank(&one) < rank(first));
            if order.actions.contains(&Action::of(&one.what)) {
                is_wanted = true;
                recipient.add(&one);
            }
            if comes_before {
                first = Some(one);
            }
        }
    }
    let is_first = first.is_some_and(|first| rank(&first) == rank(activity));
    Ok((is_first && is_wanted).then_some(recipient))
}

/// The order in which activities are looked at: bounces behind the others, each by time.
fn rank(activity: &Activity) -> (bool, Timestamp, u8, u32) {
    let what = match activity.what {
        What::Sent => 0,
        What::Delivered => 1,
        What::Bounced { .. } => 2,
        What::Complained => 3,
        What::Unsubscribed { .. } => 4,
        What::Opened => 5,
        What::Clicked { .. } => 6,
    };
    (activity.what.is_bounce(), activity.time, what, activity.tag)
}

/// Adds what the contacts with the recipients' addresses are now.
async fn complete(account: Account<'_>, recipients: &mut [Recipient]) -> Result<()> {
    let addresses: Vec<String> =
        recipients.iter().map(|one| crate::domain::address::compared(&one.address)).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let found = account.contact_store().resolve(&addresses).await?;
    for (recipient, found) in recipients.iter_mut().zip(found) {
        let Some((id, record)) = found else { continue };
        recipient.contact = Some(id);
        recipient.is_listed = record.is_listed();
        recipient.external_id = record.external_id.map(|id| id.as_str().to_owned());
    }
    Ok(())
}
