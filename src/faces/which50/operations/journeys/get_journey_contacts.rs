//! `GET journeys/{journeyId}/contacts`.

use http::Method;

use super::journey;
use crate::domain::activity::{Between, Message};
use crate::domain::list::ALL_CONTACTS;
use crate::faces::which50::listing::{Seen, Source};
use crate::faces::which50::operations::contacts::answered;
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "GetJourneyContacts",
    method: Method::GET,
    path: "journeys/{journeyId}/contacts",
    doc: "The contacts to whom a journey was sent.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let campaign = journey(&call).await?;
    let list = campaign.lists.first().copied().unwrap_or(ALL_CONTACTS);
    let message = Message::Campaign(campaign.id);
    let reached = call.account.activities().of_message(message, Between::default());
    answered(&call, list, Source::Reached(Box::new(reached), Seen::default())).await
}
