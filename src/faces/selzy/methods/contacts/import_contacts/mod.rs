//! Imports contacts: up to 500 in one call, committed together.

mod columns;
mod log;
mod row;

use serde::Serialize;

use self::columns::Columns;
use self::log::{Entry, Line};
use self::row::Prepared;
pub use self::row::international;
use crate::domain::people::sync::{MAX_ROWS, RowDone, RowOutcome, SyncOptions, SyncRow};
use crate::faces::selzy::{Answer, Arg, Call, Code, Failure, Method, Need};
use crate::protocol::form::brackets::{Branch, Key, Tree};

pub static METHOD: Method = Method {
    name: "importContacts",
    doc: "Imports up to 500 contacts; what is wrong with a row is said in the log.",
    args: &[
        Arg::rows("field_names", Need::Required, "The columns; email or phone at least."),
        Arg::rows("data", Need::Required, "Rows of cells in the order of the columns."),
        Arg::flag("overwrite_tags", "Whether a row's tags replace a contact's."),
        Arg::flag("overwrite_lists", "Whether a row's lists replace a contact's."),
    ],
    run: |call| Box::pin(run(call)),
};

/// The result, as documented.
#[derive(Debug, Default, Serialize)]
struct Report {
    total: usize,
    inserted: u32,
    updated: u32,
    deleted: u32,
    new_emails: u32,
    /// Addresses that are not imported.
    invalid: u32,
    /// Only where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    role_based: Option<u32>,
    log: Vec<Line>,
}

const OVER_LIMIT: &str = "Addresses overlimit for current period";

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let names = call.args.branch("field_names").ok_or_else(|| Failure::invalid("field_names"))?;
    let data = call.args.branch("data").ok_or_else(|| Failure::invalid("data"))?;
    if data.len() > MAX_ROWS {
        let text = format!("There are more than {MAX_ROWS} rows in data");
        return Err(Failure::new(Code::InvalidArg, text));
    }
    let schema = call.account.fields().schema().await?;
    let columns = Columns::read(names, &schema)?;
    let prepared = prepare(call, &columns, data);
    let (rows, prepared): (Vec<SyncRow>, Vec<Prepared>) =
        prepared.into_iter().map(|mut one| (std::mem::take(&mut one.row), one)).unzip();
    let options = SyncOptions {
        replaces_tags: call.args.flag("overwrite_tags"),
        replaces_lists: call.args.flag("overwrite_lists"),
        ..SyncOptions::default()
    };
    let outcomes = call.account.people().sync(&rows, options).await?;
    let mut report = Report { total: rows.len(), ..Report::default() };
    let mut is_over = false;
    for (one, outcome) in prepared.into_iter().zip(outcomes) {
        is_over |= report.take(one, outcome, call.settings.contact_limit);
    }
    let answer = Answer::result(&report)?;
    Ok(if is_over { answer.warning(OVER_LIMIT) } else { answer })
}

fn prepare(call: Call<'_>, columns: &Columns, data: &Branch) -> Vec<Prepared> {
    let nothing = Branch::default();
    let row = |(number, (key, row)): (u32, (&Key, &Tree))| {
        let index = if let Key::Index(index) = key { *index } else { number };
        let cells = row.branch().unwrap_or(&nothing);
        Prepared::read(columns, cells, index, &call.settings.spam_traps)
    };
    (0..).zip(data.iter()).map(row).collect()
}

impl Report {
    /// Counts a row; says whether it is one too many for the plan.
    fn take(&mut self, mut one: Prepared, outcome: RowOutcome, contact_limit: u32) -> bool {
        let mut is_over = false;
        match outcome {
            RowOutcome::Refused(fault) => {
                self.invalid += u32::from(one.has_address);
                one.faults.refuse(fault);
            }
            RowOutcome::Done(done) => {
                self.count(&done);
                self.invalid += u32::from(one.is_address_ignored);
                for list in &done.unknown_lists {
                    one.faults.add(Entry::list_not_found(*list));
                }
                let is_added = done.inserted && !done.deleted;
                is_over = contact_limit > 0 && is_added && done.contacts > contact_limit;
                if is_over {
                    one.faults.add(Entry::OVER_LIMIT);
                }
            }
        }
        if one.is_role {
            *self.role_based.get_or_insert(0) += 1;
        }
        self.log.extend(one.faults.lines());
        is_over
    }

    fn count(&mut self, done: &RowDone) {
        self.inserted += u32::from(done.inserted);
        self.updated += u32::from(done.updated);
        self.deleted += u32::from(done.deleted);
        self.new_emails += u32::from(done.is_new);
    }
}
