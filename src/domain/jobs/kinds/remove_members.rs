//! Taking some contacts off a list.

use serde::{Deserialize, Serialize};

use super::{Part, Work};
use crate::domain::jobs::pieces::{PIECE_BYTES, count};
use crate::domain::jobs::task::StoredTask;
use crate::domain::membership::MemberState;
use crate::domain::{Account, ContactId, Error, ListId, Result};
use crate::store::tables::BulkFile;

/// Pieces of ids worked in one step: some 16,000 contacts.
const PIECES_AT_ONCE: usize = 1;

/// Bytes of an id in the task's file.
const ID_BYTES: usize = 4;

// No id lies across two pieces.
const _: () = assert!(PIECE_BYTES.is_multiple_of(ID_BYTES));

/// Contacts to take off a list; their ids are the task's file, [`file_of`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveMembers {
    list: ListId,
    /// Pieces of the file that are done.
    pieces_done: u32,
}

impl RemoveMembers {
    pub fn new(list: ListId) -> Self {
        Self { list, pieces_done: 0 }
    }
}

/// The file of a task that takes `contacts` off a list.
pub fn file_of(contacts: &[ContactId]) -> Vec<u8> {
    contacts.iter().flat_map(|contact| contact.0.to_be_bytes()).collect()
}

pub async fn step<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    order: &RemoveMembers,
) -> Result<Part<'a>> {
    let end = count(stored.task.upload_bytes);
    if order.pieces_done >= end {
        let output = format!("{} members removed.", stored.task.done);
        return Ok(Part::to(stored.task.work.clone()).ending(output));
    }
    account.lists().ensure_writable(order.list).await?;
    let file = stored.task.pieces(account.id, BulkFile::Upload);
    let pieces = file.read(account.context, order.pieces_done, end, PIECES_AT_ONCE).await;
    let pieces = pieces.map_err(|error| Error::store("read ids", error))?;
    let read = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
    let ids = pieces.iter().flat_map(|piece| piece.as_chunks::<ID_BYTES>().0);
    let mut ids: Vec<ContactId> = ids.map(|id| ContactId(u32::from_be_bytes(*id))).collect();
    ids.sort_unstable();
    ids.dedup();
    let gate = account.gate().await;
    let mut edit = account.contact_store().edit().await?;
    let old = edit.members(order.list, &ids).await?;
    let mut removed = 0;
    for (id, member) in ids.into_iter().zip(old) {
        if member.is_some_and(|member| member.state != MemberState::Unsubscribed) {
            edit.set_member(order.list, id, member, None);
            removed += 1;
        }
    }
    let pieces_done = order.pieces_done.saturating_add(read);
    let next = Work::RemoveMembers(RemoveMembers { pieces_done, ..*order });
    Ok(Part::to(next).with_edit(gate, edit).counting(removed))
}
