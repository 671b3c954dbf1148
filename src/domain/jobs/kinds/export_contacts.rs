//! Exporting contacts whom rules describe.

use serde::{Deserialize, Serialize};

use super::{Part, Work};
use crate::domain::jobs::file::{Line, push_line};
use crate::domain::jobs::task::StoredTask;
use crate::domain::{Account, Error, Result, Rules};
use crate::store::tables;

/// Contacts looked at in one step: some 50 blocks.
const CONTACTS_AT_ONCE: usize = 4_000;

/// Whom to export, in order of id. The file holds each contact as it was when its turn came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportContacts {
    /// As for a segment: without a rule about the status, nobody who is suppressed.
    pub rules: Rules,
    /// Contacts below this one are done.
    pub from: u32,
}

impl ExportContacts {
    pub fn new(rules: Rules) -> Self {
        Self { rules, from: 0 }
    }
}

pub async fn step<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    order: &ExportContacts,
) -> Result<Part<'a>> {
    let from = tables::contact_entry(order.from);
    let contacts = tables::contacts(account.id.0);
    let found = contacts.scan_from(&*account.context.store, &from, CONTACTS_AT_ONCE).await;
    let entries = found.map_err(|error| Error::store("export contacts", error))?;
    let last = entries.last().and_then(|(key, _)| tables::contact_of_entry(key));
    let Some(last) = last else {
        let output = format!("{} contacts exported.", stored.task.done);
        return Ok(Part::to(stored.task.work.clone()).ending(output));
    };
    let schema = account.fields().schema().await?;
    let mut file = Vec::new();
    let mut done = 0;
    for (id, record) in account.segments().matching(&order.rules, &schema, &entries).await? {
        push_line(&mut file, &Line::Contact(id, record.encode()?.to_vec()))?;
        done += 1;
    }
    let from = last.saturating_add(1);
    let work = Work::ExportContacts(ExportContacts { from, ..order.clone() });
    Ok(Part { done, file, ..Part::to(work) })
}
