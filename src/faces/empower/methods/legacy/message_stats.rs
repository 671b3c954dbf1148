//! Figures of promotional messages.

use crate::domain::activity::Message;
use crate::domain::campaign::{Campaign, Mailing};
use crate::domain::{CampaignId, Error, Refusal};
use crate::faces::empower::methods::figures::{About, Days, message};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree, pacific};

/// Messages answered when the call does not say how many.
const USUAL_MESSAGES: usize = 100;
/// Messages answered at most.
const MOST_MESSAGES: usize = 1_000;

pub static METHOD: Method = Method {
    name: "legacy.message_stats",
    echo: Echo::AsDocumented,
    doc: "Figures of promotional messages, the newest first.",
    args: &[
        Arg::date("start_date", Need::Optional, "First day of sending; with end_date."),
        Arg::date("end_date", Need::Optional, "Last day of sending; with start_date."),
        Arg::date("date", Need::Optional, "The only day of sending."),
        Arg::number("mess_id", Need::Optional, "Only this message."),
        Arg::number(
            "last",
            Need::Optional,
            "So many of the newest: 100 when left out, 1000 at most.",
        ),
    ],
    combinable: false,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let days = Days::read(call.args)?;
    let last = call.args.number::<usize>("last")?.unwrap_or(USUAL_MESSAGES).min(MOST_MESSAGES);
    let campaigns = call.account.campaigns();
    let found = match call.args.text("mess_id") {
        Some(id) => match campaigns.get_sent(CampaignId(id.parse().unwrap_or_default())).await {
            Ok(campaign) => vec![campaign],
            Err(Error::Refused(Refusal::CampaignNotFound)) => Vec::new(),
            Err(error) => return Err(error.into()),
        },
        None => campaigns.sent(last, |campaign| was_sent_within(campaign, days)).await?,
    };
    let mut rows = Vec::with_capacity(found.len());
    for campaign in found {
        rows.push(row(call, campaign).await?);
    }
    Ok(Answer::coded(201).with("message_data", Tree::repeated("message", rows)))
}

fn was_sent_within(campaign: &Campaign, days: Days) -> bool {
    let sent = campaign.sent.map(|sent| sent.to_zoned(pacific::zone().clone()).date());
    sent.is_some_and(|sent| days.contains(sent))
}

async fn row(call: Call<'_>, campaign: Campaign) -> Result<Tree, Failure> {
    let of_campaign = Message::Campaign(campaign.id);
    let stats = call.account.activities().stats(of_campaign, None, None).await?;
    let mut about = About {
        id: campaign.id.0,
        subject: campaign.name.clone(),
        name: campaign.name,
        date_sent: campaign.sent.map(pacific::date_time),
        ..About::default()
    };
    if let Some(Mailing { subject, message_notes, bill_codes, group, recipients, .. }) =
        campaign.mailing
    {
        (about.subject, about.notes, about.bill_codes) = (subject, message_notes, bill_codes);
        (about.group, about.left_out) = (group, recipients);
    }
    Ok(message(about, &stats.total()))
}
