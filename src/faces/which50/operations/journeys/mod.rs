//! Journeys: the account's campaigns.

pub mod get_journey;
pub mod get_journey_contacts;
pub mod get_journeys;

use std::collections::BTreeSet;

use crate::domain::activity::{Counts, Message};
use crate::domain::{Campaign, CampaignId, Error, Refusal};
use crate::faces::which50::records::{CAMPAIGN, campaign};
use crate::faces::which50::{Answer, Call, Failure};
use crate::protocol::datacontract::Document;

/// Journeys that are told at most: the newest.
const MOST_JOURNEYS: usize = 1_000;

/// The journey of the path.
async fn journey(call: &Call<'_>) -> Result<Campaign, Failure> {
    Ok(call.account.campaigns().get(CampaignId(call.path.id("journeyId")?)).await?)
}

/// The account's journeys, the newest first.
pub async fn all(call: &Call<'_>) -> Result<Vec<Campaign>, Failure> {
    Ok(call.account.campaigns().page(None, MOST_JOURNEYS).await?)
}

/// Those of these journeys that are there, the newest first.
pub async fn existing(
    call: &Call<'_>,
    ids: BTreeSet<CampaignId>,
) -> Result<Vec<Campaign>, Failure> {
    let mut found = Vec::new();
    for id in ids.into_iter().rev().take(MOST_JOURNEYS) {
        match call.account.campaigns().get(id).await {
            Err(Error::Refused(Refusal::CampaignNotFound)) => {}
            campaign => found.push(campaign?),
        }
    }
    Ok(found)
}

/// Journeys with what came of them.
pub async fn answered(call: &Call<'_>, campaigns: Vec<Campaign>) -> Result<Answer, Failure> {
    let mut records = Vec::new();
    for one in &campaigns {
        records.push(campaign(call.account, one, counts(call, one.id).await?));
    }
    Ok(Answer::Document(Document::Records(&CAMPAIGN, records)))
}

async fn counts(call: &Call<'_>, id: CampaignId) -> Result<Counts, Failure> {
    let stats = call.account.activities().stats(Message::Campaign(id), None, None).await?;
    Ok(stats.total())
}
