//! Between the wire's records and the domain's types, one file per family.
//!
//! Numbers that no id can have are an unknown id. Where the wire has `NotAvailableInThisVersion`,
//! its way to say "newer than you", a request with it means nothing and is refused or left out.

pub mod account;
pub mod contact;
pub mod data_field;
pub mod import;
pub mod list;
pub mod segment;

/// A number of the domain as `xs:int`; counts beyond it stay at the largest.
pub fn int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
