//! Sends a message to the members of its list, at once or at a time.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::audience;
use crate::domain::campaign::NewMailing;
use crate::domain::placeholder::Placeholders;
use crate::domain::{EmailMessageId, Refusal};
use crate::faces::selzy::args::time;
use crate::faces::selzy::{Answer, Arg, Args, Call, Code, Failure, Method, Need};

/// The vendor takes no later start.
const MOST_DAYS_AHEAD: i64 = 100;

pub static METHOD: Method = Method {
    name: "createCampaign",
    doc: "Sends a message to the members of its list, at once or at a time.",
    args: &[
        Arg::number("message_id", Need::Required, "The message."),
        Arg::text("start_time", Need::Optional, "`YYYY-MM-DD hh:mm`, up to 100 days ahead."),
        Arg::text("timezone", Need::Optional, "Of `start_time`, such as `Europe/Kyiv`; or UTC."),
        Arg::flag("track_read", "Taken; opens come as events."),
        Arg::flag("track_links", "Kept with the campaign."),
        Arg::list("contacts", Need::Optional, "Only members with these addresses."),
        Arg::text("contacts_url", Need::Optional, "Where such addresses lie, one to a line."),
        Arg::flag("track_ga", "Taken; no links are changed."),
        Arg::text("payment_limit", Need::Optional, "Not looked at: nothing is paid."),
        Arg::text("payment_currency", Need::Optional, "Not looked at."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Made {
    campaign_id: u32,
    status: &'static str,
    count: u64,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let at = start_time(args, call.context.clock.now())?;
    let messages = call.account.email_messages();
    let id = EmailMessageId(args.required_number("message_id")?);
    let message = messages.get(id).await?;
    if message.purpose.is_template() {
        return Err(Refusal::MessageNotFound.into());
    }
    let audience = audience::of(call, &message).await?;
    let bodies = messages.bodies(&message).await?;
    let mailing = NewMailing {
        subject: message.subject,
        from_description: message.sender_name,
        from_email: message.sender_email.clone(),
        reply_email: message.sender_email,
        html: bodies.html,
        plain: bodies.plain,
        track_links: args.flag("track_links"),
        placeholders: Placeholders::Braces,
        message: Some(message.id),
        ..NewMailing::default()
    };
    let campaigns = call.account.campaigns();
    let written = campaigns.compose(&mailing).await?;
    let campaign = written.campaign.id;
    campaigns.send(campaign, audience.to, at).await?;
    Answer::result(&Made { campaign_id: campaign.0, status: "scheduled", count: audience.count })
}

/// When to begin; one that is over begins at once.
fn start_time(args: &Args, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let Some(text) = args.text("start_time") else { return Ok(None) };
    let invalid = || Failure::invalid("start_time");
    let utc = time(&text).ok_or_else(invalid)?;
    let at = match args.text("timezone") {
        None => utc,
        Some(name) => {
            let zone = TimeZone::get(&name).map_err(|_| Failure::invalid("timezone"))?;
            let civil: DateTime = utc.to_zoned(TimeZone::UTC).datetime();
            zone.to_timestamp(civil).map_err(|_| invalid())?
        }
    };
    let latest = now.checked_add(SignedDuration::from_hours(24 * MOST_DAYS_AHEAD));
    if latest.is_ok_and(|latest| at > latest) {
        let text = format!("start_time is more than {MOST_DAYS_AHEAD} days ahead");
        return Err(Failure::new(Code::InvalidArg, text));
    }
    Ok(Some(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::noon;
    use crate::protocol::form::urlencoded;

    fn at(form: &str) -> Option<String> {
        let fields = urlencoded::read(form.as_bytes(), 9).unwrap();
        let args = Args::new(&crate::protocol::form::Fields::default(), &fields).unwrap();
        start_time(&args, noon()).ok().map(|at| at.map(|at| at.to_string()).unwrap_or_default())
    }

    #[test]
    fn a_start_is_of_its_zone_and_not_too_far_away() {
        for (form, expected) in [
            ("", Some("")),
            ("start_time=2026-01-05 10:00", Some("2026-01-05T10:00:00Z")),
            ("start_time=2026-01-05 10:00:30&timezone=UTC", Some("2026-01-05T10:00:30Z")),
            ("start_time=2026-01-05 10:00&timezone=Europe/Kyiv", Some("2026-01-05T08:00:00Z")),
            ("start_time=2026-01-05 10:00&timezone=Mars/Base", None),
            ("start_time=soon", None),
            ("start_time=2026-04-20 10:00", None),
        ] {
            assert_eq!(at(form).as_deref(), expected, "{form}");
        }
    }
}
