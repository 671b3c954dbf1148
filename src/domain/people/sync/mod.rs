//! Many people brought up to date at once: read, decided row by row in memory, committed together.
//!
//! Rows follow each other as if each were a call of its own: a later one finds what an earlier one
//! made. What is wrong with a row leaves the others alone; nothing is on disk until all are
//! decided, and then everything is.

mod lists;
mod merge;
mod row;
mod store;
mod work;

use std::collections::BTreeSet;

pub use row::{Channel, RowDone, RowFault, RowOutcome, SyncRow};

pub(super) use self::work::Work;
use super::People;
use crate::domain::edit::Edit;
use crate::domain::error::Result;
use crate::domain::ids::ListId;

/// Rows of one call: each may load and change several blocks.
pub const MAX_ROWS: usize = 500;

/// What becomes of what is stored besides what the rows say.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own of the caller")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncOptions {
    /// A row's tags replace a contact's; otherwise they are added.
    pub replaces_tags: bool,
    /// A row's lists replace a contact's; otherwise they are added. Opt-outs stay either way.
    pub replaces_lists: bool,
    /// A row's fields replace all of a contact's; otherwise fields that it does not name stay.
    pub replaces_fields: bool,
    /// Values that a contact has already stay; only new fields are added.
    pub keeps_fields: bool,
}

impl<'a> People<'a> {
    /// Brings people up to date; the outcomes are in the order of the rows. All or nothing is
    /// stored, and it is on disk when this returns.
    ///
    /// [`Refusal::TooManyRows`](crate::domain::Refusal) past [`MAX_ROWS`], `ContactLimit` when the
    /// account is full.
    pub async fn sync(self, rows: &[SyncRow], options: SyncOptions) -> Result<Vec<RowOutcome>> {
        if rows.len() > MAX_ROWS {
            let limit = u32::try_from(MAX_ROWS).unwrap_or(u32::MAX);
            return Err(crate::domain::Refusal::TooManyRows { limit }.into());
        }
        self.account
            .change("bring people up to date", |edit| self.sync_once(edit, rows, options))
            .await
    }

    async fn sync_once(
        self,
        mut edit: Edit<'a>,
        rows: &[SyncRow],
        options: SyncOptions,
    ) -> Result<(Edit<'a>, Vec<RowOutcome>)> {
        let mut work = Work::begin(self.account, &mut edit, rows, options).await?;
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            outcomes.push(work.take(&mut edit, row)?);
        }
        work.finish(&mut edit).await?;
        Ok((edit, outcomes))
    }

    /// The lists that people may join: all but those that exist from the start.
    pub(super) async fn open_lists(self) -> Result<BTreeSet<ListId>> {
        let lists = self.account.lists().records().await?.into_iter().map(|(id, _)| id);
        Ok(lists.filter(|id| !crate::domain::list::is_reserved(*id)).collect())
    }
}
