//! `GET journeys/{journeyId}`.

use http::Method;

use super::{counts, journey};
use crate::faces::which50::{Answer, Call, Failure, Operation, records};

pub static OPERATION: Operation = Operation {
    name: "GetJourney",
    method: Method::GET,
    path: "journeys/{journeyId}",
    doc: "One journey, with what came of it.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let campaign = journey(&call).await?;
    let counts = counts(&call, campaign.id).await?;
    Ok(Answer::record(records::campaign(call.account, &campaign, counts)))
}
