//! Drafts a message to many, and sends it.

use jiff::Timestamp;

use crate::domain::campaign::{Audience, NewMailing};
use crate::domain::{Error, ListId, Refusal, SegmentId};
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Method, Need, Tree, pacific};

const OPTIONAL: Need = Need::Optional;

pub static METHOD: Method = Method {
    name: "legacy.send_campaign",
    echo: Echo::AsDocumented,
    doc: "Drafts a message to segments; with only a message_key it sends the draft.",
    args: &[
        Arg::list("grp", OPTIONAL, "Static segments to send to."),
        Arg::list("sm", OPTIONAL, "Dynamic segments to send to."),
        Arg::list("sm_exclude", OPTIONAL, "Dynamic segments to leave out."),
        Arg::text("rich_mbody", OPTIONAL, "The HTML; this or text_mbody is needed. 1 MiB."),
        Arg::text("text_mbody", OPTIONAL, "The plain text. 1 MiB."),
        Arg::text("send", OPTIONAL, "Y: only this method may send it, as is so here anyway."),
        Arg::text("reply_email", OPTIONAL, "Address for replies."),
        Arg::text("from_email", OPTIONAL, "Address of the sender."),
        Arg::text("fromdesc", OPTIONAL, "Name of the sender."),
        Arg::text("msubject", OPTIONAL, "The subject; needed for a draft."),
        Arg::flag("timed_release", "Y: send it at date and hour."),
        Arg::date("date", OPTIONAL, "Day of a timed release."),
        Arg::number("hour", OPTIONAL, "Hour of a timed release, 0 to 23, US Pacific."),
        Arg::text("substitude_name", OPTIONAL, "Not acted on."),
        Arg::text("bill_codes", OPTIONAL, "Billing codes."),
        Arg::text("message_notes", OPTIONAL, "Notes of the sender. 128 characters."),
        Arg::number("campaign_id", OPTIONAL, "Number of the group of messages it belongs to."),
        Arg::flag("track_links", "Track clicks."),
        Arg::list("grp_exclude", OPTIONAL, "Static segments to leave out."),
        Arg::flag("use_default_footer", "Not acted on."),
        Arg::text("binding", OPTIONAL, "Not acted on."),
        Arg::number("throttle_rate", OPTIONAL, "Not acted on."),
        Arg::text("message_name", OPTIONAL, "Name in lists; the subject when left out."),
        Arg::number("footer_id", OPTIONAL, "Not acted on."),
        Arg::flag("inbox_monitor", "Not acted on."),
        Arg::text("message_key", OPTIONAL, "The draft to send."),
    ],
    combinable: false,
    php: true,
    run: |call| Box::pin(run(call)),
};

const NOT_ALL_VALUES: &str = "Not all values passed through";
const IN_PAST: &str = "timed-release day/time is in the past";

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    match call.args.text("message_key") {
        Some(key) => send(call, key).await,
        None => draft(call).await,
    }
}

/// Step 2.
async fn send(call: Call<'_>, key: &str) -> Result<Answer, Failure> {
    match call.account.campaigns().release(key).await {
        Ok(_) => {
            let answer = Answer::coded(201).legacy_done();
            Ok(answer.with("sent", Tree::text(1)))
        }
        Err(error) => not_done(error),
    }
}

/// Step 1.
async fn draft(call: Call<'_>) -> Result<Answer, Failure> {
    let Some(new) = mailing(call.args)? else {
        return Ok(Answer::legacy_failed(NOT_ALL_VALUES));
    };
    match call.account.campaigns().draft(&new).await {
        Ok(drafted) => Ok(Answer::coded(202)
            .legacy_done()
            .with("message_id", Tree::text(drafted.id))
            .with("message_key", Tree::text(&drafted.key))),
        Err(error) => not_done(error),
    }
}

/// What the call drafts; `None` when something that is needed is not there.
fn mailing(args: &Args) -> Result<Option<NewMailing>, Failure> {
    let text = |name: &str| args.text(name).unwrap_or_default().to_owned();
    let body = |name: &str| args.raw(name).unwrap_or_default().to_owned();
    let release = match release(args)? {
        Timed::Now => None,
        Timed::At(at) => Some(at),
        Timed::Incomplete => return Ok(None),
    };
    let lists = |name| Ok::<_, Failure>(args.ids(name)?.into_iter().map(ListId).collect());
    let segments = |name| Ok::<_, Failure>(args.ids(name)?.into_iter().map(SegmentId).collect());
    let new = NewMailing {
        name: text("message_name"),
        subject: text("msubject"),
        from_description: text("fromdesc"),
        from_email: text("from_email"),
        reply_email: text("reply_email"),
        html: body("rich_mbody"),
        plain: body("text_mbody"),
        message_notes: text("message_notes"),
        bill_codes: text("bill_codes"),
        group: args.number("campaign_id")?,
        track_links: args.flag("track_links"),
        audience: Audience {
            lists: lists("grp")?,
            segments: segments("sm")?,
            excluded_lists: lists("grp_exclude")?,
            excluded_segments: segments("sm_exclude")?,
        },
        release,
        ..NewMailing::default()
    };
    let has_body = !new.html.trim().is_empty() || !new.plain.trim().is_empty();
    Ok(Some(new).filter(|new| has_body && !new.subject.is_empty()))
}

/// When a draft is to be sent, once it is released.
enum Timed {
    Now,
    At(Timestamp),
    Incomplete,
}

fn release(args: &Args) -> Result<Timed, Failure> {
    if !args.flag("timed_release") {
        return Ok(Timed::Now);
    }
    let (Some(date), Some(hour)) = (args.text("date"), args.number::<u8>("hour")?) else {
        return Ok(Timed::Incomplete);
    };
    let at = pacific::start_of(&format!("{date} {hour:02}:00:00"));
    at.map(Timed::At).ok_or_else(|| Failure::invalid("date"))
}

/// The reasons that are known, and those that are ours.
fn not_done(error: Error) -> Result<Answer, Failure> {
    let reason = match error {
        Error::Refused(Refusal::ReleaseInPast) => IN_PAST,
        Error::Refused(Refusal::CampaignNotFound) => "invalid message_key",
        Error::Refused(Refusal::CampaignReleased) => "message has already been sent",
        Error::Refused(Refusal::ListNotFound) => "no group found with given group_id",
        Error::Refused(Refusal::SegmentNotFound) => "no segment found with given id",
        error => return Err(error.into()),
    };
    Ok(Answer::legacy_failed(reason))
}
