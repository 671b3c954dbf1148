//! Figures of templates: transactional and welcome messages.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::civil::Date;

use super::{About, Days, message};
use crate::domain::activity::{Counts, Message};
use crate::domain::template::{Edition, Template, TemplateHead, Version};
use crate::domain::{Account, AccountId, Context, Error, Refusal, Result, TemplateId};
use crate::faces::empower::methods::transactional::template;
use crate::faces::empower::{Answer, Arg, Call, Failure, Need, Rows, Tree};

pub const ARGS: [Arg; 5] = [
    Arg::date("start_date", Need::Optional, "First day; with end_date."),
    Arg::date("end_date", Need::Optional, "Last day; with start_date."),
    Arg::date("date", Need::Optional, "The only day."),
    Arg::number("template_id", Need::Optional, "Only this template."),
    Arg::text("rollup_type", Need::Optional, "Empty for one sum by template, Daily or Monthly."),
];

/// Templates looked through at once.
const TEMPLATES_AT_ONCE: usize = 50;

/// What figures are summed up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rollup {
    Template,
    Daily,
    Monthly,
}

impl Rollup {
    fn read(call: Call<'_>) -> Result<Self, Failure> {
        match call.args.text("rollup_type").map(str::to_ascii_lowercase).as_deref() {
            None => Ok(Self::Template),
            Some("daily") => Ok(Self::Daily),
            Some("monthly") => Ok(Self::Monthly),
            Some(_) => Err(Failure::invalid("rollup_type")),
        }
    }
}

/// Answers with the figures of the templates that `wanted` says.
pub async fn run(call: Call<'_>, wanted: fn(&TemplateHead) -> bool) -> Result<Answer, Failure> {
    let (days, rollup) = (Days::read(call.args)?, Rollup::read(call)?);
    let only = if call.args.has("template_id") {
        let id = template::id(call.args)?;
        let head = call.account.templates().head(id).await?;
        if !wanted(&head) {
            return Err(template::unknown());
        }
        Some(head)
    } else {
        None
    };
    let is_one = only.is_some();
    let rows = Figures {
        context: Arc::clone(call.context),
        account: call.account.id,
        days,
        rollup,
        wanted,
        waiting: only.into_iter().collect(),
        after: (!is_one).then_some(TemplateId(0)),
        is_one,
    };
    let data = Tree::rows_named("message", rows);
    Ok(Answer::coded(201).with("message_data", data))
}

/// Figures that are read while they are written, template by template.
#[derive(Debug, Clone)]
struct Figures {
    context: Arc<Context>,
    account: AccountId,
    days: Days,
    rollup: Rollup,
    wanted: fn(&TemplateHead) -> bool,
    waiting: VecDeque<TemplateHead>,
    /// Where to look on; `None` when nothing follows.
    after: Option<TemplateId>,
    /// Asked for by its id: it is there also without figures.
    is_one: bool,
}

impl Figures {
    /// The rows of the next template that has any; none at the end.
    async fn next_rows(&mut self) -> Result<Vec<Tree>> {
        loop {
            let Some(head) = self.waiting.pop_front() else {
                if self.look().await? {
                    continue;
                }
                return Ok(Vec::new());
            };
            let rows = self.rows_of(self.context.account(self.account), head.id).await?;
            if !rows.is_empty() {
                return Ok(rows);
            }
        }
    }

    async fn look(&mut self) -> Result<bool> {
        let Some(after) = self.after else { return Ok(false) };
        let account = self.context.account(self.account);
        let heads = account.templates().page(after, TEMPLATES_AT_ONCE).await?;
        self.after = heads.last().map(|head| head.id);
        self.waiting = heads.into_iter().filter(self.wanted).collect();
        Ok(self.after.is_some())
    }

    async fn rows_of(&self, account: Account<'_>, id: TemplateId) -> Result<Vec<Tree>> {
        let Days { first, last } = self.days;
        let stats = account.activities().stats(Message::Template(id), first, last).await?;
        let by_date: Vec<(Option<String>, Counts)> = match self.rollup {
            Rollup::Template if stats.days.is_empty() && !self.is_one => Vec::new(),
            Rollup::Template => vec![(None, stats.total())],
            Rollup::Daily => dated(stats.days, "%Y-%m-%d"),
            Rollup::Monthly => dated(stats.months(), "%Y-%m"),
        };
        if by_date.is_empty() {
            return Ok(Vec::new());
        }
        let template = match account.templates().get(id, Edition::Live).await {
            Ok(template) => template,
            Err(Error::Refused(Refusal::TemplateNotFound)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        Ok(by_date.into_iter().map(|(date, counts)| row(&template, date, &counts)).collect())
    }
}

fn dated(counts: Vec<(Date, Counts)>, format: &str) -> Vec<(Option<String>, Counts)> {
    counts.into_iter().map(|(date, one)| (Some(date.strftime(format).to_string()), one)).collect()
}

fn row(template: &Template, date_sent: Option<String>, counts: &Counts) -> Tree {
    let Version { subject, message_notes, bill_codes, .. } = &template.version;
    let about = About {
        id: template.head.id.0,
        subject: subject.clone(),
        name: subject.clone(),
        date_sent,
        notes: message_notes.clone(),
        bill_codes: bill_codes.clone(),
        ..About::default()
    };
    message(about, counts)
}

impl Rows for Figures {
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Tree>>> {
        Box::pin(self.next_rows())
    }

    fn count(&mut self) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move {
            let (mut ahead, mut count) = (self.clone(), 0);
            loop {
                let rows = ahead.next_rows().await?.len();
                if rows == 0 {
                    return Ok(count);
                }
                count += u64::try_from(rows).unwrap_or(u64::MAX);
            }
        })
    }
}
