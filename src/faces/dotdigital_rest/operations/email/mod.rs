//! Transactional mail.

mod get_campaign_by_id_with_compiled_content_for_transactional_email;
mod get_transactional_email_statistics;
mod send_transactional_email;
mod send_transactional_email_triggered_campaign;
mod send_transactional_email_triggered_campaigns;
mod send_transactional_emails;

use crate::domain::Refusal;
use crate::domain::direct::{DirectMail, Mailbox};
use crate::faces::dotdigital_rest::convert::campaign_id;
use crate::faces::dotdigital_rest::records::{
    ApiPersonalizationValue, ApiTransactionalEmail, ApiTransactionalEmailResult,
    ApiTransactionalEmailTriggeredCampaign,
};
use crate::faces::dotdigital_rest::{Answer, Call, Failure, Operation};

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &send_transactional_email::OPERATION,
    &send_transactional_emails::OPERATION,
    &send_transactional_email_triggered_campaign::OPERATION,
    &send_transactional_email_triggered_campaigns::OPERATION,
    &get_transactional_email_statistics::OPERATION,
    &get_campaign_by_id_with_compiled_content_for_transactional_email::OPERATION,
];

/// Sends one message.
async fn send(call: &Call<'_>, mail: ApiTransactionalEmail) -> Result<(), Failure> {
    let (mail, from) = mail.into_mail()?;
    let mail = from_known(call, mail, from).await?;
    call.account().direct().send(&mail).await?;
    Ok(())
}

/// Sends one message with the content of a campaign.
async fn send_triggered(
    call: &Call<'_>,
    mut mail: ApiTransactionalEmailTriggeredCampaign,
) -> Result<(), Failure> {
    let campaign = mail.campaign_id.take().ok_or(Refusal::CampaignNotFound)?;
    let values = mail.personalization_values.take().unwrap_or_default();
    let (mail, from) = mail.into_mail()?;
    // Without a wish the campaign's own sender stays.
    let mail = if from.is_some() { from_known(call, mail, from).await? } else { mail };
    let values = ApiPersonalizationValue::pairs(values);
    let campaign = campaign_id(campaign)?;
    call.account().direct().send_campaign(campaign, &mail, &values).await?;
    Ok(())
}

/// The vendor sends from addresses of the account only, and from its usual one instead of others.
async fn from_known(
    call: &Call<'_>,
    mail: DirectMail,
    wish: Option<Mailbox>,
) -> Result<DirectMail, Failure> {
    let addresses = call.account().from_addresses();
    let known = addresses.choose_or_usual(wish.as_ref().map(|wish| &wish.address)).await?;
    let from_email = known.map(|known| known.address.as_given().to_owned()).unwrap_or_default();
    let from_description = wish.map(|wish| wish.name).unwrap_or_default();
    Ok(DirectMail { from_description, from_email, ..mail })
}

/// What became of the messages of a batch, in their order.
#[derive(Debug, Default)]
struct Results(Vec<ApiTransactionalEmailResult>);

impl Results {
    /// A failure of our own ends the batch: the caller cannot mend it.
    fn add(&mut self, sent: Result<(), Failure>) -> Result<(), Failure> {
        let index = i32::try_from(self.0.len()).unwrap_or(i32::MAX);
        self.0.push(match sent {
            Ok(()) => ApiTransactionalEmailResult::sent(index),
            Err(failure) if failure.broken.is_some() => return Err(failure),
            Err(failure) => ApiTransactionalEmailResult::failed(index, failure.text),
        });
        Ok(())
    }

    fn answer(self) -> Answer {
        Answer::list("ApiTransactionalEmailResult", self.0)
    }
}
