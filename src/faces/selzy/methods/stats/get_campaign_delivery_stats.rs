//! Answers what became of a campaign, recipient by recipient.

use futures_util::stream;

use super::deliveries::Deliveries;
use crate::domain::CampaignId;
use crate::faces::selzy::answer::{enclosed, row_text};
use crate::faces::selzy::args::shown_time;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "getCampaignDeliveryStats",
    doc: "What became of a campaign, recipient by recipient, as rows.",
    args: &[
        Arg::number("campaign_id", Need::Required, "The campaign."),
        Arg::time("changed_since", Need::Optional, "Only what happened then or later."),
    ],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = CampaignId(call.args.required_number("campaign_id")?);
    let since = call.args.time("changed_since")?;
    let campaign = call.account.campaigns().get(id).await?;
    let letter = campaign.mailing.and_then(|mailing| mailing.message).map_or(id.0, |id| id.0);
    let deliveries = Deliveries::of(call.context, call.account.id, id);
    let rows = stream::unfold((deliveries, ""), move |(mut deliveries, comma)| async move {
        let some = match deliveries.next_some().await.transpose()? {
            Ok(some) => some,
            Err(error) => return Some((Err(error), (deliveries, comma))),
        };
        let changed =
            some.into_iter().filter(|(_, outcome)| since.is_none_or(|at| outcome.at >= Some(at)));
        let texts: Result<Vec<String>, _> = changed
            .map(|(address, outcome)| {
                let at = outcome.at.map(shown_time).unwrap_or_default();
                row_text(&[address.as_given(), outcome.word, &at])
            })
            .collect();
        let text = texts.map(|texts| {
            let comma = if texts.is_empty() { "" } else { comma };
            format!("{comma}{}", texts.join(","))
        });
        let comma = if text.as_ref().is_ok_and(|text| !text.is_empty()) { "," } else { comma };
        Some((text, (deliveries, comma)))
    });
    let head = format!(
        "{{\"fields\":[\"email\",\"send_result\",\"last_update\"],\"letter_id\":{letter},\"data\":["
    );
    Ok(Answer::pieces(enclosed(head, rows, "]}")))
}
