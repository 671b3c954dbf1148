//! Putting many records of insight data into a collection.

use serde::{Deserialize, Serialize};

use super::{Part, Work};
use crate::domain::edit::Edit;
use crate::domain::import::rows::Row;
use crate::domain::insight::{Fault, NewInsight, columns, fault_line};
use crate::domain::jobs::feed::{Feed, TextForm};
use crate::domain::jobs::task::StoredTask;
use crate::domain::{Account, Result};

/// Records to put; they are the rows of the task's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportInsights {
    collection: String,
    total: u64,
    /// Records that are put or rejected.
    done: u64,
    rejected: u64,
}

impl ImportInsights {
    pub fn new(collection: &str, total: u64) -> Self {
        Self { collection: collection.to_owned(), total, done: 0, rejected: 0 }
    }

    pub fn imported(&self) -> u64 {
        self.done.saturating_sub(self.rejected)
    }

    pub fn rejected(&self) -> u64 {
        self.rejected
    }
}

pub async fn step<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    order: &ImportInsights,
    feed: &mut Feed,
) -> Result<Part<'a>> {
    let form = TextForm::of(b"", b',')?;
    // Behind the header.
    let skip = order.done + 1;
    let Some(rows) = feed.at(stored, form, skip).await? else {
        let output = format!("{} records put, {} rejected.", order.imported(), order.rejected);
        let part = Part::to(stored.task.work.clone()).ending(output);
        return Ok(Part { total: Some(order.total), ..part });
    };
    let gate = account.gate().await;
    let mut edit = account.contact_store().edit().await?;
    let collection = account.insights().number(&order.collection).await?;
    let (mut file, mut done, mut rejected) = (Vec::new(), 0, 0);
    for row in rows.iter() {
        let (key, fault) = put(account, &mut edit, collection, row).await?;
        done += 1;
        if let Some(fault) = fault {
            rejected += 1;
            file.extend(fault_line(&key, fault));
        }
    }
    let next = ImportInsights {
        done: order.done + done,
        rejected: order.rejected + rejected,
        ..order.clone()
    };
    let part = Part::to(Work::ImportInsights(next)).with_edit(gate, edit).counting(done);
    Ok(Part { file, total: Some(order.total), ..part })
}

/// Puts one record into the edit, or says what is against it. Its key comes back.
async fn put<'a>(
    account: Account<'a>,
    edit: &mut Edit<'a>,
    collection: u32,
    row: Row<'_>,
) -> Result<(String, Option<Fault>)> {
    let cell = |column| String::from_utf8_lossy(row.field(column)).into_owned();
    let key = cell(columns::KEY);
    let known = serde_json::from_slice(row.field(columns::FAULT)).ok();
    if let Some(fault) = known.or(row.overlong.then_some(Fault::JsonTooLong)) {
        return Ok((key, Some(fault)));
    }
    let insights = account.insights();
    let (identifier, json) = (cell(columns::IDENTIFIER), cell(columns::JSON));
    let new = NewInsight { key: key.clone(), identifier, json };
    let holder = match new.judge() {
        Ok(identifier) => insights.holder(&identifier).await?,
        Err(fault) => Err(fault),
    };
    let placed = match holder {
        Ok(holder) => insights.place(edit, collection, holder, &new).await?,
        Err(fault) => Err(fault),
    };
    Ok((key, placed.err()))
}
