//! `GET contacts/{contactId}/journeyactivities/{journeyId}`.

use http::Method;

use super::interactions;
use crate::domain::CampaignId;
use crate::domain::activity::{Message, Of};
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "GetContactJourneyActivities",
    method: Method::GET,
    path: "contacts/{contactId}/journeyactivities/{journeyId}",
    doc: "What happened between a contact and one journey, the newest first.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (_, contact) = call.contact().await?;
    let journey = CampaignId(call.path.id("journeyId")?);
    call.account.campaigns().get(journey).await?;
    interactions(&call, &contact, Of::Message(Message::Campaign(journey))).await
}
