//! Long texts of templates, campaigns and outbox messages, stored in pieces.
//!
//! A text is written once under a number of its own and never changed: who replaces a text writes
//! a new one and deletes the old one in the same batch as the record that refers to it, so a reader
//! sees the one or the other whole.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::context::Account;
use super::edit::Edit;
use super::error::Refusal;
use crate::store::record::damaged;
use crate::store::{Batch, KeyRange, Order, Space, StoreError, Table, tables};

/// Longest text, in bytes: mail clients cut messages off far earlier.
pub const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// One piece, in bytes; like those of uploads, small for sled's sake.
const PIECE_BYTES: usize = 4 * 1024;

/// Refuses the first of some named short texts that is longer than `most`, in characters.
pub(super) fn ensure_short(texts: &[(&'static str, &str)], most: usize) -> Result<(), Refusal> {
    match texts.iter().find(|(_, text)| text.chars().nth(most).is_some()) {
        Some((parameter, _)) => Err(Refusal::ParameterInvalid { parameter }),
        None => Ok(()),
    }
}

/// Refuses a text that is longer than [`MAX_TEXT_BYTES`].
pub(super) fn ensure_text(text: &str) -> Result<(), Refusal> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Refusal::TextTooLong { limit_bytes: MAX_TEXT_BYTES });
    }
    Ok(())
}

/// Where a long text lies. The empty text lies nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRef {
    number: u32,
    bytes: u32,
}

impl TextRef {
    /// Puts `text` into the edit under a new number. The caller has checked its length.
    pub(super) fn write(edit: &mut Edit<'_>, text: &str) -> Self {
        Self::write_bytes(edit, text.as_bytes())
    }

    /// As [`Self::write`], of a file; read it with [`Self::read_bytes`].
    pub(super) fn write_bytes(edit: &mut Edit<'_>, file: &[u8]) -> Self {
        let Ok(bytes @ 1..) = u32::try_from(file.len()) else { return Self::default() };
        let number = edit.next_text();
        for (piece, content) in (0..).zip(file.chunks(PIECE_BYTES)) {
            let key = tables::text_piece(edit.account_id().0, number, piece);
            edit.batch.put(Table::Text, key, Bytes::copy_from_slice(content));
        }
        Self { number, bytes }
    }

    /// How long it is.
    pub fn bytes(self) -> u32 {
        self.bytes
    }

    /// The text; `None` when it was replaced since the caller read this reference.
    pub(super) async fn read(self, account: Account<'_>) -> Result<Option<String>, StoreError> {
        let Some(text) = self.read_bytes(account).await? else { return Ok(None) };
        let text = String::from_utf8(text);
        text.map(Some).map_err(|_| damaged(Table::Text, "a text is not UTF-8"))
    }

    /// As [`Self::read`], of a file.
    pub(super) async fn read_bytes(
        self,
        account: Account<'_>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let whole = usize::try_from(self.bytes).unwrap_or(MAX_TEXT_BYTES);
        if whole == 0 {
            return Ok(Some(Vec::new()));
        }
        let range = KeyRange::prefix(tables::text(account.id.0, self.number));
        let most = whole.div_ceil(PIECE_BYTES);
        let store = &account.context.store;
        let found = store.scan(Space::Main, Table::Text, range, Order::Ascending, most).await?;
        if found.is_empty() {
            return Ok(None);
        }
        let mut text = Vec::with_capacity(whole);
        for (_, piece) in found {
            text.extend_from_slice(&piece);
        }
        if text.len() != whole {
            return Err(damaged(Table::Text, "a text has lost pieces"));
        }
        Ok(Some(text))
    }

    /// Deletes the text's pieces with `batch`.
    pub(super) fn delete(self, account: Account<'_>, batch: &mut Batch) {
        let pieces = usize::try_from(self.bytes).unwrap_or(MAX_TEXT_BYTES).div_ceil(PIECE_BYTES);
        for (piece, _) in (0..).zip(0..pieces) {
            batch.delete(Table::Text, tables::text_piece(account.id.0, self.number, piece));
        }
    }
}
