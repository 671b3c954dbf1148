//! What the methods about templates share.

use crate::domain::TemplateId;
use crate::domain::template::VersionChange;
use crate::faces::empower::{Arg, Args, Failure, Given, Need};

pub const TEMPLATE_ID: Arg = Arg::number("template_id", Need::Required, "The template.");

/// The arguments of a version, in the documented order; the first five are needed for a new one.
pub const fn version_args(need: Need) -> [Arg; 10] {
    const OPTIONAL: Need = Need::Optional;
    [
        Arg::text("subject", need, "Subject; may hold variables, as may all that follows."),
        Arg::text("from_description", need, "Name of the sender."),
        Arg::text("from_email", need, "Address of the sender."),
        Arg::text("reply_email", need, "Address for replies."),
        Arg::nested("template_data", need, "Elements html and plain, 1 MiB each."),
        Arg::text("message_notes", OPTIONAL, "Notes of the sender."),
        Arg::text("bill_codes", OPTIONAL, "Billing codes."),
        Arg::flag("track_links", "Track clicks; on unless sent as 0."),
        Arg::flag("track_roi", "Track conversions; on unless sent as 0."),
        Arg::text("binding", OPTIONAL, "Name of the group of sender addresses."),
    ]
}

/// The template that is meant. What is no number is the id of nothing.
pub fn id(args: &Args) -> Result<TemplateId, Failure> {
    let id = args.text("template_id").and_then(|text| text.parse().ok());
    id.map(TemplateId).ok_or_else(unknown)
}

pub fn unknown() -> Failure {
    Failure::coded(429)
}

/// What a call says of a version. Empty elements say nothing, but for notes and billing codes,
/// which they clear.
pub fn change(args: &Args) -> VersionChange {
    let text = |name: &str| args.text(name).map(str::to_owned);
    let clearing = |name: &str| args.raw(name).map(|text| text.trim().to_owned());
    VersionChange {
        subject: text("subject"),
        from_description: text("from_description"),
        from_email: text("from_email"),
        reply_email: text("reply_email"),
        html: body(args, "html"),
        plain: body(args, "plain"),
        message_notes: clearing("message_notes"),
        bill_codes: clearing("bill_codes"),
        track_links: args.choice("track_links"),
        track_roi: args.choice("track_roi"),
        binding: text("binding"),
    }
}

/// One of the two bodies, as sent. `template_data` with a text in it is HTML.
fn body(args: &Args, name: &str) -> Option<String> {
    match args.given("template_data")? {
        Given::Text(text) => (name == "html").then(|| text.clone()),
        Given::Nested(bodies) => bodies.iter().find_map(|(body, given)| match given {
            Given::Text(text) if body.eq_ignore_ascii_case(name) => Some(text.clone()),
            Given::Text(_) | Given::Nested(_) => None,
        }),
    }
}
