//! Taking everybody off lists, and deleting the lists if that is wanted.

use serde::{Deserialize, Serialize};

use super::{Part, Work};
use crate::domain::jobs::task::StoredTask;
use crate::domain::listing::members;
use crate::domain::membership::MemberState;
use crate::domain::{Account, ContactId, Error, ListId, Refusal, Result};
use crate::store::tables;

/// Members taken off in one step: some 20 blocks.
const MEMBERS_AT_ONCE: usize = 8_000;

/// Lists to clear, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearLists {
    pub lists: Vec<ListId>,
    /// Whether each list goes when nobody is in it any more. Who unsubscribed from a list that
    /// stays remains unsubscribed from it.
    pub delete: bool,
    /// Lists that are done.
    pub cleared: usize,
    /// Members of the next list below this contact are done.
    pub from: u32,
    /// Nobody is left in the next list that has to go.
    pub emptied: bool,
    /// Lists that stay because a campaign or a segment names them.
    pub kept: Vec<ListId>,
}

impl ClearLists {
    pub fn new(lists: Vec<ListId>, delete: bool) -> Self {
        Self { lists, delete, cleared: 0, from: 0, emptied: false, kept: Vec::new() }
    }
}

pub async fn step<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    order: &ClearLists,
) -> Result<Part<'a>> {
    let Some(list) = order.lists.get(order.cleared).copied() else {
        let output = order.output(stored.task.done);
        return Ok(Part::to(stored.task.work.clone()).ending(output));
    };
    match account.lists().ensure_writable(list).await {
        Ok(()) if order.emptied => delete(account, order, list).await,
        Ok(()) => clear(account, order, list).await,
        // Deleted meanwhile, by this task before it was killed or by somebody else.
        Err(Error::Refused(Refusal::ListNotFound)) => Ok(Part::to(order.next_list())),
        Err(error) => Err(error),
    }
}

async fn delete<'a>(account: Account<'a>, order: &ClearLists, list: ListId) -> Result<Part<'a>> {
    match account.lists().delete(list).await {
        Ok(()) | Err(Error::Refused(Refusal::ListNotFound)) => Ok(Part::to(order.next_list())),
        Err(Error::Refused(Refusal::ListInUse)) => {
            let mut order = order.clone();
            order.kept.push(list);
            Ok(Part::to(order.next_list()))
        }
        Err(error) => Err(error),
    }
}

async fn clear<'a>(account: Account<'a>, order: &ClearLists, list: ListId) -> Result<Part<'a>> {
    let gate = account.gate().await;
    let mut edit = account.contact_store().edit().await?;
    let from = tables::contact_entry(order.from);
    let found = tables::members(account.id.0, list.0)
        .scan_from(&*account.context.store, &from, MEMBERS_AT_ONCE)
        .await;
    let entries = found.map_err(|error| Error::store("list members", error))?;
    let last = entries.last().and_then(|(key, _)| tables::contact_of_entry(key));
    let is_end = entries.len() < MEMBERS_AT_ONCE;
    let found = members(&entries).map_err(|error| Error::store("list members", error))?;
    let ids: Vec<ContactId> = found.iter().map(|(id, _)| *id).collect();
    let old = edit.members(list, &ids).await?;
    let mut removed = 0;
    for (id, member) in ids.into_iter().zip(old) {
        if member.is_some_and(|member| member.state != MemberState::Unsubscribed) {
            edit.set_member(list, id, member, None);
            removed += 1;
        }
    }
    let next = match last {
        Some(last) if !is_end => {
            let from = last.saturating_add(1);
            Work::ClearLists(ClearLists { from, ..order.clone() })
        }
        _ if order.delete => Work::ClearLists(ClearLists { emptied: true, ..order.clone() }),
        _ => order.next_list(),
    };
    Ok(Part::to(next).with_edit(gate, edit).counting(removed))
}

impl ClearLists {
    fn next_list(&self) -> Work {
        let cleared = self.cleared + 1;
        Work::ClearLists(Self { cleared, from: 0, emptied: false, ..self.clone() })
    }

    fn output(&self, removed: u64) -> String {
        let mut said = vec![format!("{removed} members removed from {} lists.", self.lists.len())];
        if self.delete {
            let deleted = self.lists.len() - self.kept.len().min(self.lists.len());
            said.push(format!("{deleted} lists deleted."));
        }
        let kept = self.kept.iter();
        said.extend(kept.map(|list| format!("List {list} is in use and stays.")));
        said.join(" ")
    }
}
