//! `GET /v2/campaigns/filtered`.

use http::{Method, StatusCode};

use jiff::Timestamp;

use super::listed;
use crate::domain::Campaign;
use crate::faces::dotdigital_rest::records::{ApiCampaign, ApiCampaignStatuses, ApiCampaignTypes};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaign_GetCampaignsWithFilters",
    method: Method::GET,
    path: "/v2/campaigns/filtered",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Lists campaigns of a type, with tags, or by when they are sent.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (wanted, now) = (Wanted::read(&call)?, call.context.clock.now());
    let is_wanted = |campaign: &Campaign| wanted.takes(campaign, now);
    let campaigns = call.account().campaigns().listing(call.page()?, is_wanted).await?;
    listed(&call, "ApiCampaignExtended", &campaigns, |campaign, beside| {
        ApiCampaign::bare(campaign, beside).extended(campaign, now)
    })
    .await
}

/// What the query asks for.
struct Wanted {
    kind: Option<String>,
    tags: Vec<String>,
    statuses: Vec<String>,
    sent: Option<Timestamp>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Wanted {
    fn read(call: &Call<'_>) -> Result<Self, Failure> {
        let statuses = call.query.texts("~statuses");
        let statuses = statuses.iter().flat_map(|text| text.split(','));
        Ok(Self {
            kind: call.query.text("~type"),
            tags: call.query.texts("~tags"),
            statuses: statuses.map(|text| text.trim().to_owned()).collect(),
            sent: call.query.date("~sentDate")?,
            from: call.query.date("~scheduledDateFrom")?,
            until: call.query.date("~scheduledDateTo")?,
        })
    }

    /// What is named in any letter case; a word that names nothing is nobody's.
    fn takes(&self, campaign: &Campaign, now: Timestamp) -> bool {
        let kind = ApiCampaignTypes::from(campaign.kind());
        let status = ApiCampaignStatuses::from(campaign.progress(now));
        let is_named = |name: &String, value: String| name.eq_ignore_ascii_case(&value);
        let tags = campaign.mailing.as_ref().map(|mailing| mailing.tags.as_slice());
        let has = |tag: &String| tags.unwrap_or_default().contains(tag);
        let scheduled = campaign.scheduled(now);
        self.kind.as_ref().is_none_or(|name| is_named(name, format!("{kind:?}")))
            && self.tags.iter().all(has)
            && (self.statuses.is_empty()
                || self.statuses.iter().any(|name| is_named(name, format!("{status:?}"))))
            && self.sent.is_none_or(|date| campaign.sent.is_some_and(|sent| sent >= date))
            && self.from.is_none_or(|date| scheduled.is_some_and(|at| at >= date))
            && self.until.is_none_or(|date| scheduled.is_some_and(|at| at <= date))
    }
}
