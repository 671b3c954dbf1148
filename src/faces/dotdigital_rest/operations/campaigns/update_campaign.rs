//! `PUT /v2/campaigns/{id}`.

use http::{Method, StatusCode};

use super::{chosen, shown};
use crate::faces::dotdigital_rest::convert::campaign_id;
use crate::faces::dotdigital_rest::records::{ApiCampaign, ApiCampaignGiven};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiCampaign_UpdateCampaign",
    method: Method::PUT,
    path: "/v2/campaigns/{id}",
    success: StatusCode::OK,
    body: Body::Document,
    doc: "Puts another content in the place of a campaign's.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = campaign_id(call.path.number("id")?)?;
    let mut given: ApiCampaignGiven = call.body()?;
    let from = chosen(&call, given.from_address.take()).await?;
    let campaigns = call.account().campaigns();
    let mut new = given.into_new(from.as_ref())?;
    let mailing = campaigns.get(id).await?.mailing;
    // Tags and the type are not in this record.
    if let Some(mailing) = mailing {
        (new.tags, new.kind) = (mailing.tags, mailing.kind);
    }
    let written = campaigns.rewrite(id, &new).await?;
    shown(&call, |beside| Answer::of(ApiCampaign::full(&written, beside))).await
}
