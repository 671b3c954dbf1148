//! Which part of a list is asked for.

use crate::faces::empower::{Arg, Args, Failure, Need};

pub const LIMIT: Arg = Arg::number("limit", Need::Optional, "Most entries; all when left out.");
pub const OFFSET: Arg = Arg::number("offset", Need::Optional, "Entries to skip.");

/// The part of `entries` that `limit` and `offset` name.
pub fn of<T>(entries: Vec<T>, args: &Args) -> Result<Vec<T>, Failure> {
    let offset = args.number("offset")?.unwrap_or(0);
    let limit = args.number("limit")?.unwrap_or(usize::MAX);
    Ok(entries.into_iter().skip(offset).take(limit).collect())
}
