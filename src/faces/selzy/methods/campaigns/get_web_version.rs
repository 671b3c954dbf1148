//! Tells where what a campaign says can be read in a browser.

use serde::Serialize;

use crate::domain::CampaignId;
use crate::faces::selzy::files::Place;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "getWebVersion",
    doc: "Where what a campaign says can be read in a browser, by who knows the address.",
    args: &[
        Arg::number("campaign_id", Need::Required, "The campaign."),
        Arg::text("format", Need::Optional, "`json`, whatever it says."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Version {
    letter_id: u32,
    web_letter_link: String,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = CampaignId(call.args.required_number("campaign_id")?);
    let campaign = call.account.campaigns().get(id).await?;
    let message = campaign.mailing.as_ref().and_then(|mailing| mailing.message);
    Answer::result(&Version {
        letter_id: message.map_or(id.0, |message| message.0),
        web_letter_link: Place::of(call).letter(id),
    })
}
