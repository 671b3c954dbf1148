//! The records of the contract: one file per family, each member named as on the wire.
//!
//! Member order is the wire's order: a WCF client silently loses a member that comes too early or
//! too late. All members are written always, `nil` where there is no value, because a WCF client
//! built in 2014 refuses a record without its required members.

pub mod account;
pub mod address_book;
pub mod contact;
pub mod data_field;
pub mod import;
pub mod resubscription;
pub mod segment;
pub mod suppression;

/// Where the operations' own elements live.
pub const SERVICE: &str = "http://apiconnector.com/v2";
/// Where every record and its members live.
pub const DATA: &str = "http://apiconnector.com";
