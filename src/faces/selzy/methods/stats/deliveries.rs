//! What became of a campaign, recipient by recipient, as it is read.

use std::sync::Arc;

use crate::domain::activity::{Between, Message, Of, Reading, What};
use crate::domain::{AccountId, CampaignId, Context, EmailAddress, Result};
use crate::faces::selzy::outcome::Outcome;

/// The recipients of a campaign in the order in which they were sent it. Holds some hundred of them
/// at a time.
#[derive(Debug)]
pub struct Deliveries {
    context: Arc<Context>,
    account: AccountId,
    message: Message,
    reading: Reading,
}

impl Deliveries {
    pub fn of(context: &Arc<Context>, account: AccountId, campaign: CampaignId) -> Self {
        let message = Message::Campaign(campaign);
        let reading = context.account(account).activities().of_message(message, Between::default());
        Self { context: Arc::clone(context), account, message, reading }
    }

    /// The next recipients, each with what became of the last message to it; `None` at the end.
    pub async fn next_some(&mut self) -> Result<Option<Vec<(EmailAddress, Outcome)>>> {
        let account = self.context.account(self.account);
        let Some(some) = self.reading.next_some(account).await? else { return Ok(None) };
        let mut found = Vec::new();
        for activity in some {
            if activity.what != What::Sent {
                continue;
            }
            let (of, between) = (Of::Message(self.message), Between::default());
            let history = account.activities().history(&activity.address, of, between).await?;
            // The newest is first; an earlier send of the same campaign is told with it.
            let Some(last) = history.first() else { continue };
            if last.sent == Some(activity.time) {
                found.push((activity.address, Outcome::from(last)));
            }
        }
        Ok(Some(found))
    }
}
