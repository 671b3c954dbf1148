//! The records of the wire, one file per family. A member's place in its record is its place on
//! the wire; names are the vendor's.

mod contact;
mod contact_data;

pub use self::contact::{
    ApiContact, ApiContactEmailTypes, ApiContactOptInTypes, ApiContactStatuses,
};
pub use self::contact_data::ApiContactData;
