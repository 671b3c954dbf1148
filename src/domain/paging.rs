//! Pages of a listing, and which contacts a listing is about.

use jiff::Timestamp;

use super::error::Refusal;

/// Most entries of one page, as the vendors document it.
pub const MAX_PAGE: u16 = 1_000;

/// A part of a listing: `select` entries behind the first `skip`.
///
/// Listings are in ascending order of id. Ids are never used again, so a new entry comes at the
/// end and a removed one moves only those behind it; nothing else changes an entry's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    select: usize,
    skip: usize,
}

impl Page {
    /// Refuses negative numbers and a `select` over [`MAX_PAGE`]; a `select` of 0 is an empty page.
    pub fn new(select: i32, skip: i32) -> Result<Self, Refusal> {
        let select = u16::try_from(select)
            .ok()
            .filter(|select| *select <= MAX_PAGE)
            .ok_or(Refusal::ParameterInvalid { parameter: "select" })?;
        let skip =
            usize::try_from(skip).map_err(|_| Refusal::ParameterInvalid { parameter: "skip" })?;
        Ok(Self { select: usize::from(select), skip })
    }

    /// The first [`MAX_PAGE`] entries.
    pub fn first() -> Self {
        Self { select: usize::from(MAX_PAGE), skip: 0 }
    }

    pub fn select(self) -> usize {
        self.select
    }

    pub fn skip(self) -> usize {
        self.skip
    }

    /// This page of what is in memory already.
    pub fn of<T>(self, entries: impl IntoIterator<Item = T>) -> Vec<T> {
        entries.into_iter().skip(self.skip).take(self.select).collect()
    }
}

/// Which contacts a listing is about. The bound itself is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    All,
    CreatedSince(Timestamp),
    ModifiedSince(Timestamp),
}
