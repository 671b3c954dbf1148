//! Imports whose rows one call lists.

use super::rows_written::RowsWritten;
use super::{
    DeclaredFormat, FILE_LIMIT_BYTES, ImportState, Imports, MergeOption, NewImport, Wording,
};
use crate::domain::{ListId, Refusal, Result};

/// Lists that the contacts of one import may join.
const MAX_LISTS: usize = 100;

/// Rows to import.
#[derive(Debug, Clone)]
pub struct NewRows {
    /// The lists that the contacts join; none imports into the account alone. A contact that has
    /// left the first one is refused; further ones it does not join again.
    pub lists: Vec<ListId>,
    pub merge: MergeOption,
    /// With a column headed `Email`.
    pub rows: RowsWritten,
}

impl Imports<'_> {
    /// Takes rows in as the file that they are written as; refuses as [`Imports::accept`].
    pub async fn import_rows(&self, new: NewRows) -> Result<ImportState> {
        let NewRows { mut lists, merge, rows } = new;
        lists.sort_unstable();
        lists.dedup();
        if lists.len() > MAX_LISTS {
            return Err(Refusal::ParameterInvalid { parameter: "the list of lists" }.into());
        }
        for list in &lists {
            self.ensure_writable(Some(*list)).await?;
        }
        let mut lists = lists.into_iter();
        let new = NewImport {
            list: lists.next(),
            file: vec![rows.into_csv()],
            format: DeclaredFormat::Csv,
            merge,
            limit_bytes: FILE_LIMIT_BYTES,
        };
        let wording = Wording { further_lists: lists.collect(), ..Wording::default() };
        self.accept_worded(new, wording).await
    }
}
