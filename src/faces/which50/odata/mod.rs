//! Query options after the manner of `OData`, as far as this API is known to have them: `$select`,
//! `$filter`, `$orderby`, `$skip`, `$top`.

mod filter;
mod literal;
mod order;

pub use filter::Filter;
pub use literal::compare;
pub use order::OrderBy;

/// Entries of a listing that is held in memory to be sorted.
pub const MOST_SORTED: usize = 10_000;
