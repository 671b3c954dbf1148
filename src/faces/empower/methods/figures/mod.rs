//! Figures of messages: what was sent, arrived, bounced, was opened and clicked.
//!
//! The original's 47 elements, in the order in which its clients know them. Rates are percents
//! with two decimals and no sign.

pub mod templates;

use jiff::civil::Date;

use crate::domain::activity::Counts;
use crate::domain::outbox::Recipients;
use crate::faces::empower::{Args, Failure, Tree, pacific};

/// What a message is, beside its figures.
#[derive(Debug, Default)]
pub struct About {
    pub id: u32,
    pub subject: String,
    pub name: String,
    /// Left out where `None`.
    pub date_sent: Option<String>,
    pub notes: String,
    pub bill_codes: String,
    /// Number of the group of campaigns.
    pub group: Option<u32>,
    pub left_out: Recipients,
}

/// One message with its figures.
pub fn message(about: About, counts: &Counts) -> Tree {
    let id = about.id;
    let mut fields = vec![
        ("message_subject", Tree::Text(about.subject.into())),
        ("message_name", Tree::Text(about.name.into())),
    ];
    fields.extend(about.date_sent.map(|date| ("date_sent", Tree::Text(date.into()))));
    fields.push(("message_notes", Tree::Text(about.notes.into())));
    fields.extend(numbers([
        ("withheld_total", about.left_out.withheld.into()),
        ("globally_suppressed", about.left_out.globally_suppressed.into()),
        ("suppressed_total", about.left_out.suppressed.into()),
    ]));
    fields.push(("bill_codes", Tree::Text(about.bill_codes.into())));
    fields.extend(delivery(counts, &about.left_out));
    fields.extend([
        ("has_dynamic_content", Tree::text(0)),
        ("has_delivery_report", Tree::text(0)),
        ("link_append_statement", Tree::empty()),
        ("timezone", Tree::text("US/Pacific")),
        ("ftf_forwarded", Tree::text(0)),
        ("ftf_signups", Tree::text(0)),
        ("ftf_conversion_rate", percent(0, 0)),
    ]);
    fields.extend(response(counts));
    fields.push(("campaign_name", Tree::empty()));
    fields.push(("campaign_id", about.group.map_or_else(Tree::empty, Tree::text)));
    Tree::fields(fields).with_attribute("id", id)
}

fn numbers<const N: usize>(
    numbers: [(&'static str, u64); N],
) -> impl Iterator<Item = (&'static str, Tree)> {
    numbers.into_iter().map(|(name, number)| (name, Tree::text(number)))
}

/// What was sent: at least what is known to have arrived or bounced, should the sending itself
/// have happened elsewhere.
fn sent(counts: &Counts) -> (u64, u64) {
    let all = counts.sent.max(counts.delivered + counts.bounced());
    let plain = counts.sent_plain.max(counts.delivered_plain + counts.bounced_plain);
    (all, plain.min(all))
}

/// What arrived: everything that was sent and did not bounce, as few feeds tell of arrivals.
fn delivered(counts: &Counts) -> (u64, u64) {
    let (all, plain) = sent(counts);
    let delivered = all.saturating_sub(counts.bounced());
    (delivered, plain.saturating_sub(counts.bounced_plain).min(delivered))
}

fn delivery(counts: &Counts, left_out: &Recipients) -> Vec<(&'static str, Tree)> {
    let (sent, sent_plain) = sent(counts);
    let (delivered, delivered_plain) = delivered(counts);
    let (sent_html, delivered_html) = (sent - sent_plain, delivered - delivered_plain);
    let bounced = counts.bounced();
    let bounced_plain = counts.bounced_plain.min(bounced);
    let kept_back = left_out.withheld + left_out.suppressed + left_out.globally_suppressed;
    let asked = sent.saturating_add(kept_back.into());
    vec![
        ("sent_total", Tree::text(sent)),
        ("sent_total_html", Tree::text(sent_html)),
        ("sent_total_plain", Tree::text(sent_plain)),
        ("sent_rate_total", percent(sent, asked)),
        ("sent_rate_html", percent(sent_html, sent)),
        ("sent_rate_plain", percent(sent_plain, sent)),
        ("delivered_total", Tree::text(delivered)),
        ("delivered_html", Tree::text(delivered_html)),
        ("delivered_plain", Tree::text(delivered_plain)),
        ("delivered_rate_total", percent(delivered, sent)),
        ("delivered_rate_html", percent(delivered_html, sent_html)),
        ("delivered_rate_plain", percent(delivered_plain, sent_plain)),
        ("bounced_total", Tree::text(bounced)),
        ("bounced_html", Tree::text(bounced - bounced_plain)),
        ("bounced_plain", Tree::text(bounced_plain)),
        ("bounced_rate_total", percent(bounced, sent)),
        ("bounced_rate_html", percent(bounced - bounced_plain, sent_html)),
        ("bounced_rate_plain", percent(bounced_plain, sent_plain)),
        ("invalid_total", Tree::text(counts.bounced_hard)),
        ("invalid_rate_total", percent(counts.bounced_hard, sent)),
    ]
}

fn response(counts: &Counts) -> Vec<(&'static str, Tree)> {
    let (delivered, _) = delivered(counts);
    vec![
        ("optout_total", Tree::text(counts.opted_out)),
        ("optout_rate_total", percent(counts.opted_out, delivered)),
        ("opened_total", Tree::text(counts.opened)),
        ("opened_unique", Tree::text(counts.opened_unique)),
        ("opened_rate_unique", percent(counts.opened_unique, delivered)),
        ("opened_rate_aps", average(counts.opened, counts.opened_unique)),
        ("clicked_total", Tree::text(counts.clicked)),
        ("clicked_unique", Tree::text(counts.clicked_unique)),
        ("clicked_rate_unique", percent(counts.clicked_unique, delivered)),
        ("clicked_rate_aps", average(counts.clicked, counts.clicked_unique)),
    ]
}

/// Percent with two decimals, rounded down; of nothing it is nothing.
fn percent(part: u64, whole: u64) -> Tree {
    hundredths(part.saturating_mul(10_000).checked_div(whole).unwrap_or(0))
}

/// How often on average, with two decimals, rounded down.
fn average(all: u64, by: u64) -> Tree {
    hundredths(all.saturating_mul(100).checked_div(by).unwrap_or(0))
}

fn hundredths(number: u64) -> Tree {
    Tree::text(format_args!("{}.{:02}", number / 100, number % 100))
}

/// The days that a call asks for, both included: `date`, or `start_date` and `end_date`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Days {
    pub first: Option<Date>,
    pub last: Option<Date>,
}

impl Days {
    pub fn read(args: &Args) -> Result<Self, Failure> {
        let day = |name: &'static str| {
            let at = args.time(name)?;
            Ok::<_, Failure>(at.map(|at| at.to_zoned(pacific::zone().clone()).date()))
        };
        if let Some(date) = day("date")? {
            return Ok(Self { first: Some(date), last: Some(date) });
        }
        match (day("start_date")?, day("end_date")?) {
            (Some(_), None) => Err(Failure::missing("end_date")),
            (None, Some(_)) => Err(Failure::missing("start_date")),
            (first, last) => Ok(Self { first, last }),
        }
    }

    pub fn contains(self, date: Date) -> bool {
        self.first.is_none_or(|first| date >= first) && self.last.is_none_or(|last| date <= last)
    }

    pub fn are_all(self) -> bool {
        self.first.is_none() && self.last.is_none()
    }
}
