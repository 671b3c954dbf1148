//! `POST /v2/campaigns/send`.

use http::{Method, StatusCode};

use crate::domain::campaign::Addressees;
use crate::domain::{Account, Error, Refusal};
use crate::faces::dotdigital_rest::convert::{campaign_id, contact_id, list_id, segment_id};
use crate::faces::dotdigital_rest::records::{ApiCampaignSend, ApiCampaignSendGiven};
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};
use crate::protocol::rest::parse_date;

pub static OPERATION: Operation = Operation {
    id: "ApiCampaignSend_SendCampaign",
    method: Method::POST,
    path: "/v2/campaigns/send",
    success: StatusCode::ACCEPTED,
    body: Body::Document,
    doc: "Sends a campaign to address books, segments and contacts, at once or at a date.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let given: ApiCampaignSendGiven = call.body()?;
    if given.split_test_options.is_some() {
        return Err(Failure::inactive());
    }
    let campaign = given.campaign_id.ok_or_else(invalid)?;
    let campaign = campaign_id(campaign)?;
    let at = given.send_date.as_deref().map(|text| parse_date(text).ok_or_else(invalid));
    let at = at.transpose()?;
    let account = call.account();
    let mut to = Addressees::default();
    for id in given.address_book_ids.unwrap_or_default() {
        add_book(account, id, &mut to).await?;
    }
    for id in given.contact_ids.unwrap_or_default() {
        to.contacts.push(contact_id(id)?);
    }
    let send = account.campaigns().send(campaign, to, at).await?;
    Ok(Answer::of(ApiCampaignSend::of(&send, call.context.clock.now())))
}

fn invalid() -> Failure {
    Failure::code("ERROR_CAMPAIGN_SEND_INVALID")
}

/// A segment may stand where an address book does: the vendor numbers both together. Here an
/// address book of that number comes first.
async fn add_book(account: Account<'_>, id: i32, to: &mut Addressees) -> Result<(), Failure> {
    let list = list_id(id)?;
    match account.lists().get(list).await {
        Ok(_) => to.lists.push(list),
        Err(Error::Refused(Refusal::ListNotFound)) => {
            let segment = segment_id(id)?;
            match account.segments().get(segment).await {
                Ok(_) => to.segments.push(segment),
                Err(Error::Refused(Refusal::SegmentNotFound)) => {
                    return Err(Refusal::ListNotFound.into());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
